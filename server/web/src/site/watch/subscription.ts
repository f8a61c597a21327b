/** Notices of new lists (`server/PROTOCOL.md` §11): asked for at a time of their own, never together with a look-up. */
import type { Watching } from './state';
import { readWatching, updateWatching } from './store';

/** What a server may ask for before it keeps a subscription; a page loads it late, the worker has it. */
export type Work = Pick<typeof import('../../protocol'), 'altchaHeader' | 'readChallenge' | 'solve'>;

const URL_PATH = '/v1/push';
/** Milliseconds that lie between a look-up of this device and a message about notices. */
const APART = 5 * 60_000;
/** Milliseconds until a subscription is sent again. */
const RENEWAL = 7 * 86_400_000;
/** Milliseconds between tries of an open page. */
const PATIENCE = 60_000;
const MAX_CHALLENGES = 3;

/** The key that browsers subscribe under; nothing where the server sends no notices. Throws if it cannot be asked. */
export async function offeredKey(): Promise<Uint8Array | undefined> {
  const response = await fetch(URL_PATH, PRIVATELY);
  if (response.status === 404) return undefined;
  if (!response.ok) throw new Error('the server does not say whether it sends notices');
  const { offered, public_key } = (await response.json()) as { offered?: unknown; public_key?: unknown };
  return offered === true ? keyIn(String(public_key)) : undefined;
}

/** The bytes of base64url; the browser refuses what is no key. */
function keyIn(text: string): Uint8Array {
  return Uint8Array.from(atob(text.replaceAll('-', '+').replaceAll('_', '/')), (character) => character.charCodeAt(0));
}

/** Subscribes in the browser, under this key and no other. The server learns it from {@link renew}. */
export async function subscribeBrowser({ pushManager }: ServiceWorkerRegistration, key: Uint8Array): Promise<PushSubscription> {
  const kept = await pushManager.getSubscription();
  if (kept && isUnder(kept, key)) return kept;
  await kept?.unsubscribe();
  return pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: key.slice() });
}

function isUnder({ options: { applicationServerKey } }: PushSubscription, key: Uint8Array): boolean {
  return applicationServerKey !== null && String(new Uint8Array(applicationServerKey)) === String(key);
}

/** Whether the server should have the subscription, and has not had it for a week. A clock that was set back stops nothing for good. */
function isDue({ push }: Watching, now: number): boolean {
  return push !== undefined && Math.abs(now - push.sentAt) >= RENEWAL;
}

/** Whether the last look-up is long enough ago. */
function isApart({ askedAt }: Watching, now: number): boolean {
  return Math.abs(now - askedAt) >= APART;
}

/** What came of {@link renew}. */
export type Renewal = 'sent' | 'not-due' | 'too-early' | 'failed';

/** Sends the subscription if it is time. */
export async function renew(registration: ServiceWorkerRegistration, load: () => Promise<Work>): Promise<Renewal> {
  const state = await readWatching();
  if (!state || !isDue(state, Date.now())) return 'not-due';
  if (!isApart(state, Date.now())) return 'too-early';
  try {
    const key = await offeredKey();
    // A server that has stopped to send notices may do so again.
    if (!key) return 'not-due';
    const subscription = await subscribeBrowser(registration, key);
    await sent('POST', JSON.stringify(subscription), load);
    await updateWatching((now) => (now.push ? { ...now, push: { sentAt: Date.now() } } : now));
    return 'sent';
  } catch {
    return 'failed';
  }
}

/** Tries now and then, while the page is open, until the subscription has been sent. */
export function keepTrying(registration: ServiceWorkerRegistration, load: () => Promise<Work>): void {
  const timer = setInterval(() => void renew(registration, load).then((renewal) => (renewal === 'sent' || renewal === 'not-due') && clearInterval(timer)), PATIENCE);
}

/** Notes that there is no subscription any more: it went with the worker. */
export async function noteUnsubscribed(): Promise<void> {
  await updateWatching((now) => (now.push ? { ...now, push: undefined } : now));
}

/**
 * Ends the subscription. The server is asked to delete it only if that is not together with a look-up: else it deletes it when
 * its push service reports that it is gone.
 */
export async function unsubscribe(registration: ServiceWorkerRegistration, load: () => Promise<Work>): Promise<void> {
  const state = await updateWatching((now) => ({ ...now, push: undefined }));
  const subscription = await registration.pushManager.getSubscription();
  if (!subscription) return;
  const { endpoint, keys } = subscription.toJSON();
  await subscription.unsubscribe();
  if (state && !isApart(state, Date.now())) return;
  await sent('DELETE', JSON.stringify({ endpoint, auth: keys?.['auth'] }), load).catch(() => undefined);
}

const PRIVATELY = { cache: 'no-store', credentials: 'omit', redirect: 'error', referrerPolicy: 'no-referrer' } as const satisfies RequestInit;

/** Sends a message until it is kept, with the work that the server may ask for. */
async function sent(method: 'POST' | 'DELETE', body: string, load: () => Promise<Work>): Promise<void> {
  let work: Record<string, string> = {};
  for (let challenges = 0; challenges <= MAX_CHALLENGES; challenges++) {
    const response = await fetch(URL_PATH, { ...PRIVATELY, method, body, headers: { 'content-type': 'application/json', ...work } });
    if (response.status === 204) return;
    if (response.status !== 428) break;
    const { altchaHeader, readChallenge, solve } = await load();
    const challenge = readChallenge(new Uint8Array(await response.arrayBuffer()));
    work = { altcha: altchaHeader(challenge, await solve(challenge, () => undefined)) };
  }
  throw new Error('the server did not take the subscription');
}
