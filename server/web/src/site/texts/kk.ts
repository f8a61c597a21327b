import { answer, exchanges } from './kk/answer';
import { check, failure, progress } from './kk/check';
import { names } from './kk/names';
import { reading } from './kk/reading';
import { steps } from './kk/steps';
import { warned } from './kk/warned';
import type { IslandTexts } from './type';

/** What every interactive part says in Kazakh. */
export const texts: IslandTexts = { check, reading, progress, failure, answer, steps, names, exchanges, warned };
