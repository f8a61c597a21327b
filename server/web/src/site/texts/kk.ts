import { answer, exchanges } from './kk/answer';
import { catalogue } from './kk/catalogue';
import { check, failure, progress } from './kk/check';
import { names } from './kk/names';
import { reading } from './kk/reading';
import { shell } from './kk/shell';
import { steps } from './kk/steps';
import type { Texts } from './type';

/** The site in Kazakh. */
export const texts: Texts = { shell, check, reading, progress, failure, answer, steps, names, catalogue, exchanges };
