/** Pictures of the main states for the README. Run by `npm run screenshots`, after `npm run build`. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, test } from 'vitest';
import type { Language } from '../../src/site/languages';
import { DESKTOP, launch, PHONE } from '../browser/support/chromium';
import { serveSite, type SiteServer } from '../browser/support/site-server';
import { ABSENT_IIN, PEOPLE, townServer } from '../browser/support/town';
import { answered, awake } from '../browser/support/visit';
import { LISTED, UNLISTED, WITH_LISTS } from '../browser/support/warnings';

const FOLDER = join(import.meta.dirname, '../../screenshots');

let browser: Browser;
let site: SiteServer;
/** The same with lists of warnings. */
let warning: SiteServer;

beforeAll(async () => {
  mkdirSync(FOLDER, { recursive: true });
  site = await serveSite(townServer().fetch);
  warning = await serveSite(townServer(WITH_LISTS).fetch);
  browser = await launch();
});

afterAll(async () => {
  await browser.close();
  await site.close();
  await warning.close();
});

interface Visit {
  language: Language;
  size: keyof typeof SIZES;
  theme: 'light' | 'dark';
  states: readonly (keyof typeof STATES)[];
}

const SIZES = { phone: PHONE, desktop: DESKTOP };
/** What is typed to get there. */
const STATES = { home: undefined, found: PEOPLE.iin, 'not-found': ABSENT_IIN, listed: LISTED.company, 'look-alike': UNLISTED.lookAlike };
/** Those that only a server with lists of warnings has. */
const WARNINGS: readonly (keyof typeof STATES)[] = ['listed', 'look-alike'];
const ALL = ['home', 'found', 'not-found'] as const;

/** Each language on a phone, one of them on a desktop, one in the dark. */
const VISITS: Visit[] = [
  { language: 'kk', size: 'phone', theme: 'light', states: ALL },
  { language: 'ru', size: 'phone', theme: 'light', states: ['home', 'found'] },
  { language: 'en', size: 'phone', theme: 'light', states: ['home', 'found'] },
  { language: 'ru', size: 'desktop', theme: 'light', states: ALL },
  { language: 'kk', size: 'desktop', theme: 'dark', states: ['home'] },
  { language: 'kk', size: 'phone', theme: 'dark', states: ['found'] },
  { language: 'kk', size: 'phone', theme: 'light', states: WARNINGS },
  { language: 'ru', size: 'desktop', theme: 'light', states: WARNINGS },
];

test.each(VISITS)('pictures of $states in $language on a $size, $theme', async ({ language, size, theme, states }) => {
  const context = await browser.newContext({ viewport: SIZES[size], colorScheme: theme, timezoneId: 'Asia/Almaty', reducedMotion: 'reduce' });
  for (const state of states) {
    const page = await context.newPage();
    const { base } = WARNINGS.includes(state) ? warning : site;
    await page.goto(`${base}/${language}`);
    await awake(page);
    const typed = STATES[state];
    if (typed !== undefined) await answered(page, typed);
    const path = join(FOLDER, `${state}-${language}-${size}${theme === 'dark' ? '-dark' : ''}.png`);
    // An answer is longer than a screen, and all of it matters.
    await page.screenshot({ path, fullPage: state === 'found' || WARNINGS.includes(state), animations: 'disabled' });
  }
  await context.close();
});
