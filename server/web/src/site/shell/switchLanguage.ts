import { type Language, LANGUAGES, languageOf } from '../languages';
import { startThemeChoice } from './theme';

/** Parts of the page that the server wrote and that are taken from the other language's page. */
const PARTS = ['.skip', '.header', '.hero-inner > h1', '.hero-inner > .lead', '.home-more', '.footer', 'meta[name=description]', 'link[rel=canonical]', 'title'];

/**
 * Lets the choice of a language keep the answer and what was typed, which are in this page's memory only: the page is
 * rewritten in the other language instead of being left. `say` renders the interactive part in it.
 */
export function keepAcrossLanguages(say: (language: Language) => Promise<void>): void {
  document.addEventListener('click', (event) => {
    const link = event.target instanceof Element ? event.target.closest<HTMLAnchorElement>('.languages a[hreflang]') : null;
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey || event.button !== 0 || !isSomethingToKeep()) return;
    event.preventDefault();
    const address = link.pathname;
    void rewrite(address, say).then((done) => {
      if (!done) return;
      history.replaceState(history.state, '', address);
      document.querySelector<HTMLElement>('.languages a[aria-current]')?.focus({ preventScroll: true });
    });
  });
  // An entry of the history from before the choice has the other language's address.
  addEventListener('popstate', () => {
    if (languageIn(location.pathname) !== languageOf(document)) void rewrite(location.pathname, say);
  });
}

function isSomethingToKeep(): boolean {
  const typed = document.querySelector<HTMLInputElement>('#identifier')?.value ?? '';
  return typed !== '' || document.querySelector('.answer, .progress, .failure, .history') !== null;
}

function languageIn(path: string): Language | undefined {
  return LANGUAGES.find((language) => path === `/${language}`);
}

/** Whether it succeeded: without a connection everything stays as it is. */
async function rewrite(address: string, say: (language: Language) => Promise<void>): Promise<boolean> {
  const language = languageIn(address);
  if (!language) return false;
  try {
    const response = await fetch(address, { credentials: 'omit' });
    if (!response.ok) return false;
    const other = new DOMParser().parseFromString(await response.text(), 'text/html');
    await say(language);
    document.documentElement.lang = language;
    for (const part of PARTS) replacePart(part, other);
    startThemeChoice();
    return true;
  } catch {
    return false;
  }
}

function replacePart(part: string, other: Document): void {
  const [here, there] = [document.querySelector(part), other.querySelector(part)];
  if (here && there) here.replaceWith(document.adoptNode(there));
}
