import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Identifier, normalise } from '../../src/identifier';
import { type Answer, lookUpAll, MAX_AT_ONCE, ProtocolError } from '../../src/protocol';
import { queries, type Query, Tekser } from './support/tekser';

const tekser = new Tekser();
beforeAll(() => tekser.serve());
afterAll(() => tekser.close());

const ASKED = queries();

function identifier({ kind, value }: Query): Identifier {
  const normalised = normalise(kind, value);
  if (!normalised.ok) throw new Error(`a query of the truth is refused: ${normalised.fault}`);
  return normalised.identifier;
}

function shown(answer: Answer): unknown {
  return answer.exposures.map(({ breach, classes }) => ({ breach: breach.id, classes }));
}

test('every public query of the truth is answered right by the server itself', async () => {
  const wrong: string[] = [];
  for (let from = 0; from < ASKED.length; from += MAX_AT_ONCE) {
    const part = ASKED.slice(from, from + MAX_AT_ONCE);
    const answers = await lookUpAll(part.map(identifier), { base: tekser.base, trust: tekser.trust });
    part.forEach(({ kind, exposures }, place) => {
      if (JSON.stringify(shown(answers[place]!)) !== JSON.stringify(exposures)) wrong.push(`${kind}, query ${from + place}`);
    });
  }
  expect(wrong).toEqual([]);
});

/** Passes everything on, but changes a byte of what answers a path. */
function tampering(path: RegExp, change: (body: Uint8Array) => void): typeof fetch {
  return async (input, init) => {
    const answer = await fetch(input, init);
    if (!path.test(String(input))) return answer;
    const body = new Uint8Array(await answer.arrayBuffer());
    change(body);
    return new Response(body, { status: answer.status, headers: answer.headers });
  };
}

/** Another digit of base64url for the character at `place`. */
function anotherDigit(body: Uint8Array, place: number): void {
  body[place] = body[place] === 'A'.charCodeAt(0) ? 'E'.charCodeAt(0) : 'A'.charCodeAt(0);
}

const FORGERIES: [string, RegExp, (body: Uint8Array) => void, string[]][] = [
  ['in a range', /ranges/, (body) => (body[20]! ^= 1), ['path', 'range']],
  ['in the padding', /ranges/, (body) => (body[body.length - 400]! ^= 1), ['path', 'range']],
  ['in a path', /ranges/, (body) => (body[body.length - 1]! ^= 1), ['path']],
  ['in an evaluation', /evaluate/, (body) => anotherDigit(body, 20), ['proof', 'malformed']],
  ['in a proof', /evaluate/, (body) => anotherDigit(body, body.length - 30), ['proof', 'malformed']],
];

test.each(FORGERIES)('a byte swapped %s is noticed', async (_, path, change, codes) => {
  const asked = lookUpAll([identifier(ASKED[0]!)], { base: tekser.base, trust: tekser.trust, fetch: tampering(path, change) });
  const error = await asked.then(() => undefined, (reason: unknown) => reason);
  expect(error).toBeInstanceOf(ProtocolError);
  expect(codes).toContain((error as ProtocolError).code);
});

test('a look-up under which the index is replaced is still answered', async () => {
  const query = ASKED[0]!;
  let published = false;
  const answers = await lookUpAll([identifier(query)], {
    base: tekser.base,
    trust: tekser.trust,
    fetch: async (input, init) => {
      if (/evaluate/.test(String(input)) && !published) {
        published = true;
        tekser.publish();
      }
      return fetch(input, init);
    },
  });
  expect(shown(answers[0]!)).toEqual(query.exposures);
});
