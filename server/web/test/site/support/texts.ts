import type { Language } from '../../../src/site/languages';
import { prose as enProse } from '../../../src/site/texts/en/prose';
import { prose as kkProse } from '../../../src/site/texts/kk/prose';
import { outdated } from '../../../src/site/texts/outdated';
import type { Prose } from '../../../src/site/texts/prose';
import { prose as ruProse } from '../../../src/site/texts/ru/prose';
import type { Texts } from '../../../src/site/texts/type';
import { WHOLE } from '../../../src/site/texts/whole';

/** All that the site says. */
export const ALL: Record<Language, Texts & { prose: Prose; outdated: string }> = {
  kk: { ...WHOLE.kk, prose: kkProse, outdated: outdated.kk },
  ru: { ...WHOLE.ru, prose: ruProse, outdated: outdated.ru },
  en: { ...WHOLE.en, prose: enProse, outdated: outdated.en },
};

/** Every text with the path that leads to it. */
export function leaves(value: unknown, path = ''): [string, string][] {
  if (typeof value === 'string') return [[path, value]];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, member]) => leaves(member, `${path}.${key}`));
}
