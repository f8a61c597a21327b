import { answer, exchanges } from './en/answer';
import { check, failure, progress } from './en/check';
import { names } from './en/names';
import { reading } from './en/reading';
import { steps } from './en/steps';
import { warned } from './en/warned';
import type { IslandTexts } from './type';

/** What every interactive part says in English. */
export const texts: IslandTexts = { check, reading, progress, failure, answer, steps, names, exchanges, warned };
