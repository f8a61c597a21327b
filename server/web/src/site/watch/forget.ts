import { DATABASE } from './database';

/**
 * Removes what is watched, the worker with its cache, and with the worker the subscription to notices, as the browsers' rules
 * have it. The server is asked nothing: a message after a check would be linked to it; its push service reports the endpoint gone.
 */
export async function forgetWatched(): Promise<void> {
  globalThis.indexedDB?.deleteDatabase(DATABASE);
  await removeWorker();
}

/** Removes the worker with its cache. */
export async function removeWorker(): Promise<void> {
  for (const registration of (await navigator.serviceWorker?.getRegistrations()) ?? []) await registration.unregister();
  if (globalThis.caches) for (const name of await caches.keys()) await caches.delete(name);
}
