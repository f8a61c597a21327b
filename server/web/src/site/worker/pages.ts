/**
 * Which pages are shown without a network? Those of one build, kept when it is installed. With a network pages always come
 * from there, so that a new site is seen at once whatever worker runs. What `/v1/` answers is neither kept nor looked at.
 */
import { LANGUAGES } from '../languages';
import { FILES } from './files';
import { worker } from './scope';

const PREFIX = 'tekser-pages-';
const CACHE = PREFIX + FILES.build;

/** Keeps the pages of the languages that are read here, and what they load. All or nothing. */
export async function keepPages(): Promise<void> {
  const languages = await languagesHere();
  const pages = languages.flatMap((language) => FILES.pages[language] ?? []);
  const cache = await caches.open(CACHE);
  await cache.addAll([...FILES.assets.map((path) => new Request(path)), ...pages.map((path) => new Request(path, { cache: 'no-cache' }))]);
}

/** The languages of open pages, and those that the worker before kept; all if nothing says which. */
async function languagesHere(): Promise<readonly string[]> {
  const open = (await worker.clients.matchAll({ type: 'window', includeUncontrolled: true })).map(({ url }) => url);
  const names = (await caches.keys()).filter((name) => name.startsWith(PREFIX) && name !== CACHE);
  const kept = await Promise.all(names.map(async (name) => (await (await caches.open(name)).keys()).map(({ url }) => url)));
  const paths = [...open, ...kept.flat()].map((url) => new URL(url).pathname);
  const found = LANGUAGES.filter((language) => paths.some((path) => path === `/${language}` || path.startsWith(`/${language}/`)));
  return found.length > 0 ? found : LANGUAGES;
}

/** Removes what other builds kept. */
export async function dropOldPages(): Promise<void> {
  const names = (await caches.keys()).filter((name) => name.startsWith(PREFIX) && name !== CACHE);
  await Promise.all(names.map((name) => caches.delete(name)));
}

/** The answer to a request; nothing where the browser shall ask as if there were no worker. */
export function answerTo(request: Request): Promise<Response> | undefined {
  const { origin, pathname } = new URL(request.url);
  if (request.method !== 'GET' || origin !== worker.location.origin) return undefined;
  if (pathname.startsWith('/assets/')) return FILES.assets.includes(pathname) ? keptOrFetched(request) : undefined;
  return request.mode === 'navigate' ? fetchedOrKept(request, pathname) : undefined;
}

async function keptOrFetched(request: Request): Promise<Response> {
  const kept = await (await caches.open(CACHE)).match(new URL(request.url).pathname);
  return kept ?? fetch(request);
}

async function fetchedOrKept(request: Request, pathname: string): Promise<Response> {
  try {
    return await fetch(request);
  } catch (error) {
    const cache = await caches.open(CACHE);
    const kept = await cache.match(pathname);
    if (kept) return kept;
    const home = pathname === '/' ? (await cache.keys()).map(({ url }) => new URL(url).pathname).find((path) => LANGUAGES.some((language) => path === `/${language}`)) : undefined;
    if (home !== undefined) return Response.redirect(home);
    throw error;
  }
}
