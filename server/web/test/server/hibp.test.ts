import { breach, breachedAccount, breaches, dataClasses, latestBreach } from 'hibp';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Tekser } from './support/tekser';

/** A client of Have I Been Pwned, set to another base URL and nothing else. */
const tekser = new Tekser();
beforeAll(() => tekser.serve());
afterAll(() => tekser.close());

const ours = () => ({ baseUrl: `${tekser.base}/api/v3` });

interface Catalogue {
  readonly breaches: readonly { readonly id: string; readonly added: string; readonly identifiers: Record<string, number> }[];
}

async function catalogue(): Promise<Catalogue> {
  const answer = await fetch(`${tekser.base}/v1/breaches`);
  return (await answer.json()) as Catalogue;
}

test('it finds every breach of the catalogue, and none that is sealed', async () => {
  const answered = (await breaches(ours())) ?? [];
  expect(answered.map(({ Name }) => Name)).toEqual((await catalogue()).breaches.map(({ id }) => id));
  expect(answered.map(({ Name }) => Name)).not.toContain('clinic-2023');
  expect(answered.every(({ IsSensitive }) => !IsSensitive)).toBe(true);
});

test('it reads a breach by its name, in letters of either case, and learns if there is none', async () => {
  const answered = await breach('School-2025', ours());
  expect(answered).toMatchObject({ Name: 'school-2025', Domain: '', IsRetired: false, IsSpamList: false });
  expect(answered?.BreachDate).toMatch(/^\d{4}-\d\d-\d\d$/);
  expect(Number.isNaN(Date.parse(answered?.AddedDate ?? ''))).toBe(false);
  const identifiers = (await catalogue()).breaches.find(({ id }) => id === 'school-2025')?.identifiers ?? {};
  expect(answered?.PwnCount).toBe(Object.values(identifiers).reduce((sum, count) => sum + count, 0));
  expect(await breach('nothing', ours())).toBeNull();
  expect(await breach('clinic-2023', ours())).toBeNull();
});

test('it gets the breach that was added last', async () => {
  const added = (await catalogue()).breaches.map((one) => one.added).sort().at(-1);
  expect((await latestBreach(ours()))?.AddedDate.startsWith(added!)).toBe(true);
});

test('it reads the data classes in the spelling that it knows', async () => {
  const classes = (await dataClasses(ours())) ?? [];
  expect(classes).toEqual(expect.arrayContaining(['Email addresses', 'Government issued IDs', 'Names', 'Phone numbers']));
  expect(classes).toEqual([...classes].sort());
  const named = ((await breaches(ours())) ?? []).flatMap(({ DataClasses }) => DataClasses);
  expect(new Set(named)).toEqual(new Set(classes));
});

test('of another domain it gets no breach', async () => {
  expect(await breaches({ ...ours(), domain: 'example.kz' })).toEqual([]);
});

test('an address in plain is refused, and never answered as if it were in no breach', async () => {
  await expect(breachedAccount('somebody@example.kz', ours())).rejects.toThrow();
});
