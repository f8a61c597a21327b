/** A person at the site: a fresh browser profile, a size, a language. */
import type { Browser, BrowserContext, BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll } from 'vitest';
import type { Language } from '../../../src/site/languages';
import { WHOLE } from '../../../src/site/texts/whole';
import type { FakeServer, Setup } from '../../protocol/fake-server';
import { launch, PHONE } from './chromium';
import { type Api, type Files, serveInstitution, serveSite, type SiteServer } from './site-server';
import { townServer } from './town';

/** Milliseconds that a test waits for a page, since the processor may be busy. */
const PATIENCE = 120_000;

export const TEXTS = WHOLE;

/** What a test file shares: one browser, and a site whose server can be changed for each test. */
export class Stage {
  #browser: Browser | undefined;
  #site: SiteServer | undefined;
  #contexts: BrowserContext[] = [];
  #institutions: SiteServer[] = [];
  /** Files of the site that are others in this test. */
  readonly files: Files = new Map();
  server: FakeServer = townServer();
  /** Stands before the server; a test may put something else here. */
  api: Api = (url, init) => this.server.fetch(url, init);

  /** The origins of the institutions that answer together in this test. */
  get institutions(): readonly string[] {
    return this.#institutions.map(({ base }) => base);
  }

  get base(): string {
    return this.#site?.base ?? '';
  }

  async open(): Promise<void> {
    this.#site = await serveSite((url, init) => this.api(url, init), () => this.institutions, this.files);
    this.#browser = await launch();
  }

  async close(): Promise<void> {
    await this.#browser?.close();
    await this.#site?.close();
  }

  /** Everybody goes home and the server becomes an honest one again. */
  async reset(): Promise<void> {
    await Promise.all(this.#contexts.splice(0).map((context) => context.close()));
    await Promise.all(this.#institutions.splice(0).map((one) => one.close()));
    this.files.clear();
    this.server = townServer();
    this.api = (url, init) => this.server.fetch(url, init);
  }

  serve(changes: Partial<Setup>): FakeServer {
    this.server = townServer(changes);
    return this.server;
  }

  /** Has two institutions answer together, each a server of its own origin; what they answer is `api`'s, at `/v1/retrieve0` and `/v1/retrieve1`. */
  async together(changes: Partial<Setup> = {}, required = false): Promise<FakeServer> {
    const opened = await Promise.all([0, 1].map(() => serveInstitution((url, init) => this.api(url, init))));
    this.#institutions.push(...opened);
    const urls = this.institutions.map((origin, place) => `${origin}/v1/retrieve${place}`);
    return this.serve({ retrieval: { urls, required }, ...changes });
  }

  /** A page that nothing has been loaded into yet. */
  async page(options: BrowserContextOptions = {}): Promise<Page> {
    if (!this.#browser) throw new Error('the stage is not open');
    const context = await this.#browser.newContext({ viewport: PHONE, ...options });
    context.setDefaultTimeout(PATIENCE);
    this.#contexts.push(context);
    return context.newPage();
  }

  /** The home page, awake. */
  async home(language: Language = 'ru', options: BrowserContextOptions = {}): Promise<Page> {
    const page = await this.page(options);
    await page.goto(`${this.base}/${language}`);
    await awake(page);
    return page;
  }
}

/** Opens a stage for the tests of a file. */
export function useStage(): Stage {
  const stage = new Stage();
  beforeAll(() => stage.open());
  afterEach(() => stage.reset());
  afterAll(() => stage.close());
  return stage;
}

export async function awake(page: Page): Promise<void> {
  await page.waitForSelector('[data-awake]');
}

/** Types into the field and sends it off. */
export async function ask(page: Page, typed: string): Promise<void> {
  await page.fill('#identifier', typed);
  // In the field itself: a page that has just shown it may still move the focus.
  await page.press('#identifier', 'Enter');
}

/** Asks and waits for the answer; says that a doubtful reading is right, and takes the first of several. */
export async function answered(page: Page, typed: string): Promise<void> {
  await ask(page, typed);
  await page.waitForSelector('.answer, .choice, .doubts, .progress');
  if (await page.locator('.doubts').count()) await page.locator('.doubts .button').last().click();
  else if (await page.locator('.choice').count()) {
    await page.locator('.choice input').first().check();
    await page.click('.form [type=submit]');
  }
  await page.waitForSelector('.answer .next');
}

/** The titles of the leaks shown, from top to bottom. */
export function titles(page: Page): Promise<string[]> {
  return page.locator('.answer .leak-title').allInnerTexts();
}
