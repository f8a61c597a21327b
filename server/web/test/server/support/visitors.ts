/** People in front of a browser, at the site that a real server serves. */
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, beforeAll } from 'vitest';
import { launch, PHONE } from '../../browser/support/chromium';
import { awake, TEXTS } from '../../browser/support/visit';
import { Tekser } from './tekser';

/** One index, server and browser for the tests of a file. */
export class Town {
  readonly tekser: Tekser;
  #browser: Browser | undefined;

  constructor(tekser = new Tekser()) {
    this.tekser = tekser;
  }

  async open(): Promise<void> {
    this.#browser = await launch();
  }

  async close(): Promise<void> {
    await this.#browser?.close();
    await this.tekser.close();
  }

  /** A page that nothing has been loaded into yet, in a browser profile of its own. */
  async page(options: BrowserContextOptions = {}): Promise<Page> {
    if (!this.#browser) throw new Error('the town is not open');
    const context = await this.#browser.newContext({ viewport: PHONE, ...options });
    return context.newPage();
  }

  /** The home page in Russian, awake. */
  async home(): Promise<Page> {
    const page = await this.page();
    await page.goto(`${this.tekser.base}/ru`);
    await awake(page);
    return page;
  }
}

/** Opens a town for the tests of a file; its server is started with `settings`. */
export function useTown(...settings: string[]): Town {
  const town = new Town();
  beforeAll(async () => {
    await town.tekser.serve(...settings);
    await town.open();
  });
  afterAll(() => town.close());
  return town;
}

/** From an answer to an empty form. */
export async function another(page: Page): Promise<void> {
  await page.getByRole('button', { name: TEXTS.ru.answer.next.another }).click();
}
