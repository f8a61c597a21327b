/** Where is it kept? In one record of the browser's database, encrypted under a key that no program can read out. */
import { DATABASE } from './database';
import type { Watching } from './state';

const STORE = 'watched';
const KEY = 'key';
const RECORD = 'record';
const ALGORITHM = 'AES-GCM';
const IV_BYTES = 12;
/** How often a change is tried again because another page changed the record meanwhile. */
const MAX_ATTEMPTS = 10;

interface Sealed {
  readonly iv: Uint8Array<ArrayBuffer>;
  readonly data: ArrayBuffer;
}

/** What is kept, if anything is. Throws if it cannot be read. */
export async function readWatching(): Promise<Watching | undefined> {
  return withDatabase(false, async (database) => (await opened(database)).state);
}

/**
 * Changes what is kept, unless it was cleared; gives what is kept then. `first` is what a change begins with where nothing is
 * kept: without it nothing is created. Changes of several pages do not overwrite each other.
 */
export async function updateWatching(change: (state: Watching) => Watching, first?: () => Watching): Promise<Watching | undefined> {
  return withDatabase(first !== undefined, async (database) => {
    for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
      const { state, sealed, key } = await opened(database);
      const before = state ?? first?.();
      if (before === undefined) return undefined;
      const after = change(before);
      if (after === state || (await replaced(database, sealed, await seal(after, key)))) return after;
    }
    throw new Error('what is watched was changed by another page again and again');
  });
}

async function opened(database: IDBDatabase): Promise<{ state: Watching | undefined; sealed: Sealed | undefined; key: CryptoKey }> {
  const [kept, sealed] = await inStore(database, 'readonly', (store) => Promise.all([asked<CryptoKey | undefined>(store.get(KEY)), asked<Sealed | undefined>(store.get(RECORD))]));
  const key = kept ?? (await newKey());
  return { key, sealed, state: sealed && (await unseal(sealed, key)) };
}

function newKey(): Promise<CryptoKey> {
  return crypto.subtle.generateKey({ name: ALGORITHM, length: 256 }, false, ['encrypt', 'decrypt']);
}

async function seal(state: Watching, key: CryptoKey): Promise<Sealed & { key: CryptoKey }> {
  const iv = crypto.getRandomValues(new Uint8Array(IV_BYTES));
  const data = await crypto.subtle.encrypt({ name: ALGORITHM, iv }, key, new TextEncoder().encode(JSON.stringify(state)));
  return { iv, data, key };
}

async function unseal({ iv, data }: Sealed, key: CryptoKey): Promise<Watching> {
  const text = new TextDecoder().decode(await crypto.subtle.decrypt({ name: ALGORITHM, iv }, key, data));
  const state = JSON.parse(text) as Watching;
  // What another version of the site keeps is not guessed at.
  if (state.version !== 1) throw new Error('kept by another version of the site');
  return state;
}

/** Writes the record unless it is another than before; says whether it did. Within one transaction nothing comes between. */
function replaced(database: IDBDatabase, before: Sealed | undefined, { key, ...sealed }: Sealed & { key: CryptoKey }): Promise<boolean> {
  return inStore(database, 'readwrite', async (store) => {
    const now = await asked<Sealed | undefined>(store.get(RECORD));
    if (String(now?.iv) !== String(before?.iv)) return false;
    store.put(key, KEY);
    store.put(sealed, RECORD);
    return true;
  });
}

/** Uses the database; makes it if `isMade` says so, and otherwise looks only where there is one: to look leaves no trace. */
async function withDatabase<Result>(isMade: boolean, use: (database: IDBDatabase) => Promise<Result | undefined>): Promise<Result | undefined> {
  const request = indexedDB.open(DATABASE, 1);
  let isMissing = false;
  request.onupgradeneeded = () => {
    isMissing = !isMade;
    if (isMade) request.result.createObjectStore(STORE);
    else request.transaction?.abort();
  };
  const database = await asked(request).catch((error: unknown) => (isMissing ? undefined : Promise.reject(error)));
  if (!database) return undefined;
  // "Clear everything" in another tab waits for nobody.
  database.onversionchange = () => database.close();
  try {
    return await use(database);
  } finally {
    database.close();
  }
}

async function inStore<Result>(database: IDBDatabase, mode: IDBTransactionMode, use: (store: IDBObjectStore) => Promise<Result>): Promise<Result> {
  const transaction = database.transaction(STORE, mode);
  const done = new Promise<void>((resolve, reject) => {
    transaction.oncomplete = () => resolve();
    transaction.onabort = () => reject(transaction.error ?? new Error('aborted'));
  });
  const [result] = await Promise.all([use(transaction.objectStore(STORE)), done]);
  return result;
}

function asked<Result>(request: IDBRequest<Result>): Promise<Result> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error ?? new Error('refused'));
  });
}
