/** Serves `dist` by the rules of tekser-server, with its policy, and lets a handler answer `/v1/…`. */
import { existsSync, readFileSync, statSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join } from 'node:path';
import { brotliCompressSync } from 'node:zlib';
import { fillIn } from '../../../src/site/prerender/fill';
import { MINISTRY } from '../../protocol/release';

const DIST = join(import.meta.dirname, '../../../dist');

/** Of pages and the worker, which may ask the origins `elsewhere` besides, or of other files. */
const policy = (isPage: boolean, elsewhere: readonly string[]): string =>
  `default-src 'self'; ${isPage ? `connect-src ${["'self'", ...elsewhere].join(' ')}; ` : ''}base-uri 'none'; form-action 'self'; frame-ancestors 'none'; object-src 'none'`;

const TYPES: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.txt': 'text/plain; charset=utf-8',
  '.png': 'image/png',
  '.webmanifest': 'application/manifest+json',
};

/** Who runs the site in these tests, and whom it believes. */
const FACTS = {
  'release-keys': MINISTRY.publicKey,
  operator: '1', 'operator.name': 'Tekser', 'operator.address': 'https://tekser.example', 'operator.contact': 'mailto:tekser@example.kz',
  'operator.contact-text': 'tekser@example.kz', 'operator.log-retention': '7', 'operator.legal-basis': '94-V',
};

/** The documents that the server keeps compressed. */
const COMPRESSED = /^\/v1\/(?:index|generations\/[^/]+\/breaches)$/;

/** Answers a call of the protocol. */
export type Api = (url: string, init: RequestInit) => Promise<Response>;

/** What is served in the place of a file of the site; nothing where it is to be missing. */
export type Files = Map<string, string | null>;

export interface SiteServer {
  readonly base: string;
  close(): Promise<void>;
}

/** Pages may also ask the origins `elsewhere`; they say that several institutions answer together where there are any. */
export function serveSite(api: Api, elsewhere: () => readonly string[] = () => [], files: Files = new Map()): Promise<SiteServer> {
  return listening(createServer((request, response) => {
    answer(request, response, api, elsewhere(), files).catch(() => response.writeHead(500).end());
  }));
}

/** A server of private retrieval, of an origin of its own; it sends what the handler answers, or breaks the connection where that throws. */
export function serveInstitution(api: Api): Promise<SiteServer> {
  return listening(createServer((request, response) => {
    const headers = { 'Access-Control-Allow-Origin': '*', 'Access-Control-Allow-Headers': 'Content-Type, Altcha', 'Access-Control-Expose-Headers': 'Retry-After', 'Cache-Control': 'no-store' };
    if (request.method === 'OPTIONS') return void response.writeHead(204, headers).end();
    forward(request, response, api, headers).catch(() => response.destroy());
  }));
}

/** What was compressed already: the same pages are loaded by every test, and compressing one takes longer than loading it. */
const KEPT = new Map<string, Buffer>();

function compressed(content: string | Buffer): Buffer {
  const bytes = Buffer.from(content);
  const key = bytes.toString('latin1');
  const kept = KEPT.get(key) ?? brotliCompressSync(bytes);
  KEPT.set(key, kept);
  return kept;
}

async function listening(server: Server): Promise<SiteServer> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return { base: `http://127.0.0.1:${port}`, close: () => closed(server) };
}

function closed(server: Server): Promise<void> {
  server.closeAllConnections();
  return new Promise((resolve) => server.close(() => resolve()));
}

async function answer(request: IncomingMessage, response: ServerResponse, api: Api, elsewhere: readonly string[], files: Files): Promise<void> {
  const path = new URL(request.url ?? '/', 'http://site').pathname;
  const replaced = files.get(path);
  if (replaced === null) return void response.writeHead(404).end();
  if (path.startsWith('/v1/')) return forward(request, response, api);
  if (path === '/') return void response.writeHead(302, { Location: '/kk', Vary: 'Accept-Language' }).end();
  const found = [path, `${path}/index.html`].map((name) => join(DIST, name)).find((name) => existsSync(name) && statSync(name).isFile());
  const content = (file: string): string | Buffer => (file.endsWith('.html') ? fillIn(readFileSync(file, 'utf8'), elsewhere.length > 0 ? { ...FACTS, retrieval: '1' } : FACTS) : readFileSync(file));
  const file = found ?? join(DIST, '404.html');
  const headers = { 'Content-Type': TYPES[extname(file)] ?? 'application/octet-stream', 'Content-Security-Policy': policy(file.endsWith('.html') || path === '/worker.js', elsewhere), 'Content-Encoding': 'br' };
  response.writeHead(found ? 200 : 404, headers).end(compressed(replaced ?? content(file)));
}

async function forward(request: IncomingMessage, response: ServerResponse, api: Api, more: Record<string, string> = {}): Promise<void> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const bytesSent = Buffer.concat(chunks);
  const headers = request.headers as Record<string, string>;
  const body = headers['content-type'] === 'application/octet-stream' ? new Uint8Array(bytesSent) : bytesSent.toString();
  const answered = await api(`http://site${request.url}`, { method: request.method ?? 'GET', headers, ...(bytesSent.length > 0 ? { body } : {}) });
  const bytes = Buffer.from(await answered.arrayBuffer());
  const answeredHeaders = { ...Object.fromEntries(answered.headers), ...more };
  if (!COMPRESSED.test(request.url ?? '')) return void response.writeHead(answered.status, answeredHeaders).end(bytes);
  response.writeHead(answered.status, { ...answeredHeaders, 'Content-Encoding': 'br' }).end(compressed(bytes));
}
