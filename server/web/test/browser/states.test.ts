import { expect, test } from 'vitest';
import { fill, plural } from '../../src/site/format/plural';
import { LANGUAGES } from '../../src/site/languages';
import { outdated } from '../../src/site/texts/outdated';
import type { Texts } from '../../src/site/texts/type';
import { problem } from '../protocol/fake-server';
import { type Members, signedIndex } from '../protocol/release';
import { PEOPLE } from './support/town';
import { answered, ask, TEXTS, useStage } from './support/visit';

const stage = useStage();
const { failure, progress } = TEXTS.ru;

/** One byte is changed. */
async function swapped(response: Response, place: number): Promise<Response> {
  const bytes = new Uint8Array(await response.arrayBuffer());
  const at = place < 0 ? bytes.length + place : place;
  bytes[at] = (bytes[at] ?? 0) ^ 1;
  return new Response(bytes);
}

/** A member of a JSON answer is changed in one byte, so that it is still well formed. */
async function forged(response: Response, member: string): Promise<Response> {
  const json = (await response.json()) as Record<string, string>;
  const bytes = Buffer.from(json[member] ?? '', 'base64url');
  bytes[0] = (bytes[0] ?? 0) ^ 1;
  return Response.json({ ...json, [member]: bytes.toString('base64url') });
}

test('an index that is replaced during the look-up is started over without the person', async () => {
  const { fetch } = stage.server;
  let retired = 0;
  stage.api = async (url, init) => (url.includes('/v1/ranges/') && retired++ === 0 ? problem(410, 'retired') : fetch(url, init));
  const page = await stage.home();
  await answered(page, PEOPLE.iin);
  expect(retired).toBe(2);
});

test('a page whose version was to end says so beside the answer, and only such a page loads what says it', async () => {
  const page = await stage.home();
  const loaded: string[] = [];
  page.on('request', (request) => void loaded.push(new URL(request.url()).pathname));
  await answered(page, PEOPLE.iin);
  expect(await page.locator('.answer').innerText()).not.toContain(outdated.ru);
  expect(loaded.filter((path) => path.includes('Outdated'))).toEqual([]);
  const service = ({ service, ...statement }: Members): Members => ({ ...statement, service: { ...(service as Members), sunset: '2026-01-02T03:04:05Z' } });
  stage.api = async (url, init) => (url.endsWith('/v1/index') ? Response.json(signedIndex(stage.server, service)) : stage.server.fetch(url, init));
  const late = await stage.home();
  await answered(late, PEOPLE.iin);
  await late.getByText(outdated.ru).waitFor();
});

test('a limit is waited for, with a countdown, and then the look-up goes on', async () => {
  stage.server.tamper = (path, response, times) =>
    path.startsWith('/v1/evaluate') && times === 1 ? problem(429, 'too-many', {}, { 'retry-after': '2' }) : response;
  const page = await stage.home();
  await ask(page, PEOPLE.iin);
  await page.waitForSelector('.countdown');
  expect(await page.locator('.progress-stage').innerText()).toBe(progress.waiting.rate);
  expect([2, 1].map((n) => plural('ru', progress.seconds, n))).toContain(await page.locator('.countdown').innerText());
  await page.waitForSelector('.answer');
});

test('a longer limit is shown, and the number can be asked again', async () => {
  stage.server.tamper = (path, response, times) => (path.startsWith('/v1/evaluate') && times === 1 ? problem(429, 'too-many', {}, { 'retry-after': '3600' }) : response);
  const page = await stage.home();
  await ask(page, PEOPLE.iin);
  await page.waitForSelector('.failure');
  expect(await page.locator('.failure').innerText()).toContain(failure.texts.rate);
});

test('without a connection the page says so, keeps what was typed, and goes on when it is back', async () => {
  const page = await stage.home();
  await page.waitForLoadState('networkidle');
  await page.waitForTimeout(500);
  await page.context().setOffline(true);
  expect(await page.locator('.notice').innerText()).toContain(TEXTS.ru.check.offline);
  await ask(page, PEOPLE.iin);
  await page.waitForSelector('.failure');
  expect(await page.locator('.failure').innerText()).toContain(failure.texts.offline);
  await page.context().setOffline(false);
  await page.getByText(failure.online).waitFor();
  await page.getByRole('button', { name: failure.change }).click();
  await expect.poll(() => page.inputValue('#identifier')).toBe(PEOPLE.iin);
  await page.keyboard.press('Enter');
  await page.waitForSelector('.answer');
});

test('a check can be stopped', async () => {
  stage.api = () => new Promise(() => undefined);
  const page = await stage.home();
  await ask(page, PEOPLE.iin);
  await page.getByRole('button', { name: progress.cancel }).click();
  expect(await page.locator('.form-note').innerText()).toBe(progress.cancelled);
  await expect.poll(() => page.inputValue('#identifier')).toBe(PEOPLE.iin);
});

test('a slow server is explained', async () => {
  stage.api = () => new Promise(() => undefined);
  const page = await stage.home();
  await ask(page, PEOPLE.iin);
  await page.getByText(progress.slow).waitFor();
});

