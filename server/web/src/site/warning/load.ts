import { useEffect, useState } from 'preact/hooks';
import { useSpeech } from '../language';
import type { Language } from '../languages';
import type { WarningTexts } from '../texts/warning-type';

type Parts = typeof import('./parts');

/** What shows warnings, and what it says. */
export interface WarningPart extends Parts {
  readonly texts: WarningTexts;
}

const TEXTS: Record<Language, () => Promise<{ warnings: WarningTexts }>> = {
  kk: () => import('../texts/kk/warnings'),
  ru: () => import('../texts/ru/warnings'),
  en: () => import('../texts/en/warnings'),
};

const loaded: Partial<Record<Language, WarningPart>> = {};

/**
 * Loads what shows warnings. Where an index has lists of warnings it is loaded for every answer: a request that is made for
 * what was found would give the find away.
 */
export async function loadWarnings(language: Language): Promise<WarningPart> {
  const known = loaded[language];
  if (known) return known;
  const [parts, { warnings }] = await Promise.all([import('./parts'), TEXTS[language]()]);
  return (loaded[language] = { ...parts, texts: warnings });
}

/** The same for a component; nothing while it is on its way, as after a change of the language. */
export function useWarnings(): WarningPart | undefined {
  const { language } = useSpeech();
  const [, again] = useState(0);
  useEffect(() => {
    if (!loaded[language]) loadWarnings(language).then(() => again((times) => times + 1), () => undefined);
  }, [language]);
  return loaded[language];
}
