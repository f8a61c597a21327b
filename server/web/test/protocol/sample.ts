import { normalise, type Identifier, type Kind } from '../../src/identifier';
import { breach, FakeServer, GENERATION, type Setup } from './fake-server';

export function identifier(kind: Kind, typed: string): Identifier {
  const normalised = normalise(kind, typed);
  if (!normalised.ok) throw new Error(`a test types what is refused: ${normalised.fault}`);
  return normalised.identifier;
}

export const EXPOSED = identifier('iin', '000101100016');
export const ABSENT = identifier('phone', '8 709 123 45 67');

/** Two leaks, a hundred people, four ranges. The person looked for is in both. */
const SETUP: Setup = {
  prefixBits: 2,
  bucketBits: 3,
  evaluators: 1,
  breaches: [breach('voters-2019', ['names', 'genders']), breach('residents-2025', ['names', 'dates-of-birth', 'phone-numbers'])],
  known: [
    { identifier: EXPOSED, exposures: [{ breach: 0, classes: 0b01n }, { breach: 1, classes: 0b111n }] },
    ...Array.from({ length: 99 }, (_, number) => ({
      identifier: identifier('email', `someone${number}@example.kz`),
      exposures: [{ breach: number % 2, classes: 0b11n }],
    })),
  ],
};

export const BASE = 'https://tekser.example.kz';
/** The path of the catalogue of a made-up server. */
export const BREACHES = `/v1/generations/${GENERATION}/breaches`;
/** Where a made-up server is, believed in what it says of itself: it signs nothing. */
export const AT = { base: BASE, trust: 'without-trust' } as const;

export function fakeServer(changes: Partial<Setup> = {}): FakeServer {
  return new FakeServer({ ...SETUP, ...changes });
}
