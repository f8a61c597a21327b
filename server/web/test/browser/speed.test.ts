import { randomBytes } from 'node:crypto';
import type { Page } from 'playwright-core';
import { afterAll, describe, expect, test } from 'vitest';
import { PHONE } from './support/chromium';
import { PEOPLE } from './support/town';
import type { Api } from './support/site-server';
import { awake, useStage } from './support/visit';
import type { FakeServer } from '../protocol/fake-server';

const stage = useStage();
const BUDGET = 100_000;
/** No page may shift by more, in the unit of Cumulative Layout Shift. */
const SHIFT = 0.005;
/** The answer must be there this soon after the click, with a processor four times slower and without the network's own time. */
const ANSWER_MILLISECONDS = 600;

/** What the browser's developer tools call 3G, in their faster form. */
const THIRD_GENERATION = { offline: false, latency: 400, downloadThroughput: 1_600_000 / 8, uploadThroughput: 750_000 / 8 };

/** What was measured, to be quoted. */
const figures: string[] = [];
afterAll(() => console.info(`Measured: ${figures.join('; ')}.`));

interface Measured {
  shift: number;
}

/** Slows the page's processor down four times and its network to 3G; gives the milliseconds the page has used of it, however busy the machine is with other things. */
async function slowPhone(page: Page): Promise<() => Promise<number>> {
  const client = await page.context().newCDPSession(page);
  await client.send('Performance.enable');
  await client.send('Network.enable');
  await client.send('Network.emulateNetworkConditions', THIRD_GENERATION);
  await client.send('Emulation.setCPUThrottlingRate', { rate: 4 });
  return async () => {
    const { metrics } = await client.send('Performance.getMetrics');
    return 1000 * (metrics.find(({ name }) => name === 'ThreadTime')?.value ?? 0);
  };
}

/** Milliseconds the requests of the look-up took, one after another or together, by the browser's own clock. */
async function networkTime(page: Page, since: number): Promise<number> {
  return page.evaluate((start) => {
    const calls = performance.getEntriesByType('resource').filter(({ name, startTime, duration }) => name.includes('/v1/') && startTime + duration >= start);
    const moments = calls.map(({ startTime, duration }) => ({ from: Math.max(startTime, start), to: startTime + duration })).sort((a, b) => a.from - b.from);
    let end = 0;
    return moments.reduce((sum, { from, to }) => {
      const added = Math.max(0, to - Math.max(from, end));
      end = Math.max(end, to);
      return sum + added;
    }, 0);
  }, since);
}

/** Milliseconds from the click to the answer: in all, those that the network took, and the page's own. */
interface Duration {
  whole: number;
  network: number;
  own: number;
}

/** Has the page of a slow phone look a person up. */
async function lookUpSlowly(page: Page): Promise<Duration> {
  await page.waitForLoadState('networkidle');
  await page.waitForTimeout(1500);
  const used = await slowPhone(page);
  await page.fill('#identifier', PEOPLE.iin);
  const before = await used();
  const clicked = await page.evaluate(
    () =>
      new Promise<{ start: number; end: number }>((resolve) => {
        const start = performance.now();
        new MutationObserver((_, observer) => {
          if (!document.querySelector('#answer-heading')) return;
          observer.disconnect();
          requestAnimationFrame(() => resolve({ start, end: performance.now() }));
        }).observe(document.body, { childList: true, subtree: true });
        document.querySelector<HTMLElement>('.form [type=submit]')?.click();
      }),
  );
  const network = await networkTime(page, clicked.start);
  const whole = clicked.end - clicked.start;
  return { whole, network, own: Math.min(whole - network, (await used()) - before) };
}

const inWords = ({ whole, network, own }: Duration): string => `${Math.round(whole)} ms after the click, ${Math.round(network)} ms of them the network's and ${Math.round(own)} ms the page's own`;

test('the answer is there within 0.6 seconds of the click on a slow phone with 3G, apart from the network', async () => {
  const duration = await lookUpSlowly(await stage.home('ru', { viewport: PHONE }));
  figures.push(`answer ${inWords(duration)} (processor slowed 4 times, 3G: 400 ms, 1.6 Mbit/s)`);
  expect(duration.own).toBeLessThan(ANSWER_MILLISECONDS);
});

/** The shape that an index of 16 million people has. */
const FULL_SIZE = { prefixBits: 13, bucketBits: 9, padding: 39_760 };

/**
 * The server, but that its institutions take no time to add 170 MB up: they compare the vectors of one look-up, which no
 * institution may, and each answers with random bytes of which the sum is the record.
 */
