import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { derivedKey, ENDLESS_WORK } from '../protocol/fake-server';
import { PEOPLE } from './support/town';
import { answered, ask, awake, TEXTS, useStage } from './support/visit';

const stage = useStage();
/** Takes some tenths of a second. */
const WORK = derivedKey(5000).slice(0, 32);

const paths = (): string[] => stage.server.requests.map(({ path }) => path);
const prepared = (page: Page) => page.waitForResponse('**/v1/challenge?elements=1');

test('nothing is asked before a person comes to the field, and then only for work', async () => {
  stage.serve({ work: '0' });
  const page = await stage.home();
  await page.waitForTimeout(1000);
  expect(paths()).toEqual([]);
  const answer = prepared(page);
  await page.focus('#identifier');
  await answer;
  await page.keyboard.type('87091', { delay: 20 });
  await page.waitForTimeout(300);
  expect(paths()).toEqual(['/v1/index', '/v1/challenge']);
});

test('after a pause in the field, a click needs no solving', async () => {
  stage.serve({ work: WORK });
  const page = await stage.home();
  const answer = prepared(page);
  await page.fill('#identifier', PEOPLE.iin);
  await answer;
  await page.waitForTimeout(4000);
  const seen = page.evaluate(
    () =>
      new Promise<boolean>((resolve) => {
        let worked = false;
        new MutationObserver(() => {
          worked ||= document.querySelector('progress') !== null;
          if (document.querySelector('.answer')) resolve(worked);
        }).observe(document.body, { childList: true, subtree: true });
      }),
  );
  await page.keyboard.press('Enter');
  expect(await seen).toBe(false);
  expect(paths().filter((path) => path.startsWith('/v1/evaluate'))).toHaveLength(1);
});

test('a click before it is done waits for the same work, with its progress shown', async () => {
  stage.serve({ work: WORK });
  const page = await stage.home();
  await ask(page, PEOPLE.iin);
  await page.waitForSelector('progress');
  await page.waitForSelector('.answer');
  expect(paths().filter((path) => path === '/v1/challenge' || path.startsWith('/v1/evaluate'))).toHaveLength(2);
});

test('a person who typed before the program was there has the work done as well', async () => {
  stage.serve({ work: '0' });
  const page = await stage.page();
  let wake: () => void = () => undefined;
  const woken = new Promise<void>((resolve) => (wake = resolve));
  await page.route('**/assets/island-*.js', async (route) => (await woken, route.continue()));
  await page.goto(`${stage.base}/ru`, { waitUntil: 'commit' });
  await page.fill('#identifier', '8709');
  const answer = prepared(page);
  wake();
  await awake(page);
  await answer;
});

test('the panel shows what was asked beforehand', async () => {
  stage.serve({ work: '0' });
  const page = await stage.home();
  await answered(page, PEOPLE.iin);
  await page.getByText(TEXTS.ru.exchanges.summary).click();
  await page.waitForSelector('.lay');
  expect(await page.locator('.exchanges').innerText()).toContain(TEXTS.ru.exchanges.lay.ahead.title);
});

test('clearing everything stops the work, and an empty field that the page leads to begins none', async () => {
  const page = await stage.home();
  await answered(page, PEOPLE.iin);
  stage.serve({ work: ENDLESS_WORK });
  await page.getByRole('button', { name: TEXTS.ru.answer.next.clear }).click();
  await page.waitForTimeout(500);
  expect(paths()).toEqual([]);
});
