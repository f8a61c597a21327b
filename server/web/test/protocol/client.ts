/**
 * Asks a server for every line of standard input and prints one line for each, in the form of `tekser-indexer lookup --json`:
 *
 *     node dist-node/lookup.mjs --base http://127.0.0.1:8080 --trust RW… < queries.jsonl
 *
 * `--without-trust` in its place believes whatever the server says of itself. A line is `{"kind":"iin","value":"…"}`; values are never repeated. Ends with 1 and the error's code if the server cheats
 * or fails, with 2 if it was called in another way.
 */
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';

import { elementsOf, KINDS, loadLateRules, normalise, type Fault, type Identifier, type Kind, type Normalised } from '../../src/identifier';
import { lookUpAll, MAX_AT_ONCE, ProtocolError, WITHOUT_TRUST, type Answer, type Options } from '../../src/protocol';
import { joined } from '../../src/protocol/answer';
import { MESSAGES } from '../../src/protocol/error-messages';

/** Where the indexer says more of a fault than its name. */
const FAULTS: Partial<Record<Fault, string>> = {
  'not-possible': 'not a possible number',
  'local-only': 'not a possible number',
  'digits-lost': 'digits lost in scientific notation',
};

/** A query has two elements at most. */
const MAX_QUERIES = MAX_AT_ONCE / 2;

interface Query {
  readonly kind: Kind;
  readonly normalised: Normalised;
}

/** A line of input that is no query. The line itself is not kept. */
class BadLine extends Error {}

function readQuery(line: string): Query {
  const { kind, value } = parseLine(line);
  const known = KINDS.find((name) => name === kind);
  if (known === undefined || typeof value !== 'string') throw new BadLine();
  return { kind: known, normalised: normalise(known, value) };
}

function parseLine(line: string): { kind?: unknown; value?: unknown } {
  try {
    return Object(JSON.parse(line));
  } catch {
    throw new BadLine();
  }
}

async function answerAll(options: Options, queries: readonly Query[]): Promise<string[]> {
  const identifiers = queries.flatMap(elements);
  const found = identifiers.length > 0 ? await lookUpAll(identifiers, options) : [];
  if (found.some(({ isOutdated }) => isOutdated)) process.stderr.write('warning: the service means to end this version; use a newer program\n');
  const answers = found.values();
  return queries.map(({ kind, normalised }) => {
    if (!normalised.ok) return JSON.stringify({ kind, error: FAULTS[normalised.fault] ?? normalised.fault.replaceAll('-', ' ') });
    const [first, ...others] = elements({ kind, normalised }).flatMap(() => answers.next().value ?? []);
    return line(kind, first && joined([first, ...others]));
  });
}

/** What is asked for: of a site its domain as well. */
function elements({ normalised }: Query): readonly Identifier[] {
  return normalised.ok ? elementsOf(normalised.identifier) : [];
}

function line(kind: Kind, answer: Answer | undefined): string {
  const exposures = answer?.exposures.map(({ breach, classes }) => ({ breach: breach.id, classes }));
  const warnings = answer?.warnings.map(({ list: { id, publisher, appeal }, since, reasons }) => ({ list: id, since, reasons, publisher: publisher.en, appeal }));
  return JSON.stringify({ kind, found: answer?.found, exposures, ...(warnings?.length ? { warnings } : {}) });
}

async function main(options: Options): Promise<void> {
  await loadLateRules();
  let batch: Query[] = [];
  const flush = async () => {
    const lines = await answerAll(options, batch);
    if (lines.length > 0) process.stdout.write(`${lines.join('\n')}\n`);
    batch = [];
  };
  for await (const text of createInterface({ input: process.stdin })) {
    if (text.trim() !== '') batch.push(readQuery(text));
    if (batch.length === MAX_QUERIES) await flush();
  }
  await flush();
}

/** Prints what went wrong, of unforeseen errors their name only: messages may hold what was read. */
function report(error: unknown): number {
  if (error instanceof BadLine) {
    process.stderr.write('error: every line of standard input must be a JSON object with a known kind and a value\n');
    return 2;
  }
  const known = error instanceof ProtocolError ? `${error.code}: ${MESSAGES[error.code]}` : `unforeseen: ${(error as Error).name}`;
  process.stderr.write(`error: ${known}\n`);
  return 1;
}

const { values } = parseArgs({
  options: { base: { type: 'string' }, trust: { type: 'string', multiple: true, default: [] }, 'without-trust': { type: 'boolean', default: false } },
});
const isTold = (values.trust.length === 0) === values['without-trust'];
if (values.base === undefined || !isTold) {
  process.stderr.write('usage: node lookup.mjs --base URL (--trust PUBLIC_KEY... | --without-trust) < queries.jsonl\n');
  process.exitCode = 2;
} else {
  process.exitCode = await main({ base: values.base, trust: values['without-trust'] ? WITHOUT_TRUST : values.trust }).then(() => 0, report);
}