const CHEATS: { what: string; path: string; code: keyof Texts['failure']['texts']; tamper: (response: Response) => Promise<Response> }[] = [
  { what: 'a wrong proof', path: '/v1/evaluate', code: 'proof', tamper: (response) => forged(response, 'proof') },
  { what: 'a wrong path', path: '/v1/ranges', code: 'path', tamper: (response) => swapped(response, -1) },
  { what: 'a wrong root', path: '/v1/index', code: 'signature', tamper: (response) => forged(response, 'root') },
  { what: 'a wrong key', path: '/v1/index', code: 'signature', tamper: (response) => forged(response, 'key_id') },
];

test.each(CHEATS)('$what is refused with words that a person understands', async ({ path, code, tamper }) => {
  stage.server.tamper = (called, response) => (called.startsWith(path) ? tamper(response) : response);
  for (const language of LANGUAGES) {
    const page = await stage.home(language);
    await ask(page, PEOPLE.iin);
    await page.waitForSelector('.failure');
    const shown = await page.locator('.failure').innerText();
    expect(shown).toContain(TEXTS[language].failure.headings.refused);
    expect(shown).toContain(TEXTS[language].failure.texts[code]);
    expect(await page.locator('.answer').count()).toBe(0);
  }
});

test('an error of the server is shown as such', async () => {
  stage.server.tamper = (path, response) => (path.startsWith('/v1/evaluate') ? problem(500, 'internal') : response);
  const page = await stage.home();
  await ask(page, PEOPLE.iin);
  await page.waitForSelector('.failure');
  expect(await page.locator('.failure').innerText()).toContain(failure.texts.server);
});

test('the panel shows the bytes that were exchanged, in plain words and in full', async () => {
  const page = await stage.home();
  await answered(page, PEOPLE.iin);
  await page.getByText(TEXTS.ru.exchanges.summary).click();
  await page.waitForSelector('.lay');
  const shown = await page.locator('.exchanges').innerText();
  for (const note of ['index', 'evaluate', 'range', 'breaches'] as const) expect(shown).toContain(TEXTS.ru.exchanges.lay[note].title);
  const evaluate = page.locator('.exchanges li', { hasText: TEXTS.ru.exchanges.lay.evaluate.title });
  await evaluate.locator('summary').click();
  const sent = stage.server.requests.find(({ path }) => path.startsWith('/v1/evaluate'))?.init.body as string;
  expect(await evaluate.locator('.hex').first().innerText()).toContain(Buffer.from(sent).subarray(0, 16).toString('hex').replace(/..(?=.)/g, '$& '));
});

test('without JavaScript the page says why the check needs it, and shows no form that does nothing', async () => {
  for (const language of LANGUAGES) {
    const page = await stage.page({ javaScriptEnabled: false });
    await page.goto(`${stage.base}/${language}`);
    expect(await page.locator('noscript').first().innerText()).toContain(TEXTS[language].shell.noScript.text);
    expect(await page.locator('#identifier').isVisible()).toBe(false);
    await page.goto(`${stage.base}/${language}/privacy`);
    expect(await page.locator('h1').isVisible()).toBe(true);
  }
});

test('an old browser is informed', async () => {
  const page = await stage.page();
  await page.addInitScript('delete window.BigInt');
  await page.goto(`${stage.base}/kk`);
  expect(await page.locator('.unable-oldBrowser').innerText()).toContain(TEXTS.kk.shell.oldBrowser.text);
  expect(await page.locator('#identifier').isVisible()).toBe(false);
});

test('a program that does not arrive is reported', async () => {
  const page = await stage.page();
  await page.route('**/assets/main-*.js', (route) => route.abort());
  await page.goto(`${stage.base}/en`);
  expect(await page.locator('.unable-broken').innerText()).toContain(TEXTS.en.shell.broken.text);
});

test('the catalogue can be narrowed down and its chart has a table', async () => {
  const page = await stage.page();
  await page.goto(`${stage.base}/en/leaks`);
  await page.waitForSelector('.leak');
  expect(await page.locator('.leak').count()).toBe(5);
  await page.selectOption('#filter-status', 'confirmed');
  expect(await page.locator('.leak').count()).toBe(2);
  await page.selectOption('#filter-year', '2025');
  expect(await page.locator('.shown').innerText()).toBe(`${plural('en', TEXTS.en.catalogue.shown, 1)} ${fill(TEXTS.en.catalogue.of, { n: '5' })}.`);
  await page.getByRole('button', { name: TEXTS.en.catalogue.reset }).click();
  expect(await page.locator('.leak').count()).toBe(5);
  expect(await page.locator('.figures tbody tr').count()).toBe(5);
});

test('a catalogue that does not load can be asked for again', async () => {
  const { fetch } = stage.server;
  stage.api = async () => problem(500, 'internal');
  const page = await stage.page();
  await page.goto(`${stage.base}/en/press`);
  await page.getByText(TEXTS.en.failure.texts.server).waitFor();
  stage.api = fetch;
  await page.getByRole('button', { name: TEXTS.en.catalogue.again }).click();
  await page.locator('.big-figure', { hasText: '20,558,600' }).waitFor();
});
