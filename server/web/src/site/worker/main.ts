/** The service worker: pages without a connection, and checks without a page. Built apart, in one piece, as `worker.js`. */
import { altchaHeader, currentList, lookUpAgain, readChallenge, solve } from '../../protocol';
import type { Language } from '../languages';
import { trustIn } from '../trust';
import { checkWatched, type Outcome } from '../watch/check';
import { ONCE, PERIODIC, WORKER } from '../watch/register';
import { readWatching, updateWatching } from '../watch/store';
import { noteUnsubscribed, renew, type Work } from '../watch/subscription';
import { openFrom, show } from './notices';
import { answerTo, dropOldPages, keepPages } from './pages';
import { worker } from './scope';

// A new worker takes over at once: pages come from the network in any case, so no page depends on the worker it began with.
worker.addEventListener('install', (event) => event.waitUntil(keepPages().then(() => worker.skipWaiting())));
worker.addEventListener('activate', (event) => event.waitUntil(dropOldPages().then(() => worker.clients.claim())));

worker.addEventListener('fetch', (event) => {
  if (isLookUp(event.request)) event.waitUntil(noteLookUp());
  const answer = answerTo(event.request);
  if (answer) event.respondWith(answer);
});

// The message says nothing, so nothing of it is read.
worker.addEventListener('push', (event) => event.waitUntil(checkAndShow(true)));
worker.addEventListener('periodicsync', (event) => {
  if (event.tag === PERIODIC) event.waitUntil(periodically());
});
worker.addEventListener('sync', (event) => {
  if (event.tag === ONCE) event.waitUntil(sendOnce());
});
// The browser has another address for messages: the server gets it at the next renewal.
worker.addEventListener('pushsubscriptionchange', (event) => event.waitUntil(updateWatching((state) => (state.push ? { ...state, push: { sentAt: 0 } } : state))));
worker.addEventListener('notificationclick', (event) => event.waitUntil(openFrom(event.notification)));

/** The work that the server may ask for. */
const work = async (): Promise<Work> => ({ altchaHeader, readChallenge, solve });

/** Whether a page asks something of evaluators or of the servers of private retrieval: all they are asked is posted. */
function isLookUp({ method, url }: Request): boolean {
  return method === 'POST' && !url.endsWith('/v1/push');
}

async function noteLookUp(): Promise<void> {
  await updateWatching((state) => (state.push ? { ...state, askedAt: Date.now() } : state));
}

/** Looks, and shows what came of it: anything where a message demands it, otherwise only what matters. */
async function checkAndShow(isDemanded: boolean): Promise<void> {
  if (await isRemoved()) return;
  const language = await languageKept();
  const outcome = await check().catch((): Outcome => ({ how: 'failed' }));
  await show(outcome, language, isDemanded);
}

async function check(): Promise<Outcome> {
  const state = await readWatching();
  return state ? checkWatched({ currentList, lookUpAgain }, { trust: trustIn(state.trust) }) : { how: 'empty' };
}

async function languageKept(): Promise<Language> {
  const state = await readWatching().catch(() => undefined);
  return state?.language ?? 'kk';
}

/** A subscription that is due is renewed instead of a check: never both. */
async function periodically(): Promise<void> {
  if ((await renew(worker.registration, work)) !== 'sent') await checkAndShow(false);
}

/** The browser tries again some minutes after a failure. */
async function sendOnce(): Promise<void> {
  const renewal = await renew(worker.registration, work);
  if (renewal === 'too-early' || renewal === 'failed') throw new Error('later');
}

/** A site that has no worker any more wants this one to go; with it goes the subscription. */
async function isRemoved(): Promise<boolean> {
  const response = await fetch(WORKER, { method: 'HEAD', cache: 'no-store' }).catch(() => undefined);
  if (response?.status !== 404 && response?.status !== 410) return false;
  await worker.registration.unregister();
  await Promise.all((await caches.keys()).map((name) => caches.delete(name)));
  await noteUnsubscribed();
  return true;
}
