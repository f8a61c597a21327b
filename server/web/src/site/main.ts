import './styles/index.css';
import type { VNode } from 'preact';
import { hydrate, h, render } from 'preact';
import { type PageSpeech, SpeechContext } from './language';
import { type Language, languageOf } from './languages';
import { keepAcrossLanguages } from './shell/switchLanguage';
import { startThemeChoice } from './shell/theme';
import type { CatalogueTexts, IslandTexts } from './texts/type';

const TEXTS: Record<Language, () => Promise<{ texts: IslandTexts }>> = {
  kk: () => import('./texts/kk'),
  ru: () => import('./texts/ru'),
  en: () => import('./texts/en'),
};

const CATALOGUE_TEXTS: Record<Language, () => Promise<{ catalogue: CatalogueTexts }>> = {
  kk: () => import('./texts/kk/catalogue'),
  ru: () => import('./texts/ru/catalogue'),
  en: () => import('./texts/en/catalogue'),
};

/** The interactive parts; a page has one of them or none. */
const ISLANDS: Record<string, () => Promise<{ island: () => VNode }>> = {
  check: () => import('./check/island'),
  catalogue: () => import('./catalogue/catalogue-island'),
  totals: () => import('./catalogue/totals-island'),
  watch: () => import('./watch/watch-island'),
};

async function wake(place: HTMLElement): Promise<void> {
  const name = place.dataset['island'] ?? '';
  const load = ISLANDS[name];
  if (!load) return;
  const language = languageOf(document);
  const isCheck = name === 'check';
  const isCatalogue = name === 'catalogue' || name === 'totals';
  const [{ texts }, more, { island }] = await Promise.all([TEXTS[language](), isCatalogue ? CATALOGUE_TEXTS[language]() : {}, load()]);
  hydrate(spoken(language, { ...texts, ...more }, island()), place);
  place.dataset['awake'] = '';
  if (!isCheck) return;
  keepAcrossLanguages(async (other) => render(spoken(other, (await TEXTS[other]()).texts, island()), place));
}

function spoken(language: Language, texts: PageSpeech['texts'], children: VNode) {
  return h(SpeechContext.Provider, { value: { language, texts }, children });
}

startThemeChoice();
// A worker runs where something is watched or the site is installed; other pages load nothing for that.
if (navigator.serviceWorker?.controller || matchMedia('(display-mode: minimal-ui), (display-mode: standalone)').matches) void import('./watch/visit').then(({ startVisit }) => startVisit(), () => undefined);
const letters = document.querySelector<HTMLElement>('[data-letters]');
if (letters) void import('./letters').then(({ startLetters }) => startLetters(letters));
for (const place of document.querySelectorAll<HTMLElement>('[data-island]')) {
  wake(place).catch(() => {
    document.documentElement.className = 'broken';
  });
}
