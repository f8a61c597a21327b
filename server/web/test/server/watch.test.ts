/** Does a device watch by the real server: its lists, its policy for the worker, its messages? */
import { beforeAll, expect, test } from 'vitest';
import { ENDPOINT, KEYS, later, type Subscribing, withSubscription } from '../browser/support/notices';
import { forms } from '../browser/support/record';
import { answered, awake, TEXTS } from '../browser/support/visit';
import { queries } from './support/tekser';
import { useTown } from './support/visitors';

const town = useTown();
const { offer, list, push } = TEXTS.ru.watch;
const PHONE = queries().find(({ kind, exposures }) => kind === 'phone' && exposures.length > 0)!.value;

beforeAll(() => town.tekser.serve('--pow', 'auto', ...town.tekser.notices(new URL(ENDPOINT).host)));

test('the worker may ask whom pages may ask, and nobody keeps it', async () => {
  const [page, worker] = await Promise.all(['/ru', '/worker.js'].map((path) => fetch(town.tekser.base + path)));
  expect(worker!.headers.get('content-security-policy')).toBe(page!.headers.get('content-security-policy'));
  expect(worker!.headers.get('cache-control')).toBe('no-cache');
});

test('a device watches a number, looks it up in the next list, and subscribes and leaves without showing whose it is', async () => {
  const page = await town.page({ permissions: ['notifications'] });
  await page.addInitScript(withSubscription, [ENDPOINT, KEYS] as Subscribing);
  await page.goto(`${town.tekser.base}/ru`);
  await awake(page);
  await answered(page, PHONE);
  await page.click('.watch > summary');
  await page.getByRole('button', { name: offer.one, exact: true }).click();
  await page.getByText(offer.done).waitFor();
  await page.goto(`${town.tekser.base}/ru/watch`);
  await page.getByRole('button', { name: list.now }).click();
  await page.getByText(list.unchanged).waitFor();
  await town.tekser.replaceIndex();
  await page.getByRole('button', { name: list.now }).click();
  await page.getByText(list.nothing).waitFor();
  await later(page, 6 * 60_000);
  await page.getByRole('button', { name: push.on }).click();
  await page.getByText(push.started).waitFor();
  const kept = town.tekser.endpoints();
  expect(kept).toContain(ENDPOINT);
  for (const form of forms('phone', PHONE)) expect(kept.toLowerCase().includes(form), `a form ${form.length} characters long`).toBe(false);
  await page.getByRole('button', { name: push.off }).click();
  await page.getByText(push.stopped).waitFor();
  expect(town.tekser.endpoints()).not.toContain(ENDPOINT);
  await page.context().close();
});
