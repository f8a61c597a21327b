/** Reads members of untrusted JSON: each function gives a value of its type or throws `malformed`. */
import { fromBase64Url } from './base64';
import { ProtocolError } from './error';

export type Json = Readonly<Record<string, unknown>>;

export function parseJson(bytes: Uint8Array): Json {
  try {
    return object(JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes)));
  } catch {
    throw new ProtocolError('malformed');
  }
}

export function object(value: unknown): Json {
  return checked(value, (it): it is Json => typeof it === 'object' && it !== null && !Array.isArray(it));
}

export function list<T>(value: unknown, atMost: number, item: (value: unknown) => T): T[] {
  return checked(value, (it): it is unknown[] => Array.isArray(it) && it.length <= atMost).map(item);
}

export function record<T>(value: unknown, item: (value: unknown) => T): Record<string, T> {
  return Object.fromEntries(Object.entries(object(value)).map(([name, member]) => [name, item(member)]));
}

export function text(value: unknown): string {
  return checked(value, (it): it is string => typeof it === 'string');
}

/** Nothing, if the member is not there. */
export function optional<T>(value: unknown, item: (value: unknown) => T): T | undefined {
  return value === undefined ? undefined : item(value);
}

export function flag(value: unknown): boolean {
  return checked(value, (it): it is boolean => typeof it === 'boolean');
}

/** A whole number from 0 up. */
export function count(value: unknown): number {
  return checked(value, (it): it is number => Number.isSafeInteger(it) && Number(it) >= 0);
}

export function oneOf<T extends string>(value: unknown, words: readonly T[]): T {
  return checked(value, (it): it is T => words.some((word) => word === it));
}

export function matching(value: unknown, pattern: RegExp): string {
  return checked(value, (it): it is string => typeof it === 'string' && pattern.test(it));
}

/** A number of bytes as base64url. */
export function bytes(value: unknown, length: number): Uint8Array {
  const decoded = fromBase64Url(text(value));
  return checked(decoded, (it): it is Uint8Array => it instanceof Uint8Array && it.length === length);
}

function checked<T>(value: unknown, is: (value: unknown) => value is T): T {
  if (!is(value)) throw new ProtocolError('malformed');
  return value;
}
