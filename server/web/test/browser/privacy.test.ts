import { expect, test } from 'vitest';
import { LEAK_KINDS } from '../../src/identifier';
import { LANGUAGES } from '../../src/site/languages';
import { PAGES, pathOf } from '../../src/site/paths';
import { forms, Record } from './support/record';
import { ABSENT_IIN, MISTYPED_IIN, PEOPLE } from './support/town';
import { answered, ask, awake, TEXTS, useStage } from './support/visit';

const stage = useStage();

test.each(LEAK_KINDS)('no look-up of a %s leaves a trace of it anywhere, in any form', async (kind) => {
  const record = new Record();
  const page = await stage.page();
  record.listen(page);
  await page.goto(`${stage.base}/kk`);
  await awake(page);
  await answered(page, PEOPLE[kind]);
  for (const step of (await page.locator('.step input').all()).slice(0, 1)) await step.check();
  await page.getByText(TEXTS.kk.exchanges.summary).click();
  await page.waitForSelector('.lay');
  await record.look(page);
  await page.goBack();
  await record.look(page);
  for (const form of forms(kind, PEOPLE[kind])) expect(record.text.includes(form), `a form ${form.length} characters long`).toBe(false);
  expect([...record.origins]).toEqual([stage.base]);
});

test('the search for traces knows the plain, spaced, hexadecimal and base64 forms', () => {
  const searched = forms('phone', PEOPLE.phone);
  const traces = [PEOPLE.phone, '+77091234567', '77091234567', Buffer.from('+77091234567').toString('hex'), btoa('+77091234567'), btoa('tekser:1:phone:+77091234567')];
  for (const trace of traces) expect(searched).toContain(trace.toLowerCase());
});

test('neither a refused value nor a failing server leaves a trace', async () => {
  const record = new Record();
  stage.server.tamper = (path, response) => (path.includes('/ranges/') ? new Response('cut off') : response);
  const page = await stage.page();
  record.listen(page);
  await page.goto(`${stage.base}/ru`);
  await awake(page);
  await ask(page, MISTYPED_IIN);
  await ask(page, ABSENT_IIN);
  await page.waitForSelector('.failure');
  await record.look(page);
  expect(record.text).not.toContain(MISTYPED_IIN);
  for (const form of forms('iin', ABSENT_IIN)) expect(record.text).not.toContain(form);
});

test('a look-up asks the same of the server whether or not something is found, but for what is blinded', async () => {
  const paths: string[][] = [];
  for (const typed of [PEOPLE.iin, ABSENT_IIN]) {
    stage.server.requests.length = 0;
    const page = await stage.home();
    await answered(page, typed);
    paths.push(stage.server.requests.map(({ path }) => path.replace(/(ranges\/[^/]+\/).*/, '$1')).sort());
  }
  expect(paths[0]).toEqual(paths[1]);
});

test('no page talks to anybody else, sets a cookie or breaks the policy', async () => {
  const page = await stage.page();
  const record = new Record();
  record.listen(page);
  for (const language of LANGUAGES) {
    for (const name of PAGES) {
      await page.goto(`${stage.base}${pathOf(language, name)}`, { waitUntil: 'networkidle' });
      expect(await page.getAttribute('html', 'lang')).toBe(language);
      expect(await page.locator('link[rel=alternate][hreflang]').count()).toBe(4);
    }
  }
  expect([...record.origins]).toEqual([stage.base]);
  expect(await page.context().cookies()).toEqual([]);
  expect(record.text).not.toContain('content security policy');
});

test('Enter before the program has been loaded sends nothing and stays on the page', async () => {
  const page = await stage.page();
  await page.route('**/assets/island-*.js', () => undefined);
  await page.goto(`${stage.base}/ru`, { waitUntil: 'commit' });
  await page.fill('#identifier', PEOPLE.iin);
  await page.keyboard.press('Enter');
  await page.waitForTimeout(300);
  expect(page.url()).toBe(`${stage.base}/ru`);
  await expect.poll(() => page.inputValue('#identifier')).toBe(PEOPLE.iin);
});
