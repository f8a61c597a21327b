import { type Fault, type Identifier, type Kind, normalise, recognise } from '../../identifier';

/** What the page makes of the text in the field. */
export type Reading =
  | { state: 'empty' }
  | { state: 'one'; identifier: Identifier }
  | { state: 'several'; identifiers: readonly Identifier[] }
  | { state: 'fault'; fault: Fault; kind: Kind | undefined };

/** Reads a text as a kind the person has named, or as whatever it may be. Nothing leaves the device. */
export function read(typed: string, kind: Kind | undefined): Reading {
  if (typed.trim() === '') return { state: 'empty' };
  return kind ? readAs(kind, typed) : readFreely(typed);
}

function readAs(kind: Kind, typed: string): Reading {
  const normalised = normalise(kind, typed);
  return normalised.ok ? { state: 'one', identifier: normalised.identifier } : { state: 'fault', fault: normalised.fault, kind };
}

function readFreely(typed: string): Reading {
  const { candidates, nearest } = recognise(typed);
  const [identifier, ...others] = candidates;
  if (identifier && others.length === 0) return { state: 'one', identifier };
  if (identifier) return { state: 'several', identifiers: candidates };
  return { state: 'fault', fault: nearest?.fault ?? 'form', kind: nearest?.kind };
}
