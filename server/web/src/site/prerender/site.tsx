import { h, type VNode } from 'preact';
import { renderToString } from 'preact-render-to-string';
import { SpeechContext } from '../language';
import { type Language, LANGUAGES } from '../languages';
import { PageBody } from '../pages/render';
import { PageHead } from '../pages/Prose';
import { type Page, PAGES, pathOf } from '../paths';
import { Footer } from '../shell/Footer';
import { Header } from '../shell/Header';
import { texts as en } from '../texts/en';
import { prose as enProse } from '../texts/en/prose';
import { texts as kk } from '../texts/kk';
import { prose as kkProse } from '../texts/kk/prose';
import type { Prose } from '../texts/prose';
import { texts as ru } from '../texts/ru';
import { prose as ruProse } from '../texts/ru/prose';
import type { Texts } from '../texts/type';
import { type Assets, Head } from './Head';

const TEXTS: Record<Language, Texts> = { kk, ru, en };
const PROSE: Record<Language, Prose> = { kk: kkProse, ru: ruProse, en: enProse };

/** Every page of the site by its path. */
export function allPaths(): string[] {
  return LANGUAGES.flatMap((language) => PAGES.map((page) => pathOf(language, page)));
}

/** The HTML of the page at a path, if there is one. */
export function pageAt(path: string, assets: Assets): string | undefined {
  for (const language of LANGUAGES) {
    const page = PAGES.find((candidate) => pathOf(language, candidate) === path);
    if (page) return document(language, page, assets, <PageBody page={page} prose={PROSE[language]} />);
  }
  return undefined;
}

/** What is shown where there is no page: in all languages, because the address tells none. */
export function notFound(assets: Assets): string {
  const body = (
    <div class="page">
      {LANGUAGES.map((language) => (
        <section key={language} lang={language} class="not-found">
          {language === 'kk' ? <PageHead text={PROSE[language].notFound} /> : <p class="lead">{PROSE[language].notFound.heading}</p>}
          <p><a href={pathOf(language, 'home')}>{TEXTS[language].shell.homeLabel}</a></p>
        </section>
      ))}
    </div>
  );
  return document('kk', undefined, assets, body);
}

function document(language: Language, page: Page | undefined, assets: Assets, body: VNode): string {
  const texts = TEXTS[language];
  const text = page ? PROSE[language].pages[page] : PROSE[language].notFound;
  const whole = (
    <html lang={language}>
      <Head language={language} page={page} text={text} feedTitle={texts.shell.feed} assets={assets} />
      <body data-view="form">
        <a class="skip" href="#content">{texts.shell.skip}</a>
        <Header page={page} />
        <main id="content" tabIndex={-1}>{body}</main>
        <Footer page={page} />
      </body>
    </html>
  );
  return `<!doctype html>${renderToString(h(SpeechContext.Provider, { value: { language, texts }, children: whole }))}`;
}
