import { h, type VNode } from 'preact';
import { renderToString } from 'preact-render-to-string';
import { placeOf } from '../filled';
import { SpeechContext } from '../language';
import { type Language, LANGUAGE_NAMES, LANGUAGES } from '../languages';
import { OwnersBody, type OwnersPage } from '../pages/Owners';
import { Operator } from '../shell/Footer';
import { Logo } from '../shell/Logo';
import { owners as en } from '../texts/en/owners';
import { owners as kk } from '../texts/kk/owners';
import type { OwnersTexts } from '../texts/owners';
import { owners as ru } from '../texts/ru/owners';
import { WHOLE } from '../texts/whole';
import { type Assets, DEEP } from './Head';

export const OWNERS_TEXTS: Record<Language, OwnersTexts> = { kk, ru, en };

/** Where each page is, after the language; none can be opened in another language in the middle of a sign-in. */
const PATHS: Record<OwnersPage, string> = { start: '', onward: '', alone: '/alone', answer: '/answer', out: '/out', failed: '' };

/** A page of the service for owners of sensitive leaks, with the site's looks and without a program. */
export function ownersTemplate(language: Language, page: OwnersPage, assets: Assets): string {
  const text = OWNERS_TEXTS[language];
  const whole = (
    <html lang={language}>
      <OwnersHead title={text[page].title} page={page} assets={assets} />
      <body data-view="form">
        <a class="skip" href="#content">{WHOLE[language].shell.skip}</a>
        <OwnersHeader language={language} page={page} heading={text.start.heading} />
        <main id="content" tabIndex={-1}><OwnersBody page={page} text={text} /></main>
        <footer class="footer"><div class="footer-inner"><div class="footer-words"><Operator /></div></div></footer>
      </body>
    </html>
  );
  return `<!doctype html>${renderToString(h(SpeechContext.Provider, { value: { language, texts: WHOLE[language] }, children: whole }))}`;
}

function OwnersHead({ title, page, assets }: { title: string; page: OwnersPage; assets: Assets }): VNode {
  return (
    <head>
      <meta charset="utf-8" />
      {page === 'onward' && <meta http-equiv="refresh" content={`0; url=${placeOf('onward')}`} />}
      <meta name="viewport" content="width=device-width, initial-scale=1" />
      <title>{title}</title>
      <meta name="robots" content="noindex" />
      <meta name="referrer" content="same-origin" />
      <meta name="color-scheme" content="light dark" />
      <meta name="theme-color" media="(prefers-color-scheme: light)" content={DEEP.light} />
      <meta name="theme-color" media="(prefers-color-scheme: dark)" content={DEEP.dark} />
      <meta name="format-detection" content="telephone=no" />
      {assets.icon && <link rel="icon" type="image/svg+xml" href={assets.icon} />}
      {[...assets.styles, ...assets.readingStyles].map((href) => <link key={href} rel="stylesheet" href={href} />)}
    </head>
  );
}

function OwnersHeader({ language, page, heading }: { language: Language; page: OwnersPage; heading: string }): VNode {
  return (
    <header class="header">
      <a class="brand" href={`/${language}`} aria-label={`Tekser: ${heading}`}><Logo /><span>Tekser</span></a>
      <nav class="languages" aria-label={WHOLE[language].shell.languages}>
        <ul>
          {LANGUAGES.map((other) => (
            <li key={other}>
              <a href={`/${other}${PATHS[page]}`} lang={other} hreflang={other} aria-current={other === language ? 'true' : undefined}>{LANGUAGE_NAMES[other]}</a>
            </li>
          ))}
        </ul>
      </nav>
    </header>
  );
}
