/** On a slow network the button works from the first paint, or shows that it waits. */
import { expect, test } from 'vitest';
import { PEOPLE } from './support/town';
import { awake, TEXTS, useStage } from './support/visit';

const stage = useStage();

test('a press before the program is there is kept: the page says that it waits, and then checks by itself', async () => {
  const page = await stage.page();
  let load: () => void = () => undefined;
  const loaded = new Promise<void>((resolve) => (load = resolve));
  await page.route('**/assets/island-*.js', async (route) => (await loaded, route.continue()));
  await page.goto(`${stage.base}/ru`, { waitUntil: 'commit' });
  await page.fill('#identifier', PEOPLE.iin);
  await page.click('.form [type=submit]');
  await page.getByText(TEXTS.ru.reading.loading).waitFor();
  expect(page.url()).toBe(`${stage.base}/ru`);
  expect(stage.server.requests).toEqual([]);
  load();
  await page.waitForSelector('.answer');
});

test('a doubtful value that was sent off early is asked about, not looked up', async () => {
  const page = await stage.page();
  let load: () => void = () => undefined;
  const loaded = new Promise<void>((resolve) => (load = resolve));
  await page.route('**/assets/island-*.js', async (route) => (await loaded, route.continue()));
  await page.goto(`${stage.base}/ru`, { waitUntil: 'commit' });
  await page.fill('#identifier', '8 (709) 806-30-0');
  await page.click('.form [type=submit]');
  load();
  await awake(page);
  await page.waitForSelector('.doubts');
  expect(await page.locator('.form-waiting').isVisible()).toBe(false);
});
