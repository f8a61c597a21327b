/** Two institutions answer together; the page asks one alone only if the person agrees. */
import { describe, expect, test } from 'vitest';
import { fill, plural } from '../../src/site/format/plural';
import { number } from '../../src/site/format/number';
import { LANGUAGES, type Language } from '../../src/site/languages';
import { pathOf } from '../../src/site/paths';
import { problem } from '../protocol/fake-server';
import { violations } from './support/axe';
import { DESKTOP, PHONE } from './support/chromium';
import { Record } from './support/record';
import { ABSENT_IIN, ABSENT_PHONE, leaksOf, PEOPLE } from './support/town';
import { answered, ask, awake, TEXTS, titles, useStage } from './support/visit';

const stage = useStage();
const { answer, exchanges, failure, reading } = TEXTS.ru;
const RANGES = 4;

const vectors = (): string[] => stage.server.requests.filter(({ path }) => path.startsWith('/v1/retrieve')).map(({ init }) => Buffer.from(init.body as Uint8Array<ArrayBuffer>).toString('hex'));
const plainRequests = (): string[] => stage.server.requests.map(({ path }) => path).filter((path) => path.startsWith('/v1/ranges/'));
const names = (language: Language): string => (stage.server.retrieval?.servers ?? []).map(({ institution }) => institution[language]).join(', ');
const together = (language: Language): string => fill(TEXTS[language].answer.institutions, { names: names(language) });

/** What one institution does in place of answering as it should. */
function failing(place: number, act: (response: Response, times: number) => Response | Promise<Response>): void {
  stage.server.tamper = (path, response, times) => (path.startsWith(`/v1/retrieve${place}`) ? act(response, times) : response);
}

async function lie(response: Response): Promise<Response> {
  const bytes = new Uint8Array(await response.arrayBuffer());
  bytes[20] = (bytes[20] ?? 0) ^ 1;
  return new Response(bytes);
}

describe.each(LANGUAGES)('in %s', (language) => {
  const texts = TEXTS[language];

  test('a person in two leaks sees both, and that no institution alone learnt what was asked', async () => {
    await stage.together();
    const page = await stage.home(language);
    await answered(page, PEOPLE.iin);
    expect(await page.locator('#answer-heading').innerText()).toBe(plural(language, texts.answer.found.heading, 2));
    expect(await titles(page)).toEqual(leaksOf('iin').map(({ title }) => title[language]));
    expect(await page.locator('.answer').innerText()).toContain(together(language));
    expect(await page.locator('.answer').innerText()).not.toContain(texts.answer.next.twice.text);
    expect([vectors().length, plainRequests()]).toEqual([2, []]);
    expect(await violations(page)).toEqual([]);
  });

  test('a person in no leak is shown the same', async () => {
    await stage.together();
    const page = await stage.home(language);
    await answered(page, ABSENT_IIN);
    expect(await page.locator('#answer-heading').innerText()).toBe(texts.answer.notFound.heading);
    expect(await page.locator('.answer').innerText()).toContain(together(language));
    expect([vectors().length, plainRequests()]).toEqual([2, []]);
  });

  test('after one institution has lied, one alone is asked only if the person agrees, who reads what it would learn', async () => {
    await stage.together();
    failing(1, lie);
    const page = await stage.home(language);
    await ask(page, PEOPLE.iin);
    await page.waitForSelector('.plain-way');
    const shown = await page.locator('.failure').innerText();
    expect(shown).toContain(texts.failure.texts.path);
    expect(shown).toContain(fill(texts.failure.plain.learns, { n: number(language, RANGES) }));
    expect(await violations(page)).toEqual([]);
    expect(plainRequests()).toEqual([]);
    await page.getByRole('button', { name: texts.failure.plain.agree }).click();
    await page.waitForSelector('.answer[data-found=true] .next');
    expect(plainRequests()).toHaveLength(1);
    const answerShown = await page.locator('.answer').innerText();
    expect(answerShown).not.toContain(together(language));
    // From now on a second check asked in this way would tell more.
    expect(answerShown).toContain(texts.answer.next.twice.text);
  });

  test('a person who declines is not asked again, nothing more is sent, and the check can be tried again', async () => {
    await stage.together();
    let isDown = true;
    failing(0, (response) => (isDown ? problem(500, 'internal') : response));
    const page = await stage.home(language);
    await ask(page, PEOPLE.iin);
    await page.waitForSelector('.plain-way');
    const sent = stage.server.requests.length;
    await page.getByRole('button', { name: texts.failure.plain.decline }).click();
    await page.getByText(texts.failure.plain.declined).waitFor();
    expect(await page.evaluate(() => document.activeElement?.textContent)).toBe(texts.failure.plain.declined);
    expect(await page.getByRole('button', { name: texts.failure.plain.agree }).count()).toBe(0);
    expect(await violations(page)).toEqual([]);
    expect([stage.server.requests.length, plainRequests()]).toEqual([sent, []]);
    isDown = false;
    await page.getByRole('button', { name: texts.failure.again }).click();
    await page.waitForSelector('.answer[data-found=true]');
    expect([vectors().length, plainRequests()]).toEqual([4, []]);
  });

  test('where one institution may not be asked alone, that is not offered', async () => {
    await stage.together({}, true);
    failing(1, lie);
    const page = await stage.home(language);
    await ask(page, PEOPLE.iin);
    await page.waitForSelector('.failure');
    expect(await page.locator('.failure').innerText()).toContain(texts.failure.texts.path);
    expect(await page.locator('.plain-way').count()).toBe(0);
    expect(plainRequests()).toEqual([]);
  });

  test('the pages say that several institutions answer together, where they do', async () => {
    const read = async (path: string): Promise<string> => {
      const page = await stage.page();
      await page.goto(`${stage.base}${path}`);
      return page.locator('main').innerText();
    };
    const limits = /PIR|private information retrieval|private retrieval/;
    expect(await read(pathOf(language, 'experts'))).not.toMatch(limits);
    await stage.together();
    expect(await read(pathOf(language, 'experts'))).toMatch(limits);
    expect(await read(`/${language}`)).toMatch({ kk: /бірнеше мекеме бірге жауап береді/, ru: /отвечают вместе несколько учреждений/, en: /Several institutions answer every check together/ }[language]);
    expect(await read(pathOf(language, 'privacy'))).not.toMatch({ kk: /қатарынан тексерсеңіз/, ru: /проверить подряд/, en: /two of your numbers in a row/ }[language]);
  });
});

