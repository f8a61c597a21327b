import { answer, exchanges } from './ru/answer';
import { check, failure, progress } from './ru/check';
import { names } from './ru/names';
import { reading } from './ru/reading';
import { steps } from './ru/steps';
import { warned } from './ru/warned';
import type { IslandTexts } from './type';

/** What every interactive part says in Russian. */
export const texts: IslandTexts = { check, reading, progress, failure, answer, steps, names, exchanges, warned };
