/** The languages of the site, in the order in which they are offered. */
export const LANGUAGES = ['kk', 'ru', 'en'] as const;
export type Language = (typeof LANGUAGES)[number];

/** How each language names itself. */
export const LANGUAGE_NAMES: Record<Language, string> = { kk: 'Қазақша', ru: 'Русский', en: 'English' };

/** The language of a document, as the prerendered page states it. */
export function languageOf(document: Document): Language {
  return LANGUAGES.find((language) => language === document.documentElement.lang) ?? 'ru';
}
