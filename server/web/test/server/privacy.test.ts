import { expect, test } from 'vitest';
import { LEAK_KINDS } from '../../src/identifier';
import { forms, Record } from '../browser/support/record';
import { PEOPLE } from '../browser/support/town';
import { answered, awake, TEXTS } from '../browser/support/visit';
import { queries } from './support/tekser';
import { useTown } from './support/visitors';

const town = useTown('--pow', 'auto');
const ASKED = queries();

test.each(LEAK_KINDS)('no look-up of a %s on the real server leaves a trace of it anywhere, in any form', async (kind) => {
  const value = ASKED.find((query) => query.kind === kind && query.exposures.length > 0)?.value ?? PEOPLE[kind];
  const record = new Record();
  const page = await town.page();
  record.listen(page);
  await page.goto(`${town.tekser.base}/kk`);
  await awake(page);
  await answered(page, value);
  await page.getByText(TEXTS.kk.exchanges.summary).click();
  await page.waitForSelector('.lay');
  await record.look(page);
  await page.goBack();
  await record.look(page);
  expect(record.text).toContain('/v1/ranges/');
  for (const form of forms(kind, value)) expect(record.text.includes(form), `a form ${form.length} characters long`).toBe(false);
  expect([...record.origins]).toEqual([town.tekser.base]);
  await page.context().close();
});
