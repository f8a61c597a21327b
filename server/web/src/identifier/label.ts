import type { Kind } from './kind';

/** A text that begins with the name of what it is: `ИИН: 000101100016`. */
export interface Labelled {
  readonly kind: Kind;
  /** What is after the label. */
  readonly rest: string;
}

/** What people call the kinds, in three languages, where they write it in front of a value. */
const NAMES: readonly (readonly [Kind, string])[] = [
  ['iin', 'иин|жсн|iin'],
  ['company', 'бин|бсн|bin'],
  ['phone', 'телефоны?|тел|моб(?:ильный)?|ұялы|phone|tel|mobile|whats ?app|ватсап'],
  ['email', 'e-?mail|(?:электрондық |электронная )?пошта|(?:электронная )?почта|мейл|имейл'],
  ['id_card', 'удостоверение(?: личности)?|уд(?:л|в)?[. ]+личности|удл|удв|жеке куәлік|id(?:[ -]?(?:card|карта))?'],
  ['passport', 'паспорт|төлқұжат|passport'],
  ['iban', 'iban|ибан|сч[её]т|шот|account'],
  ['card', 'карта(?:сы)?|card'],
  ['plate', 'гос ?номер|авто(?:номер)?|plate'],
];

/** A label at the beginning, or after words: `мой ИИН 000101100016`. */
const LABELS = NAMES.map(([kind, names]) => [kind, new RegExp(`^(?:[\\p{L}\\s]*\\s)?(?:${names})(?:[\\s.:#=]+|(?=[0-9]{8}))`, 'iu')] as const);

/** What the text is by its own words; nothing where they may be part of the value, as in `tel.name@example.kz`. */
export function labelled(cleaned: string): Labelled | undefined {
  const [kind, label] = LABELS.find(([, pattern]) => pattern.test(cleaned)) ?? [];
  if (kind === undefined || label === undefined || (kind !== 'email' && cleaned.includes('@'))) return undefined;
  return { kind, rest: cleaned.replace(label, '') };
}

/** Where a label of another value begins: `ИИН 000101100016 тел. 8 709 123 45 67`. */
export const BEFORE_LABEL = new RegExp(`[\\s,]+(?=(?:${NAMES.map(([, names]) => names).join('|')})[\\s.:])`, 'iu');

/** `@name`, perhaps with words in front, or a name after the word for it: `ник @name`, `логин: name`. */
const HANDLE = /^(?:(?:\p{L}+[\s:]+)*@|(?:логин|ник|login|nick(?:name)?|user(?:name)?|tg|telegram|телеграмм?|insta(?:gram)?|инста(?:грамм?)?)[\s:]+@?)([^\s@/:]{3,64})$/iu;

/** The login in a text that says that it is one. */
export function loginIn(cleaned: string): string | undefined {
  return HANDLE.exec(cleaned)?.[1];
}
