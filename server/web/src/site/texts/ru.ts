import { answer, exchanges } from './ru/answer';
import { catalogue } from './ru/catalogue';
import { check, failure, progress } from './ru/check';
import { names } from './ru/names';
import { reading } from './ru/reading';
import { shell } from './ru/shell';
import { steps } from './ru/steps';
import type { Texts } from './type';

/** The site in Russian. */
export const texts: Texts = { shell, check, reading, progress, failure, answer, steps, names, catalogue, exchanges };
