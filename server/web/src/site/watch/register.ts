/** The worker that shows pages without a connection and takes notices (`src/site/worker`). */
import { removeWorker } from './forget';

export const WORKER = '/worker.js';
/** What Chromium calls a check now and then, and the last try to send a subscription. */
export const PERIODIC = 'list';
export const ONCE = 'subscription';
const A_DAY = 86_400_000;

/** Whether this browser can watch: keep what is encrypted, and run a worker. Private windows of some cannot. */
export function canWatch(): boolean {
  return 'serviceWorker' in navigator && typeof indexedDB === 'object' && typeof crypto.subtle === 'object';
}

/** Has the browser run the worker. */
export function registerWorker(): Promise<ServiceWorkerRegistration> {
  return navigator.serviceWorker.register(WORKER, { scope: '/' });
}

/** The same, once the worker runs: before that the browser takes no subscription. */
export async function runningWorker(): Promise<ServiceWorkerRegistration> {
  await registerWorker();
  return navigator.serviceWorker.ready;
}

/** Looks for a newer worker; removes the one there is, if the site has none any more, and says whether it did. */
export async function refreshWorker(): Promise<boolean> {
  const registration = await navigator.serviceWorker.getRegistration('/');
  if (!registration) return false;
  const isRemoved = await isGone();
  await (isRemoved ? removeWorker() : registration.update().catch(() => undefined));
  return isRemoved;
}

/** Whether the server says that there is no worker; one that cannot be reached says nothing. */
async function isGone(): Promise<boolean> {
  const response = await fetch(WORKER, { method: 'HEAD', cache: 'no-store' }).catch(() => undefined);
  return response?.status === 404 || response?.status === 410;
}

/** A registration with what only Chromium has. */
type Extended = ServiceWorkerRegistration & {
  readonly periodicSync?: { register(tag: string, options: { minInterval: number }): Promise<void> };
  readonly sync?: { register(tag: string): Promise<void> };
};

/** Asks the browser to wake the worker about once a day, which those do that have installed the site and are asked for it. */
export async function wakePeriodically({ periodicSync }: Extended): Promise<void> {
  await periodicSync?.register(PERIODIC, { minInterval: A_DAY }).catch(() => undefined);
}

/** Asks the browser to wake the worker until the subscription has been sent, also when the page is closed. */
export async function wakeOnce({ sync }: Extended): Promise<void> {
  await sync?.register(ONCE).catch(() => undefined);
}
