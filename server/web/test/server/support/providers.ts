/** Identity providers that other people wrote. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createInterface } from 'node:readline';
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

/** The Python in which `oidc-provider-mock` (Authlib's provider) is installed, if it is in any. */
export function pythonWithProvider(): string | undefined {
  const python = process.env['TEKSER_PYTHON'] ?? 'python3';
  return spawnSync(python, ['-c', 'import oidc_provider_mock']).status === 0 ? python : undefined;
}

/** `oidc-provider-mock` for Python, whose tokens Authlib makes. */
export async function pythonProvider(python: string, people: People): Promise<IdentityProvider> {
  const port = await freePort();
  const claims = Object.entries(people).flatMap(([sub, more]) => ['--user-claims', JSON.stringify({ sub, ...more })]);
  const provider: ChildProcess = spawn(python, ['-m', 'oidc_provider_mock', '--port', String(port), ...claims], { stdio: ['ignore', 'pipe', 'pipe'] });
  const issuer = `http://localhost:${port}`;
  for (const output of [provider.stdout!, provider.stderr!]) createInterface({ input: output }).on('line', () => undefined);
  while (await fetch(`${issuer}/jwks`).then(({ ok }) => !ok, () => true)) await new Promise((resolve) => setTimeout(resolve, 50));
  return {
    issuer,
    async signIn(page, name) {
      await page.getByRole('button', { name, exact: true }).click();
    },
    async close() {
      const ended = new Promise((resolve) => provider.once('exit', resolve));
      provider.kill();
      await ended;
    },
  };
}
