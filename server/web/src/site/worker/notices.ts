/** What is shown without a page: the browser demands a notification for every message, so there is a quiet one as well. */
import { kinds as enKinds } from '../texts/en/names';
import { notice as enNotice } from '../texts/en/watch';
import { kinds as kkKinds } from '../texts/kk/names';
import { notice as kkNotice } from '../texts/kk/watch';
import { kinds as ruKinds } from '../texts/ru/names';
import { notice as ruNotice } from '../texts/ru/watch';
import { fill } from '../format/plural';
import type { Language } from '../languages';
import { pathOf } from '../paths';
import type { Outcome } from '../watch/check';
import type { Watched } from '../watch/state';
import { worker } from './scope';

const TEXTS = {
  kk: { notice: kkNotice, kinds: kkKinds },
  ru: { notice: ruNotice, kinds: ruKinds },
  en: { notice: enNotice, kinds: enKinds },
} as const;
const TITLE = 'Tekser';
/** One notification takes the place of the one before. */
const TAG = 'tekser';
const ICON = '/icon-192.png';

/** The words for what a check came to, and whether they matter. */
export function wordsFor(outcome: Outcome, language: Language): { readonly text: string; readonly matters: boolean } {
  const { notice } = TEXTS[language];
  if (outcome.how === 'checked' && outcome.found.length > 0) return { text: outcome.found.flatMap((one) => linesFor(one, language)).join('\n'), matters: true };
  if (outcome.how === 'rekeyed' || outcome.how === 'failed' || outcome.how === 'empty') return { text: notice[outcome.how], matters: outcome.how === 'rekeyed' && !outcome.isKnown };
  return { text: notice.nothing, matters: false };
}

/** A leak and a list of warnings are different things, and have different words. */
function linesFor({ kind, mask, news }: Watched, language: Language): string[] {
  const { notice, kinds } = TEXTS[language];
  const what = `${kinds[kind]} ${mask}`;
  return [true, false].filter((isWarning) => news.some((one) => one.isWarning === isWarning)).map((isWarning) => fill(isWarning ? notice.warned : notice.found, { what }));
}

/** Shows what a check came to; without a message of the server only what matters. */
export async function show(outcome: Outcome, language: Language, isDemanded: boolean): Promise<void> {
  const { text, matters } = wordsFor(outcome, language);
  if (!matters && !isDemanded) return;
  const { more } = TEXTS[language].notice;
  await worker.registration.showNotification(TITLE, { body: matters ? `${text}\n${more}` : text, tag: TAG, icon: ICON, lang: language, silent: !matters, data: pathOf(language, 'watch') });
}

/** Leads from a notification to the page of what is watched. */
export async function openFrom(notification: Notification): Promise<void> {
  notification.close();
  const path = String(notification.data);
  const open = await worker.clients.matchAll({ type: 'window', includeUncontrolled: true });
  const there = open.find(({ url }) => new URL(url).pathname === path);
  await (there ? there.focus() : worker.clients.openWindow(path));
}
