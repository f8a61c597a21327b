/** What a page sends and leaves behind, and the forms in which an identifier could hide there. */
import type { Page } from 'playwright-core';
import type { Kind } from '../../../src/identifier';
import { identifier } from './town';

/** Everything that leaves the page or stays behind, as text. */
export class Record {
  readonly lines: string[] = [];
  readonly origins = new Set<string>();

  listen(page: Page): void {
    const client = page.context();
    client.on('request', (request) => {
      this.origins.add(new URL(request.url()).origin);
      this.lines.push(request.url(), JSON.stringify(request.headers()), request.postData() ?? '');
    });
    page.on('console', (message) => this.lines.push(message.text()));
    page.on('pageerror', (error) => this.lines.push(String(error), error.stack ?? ''));
    page.on('framenavigated', (frame) => this.lines.push(frame.url()));
    page.on('websocket', (socket) => this.lines.push(socket.url()));
  }

  async look(page: Page): Promise<void> {
    this.lines.push(page.url(), await page.title(), JSON.stringify(await page.context().cookies()));
    this.lines.push(await page.evaluate(storedText));
  }

  get text(): string {
    return this.lines.join('\n').toLowerCase();
  }
}

/** Runs in the page: all storage areas, the history's state, and what the browser's caches hold. */
async function storedText(): Promise<string> {
  const databases = await indexedDB.databases();
  const cached = await Promise.all((await caches.keys()).map(async (name) => (await (await caches.open(name)).keys()).map(({ url }) => url)));
  return JSON.stringify([{ ...localStorage }, { ...sessionStorage }, history.state as unknown, document.cookie, location.href, window.name, databases, cached]);
}

/** The ways in which a value might be written somewhere. */
export function forms(kind: Kind, typed: string): string[] {
  const { value } = identifier(kind, typed);
  const written = [typed, value, value.replace(/[^0-9]/g, ''), `tekser:1:${kind}:${value}`, encodeURIComponent(typed), encodeURIComponent(value)];
  const encoded = written.flatMap((text) => {
    const bytes = Buffer.from(text);
    return [text, bytes.toString('hex'), bytes.toString('base64'), bytes.toString('base64url'), [...bytes].join(',')];
  });
  return [...new Set(encoded.map((text) => text.toLowerCase()))].filter((text) => text.length >= 6);
}
