/** The programs themselves: an index of the small leaks, and a server over it. */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout } from 'node:timers/promises';
import type { Kind } from '../../../src/identifier';
import type { Language } from '../../../src/site/languages';

const ROOT = join(import.meta.dirname, '../../../../..');
/** Where Cargo puts them; `cargo check-all` has built them before it comes here. */
const PROGRAMS = join(process.env['CARGO_TARGET_DIR'] ?? join(ROOT, 'target'), 'debug');
const LEAKS = join(ROOT, 'tests/leaks');
const DIST = join(import.meta.dirname, '../../../dist');

export interface Query {
  readonly kind: Kind;
  readonly value: string;
  readonly exposures: readonly { readonly breach: string; readonly classes: readonly string[] }[];
}

/** What the service for owners is to a provider of the tests. */
export const OWNERS_CLIENT = { id: 'tekser-owners', secret: 'a secret of the tests: 100 %' };

/** The sensitive leak: the truth knows it, the public server does not. */
const SEALED = 'clinic-2023';

/** What people ask, with what a citizen must be shown. */
export function queries(): Query[] {
  const lines = readFileSync(join(LEAKS, 'truth/queries.jsonl'), 'utf8').trim().split('\n');
  return lines.map((line) => {
    const query = JSON.parse(line) as Query;
    return { ...query, exposures: query.exposures.filter(({ breach }) => breach !== SEALED) };
  });
}

/** An index directory of its own, and the server on it. */
export class Tekser {
  readonly #folder = mkdtempSync(join(tmpdir(), 'tekser-'));
  readonly #institutions: ChildProcess[] = [];
  readonly #retrievalUrls: readonly string[];
  #server: ChildProcess | undefined;
  base = '';

