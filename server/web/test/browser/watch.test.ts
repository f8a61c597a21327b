/** Does a person's own device report the next leak, and nobody who knows them? */
import type { BrowserContext, CDPSession, Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import { fill, plural } from '../../src/site/format/plural';
import { type Language, LANGUAGES } from '../../src/site/languages';
import type { FakeServer, Known } from '../protocol/fake-server';
import { signedIndex } from '../protocol/release';
import { violations } from './support/axe';
import { DESKTOP, PHONE } from './support/chromium';
import { ENDPOINT, KEYS, later, type Subscribing, withSubscription } from './support/notices';
import { forms, Record } from './support/record';
import { BREACHES, identifier, knownIn, leaksOf, PEOPLE } from './support/town';
import { answered, awake, TEXTS, useStage } from './support/visit';
import { CALLS, WITH_LISTS } from './support/warnings';

const stage = useStage();
const PLACES = 8;
const HOAX = BREACHES.find(({ id }) => id === 'hoax-2023')!;

/** A list that was made later. */
const LATER = { generation: '20261129-201530-3f9a1c2b', builtAt: '2026-11-29T20:15:30Z' } as const;
const PHONE_IN_MORE: Known[] = [knownIn('iin', leaksOf('iin')), knownIn('phone', [...leaksOf('phone'), HOAX])];

/** Has the answer that is shown watched. */
async function watchThis(page: Page, language: Language = 'ru', which: 'one' | 'all' = 'one'): Promise<void> {
  const { offer } = TEXTS[language].watch;
  await page.click('.watch > summary');
  await page.getByRole('button', { name: offer[which], exact: true }).click();
  await page.getByText(offer.done).waitFor();
  await page.waitForFunction(() => navigator.serviceWorker.controller !== null);
}

/** A page whose phone number is watched. */
async function watching(language: Language = 'ru', options: object = {}): Promise<Page> {
  const page = await stage.home(language, options);
  await answered(page, PEOPLE.phone);
  await watchThis(page, language);
  return page;
}

/** The page of what is watched, after its own check. */
async function openList(page: Page, language: Language = 'ru'): Promise<void> {
  await page.goto(`${stage.base}/${language}/watch`, { waitUntil: 'networkidle' });
  await page.waitForSelector('.watched h2');
}

const calls = (server: FakeServer, part: string): string[] => server.requests.map(({ path }) => path).filter((path) => path.includes(part));

describe('what is watched', () => {
  test('is looked up again when the list is another, without an evaluator, in a constant number of parts that stay the same', async () => {
    const page = await watching();
    const server = stage.serve({ ...LATER, known: PHONE_IN_MORE });
    await page.goto(`${stage.base}/ru/steps`);
    await page.getByText(TEXTS.ru.watch.banner.found).waitFor();
    expect(calls(server, '/v1/evaluate')).toEqual([]);
    const first = calls(server, '/ranges/').map((path) => path.split('/').at(-1));
    expect(first).toHaveLength(PLACES);
    const next = stage.serve({ generation: '20261130-201530-3f9a1c2b', builtAt: '2026-11-30T20:15:30Z', known: PHONE_IN_MORE });
    await page.goto(`${stage.base}/ru/how`, { waitUntil: 'networkidle' });
    await expect.poll(() => calls(next, '/ranges/').length).toBe(PLACES);
    expect(calls(next, '/ranges/').map((path) => path.split('/').at(-1)).sort()).toEqual([...first].sort());
    await openList(page);
    expect(await page.locator('.watched-news').innerText()).toContain(HOAX.title.ru);
    await page.getByRole('button', { name: TEXTS.ru.watch.list.seen }).click();
    await expect.poll(() => page.locator('.watched-news').count()).toBe(0);
    await page.goto(`${stage.base}/ru/how`, { waitUntil: 'networkidle' });
    expect(await page.locator('.watch-banner').count()).toBe(0);
  });

  test('is not looked up while the list is the same, and a list that brings nothing says nothing', async () => {
    const page = await watching();
    stage.server.requests.length = 0;
    await openList(page);
    await page.getByRole('button', { name: TEXTS.ru.watch.list.now }).click();
    await page.getByText(TEXTS.ru.watch.list.unchanged).waitFor();
    expect(calls(stage.server, '/ranges/')).toEqual([]);
    stage.serve(LATER);
    await page.getByRole('button', { name: TEXTS.ru.watch.list.now }).click();
    await page.getByText(TEXTS.ru.watch.list.nothing).waitFor();
    expect(await page.locator('.watched-news').count()).toBe(0);
  });

  test('has to be typed once more when the key is another, keeps its name, and is then watched again', async () => {
    const page = await watching();
    const { list } = TEXTS.ru.watch;
    await openList(page);
    await page.getByRole('button', { name: list.rename }).click();
    await page.getByLabel(fill(list.name, { what: `${TEXTS.ru.names.kinds.phone} ···67` })).fill('Мама');
    await page.getByRole('button', { name: list.keep }).click();
    await page.getByRole('heading', { name: 'Мама' }).waitFor();
    const server = stage.serve({ ...LATER, keys: 40 });
    await page.goto(`${stage.base}/ru/steps`);
    await page.getByText(TEXTS.ru.watch.banner.rekeyed).waitFor();
    await openList(page);
    await page.getByText(list.rekeyed).waitFor();
    expect(calls(server, '/ranges/')).toEqual([]);
    await page.goto(`${stage.base}/ru`);
    await awake(page);
    await answered(page, PEOPLE.phone);
    await watchThis(page);
    await openList(page);
    expect(await page.locator('.watched-list h3').allInnerTexts()).toEqual([`Мама, ${TEXTS.ru.names.kinds.phone} ···67`]);
    expect(await page.getByText(list.rekeyed).count()).toBe(0);
  });

  test('is fetched from several institutions together where they answer, each place with a vector of its own', async () => {
    await stage.together();
    const page = await watching();
    const server = await laterTogether();
    await page.goto(`${stage.base}/ru/steps`);
    await page.getByText(TEXTS.ru.watch.banner.found).waitFor();
    expect(calls(server, '/ranges/')).toEqual([]);
    const sent = server.requests.filter(({ path }) => path.includes('/retrieve'));
    expect(sent.map(({ init }) => (init.body as Uint8Array).length)).toEqual([PLACES, PLACES]);
  });

  test('is kept apart from lists of warnings in what is said', async () => {
    const page = await watching();
    const phone = identifier('phone', PEOPLE.phone);
    const breaches = WITH_LISTS.breaches!;
    const exposures = leaksOf('phone').map((leak) => ({ breach: breaches.indexOf(leak), classes: 1n }));
    stage.serve({ ...LATER, breaches, known: [{ identifier: phone, exposures: [...exposures, { breach: breaches.indexOf(CALLS), classes: 1n }] }] });
    expect(await noticeAfterPush(page)).toEqual({ body: `${fill(TEXTS.ru.notice.warned, { what: `${TEXTS.ru.names.kinds.phone} ···67` })}\n${TEXTS.ru.notice.more}`, silent: false });
  });

  test('is not compared with an older list, also after the page was closed, nor with one that has expired', async () => {
    const page = await watching();
    const server = stage.serve({ ...LATER, generation: '20261101-000000-3f9a1c2b', builtAt: '2026-11-01T00:00:00Z' });
    await openList(page);
    await page.getByText(TEXTS.ru.failure.texts.older).waitFor();
    expect(calls(server, '/ranges/')).toEqual([]);
    const expired = stage.serve(LATER);
    expired.tamper = (path, response) => (path === '/v1/index' ? Response.json(signedIndex(expired, (statement) => ({ ...statement, expires: '2026-01-01T00:00:00Z' }))) : response);
    await openList(page);
    await page.getByText(TEXTS.ru.failure.texts.expired).waitFor();
    expect(calls(expired, '/ranges/')).toEqual([]);
  });

  test('can be all that was checked, up to the places that there are, and be removed', async () => {
    const page = await stage.home('ru');
    await answered(page, PEOPLE.phone);
    await page.getByRole('button', { name: TEXTS.ru.answer.next.another }).click();
    await answered(page, PEOPLE.iin);
    await watchThis(page, 'ru', 'all');
    await openList(page);
    const { list } = TEXTS.ru.watch;
    expect(await page.locator('.watched-list > li').count()).toBe(2);
    await page.getByText(fill(list.places, { n: '2', all: '8' })).waitFor();
    await page.getByRole('button', { name: new RegExp(`^${list.remove}.*${TEXTS.ru.names.kinds.iin}`) }).click();
    await page.getByText(list.removed).waitFor();
    expect(await page.locator('.watched-list > li').count()).toBe(1);
  });
});

/** The institutions of the stage, with a later list. */
async function laterTogether(): Promise<FakeServer> {
  const urls = stage.institutions.map((origin, place) => `${origin}/v1/retrieve${place}`);
  return stage.serve({ ...LATER, retrieval: { urls }, known: PHONE_IN_MORE });
}

describe('nothing says whose it is', () => {
  test('neither storage nor requests hold the number or its tag, and the key cannot be read out', async () => {
    const record = new Record();
    const page = await stage.page();
    record.listen(page);
    await page.goto(`${stage.base}/ru`);
    await awake(page);
    await answered(page, PEOPLE.phone);
    await watchThis(page);
    stage.server.requests.forEach(({ path, init }) => record.lines.push(path, String(init.body)));
    const server = stage.serve({ ...LATER, known: PHONE_IN_MORE });
    await page.goto(`${stage.base}/ru/steps`);
    await page.getByText(TEXTS.ru.watch.banner.found).waitFor();
    server.requests.forEach(({ path, init }) => record.lines.push(path, String(init.body)));
    await record.look(page);
    const kept = await page.evaluate(keptBytes);
    record.lines.push(kept.text);
    const tag = server.tag(identifier('phone', PEOPLE.phone)).toString(16).padStart(16, '0');
    for (const form of [...forms('phone', PEOPLE.phone), tag, tag.slice(0, 8), 'phone', HOAX.id]) {
      if (form !== 'phone' && form !== HOAX.id) expect(record.text.includes(form), `a form ${form.length} characters long`).toBe(false);
      expect(kept.text.includes(form), `a form ${form.length} characters long`).toBe(false);
    }
    expect(kept.bytes).toBeGreaterThan(200);
    expect(kept.extractable).toBe(false);
    expect(kept.exported).toBe('InvalidAccessError');
    expect([...record.origins]).toEqual([stage.base]);
    expect(kept.cached.filter((url) => url.includes('/v1/') || url.includes('/feed/'))).toEqual([]);
  });

  test('"clear everything" below an answer removes it all, the worker and its pages included', async () => {
    const page = await watching();
    await page.click('.button-clear');
    await expect.poll(() => page.evaluate(whatIsLeft)).toEqual({ databases: [], caches: [], workers: 0 });
  });

  test('as it does on the page of what is watched', async () => {
    const page = await watching();
    await openList(page);
    await page.click('.button-clear');
    await page.getByText(TEXTS.ru.watch.list.cleared).waitFor();
    expect(await page.evaluate(whatIsLeft)).toEqual({ databases: [], caches: [], workers: 0 });
    expect(await page.locator('.watched-list').count()).toBe(0);
  });

  test('a person who only asks has neither worker nor database', async () => {
    const page = await stage.home('ru');
    await answered(page, PEOPLE.phone);
    await page.click('.watch > summary');
    await page.getByText(TEXTS.ru.watch.offer.kept).waitFor();
    expect(await page.evaluate(whatIsLeft)).toEqual({ databases: [], caches: [], workers: 0 });
  });
});

/** Runs in the page: what the browser keeps of what is watched, byte by byte as text. */
async function keptBytes(): Promise<{ text: string; bytes: number; extractable: boolean; exported: string; cached: string[] }> {
  const database = await new Promise<IDBDatabase>((resolve) => {
    const request = indexedDB.open('tekser');
    request.onsuccess = () => resolve(request.result);
  });
  const get = (key: string) => new Promise<unknown>((resolve) => {
    const request = database.transaction('watched').objectStore('watched').get(key);
    request.onsuccess = () => resolve(request.result);
  });
  const key = (await get('key')) as CryptoKey;
  const { iv, data } = (await get('record')) as { iv: Uint8Array; data: ArrayBuffer };
  database.close();
  const latin = [...iv, ...new Uint8Array(data)].map((byte) => String.fromCharCode(byte)).join('');
  const exported = await crypto.subtle.exportKey('raw', key).then(() => 'exported', (error: Error) => error.name);
  const cached = (await Promise.all((await caches.keys()).map(async (name) => (await (await caches.open(name)).keys()).map(({ url }) => url)))).flat();
  return { text: `${latin} ${btoa(latin)}`.toLowerCase(), bytes: data.byteLength, extractable: key.extractable, exported, cached };
}

/** Runs in the page. */
async function whatIsLeft(): Promise<{ databases: (string | undefined)[]; caches: string[]; workers: number }> {
  const databases = (await indexedDB.databases()).map(({ name }) => name);
  return { databases, caches: await caches.keys(), workers: (await navigator.serviceWorker.getRegistrations()).length };
}

/** The developer tools' view of the worker. */
async function worker(page: Page): Promise<{ client: CDPSession; registrationId: string }> {
  const client = await page.context().newCDPSession(page);
  const registered = new Promise<string>((resolve) => client.on('ServiceWorker.workerRegistrationUpdated', ({ registrations }) => registrations[0] && resolve(registrations[0].registrationId)));
  await client.send('ServiceWorker.enable');
  return { client, registrationId: await registered };
}

/** The one notification that is shown after an event of the browser. */
async function noticeAfter(page: Page, event: (client: CDPSession, at: { origin: string; registrationId: string }) => Promise<unknown>): Promise<{ body: string; silent: boolean | null } | undefined> {
  await page.context().grantPermissions(['notifications'], { origin: stage.base });
  const { client, registrationId } = await worker(page);
  await event(client, { origin: stage.base, registrationId });
  await expect.poll(() => page.evaluate(notices)).toHaveLength(1);
  return (await page.evaluate(notices))[0];
}

const noticeAfterPush = (page: Page) => noticeAfter(page, (client, at) => client.send('ServiceWorker.deliverPushMessage', { ...at, data: '{"push":1}' }));

/** Runs in the page. */
async function notices(): Promise<{ body: string; silent: boolean | null }[]> {
  const shown = await (await navigator.serviceWorker.ready).getNotifications();
  return shown.map(({ body, silent }) => ({ body, silent }));
}

describe.each(LANGUAGES)('after a message that says nothing, in %s,', (language) => {
  const { names, notice } = TEXTS[language];

  test('the device says what it found itself', async () => {
    const page = await watching(language);
    stage.serve({ ...LATER, known: PHONE_IN_MORE });
    const text = fill(notice.found, { what: `${names.kinds.phone} ···67` });
    expect(await noticeAfterPush(page)).toEqual({ body: `${text}\n${notice.more}`, silent: false });
    await openList(page, language);
    expect(await page.locator('.watched-news').innerText()).toContain(HOAX.title[language]);
  });

  test('and quietly, that it found nothing', async () => {
    const page = await watching(language);
    const server = stage.serve(LATER);
    expect(await noticeAfterPush(page)).toEqual({ body: notice.nothing, silent: true });
    expect(calls(server, '/ranges/')).toHaveLength(PLACES);
    expect(calls(server, '/v1/evaluate')).toEqual([]);
  });

  test('that the key is another', async () => {
    const page = await watching(language);
    stage.serve({ ...LATER, keys: 40 });
    expect((await noticeAfterPush(page))?.body).toContain(notice.rekeyed);
  });

  test('that it could not look', async () => {
    const page = await watching(language);
    stage.api = async () => new Response(null, { status: 500 });
    expect(await noticeAfterPush(page)).toEqual({ body: notice.failed, silent: true });
  });
});

test('a check that the browser wakes the worker for says only what matters', async () => {
  const page = await watching();
  await page.context().grantPermissions(['notifications'], { origin: stage.base });
  const { client, registrationId } = await worker(page);
  const wake = () => client.send('ServiceWorker.dispatchPeriodicSyncEvent', { origin: stage.base, registrationId, tag: 'list' });
  const server = stage.serve(LATER);
  await wake();
  await expect.poll(() => calls(server, '/ranges/').length).toBe(PLACES);
  stage.serve({ generation: '20261130-201530-3f9a1c2b', builtAt: '2026-11-30T20:15:30Z', known: PHONE_IN_MORE });
  await wake();
  await expect.poll(() => page.evaluate(notices)).toHaveLength(1);
  expect((await page.evaluate(notices))[0]?.body).toContain(fill(TEXTS.ru.notice.found, { what: '' }).trim());
});

/** The messages about notices that the server got, and a server that sends notices and asks for work as `work` says. */
function offering(isOffered = true): { method: string | undefined; body: unknown }[] {
  const got: { method: string | undefined; body: unknown }[] = [];
  stage.api = async (url, init) => {
    if (!url.endsWith('/v1/push')) return stage.server.fetch(url, init);
    if (init.method === 'GET') return isOffered ? Response.json({ offered: true, public_key: KEYS.p256dh, kept_days: 60 }) : new Response(null, { status: 404 });
    got.push({ method: init.method, body: JSON.parse(String(init.body)) });
    return new Response(null, { status: 204 });
  };
  return got;
}

async function notifiedPage(context: { permissions: string[] } = { permissions: ['notifications'] }): Promise<Page> {
  const page = await stage.page(context);
  await page.addInitScript(withSubscription, [ENDPOINT, KEYS] as Subscribing);
  await page.goto(`${stage.base}/ru`);
  await awake(page);
  await answered(page, PEOPLE.phone);
  await watchThis(page);
  await openList(page);
  return page;
}

describe('the subscription to messages', () => {
  const { push } = TEXTS.ru.watch;

  test('is not sent together with a look-up, but minutes later, and again after a week', async () => {
    const got = offering();
    const page = await notifiedPage();
    await page.getByRole('button', { name: push.on }).click();
    await page.getByText(push.waiting).waitFor();
    expect(got).toEqual([]);
    const [running] = page.context().serviceWorkers();
    await running!.evaluate(withSubscription, [ENDPOINT, KEYS] as Subscribing);
    await later(page, 6 * 60_000);
    const { client, registrationId } = await worker(page);
    const wake = () => client.send('ServiceWorker.dispatchPeriodicSyncEvent', { origin: stage.base, registrationId, tag: 'list' });
    stage.server.requests.length = 0;
    await wake();
    await expect.poll(() => got.length).toBe(1);
    expect(got[0]).toEqual({ method: 'POST', body: { endpoint: ENDPOINT, expirationTime: null, keys: KEYS } });
    expect(calls(stage.server, '/v1/')).toEqual([]);
    await later(page, 6 * 86_400_000);
    await wake();
    await expect.poll(() => calls(stage.server, '/v1/index').length).toBe(1);
    expect(got).toHaveLength(1);
    await later(page, 2 * 86_400_000);
    await wake();
    await expect.poll(() => got.length).toBe(2);
    expect(JSON.stringify(got)).not.toContain('7091234567');
  });

  test('ends in the browser and at the server when the person says so', async () => {
    const got = offering();
    const page = await notifiedPage();
    await page.getByRole('button', { name: push.on }).click();
    await page.getByText(push.waiting).waitFor();
    await later(page, 6 * 60_000);
    await page.getByRole('button', { name: push.off }).click();
    await page.getByText(push.stopped).waitFor();
    expect(got).toEqual([{ method: 'DELETE', body: { endpoint: ENDPOINT, auth: KEYS.auth } }]);
    expect(await page.evaluate(async () => (await navigator.serviceWorker.ready).pushManager.getSubscription())).toBe(null);
  });

  test('is not offered by a server that sends none; then there are the feed and a number to call', async () => {
    offering(false);
    const page = await notifiedPage();
    await page.getByText(push.none).waitFor();
    expect(await page.getByRole('button', { name: push.on }).count()).toBe(0);
    expect(await page.locator('.watched a[href="/feed/ru.xml"]').count()).toBe(1);
    expect(await page.locator('.watched a[href="tel:1414"]').count()).toBe(1);
  });

  test('is not made where the browser forbids notifications', async () => {
    const got = offering();
    const page = await notifiedPage({ permissions: [] });
    await page.evaluate(() => void (Notification.requestPermission = async () => 'denied'));
    await page.getByRole('button', { name: push.on }).click();
    await page.getByText(push.denied).waitFor();
    expect(got).toEqual([]);
  });
});

async function isControlled(page: Page): Promise<void> {
  await page.waitForFunction(() => navigator.serviceWorker.controller !== null);
}

/** Cuts the connection of pages and workers. */
const offline = (context: BrowserContext): Promise<void> => context.setOffline(true);

describe('the worker', () => {
  test('shows the pages that need no network, and keeps nothing else', async () => {
    const page = await watching('kk');
    await offline(page.context());
    for (const path of ['/kk/steps', '/kk/letters', '/kk/how', '/kk/privacy', '/kk/watch', '/kk']) {
      await page.goto(`${stage.base}${path}`);
      expect(await page.locator('main h1').first().innerText()).not.toBe('');
      expect(await page.getAttribute('html', 'lang')).toBe('kk');
    }
    await page.waitForSelector('[data-awake]');
    expect(await page.goto(`${stage.base}/kk/leaks`).then(() => 'shown', () => 'not there')).toBe('not there');
    await page.context().setOffline(false);
    await page.goto(`${stage.base}/kk/steps`);
    const { cached } = await page.evaluate(keptBytes);
    expect(cached.filter((url) => !/\/(assets\/[^/]+|kk(\/(steps|letters|how|privacy|watch))?)$/.test(url))).toEqual([]);
  });

  test('of a new version of the site takes over at once, and the pages of the old one go', async () => {
    const page = await watching();
    const before = await page.evaluate(() => caches.keys());
    const script = await (await fetch(`${stage.base}/worker.js`)).text();
    const [build] = before.map((name) => name.replace('tekser-pages-', ''));
    stage.files.set('/worker.js', script.replaceAll(build!, 'another-one'));
    await page.goto(`${stage.base}/ru/steps`);
    await expect.poll(() => page.evaluate(() => caches.keys())).toEqual(['tekser-pages-another-one']);
    await isControlled(page);
    expect(await page.evaluate(async () => (await navigator.serviceWorker.getRegistration())?.waiting ?? null)).toBe(null);
    await openList(page);
    expect(await page.locator('.watched-list > li').count()).toBe(1);
  });

  test('never keeps a visitor from a new page: with a network pages come from there', async () => {
    const page = await watching();
    const text = 'A page of the next version';
    stage.files.set('/ru/steps', `<!doctype html><html lang="ru"><title>x</title><h1>${text}</h1>`);
    await page.goto(`${stage.base}/ru/steps`);
    expect(await page.locator('h1').innerText()).toBe(text);
  });

  test('whose installation fails leaves the one before in its place', async () => {
    const page = await watching();
    const script = await (await fetch(`${stage.base}/worker.js`)).text();
    stage.files.set('/worker.js', script.replace('/ru/letters', '/ru/no-such-page'));
    const before = await page.evaluate(() => caches.keys());
    await page.goto(`${stage.base}/ru/steps`, { waitUntil: 'networkidle' });
    await isControlled(page);
    await offline(page.context());
    await page.goto(`${stage.base}/ru/letters`);
    expect(await page.evaluate(() => caches.keys())).toEqual(before);
  });

  test('goes, with its pages, when the site has none any more; what is watched stays on its page', async () => {
    const page = await watching();
    stage.files.set('/worker.js', null);
    await page.goto(`${stage.base}/ru/steps`);
    await expect.poll(() => page.evaluate(whatIsLeft)).toEqual({ databases: ['tekser'], caches: [], workers: 0 });
    await openList(page);
    expect(await page.locator('.watched-list > li').count()).toBe(1);
  });

  test('goes also when a message finds the site without one', async () => {
    const page = await watching();
    const { client, registrationId } = await worker(page);
    await page.context().grantPermissions(['notifications'], { origin: stage.base });
    stage.files.set('/worker.js', null);
    await client.send('ServiceWorker.deliverPushMessage', { origin: stage.base, registrationId, data: '' });
    await expect.poll(() => page.evaluate(whatIsLeft)).toEqual({ databases: ['tekser'], caches: [], workers: 0 });
  });

  test('and the manifest make the site one that can be installed, whose address can still be seen', async () => {
    const page = await stage.page();
    await page.goto(`${stage.base}/ru`);
    const client = await page.context().newCDPSession(page);
    const { installabilityErrors } = await client.send('Page.getInstallabilityErrors');
    // Playwright's contexts are private windows, which install nothing; nothing else stands against it.
    expect(installabilityErrors.map(({ errorId }) => errorId).filter((id) => id !== 'in-incognito')).toEqual([]);
    const { errors, data } = await client.send('Page.getAppManifest');
    expect(errors).toEqual([]);
    expect((JSON.parse(data ?? '') as { display_override: string[] }).display_override).toEqual(['minimal-ui']);
  });
});

describe.each(LANGUAGES)('for everybody, in %s,', (language) => {
  test.each([{ viewport: PHONE, colorScheme: 'dark' as const }, { viewport: DESKTOP, colorScheme: 'light' as const }])('axe finds nothing wrong at $viewport.width pixels', async (options) => {
    const page = await watching(language, options);
    expect(await violations(page)).toEqual([]);
    stage.serve({ ...LATER, known: PHONE_IN_MORE });
    await page.goto(`${stage.base}/${language}/steps`);
    await page.waitForSelector('.watch-banner');
    expect(await violations(page)).toEqual([]);
    await openList(page, language);
    await page.getByRole('button', { name: TEXTS[language].watch.list.rename }).click();
    expect(await violations(page)).toEqual([]);
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(options.viewport.width);
    stage.serve({ ...LATER, keys: 40 });
    await openList(page, language);
    await page.waitForSelector('.watched-stale');
    expect(await violations(page)).toEqual([]);
  });

  test('the keyboard suffices', async () => {
    const page = await stage.home(language, { viewport: DESKTOP });
    await answered(page, PEOPLE.phone);
    await page.focus('.watch > summary');
    await page.keyboard.press('Enter');
    await page.waitForSelector('.watch .button-main');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await page.getByText(TEXTS[language].watch.offer.done).waitFor();
    await openList(page, language);
    await page.focus('.watched-list .button >> nth=0');
    await page.keyboard.press('Enter');
    await page.waitForSelector('.watched-list input:focus');
    await page.keyboard.type('x');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: /^x, / }).waitFor();
    await page.focus('.watched-list .button >> nth=1');
    await page.keyboard.press('Enter');
    await page.getByText(TEXTS[language].watch.list.removed).waitFor();
  });

  test('what is watched says in how many lists it is', async () => {
    const page = await watching(language);
    await openList(page, language);
    await page.getByText(plural(language, TEXTS[language].watch.list.leaks, leaksOf('phone').length)).waitFor();
  });
});
