import type { Language } from '../../../src/site/languages';
import { texts as en } from '../../../src/site/texts/en';
import { prose as enProse } from '../../../src/site/texts/en/prose';
import { texts as kk } from '../../../src/site/texts/kk';
import { prose as kkProse } from '../../../src/site/texts/kk/prose';
import type { Prose } from '../../../src/site/texts/prose';
import { texts as ru } from '../../../src/site/texts/ru';
import { prose as ruProse } from '../../../src/site/texts/ru/prose';
import type { Texts } from '../../../src/site/texts/type';

/** All that the site says. */
export const ALL: Record<Language, Texts & { prose: Prose }> = { kk: { ...kk, prose: kkProse }, ru: { ...ru, prose: ruProse }, en: { ...en, prose: enProse } };

/** Every text with the path that leads to it. */
export function leaves(value: unknown, path = ''): [string, string][] {
  if (typeof value === 'string') return [[path, value]];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, member]) => leaves(member, `${path}.${key}`));
}
