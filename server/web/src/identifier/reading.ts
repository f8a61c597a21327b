import { doubtsAbout, type Doubt } from './doubt';
import type { Identifier } from './kind';
import { shown } from './shown';

/** One way to understand what a person typed. */
export interface Reading extends Identifier {
  /** The whole value as people write it, so that they can compare it with what they meant. */
  readonly shown: string;
  /** What speaks against this reading. One with a doubt is not looked up before the person has said that it is right. */
  readonly doubts: readonly Doubt[];
}

/** The reading of `cleaned` as this identifier. */
export function readingOf({ kind, value }: Identifier, cleaned: string): Reading {
  return { kind, value, shown: shown({ kind, value }, cleaned), doubts: doubtsAbout({ kind, value }, cleaned) };
}
