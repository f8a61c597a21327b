import type { VNode } from 'preact';
import { type Language, LANGUAGES } from '../languages';
import { feedOf, type Page, pathOf } from '../paths';
import type { PageText } from '../texts/prose';

/** Where the built programs and style sheets are. */
export interface Assets {
  scripts: readonly string[];
  styles: readonly string[];
  /** What a page will load next, so that it comes along at once. */
  preloads(language: Language, page: Page): readonly string[];
  early: string;
  icon?: string;
  /** The public address of the site without a slash, for what must be absolute; empty where it is not known. */
  origin: string;
}

interface Properties {
  language: Language;
  page: Page | undefined;
  text: PageText;
  feedTitle: string;
  assets: Assets;
}

export function Head({ language, page, text, feedTitle, assets }: Properties): VNode {
  return (
    <head>
      <meta charset="utf-8" />
      <meta name="viewport" content="width=device-width, initial-scale=1" />
      <title>{text.title}</title>
      <meta name="description" content={text.description} />
      <meta name="referrer" content="no-referrer" />
      <meta name="color-scheme" content="light dark" />
      <meta name="format-detection" content="telephone=no" />
      <link rel="alternate" type="application/atom+xml" title={feedTitle} href={feedOf(language)} />
      {page && <Alternates page={page} language={language} origin={assets.origin} />}
      {assets.icon && <link rel="icon" type="image/svg+xml" href={assets.icon} />}
      <script src={assets.early} />
      {assets.styles.map((href) => <link key={href} rel="stylesheet" href={href} />)}
      {page && assets.preloads(language, page).map((href) => <link key={href} rel="modulepreload" href={href} />)}
      {assets.scripts.map((source) => <script key={source} type="module" src={source} />)}
    </head>
  );
}

function Alternates({ page, language, origin }: { page: Page; language: Language; origin: string }): VNode {
  return (
    <>
      <link rel="canonical" href={origin + pathOf(language, page)} />
      {LANGUAGES.map((other) => <link key={other} rel="alternate" hreflang={other} href={origin + pathOf(other, page)} />)}
      <link rel="alternate" hreflang="x-default" href={page === 'home' ? `${origin}/` : origin + pathOf('kk', page)} />
    </>
  );
}
