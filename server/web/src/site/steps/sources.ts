import type { Language } from '../languages';
import type { StepName } from './steps';

/** A document by host, name and date; an institution by its name in each language. */
type Source = string | Record<Language, string>;

/** Where the text of a step comes from, and the day on which it was last compared with that. No source: a general rule. */
export interface Provenance {
  readonly sources: readonly Source[];
  readonly checked: string;
}

const CHECKED = '2026-11-29';
const NATIONAL_BANK = { kk: 'Ұлттық Банк', ru: 'Национальный Банк', en: 'National Bank' };
const VICE_MINISTER = { kk: 'вице-министр (2025-10-23)', ru: 'вице-министр (2025-10-23)', en: 'the vice-minister (2025-10-23)' };

export const SOURCES: Record<StepName, Provenance> = {
  bank: { sources: [NATIONAL_BANK], checked: CHECKED },
  'stop-credit': { sources: ['egov.kz'], checked: CHECKED },
  password: { sources: [], checked: CHECKED },
  'second-factor': { sources: [], checked: CHECKED },
  signature: { sources: ['online.zakon.kz, 39125872 (2025-09-12)', 'pki.gov.kz, docs/guides_ru/lk_fl', 'lada.kz, 147502'], checked: CHECKED },
  sim: { sources: ['egov.kz'], checked: CHECKED },
  calls: { sources: [NATIONAL_BANK, VICE_MINISTER], checked: CHECKED },
  'who-looked': { sources: ['egov.kz', '481/НҚ (2024-08-09)'], checked: CHECKED },
  complaint: { sources: ['egov.kz', '94-V'], checked: CHECKED },
  police: { sources: ['zakon.kz, finansy/6492542', 'vcentre.kz (2025-09-30)'], checked: CHECKED },
};

/** The same for what is good to know in addition to the steps. */
export const BESIDES: Provenance = { sources: ['mgorod.kz (2026-02-05)', '94-V', '481/НҚ (2024-08-09)'], checked: CHECKED };

export function sourceIn(language: Language, source: Source): string {
  return typeof source === 'string' ? source : source[language];
}
