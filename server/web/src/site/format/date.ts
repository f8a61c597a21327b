import type { Language } from '../languages';

const PRECISION: Intl.DateTimeFormatOptions[] = [
  { year: 'numeric' },
  { year: 'numeric', month: 'long' },
  { year: 'numeric', month: 'long', day: 'numeric' },
];

/**
 * Writes a date that may lack its day or its month (`YYYY`, `YYYY-MM`, `YYYY-MM-DD`) as precisely as it is known.
 * What is no such date is given back as it is.
 */
export function partialDate(language: Language, date: string): string {
  const options = /^\d{4}(-\d\d){0,2}$/.test(date) ? PRECISION[date.split('-').length - 1] : undefined;
  const time = Date.parse(date);
  if (!options || Number.isNaN(time)) return date;
  return new Intl.DateTimeFormat(language, { ...options, timeZone: 'UTC' }).format(time);
}

/** Writes the moment an index was built, in the time zone of the reader. */
export function moment(language: Language, iso: string): string {
  const time = Date.parse(iso);
  if (Number.isNaN(time)) return iso;
  return new Intl.DateTimeFormat(language, { dateStyle: 'long', timeStyle: 'short' }).format(time);
}
