import { answer, exchanges } from './en/answer';
import { catalogue } from './en/catalogue';
import { check, failure, progress } from './en/check';
import { names } from './en/names';
import { reading } from './en/reading';
import { shell } from './en/shell';
import { steps } from './en/steps';
import type { Texts } from './type';

/** The site in English. */
export const texts: Texts = { shell, check, reading, progress, failure, answer, steps, names, catalogue, exchanges };
