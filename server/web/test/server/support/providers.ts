/** Identity providers that other people wrote. */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { OAuth2Server } from 'oauth2-mock-server';
import type { Page } from 'playwright-core';
import { OWNERS_CLIENT } from './tekser';

/** Claims about a person, by the name under which they sign in. */
export type People = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

/** A provider at which a person can sign in. */
export interface IdentityProvider {
  readonly issuer: string;
  /** What a person does there, from its first page until the browser leaves. */
  signIn(page: Page, name: string): Promise<void>;
  close(): Promise<void>;
}

/** A port that nothing listens on. */
export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** What is used of `oidc-provider`, which comes without types. */
type ProviderClass = new (issuer: string, settings: object) => { listen(port: number, host: string): Server };
/** By a variable, or the compiler would look for types. */
const NODE_PROVIDER: string = 'oidc-provider';

/** `oidc-provider` for Node.js, which the OpenID Foundation has certified. */
export async function nodeProvider(redirectUrl: string, people: People): Promise<IdentityProvider> {
  const port = await freePort();
  // By a name, so that it is another site than the service, whose address is a number.
  const issuer = `http://localhost:${port}`;
  const { default: Provider } = (await import(NODE_PROVIDER)) as { default: ProviderClass };
  const provider = new Provider(issuer, {
    clients: [{ client_id: OWNERS_CLIENT.id, client_secret: OWNERS_CLIENT.secret, redirect_uris: [redirectUrl], application_type: 'native', response_types: ['code'], grant_types: ['authorization_code'] }],
    claims: { openid: ['sub', 'iin', 'children'], phone: ['phone_number', 'phone_number_verified'], email: ['email', 'email_verified'] },
    pkce: { required: () => true },
    findAccount: (_context: unknown, name: string) => ({ accountId: name, claims: () => ({ sub: name, ...people[name] }) }),
  });
  const server = provider.listen(port, 'localhost');
  await new Promise<void>((resolve) => (server.listening ? resolve() : server.once('listening', resolve)));
  return {
    issuer,
    async signIn(page, name) {
      await page.locator('input[name=login]').fill(name);
      await page.locator('input[name=password]').fill('any');
      await page.locator('button[type=submit]').click();
      await page.getByRole('button', { name: 'Continue' }).click();
    },
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** What a browser is shown before it has said whose it is: a link for each person. */
const choice = (path: string, people: People): string =>
  Object.keys(people)
    .map((name) => `<p><a href="${path.replaceAll('&', '&amp;')}&amp;as=${name}">${name}</a></p>`)
    .join('');

/**
 * `oauth2-mock-server`, of other authors, whose answers differ: it signs with ES256, does not name itself in the answer that
 * the browser brings, and knows nothing of people, who are chosen on a page of ours in front of it.
 */
export async function mockProvider(people: People): Promise<IdentityProvider> {
  const oauth2 = new OAuth2Server();
  await oauth2.issuer.keys.generate('ES256');
  const names = new Map<unknown, string>();
  const claims = (name = ''): object => ({ sub: name, ...people[name] });
  oauth2.service.on('beforeAuthorizeRedirect', ({ url }, request) => {
    names.set(url.searchParams.get('code'), new URL(request.url ?? '', url).searchParams.get('as') ?? '');
  });
  oauth2.service.on('beforeTokenSigning', ({ payload }, { body }) => Object.assign(payload, claims(names.get((body as { code: unknown }).code))));
  const port = await freePort();
  const issuer = `http://localhost:${port}`;
  oauth2.issuer.url = issuer;
  const server = createServer((request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? '', issuer);
    if (pathname !== '/authorize' || searchParams.has('as')) return oauth2.service.requestHandler(request, response);
    response.setHeader('content-type', 'text/html');
    return response.end(choice(request.url ?? '', people));
  });
  // All that a person claims is in the ID token; the endpoint says no more than who it is.
  oauth2.service.on('beforeUserinfo', (answer, request) => {
    const [, payload = ''] = (request.headers.authorization ?? '').split('.');
    answer.body = { sub: (JSON.parse(Buffer.from(payload, 'base64url').toString()) as { sub: string }).sub };
  });
  await new Promise<void>((resolve) => server.listen(port, 'localhost', resolve));
  return {
    issuer,
    async signIn(page, name) {
      await page.getByRole('link', { name, exact: true }).click();
    },
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