function inFullSize(server: FakeServer): Api {
  let first: { vector: Uint8Array; answer: (record: Uint8Array) => void } | undefined;
  return async (url, init) => {
    if (!url.includes('/v1/retrieve')) return server.fetch(url, init);
    const vector = init.body as Uint8Array<ArrayBuffer>;
    if (!first) {
      const noise = randomBytes(server.index.range_bytes);
      return new Promise((resolve) => (first = { vector, answer: (record) => (resolve(new Response(noise)), noise.forEach((byte, place) => (record[place]! ^= byte))) }));
    }
    const byte = vector.findIndex((one, place) => one !== first?.vector[place]);
    const record = server.record(8 * byte + Math.log2((vector[byte] ?? 0) ^ (first.vector[byte] ?? 0))) ?? new Uint8Array();
    first.answer(record);
    first = undefined;
    return new Response(record);
  };
}

/** Counts the bodies sent to fetch a list, and all that comes back for it. */
async function trafficOfRanges(page: Page): Promise<{ sent: number; received: number }> {
  const client = await page.context().newCDPSession(page);
  await client.send('Network.enable');
  const traffic = { sent: 0, received: 0 };
  const calls = new Set<string>();
  client.on('Network.requestWillBeSent', ({ requestId, request }) => {
    if (!/\/v1\/(ranges|retrieve)/.test(request.url) || request.method === 'OPTIONS') return;
    calls.add(requestId);
    for (const { bytes } of request.postDataEntries ?? []) traffic.sent += Buffer.from(bytes ?? '', 'base64').length;
  });
  client.on('Network.loadingFinished', ({ requestId, encodedDataLength }) => {
    if (calls.has(requestId)) traffic.received += encodedDataLength;
  });
  return traffic;
}

describe.each(['GET', 'two institutions'])('with 8,192 lists of 41 KB, fetched by %s,', (way) => {
  test('the page takes as long of its own, and sends and receives what its design says', async () => {
    const server = way === 'GET' ? stage.serve(FULL_SIZE) : await stage.together(FULL_SIZE);
    stage.api = inFullSize(server);
    const page = await stage.home('ru', { viewport: PHONE });
    const traffic = await trafficOfRanges(page);
    const duration = await lookUpSlowly(page);
    await page.waitForSelector('.answer[data-found=true] .next');
    figures.push(`by ${way}: answer ${inWords(duration)}, ${traffic.sent} bytes sent and ${traffic.received} received for its list, headers of answers included`);
    const institutions = way === 'GET' ? 0 : 2;
    expect(duration.own).toBeLessThan(ANSWER_MILLISECONDS);
    expect(traffic.sent).toBe(institutions * 1024);
    expect(traffic.received - Math.max(1, institutions) * server.index.range_bytes).toBeLessThan(1500);
  });
});

test('nothing shifts, neither while the page is loaded nor when the answer comes', async () => {
  const shifts: number[] = [];
  for (const path of ['/kk', '/ru', '/en', '/ru/leaks', '/ru/press']) {
    const page = await stage.page({ viewport: PHONE });
    await page.addInitScript(() => {
      const measured: Measured = { shift: 0 };
      Object.assign(window, { measured });
      new PerformanceObserver((list) => {
        for (const entry of list.getEntries() as (PerformanceEntry & { value: number; hadRecentInput: boolean })[]) {
          if (!entry.hadRecentInput) measured.shift += entry.value;
        }
      }).observe({ type: 'layout-shift', buffered: true });
    });
    await page.goto(`${stage.base}${path}`, { waitUntil: 'networkidle' });
    if (path.length === 3) {
      await awake(page);
      // Slower than the half second in which browsers forgive a shift.
      stage.server.tamper = async (_, response) => new Promise((resolve) => setTimeout(() => resolve(response), 400));
      await page.fill('#identifier', PEOPLE.iin);
      await page.keyboard.press('Enter');
      await page.waitForSelector('.answer');
      await page.waitForTimeout(200);
    }
    const { shift } = await page.evaluate(() => (window as unknown as { measured: Measured }).measured);
    shifts.push(shift);
    expect(shift, path).toBeLessThan(SHIFT);
  }
  figures.push(`layout shift at most ${Math.max(...shifts)}`);
});

test.each(['GET', 'two institutions'])('everything up to the first answer is within the budget, where lists are fetched by %s', async (way) => {
  if (way !== 'GET') await stage.together();
  const page = await stage.page({ viewport: PHONE });
  const client = await page.context().newCDPSession(page);
  await client.send('Network.enable');
  let received = 0;
  const ranges = new Set<string>();
  client.on('Network.responseReceived', ({ requestId, response }) => void (/\/v1\/(ranges|retrieve)/.test(response.url) && ranges.add(requestId)));
  client.on('Network.loadingFinished', ({ requestId, encodedDataLength }) => {
    if (!ranges.has(requestId)) received += encodedDataLength;
  });
  await page.goto(`${stage.base}/kk`);
  await awake(page);
  await page.fill('#identifier', PEOPLE.iin);
  await page.keyboard.press('Enter');
  await page.waitForSelector('.answer');
  await page.waitForTimeout(300);
  figures.push(`${received} bytes up to the first answer by ${way}, without its list`);
  expect(received).toBeLessThan(BUDGET);
});