describe('an institution', () => {
  test('that is down is a failure with an offer, and the other one is still asked by itself for nothing', async () => {
    await stage.together();
    failing(1, () => Promise.reject(new Error('down')));
    const page = await stage.home('ru');
    await ask(page, PEOPLE.iin);
    await page.waitForSelector('.plain-way');
    expect(plainRequests()).toEqual([]);
    expect(stage.server.requests.filter(({ path }) => path.startsWith('/v1/retrieve0'))).toHaveLength(1);
  });

  test('that is busy is waited for, and gets the same bytes again', async () => {
    await stage.together({ prefixBits: 7 });
    failing(1, (response, times) => (times === 1 ? problem(503, 'unavailable', {}, { 'retry-after': '1' }) : response));
    const page = await stage.home('ru');
    await ask(page, PEOPLE.iin);
    await page.waitForSelector('.countdown');
    await page.waitForSelector('.answer[data-found=true]');
    expect([vectors().length, new Set(vectors()).size]).toEqual([3, 2]);
  });

  test('that asks for work gets it', async () => {
    await stage.together({ retrievalWork: '3' });
    const page = await stage.home('ru');
    await answered(page, PEOPLE.iin);
    await page.getByText(exchanges.summary).click();
    await page.waitForSelector('.lay');
    expect(await page.locator('.exchanges').innerText()).toContain(exchanges.lay['retrieve-challenge'].sent);
  });

  test('that retires the list in mid-look-up is asked again with new bytes, and so is the other one', async () => {
    await stage.together({ prefixBits: 7 });
    failing(0, (response, times) => (times === 1 ? problem(410, 'retired') : response));
    const page = await stage.home('ru');
    await answered(page, PEOPLE.iin);
    expect(await page.locator('.answer').innerText()).toContain(together('ru'));
    expect([vectors().length, new Set(vectors()).size, plainRequests()]).toEqual([4, 4, []]);
  });
});

test('the panel shows each institution’s vector and answer, which add up to what was asked and answered', async () => {
  await stage.together({ prefixBits: 7 });
  const page = await stage.home('ru');
  await answered(page, PEOPLE.iin);
  await page.getByText(exchanges.summary).click();
  await page.waitForSelector('.lay');
  const shown: string[] = [];
  for (const place of [1, 2]) {
    const one = page.locator('.exchanges > ol > li', { hasText: `${exchanges.lay.retrieve.title}: Учреждение ${place}` });
    await one.locator('summary').click();
    expect(await one.innerText()).toContain(plural('ru', exchanges.bytes, 16));
    expect(await one.innerText()).toContain(plural('ru', exchanges.bytes, stage.server.index.range_bytes));
    shown.push((await one.locator('.hex').first().innerText()).slice(8, 55).replaceAll(' ', ''));
  }
  expect(shown.sort()).toEqual(vectors().sort());
  const [first = 0n, second = 0n] = shown.map((hex) => BigInt(`0x${hex}`));
  expect((first ^ second).toString(2).replaceAll('0', '')).toBe('1');
});

