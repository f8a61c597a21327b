import { h, type VNode } from 'preact';
import { renderToString } from 'preact-render-to-string';
import { placeOf } from '../filled';
import { SpeechContext } from '../language';
import { type Language, LANGUAGES } from '../languages';
import { LeakPage } from '../pages/Leak';
import { PageBody } from '../pages/render';
import { PageHead } from '../pages/Prose';
import { leakPathOf, type Page, PAGES, pathOf } from '../paths';
import { Footer } from '../shell/Footer';
import { Header } from '../shell/Header';
import { prose as enProse } from '../texts/en/prose';
import { prose as kkProse } from '../texts/kk/prose';
import type { Prose } from '../texts/prose';
import { prose as ruProse } from '../texts/ru/prose';
import { WHOLE } from '../texts/whole';
import { type Assets, type Described, Head } from './Head';

const PROSE: Record<Language, Prose> = { kk: kkProse, ru: ruProse, en: enProse };

/** Every page of the site by its path. */
export function allPaths(): string[] {
  return LANGUAGES.flatMap((language) => PAGES.map((page) => pathOf(language, page)));
}

/** The HTML of the page at a path, if there is one. */
export function pageAt(path: string, assets: Assets): string | undefined {
  for (const language of LANGUAGES) {
    const page = PAGES.find((candidate) => pathOf(language, candidate) === path);
    if (page) return pageOf(language, page, assets);
  }
  return undefined;
}

function pageOf(language: Language, page: Page, assets: Assets): string {
  const prose = PROSE[language];
  const address = (other: Language): string => pathOf(other, page);
  const head = { address, fallback: fallbackOf(page), text: prose.pages[page], preloads: assets.preloads(language, page) };
  return document({ language, page, assets, head, body: <PageBody page={page} prose={prose} /> });
}

/** Where the page is for readers who prefer no language of the site. */
function fallbackOf(page: Page): string {
  return page === 'home' ? '/' : pathOf('kk', page);
}

/** The page of a leak; there is one for each leak that the server knows. */
export function leakTemplate(language: Language, assets: Assets): string {
  const address = (other: Language): string => leakPathOf(other, placeOf('leak.id'));
  const text = { title: `${placeOf('leak.title')} | Tekser`, description: placeOf('leak.summary') };
  return document({ language, page: 'leaks', assets, head: { address, fallback: address('kk'), text, preloads: [] }, body: <LeakPage /> });
}

/** What is shown where there is no page: in all languages, because the address names none. */
export function notFound(assets: Assets): string {
  const body = (
    <div class="page">
      {LANGUAGES.map((language) => (
        <section key={language} lang={language} class="not-found">
          {language === 'kk' ? <PageHead text={PROSE[language].notFound} /> : <p class="lead">{PROSE[language].notFound.heading}</p>}
          <p><a href={pathOf(language, 'home')}>{WHOLE[language].shell.homeLabel}</a></p>
        </section>
      ))}
    </div>
  );
  return document({ language: 'kk', page: undefined, assets, head: { address: undefined, fallback: '/', text: PROSE.kk.notFound, preloads: [] }, body });
}

interface Parts {
  language: Language;
  page: Page | undefined;
  assets: Assets;
  head: { address: ((language: Language) => string) | undefined; fallback: string; text: Described; preloads: readonly string[] };
  body: VNode;
}

function document({ language, page, assets, head, body }: Parts): string {
  const texts = WHOLE[language];
  const whole = (
    <html lang={language}>
      <Head language={language} {...head} feedTitle={texts.shell.feed} isCheck={page === 'home'} assets={assets} />
      <body data-view="form" data-page={page}>
        <a class="skip" href="#content">{texts.shell.skip}</a>
        <Header page={page} address={head.address} />
        <main id="content" tabIndex={-1}>{body}</main>
        <Footer page={page} />
      </body>
    </html>
  );
  return `<!doctype html>${renderToString(h(SpeechContext.Provider, { value: { language, texts }, children: whole }))}`;
}

/** All pages with their other languages, for search engines; empty where the site's address is not known. */
export function sitemap(): string {
  const origin = placeOf('operator.address');
  const alternate = (hreflang: string, path: string): string => `<xhtml:link rel="alternate" hreflang="${hreflang}" href="${origin}${path}"/>`;
  const alternates = (page: Page): string => LANGUAGES.map((other) => alternate(other, pathOf(other, page))).join('') + alternate('x-default', fallbackOf(page));
  const urls = PAGES.flatMap((page) => LANGUAGES.map((language) => `<url><loc>${origin}${pathOf(language, page)}</loc>${alternates(page)}</url>`));
  const set = `<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:xhtml="http://www.w3.org/1999/xhtml">${urls.join('')}</urlset>`;
  return `{{#operator.address}}<?xml version="1.0" encoding="UTF-8"?>${set}{{/}}`;
}

/** Everything may be read by robots but what is made for programs. */
export function robots(): string {
  return `User-agent: *\nDisallow: /v1/\nAllow: /\n{{#operator.address}}\nSitemap: ${placeOf('operator.address')}/sitemap.xml\n{{/}}`;
}

/** What a phone needs to install the site. Its address can still be seen, where the browser has that form; iPhones notify only in the other one. */
export function webManifest(icon: string): string {
  const icons = [
    { src: icon, sizes: 'any', type: 'image/svg+xml' },
    ...[192, 512].map((size) => ({ src: `/icon-${size}.png`, sizes: `${size}x${size}`, type: 'image/png', purpose: 'any maskable' })),
  ];
  return JSON.stringify({ name: 'Tekser', short_name: 'Tekser', id: '/', start_url: '/', scope: '/', display: 'standalone', display_override: ['minimal-ui'], theme_color: '#0c4742', background_color: '#f1f5f3', icons });
}
