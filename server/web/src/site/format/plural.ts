import type { Language } from '../languages';
import { number } from './number';

/** A phrase in every plural form its language has; `{n}` stands for the number, written as the language writes it. */
export type Plural = Partial<Record<Intl.LDMLPluralRule, string>> & { other: string };

/** Chooses the form for `n` and writes the number into it. */
export function plural(language: Language, forms: Plural, n: number): string {
  const form = forms[new Intl.PluralRules(language).select(n)] ?? forms.other;
  return fill(form, { n: number(language, n) });
}

/** Puts values where a text has `{name}`. */
export function fill(text: string, values: Record<string, string>): string {
  return text.replace(/\{(\w+)\}/g, (whole, name: string) => values[name] ?? whole);
}