  /** Institutions at these ports answer together, once they serve ({@link retrieve}); none by default. */
  constructor(ports: readonly number[] = []) {
    this.#retrievalUrls = ports.map((port) => `http://127.0.0.1:${port}/v1/retrieve`);
    const [publicKey] = (JSON.parse(this.#indexer('keygen', '--json')) as { public_keys: string[] }).public_keys;
    const evaluator = `[[evaluators]]\ninstitution = "Institute"\nurl = "/v1/evaluate"\npublic_key = "${publicKey}"\n`;
    writeFileSync(this.#service, `ranges = "Ministry"\n${evaluator}${this.#retrieval}`);
    this.#indexer('release-keygen', '--no-passphrase', '--release-key', this.#releaseKey);
    this.publish();
  }

  get #service(): string {
    return join(this.#folder, 'service.toml');
  }

  /** Who answers together, as the service is signed. */
  get #retrieval(): string {
    const server = (url: string, place: number): string => {
      const names = ['kk', 'ru', 'en'].map((language) => `${language} = "Institution ${place + 1}"`).join(', ');
      return `[[retrieval.servers]]\ninstitution = { ${names} }\nurl = "${url}"\n`;
    };
    return this.#retrievalUrls.length === 0 ? '' : `[retrieval]\nrequired = false\n${this.#retrievalUrls.map(server).join('')}`;
  }

  get #releaseKey(): string {
    return join(this.#folder, 'release.key');
  }

  /** The public keys whose holders sign. */
  get trust(): readonly string[] {
    return readFileSync(`${this.#releaseKey}.pub`, 'utf8').trim().split('\n').slice(-1);
  }

  /** Builds a generation, publishes it and signs it; a running server then takes it up by itself. */
  publish(): void {
    this.#indexer('build', '--no-recover', join(LEAKS, 'breaches'), '--range-rows', '1024');
    this.#indexer('sign', '--release-key', this.#releaseKey, '--service', this.#service);
  }

  /** The same, until the server has taken it up. */
  async replaceIndex(): Promise<void> {
    const before = await this.generation();
    this.publish();
    while ((await this.generation()) === before) await setTimeout(20);
  }

  /** Counts passwords of a leak that holds each as often as is stated; gives the file for `--passwords`. */
  countPasswords(leaked: Readonly<Record<string, number>>): string {
    const breach = join(this.#folder, 'passwords');
    mkdirSync(breach, { recursive: true });
    const lines = Object.entries(leaked).flatMap(([password, times]) => Array<string>(times).fill(`somebody:${password}\n`));
    writeFileSync(join(breach, 'list.txt'), lines.join(''));
    const texts = ['title', 'summary'].map((name) => `[${name}]\nkk = "t"\nru = "t"\nen = "t"\n`);
    const head = 'id = "list-2020"\ndate = "2020"\nadded = "2020"\nstatus = "unverified"\nrecords = 1\nsource = "https://example.org"\n';
    const file = '[[file]]\npath = "list.txt"\nformat = "combo"\ndelimiter = ":"\n';
    writeFileSync(join(breach, 'breach.toml'), head + texts.join('') + file);
    const output = join(this.#folder, 'passwords.bin');
    this.#indexer('passwords', 'build', '--output', output, breach);
    return output;
  }

  /** Makes a key for notices; gives the settings for a server that sends them to this push service. */
  notices(service: string): string[] {
    execFileSync(join(PROGRAMS, 'tekser-server'), ['push-keygen', join(this.#folder, 'push.key')], { stdio: 'ignore' });
    return ['--push-key', join(this.#folder, 'push.key'), '--push-store', this.#endpoints, '--push-contact', 'mailto:push@example.kz', '--push-service', service];
  }

  /** The bytes of the file of endpoints and of its journal. */
  endpoints(): string {
    return [this.#endpoints, `${this.#endpoints}-wal`].map((file) => (existsSync(file) ? readFileSync(file, 'latin1') : '')).join();
  }

  get #endpoints(): string {
    return join(this.#folder, 'push.db');
  }

  /** The generation that the server says is current. */
  async generation(): Promise<string> {
    const answer = await fetch(`${this.base}/v1/index`);
    return ((await answer.json()) as { generation: string }).generation;
  }

  /** Serves, with the website if it has been built, until the end of the tests or until it is called again. */
  async serve(...settings: string[]): Promise<void> {
    await this.#stop();
    const limits = ['--pow', 'off', '--rate-per-client', 'off', '--rate-total', 'off'];
    const listen = ['--listen', '127.0.0.1:0', '--reload-interval', '50ms', '--site', DIST, '--trust', ...this.trust];
    const given = settings.filter((word) => word.startsWith('--'));
    const untouched = limits.flatMap((word, place) => (place % 2 === 0 && !given.includes(word) ? [word, limits[place + 1]!] : []));
    const retrieval = this.#retrievalUrls.flatMap((url) => ['--retrieval-server', url]);
    const { TEKSER_OFFLINE_KEY: _offline, ...environment } = this.#environment();
    const server = spawn(join(PROGRAMS, 'tekser-server'), [...listen, ...untouched, ...retrieval, ...settings], {
      env: environment,
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    this.#server = server;
    this.base = await addressOf(server);
  }

  /** Serves sealed leaks to those whom a provider vouches for, as `settings` of `[owners]` say, in the place of the public server. */
  async serveOwners(port: number, issuer: string, settings = ''): Promise<void> {
    await this.#stop();
    const file = (name: string): string => join(this.#folder, name);
    writeFileSync(file('client-secret'), `${OWNERS_CLIENT.secret}\n`, { mode: 0o600 });
    const owners = { address: `http://127.0.0.1:${port}`, issuer, 'client-id': OWNERS_CLIENT.id, audit: file('owners-audit.log') };
    const lines = Object.entries(owners).map(([name, value]) => `${name} = ${JSON.stringify(value)}\n`);
    writeFileSync(file('owners.toml'), `role = "owners"\nclient-secret = ${JSON.stringify(file('client-secret'))}\n[owners]\n${lines.join('')}${settings}`);
    const words = ['--config', file('owners.toml'), '--listen', `127.0.0.1:${port}`, '--site', DIST, '--trust', ...this.trust];
    const server = spawn(join(PROGRAMS, 'tekser-server'), words, { env: this.#environment(), stdio: ['ignore', 'ignore', 'pipe'] });
    this.#server = server;
    this.base = await addressOf(server);
  }

  /** The audit of the service for owners. */
  ownersAudit(): string {
    return readFileSync(join(this.#folder, 'owners-audit.log'), 'utf8');
  }

  /** Starts the institutions that answer together; they hold no key. */
  async retrieve(): Promise<void> {
    for (const url of this.#retrievalUrls) {
      const { TEKSER_KEY: _key, TEKSER_OFFLINE_KEY: _offline, ...environment } = this.#environment();
      const settings = ['--role', 'ranges', '--retrieve', '--listen', new URL(url).host, '--allow-origin', '*', '--trust', ...this.trust];
      const institution = spawn(join(PROGRAMS, 'tekser-server'), settings, { env: environment, stdio: ['ignore', 'ignore', 'pipe'] });
      this.#institutions.push(institution);
      await addressOf(institution);
    }
  }

  /** Writes a report of the index, and says where. */
  report(language: Language, ...settings: string[]): string {
    const file = join(this.#folder, `report-${language}${settings.join('')}.html`);
    this.#indexer('report', '--lang', language, '--output', file, ...settings);
    return file;
  }

  async close(): Promise<void> {
    for (const institution of this.#institutions) institution.kill();
    await this.#stop();
    rmSync(this.#folder, { recursive: true });
  }

  async #stop(): Promise<void> {
    const server = this.#server;
    if (!server || server.exitCode !== null) return;
    const ended = new Promise((resolve) => server.once('exit', resolve));
    server.kill();
    await ended;
  }

  #environment(): NodeJS.ProcessEnv {
    return {
      ...process.env,
      TEKSER_INDEX: join(this.#folder, 'index'),
      TEKSER_KEY: join(this.#folder, 'key'),
      TEKSER_OFFLINE_KEY: join(this.#folder, 'offline.key'),
    };
  }

  #indexer(...words: string[]): string {
    return execFileSync(join(PROGRAMS, 'tekser-indexer'), words, { env: this.#environment(), stdio: ['ignore', 'pipe', 'ignore'], encoding: 'utf8' });
  }
}

/** Where a server that has just been started listens. */
async function addressOf(server: ChildProcess): Promise<string> {
  for await (const line of createInterface({ input: server.stderr! })) {
    const address = /listening on (\S+)/.exec(line)?.[1];
    if (address === undefined) continue;
    server.stderr!.resume();
    return address;
  }
  throw new Error('the server did not start; does `cargo build --workspace --bins` succeed?');
}
