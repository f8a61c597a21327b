/** What happens on each visit where something is watched: a check, and a renewal at a time of its own. */
import { loadProtocol } from '../check/loadProtocol';
import { languageOf } from '../languages';
import { pathOf } from '../paths';
import { trustWritten } from '../trust';
import { loadWatchTexts } from './load';
import { refreshWorker, registerWorker, wakePeriodically } from './register';
import type { Watching } from './state';
import { updateWatching } from './store';
import { keepTrying, noteUnsubscribed } from './subscription';
import { checkHere } from './watched';

/** Checks what is watched, shows if there is something new, and looks after the worker. */
export async function startVisit(): Promise<void> {
  const language = languageOf(document);
  const trust = trustWritten();
  const state = await updateWatching((before) => (before.language === language && before.trust === trust ? before : { ...before, language, trust }));
  const registration = await registerWorker().catch(() => undefined);
  if (registration) {
    keepTrying(registration, loadProtocol);
    await wakePeriodically(registration);
  }
  // The page of what is watched checks by itself, and shows more.
  if (state && state.watched.length > 0 && !document.querySelector('[data-island=watch]')) await checkAndShow();
  if (await refreshWorker()) await noteUnsubscribed();
}

async function checkAndShow(): Promise<void> {
  const outcome = await checkHere();
  const state = await updateWatching((before) => before);
  if (outcome.how === 'rekeyed') return show('rekeyed');
  if (hasNews(state)) await show('found');
}

function hasNews(state: Watching | undefined): boolean {
  return state?.watched.some(({ news }) => news.length > 0) ?? false;
}

/** Puts a line above the content. */
async function show(what: 'found' | 'rekeyed'): Promise<void> {
  const language = languageOf(document);
  const { banner } = await loadWatchTexts(language);
  const line = document.createElement('p');
  line.className = 'notice watch-banner';
  line.setAttribute('role', 'status');
  const link = document.createElement('a');
  link.href = pathOf(language, 'watch');
  link.textContent = banner.open;
  line.append(`${banner[what]} `, link);
  document.querySelector('main')?.prepend(line);
}
