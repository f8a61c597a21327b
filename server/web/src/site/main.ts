import './styles/index.css';
import type { VNode } from 'preact';
import { hydrate, h } from 'preact';
import { SpeechContext } from './language';
import { type Language, languageOf } from './languages';
import { startThemeChoice } from './shell/theme';
import type { Texts } from './texts/type';

const TEXTS: Record<Language, () => Promise<{ texts: Texts }>> = {
  kk: () => import('./texts/kk'),
  ru: () => import('./texts/ru'),
  en: () => import('./texts/en'),
};

/** The interactive parts; a page has one of them or none. */
const ISLANDS: Record<string, () => Promise<{ island: () => VNode }>> = {
  check: () => import('./check/island'),
  catalogue: () => import('./catalogue/catalogue-island'),
  totals: () => import('./catalogue/totals-island'),
};

async function wake(place: HTMLElement): Promise<void> {
  const load = ISLANDS[place.dataset['island'] ?? ''];
  if (!load) return;
  const language = languageOf(document);
  const [{ texts }, { island }] = await Promise.all([TEXTS[language](), load()]);
  hydrate(h(SpeechContext.Provider, { value: { language, texts }, children: island() }), place);
  place.dataset['awake'] = '';
}

startThemeChoice();
const letters = document.querySelector<HTMLElement>('[data-letters]');
if (letters) void import('./letters').then(({ startLetters }) => startLetters(letters));
for (const place of document.querySelectorAll<HTMLElement>('[data-island]')) {
  wake(place).catch(() => {
    document.documentElement.className = 'broken';
  });
}