test('no vector is left behind: not in storage, the history, the console or an address', async () => {
  await stage.together({ prefixBits: 7 });
  const record = new Record();
  const page = await stage.page();
  record.listen(page);
  await page.goto(`${stage.base}/ru`);
  await awake(page);
  await answered(page, PEOPLE.iin);
  await record.look(page);
  expect([...record.origins].sort()).toEqual([stage.base, ...stage.institutions].sort());
  expect(vectors()).toHaveLength(2);
  for (const hex of vectors()) {
    const bytes = Buffer.from(hex, 'hex');
    for (const form of [hex, bytes.toString('base64'), bytes.toString('base64url'), [...bytes].join(',')]) expect(record.text).not.toContain(form.toLowerCase());
  }
  expect(record.text).not.toContain('content security policy');
});

test('several values are asked about privately, which the page says before; after a failure only the one that failed is offered', async () => {
  await stage.together();
  let calls = 0;
  failing(1, (response) => (++calls === 2 ? lie(response) : response));
  const page = await stage.home('ru');
  await page.focus('#identifier');
  await page.waitForTimeout(500);
  await page.fill('#identifier', `${PEOPLE.iin}; ${ABSENT_PHONE}`);
  await page.waitForSelector('.entries');
  await expect.poll(() => page.locator('.entries').innerText()).toContain(reading.list.apart);
  expect(await page.locator('.entries').innerText()).not.toContain(reading.list.linked);
  await page.click('.form [type=submit]');
  await page.waitForSelector('.plain-way');
  expect(await page.locator('.plain-way .value').count()).toBe(1);
  await page.getByRole('button', { name: failure.plain.agree }).click();
  await page.waitForSelector('.answer .next');
  expect(plainRequests()).toHaveLength(1);
  expect(await page.locator('#answer-heading').innerText()).toBe(fill(reading.list.heading, { n: '2', found: '1' }));
});

test('a second time the offer says that two lists together tell more', async () => {
  await stage.together();
  failing(1, lie);
  const page = await stage.home('ru');
  await ask(page, PEOPLE.iin);
  await page.waitForSelector('.plain-way');
  expect(await page.locator('.plain-way').innerText()).not.toContain(failure.plain.second);
  await page.getByRole('button', { name: failure.plain.agree }).click();
  await page.waitForSelector('.answer .next');
  await page.getByRole('button', { name: answer.next.another }).click();
  await ask(page, ABSENT_IIN);
  await page.waitForSelector('.plain-way');
  expect(await page.locator('.plain-way').innerText()).toContain(failure.plain.second);
});

test('of an index with one list the offer says that nothing is learnt', async () => {
  await stage.together({ prefixBits: 0 });
  failing(1, lie);
  const page = await stage.home('ru');
  await ask(page, PEOPLE.iin);
  await page.waitForSelector('.plain-way');
  expect(await page.locator('.plain-way').innerText()).toContain(failure.plain.only);
});

test('the keyboard alone leads to the offer, and to declining it', async () => {
  await stage.together();
  failing(1, lie);
  const page = await stage.home('ru', { viewport: DESKTOP });
  await ask(page, PEOPLE.iin);
  await page.waitForSelector('.plain-way');
  for (const name of [failure.again, failure.change, failure.plain.agree, failure.plain.decline]) {
    await page.keyboard.press('Tab');
    expect(await page.evaluate(() => document.activeElement?.textContent)).toBe(name);
  }
  await page.keyboard.press('Enter');
  await page.getByText(failure.plain.declined).waitFor();
});

test.each(LANGUAGES)('neither the offer nor the panel is wider than 320 pixels, with text of twice the size, in %s', async (language) => {
  await stage.together();
  let isLying = true;
  failing(1, (response) => (isLying ? lie(response) : response));
  for (const viewport of [{ width: 320, height: 640 }, PHONE]) {
    isLying = true;
    const page = await stage.home(language, { viewport, colorScheme: viewport === PHONE ? 'dark' : 'light' });
    const client = await page.context().newCDPSession(page);
    await client.send('Page.setFontSizes', { fontSizes: { standard: 32 } });
    const isWithin = async (): Promise<boolean> => page.evaluate(() => document.documentElement.scrollWidth <= document.documentElement.clientWidth);
    await ask(page, PEOPLE.iin);
    await page.waitForSelector('.plain-way');
    expect([await isWithin(), await violations(page)]).toEqual([true, []]);
    const small = await page.locator('.plain-way button').evaluateAll((buttons) => buttons.filter((one) => one.getBoundingClientRect().height < 43.5).length);
    expect(small).toBe(0);
    isLying = false;
    await page.getByRole('button', { name: TEXTS[language].failure.again }).click();
    await page.waitForSelector('.answer .next');
    await page.click('.exchanges > summary');
    await page.waitForSelector('.lay');
    for (const summary of await page.locator('.expert > summary').all()) await summary.click();
    expect([await isWithin(), await violations(page)]).toEqual([true, []]);
  }
});
