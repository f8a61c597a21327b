import type { VNode } from 'preact';
import { Given, placeOf } from '../filled';
import { type Language, LANGUAGES } from '../languages';
import { feedOf, type Page } from '../paths';

/** Where the built programs and style sheets are. */
export interface Assets {
  scripts: readonly string[];
  styles: readonly string[];
  /** In addition, the style sheets of pages without the check. */
  readingStyles: readonly string[];
  /** What a page will load next, so that it comes along at once. */
  preloads(language: Language, page: Page): readonly string[];
  beforePaint: string;
  icon?: string;
}

/** What the head says of the page; on the page of a leak these are places (`filled.tsx`). */
export interface Described {
  title: string;
  description: string;
}

interface Properties {
  language: Language;
  /** Where the page is in each language; undefined where there is no page. */
  address: ((language: Language) => string) | undefined;
  /** Where a person is sent who prefers no language of the site. */
  fallback: string;
  preloads: readonly string[];
  text: Described;
  feedTitle: string;
  /** Whether the page has the check on it. */
  isCheck: boolean;
  assets: Assets;
}

/** The public address of the site without a slash, as the operator has set it. */
const ORIGIN = placeOf('operator.address');

/** Whom the page believes (`site/trust.ts`). */
const TRUST = `${placeOf('release-keys')}{{#without-trust}}without-trust{{/}}`;

/** The colours of the page's head, as `--deep` in `tokens.css` has them. */
export const DEEP = { light: '#0c4742', dark: '#082926' };

export function Head({ language, address, fallback, preloads, text, feedTitle, isCheck, assets }: Properties): VNode {
  const styles = isCheck ? assets.styles : [...assets.styles, ...assets.readingStyles];
  return (
    <head>
      <meta charset="utf-8" />
      <meta name="viewport" content="width=device-width, initial-scale=1" />
      <title>{text.title}</title>
      <meta name="description" content={text.description} />
      <meta name="referrer" content="no-referrer" />
      <meta name="tekser-trust" content={TRUST} />
      <Given name="well-known-sites"><meta name="tekser-well-known" content={placeOf('well-known-sites')} /></Given>
      {isCheck && <Given name="owners"><meta name="tekser-owners" content={placeOf('owners')} /></Given>}
      <meta name="color-scheme" content="light dark" />
      <meta name="theme-color" media="(prefers-color-scheme: light)" content={DEEP.light} />
      <meta name="theme-color" media="(prefers-color-scheme: dark)" content={DEEP.dark} />
      <meta name="format-detection" content="telephone=no" />
      <link rel="alternate" type="application/atom+xml" title={feedTitle} href={feedOf(language)} />
      {address ? <Addresses address={address} language={language} fallback={fallback} text={text} /> : <meta name="robots" content="noindex" />}
      {assets.icon && <link rel="icon" type="image/svg+xml" href={assets.icon} />}
      <link rel="apple-touch-icon" href="/touch-icon.png" />
      <link rel="manifest" href="/manifest.webmanifest" />
      <script src={assets.beforePaint} />
      {styles.map((href) => <link key={href} rel="stylesheet" href={href} />)}
      {preloads.map((href) => <link key={href} rel="modulepreload" href={href} />)}
      {assets.scripts.map((source) => <script key={source} type="module" src={source} />)}
    </head>
  );
}

const LOCALES: Record<Language, string> = { kk: 'kk_KZ', ru: 'ru_RU', en: 'en_GB' };

/**
 * The page's address in each language, and the card that messengers show for it (Open Graph). Search engines and messengers
 * accept only absolute addresses, so there are none if the site's own is not known.
 */
function Addresses({ address, language, fallback, text }: Pick<Properties, 'language' | 'fallback' | 'text'> & { address(language: Language): string }): VNode {
  const card = { 'og:site_name': 'Tekser', 'og:type': 'website', 'og:locale': LOCALES[language], 'og:title': text.title, 'og:description': text.description };
  const places = { 'og:url': ORIGIN + address(language), 'og:image': `${ORIGIN}/card-${language}.png`, 'og:image:width': '1200', 'og:image:height': '630' };
  return (
    <>
      <Given name="operator.address">
        <link rel="canonical" href={ORIGIN + address(language)} />
        {LANGUAGES.map((other) => <link key={other} rel="alternate" hreflang={other} href={ORIGIN + address(other)} />)}
        <link rel="alternate" hreflang="x-default" href={ORIGIN + fallback} />
        {properties(places)}
      </Given>
      {properties(card)}
      <meta name="twitter:card" content="summary_large_image" />
    </>
  );
}

function properties(texts: Record<string, string>): VNode[] {
  return Object.entries(texts).map(([property, content]) => <meta key={property} property={property} content={content} />);
}
