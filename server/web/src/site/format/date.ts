import type { Language } from '../languages';

const PRECISION: Intl.DateTimeFormatOptions[] = [
  { year: 'numeric' },
  { year: 'numeric', month: 'long' },
  { year: 'numeric', month: 'long', day: 'numeric' },
];

/** Written here because many browsers come without Kazakh; see `number.ts`. */
const KAZAKH_MONTHS = [
  'қаңтар', 'ақпан', 'наурыз', 'сәуір', 'мамыр', 'маусым', 'шілде', 'тамыз', 'қыркүйек', 'қазан', 'қараша', 'желтоқсан',
];

/**
 * Writes a date that may lack its day or its month (`YYYY`, `YYYY-MM`, `YYYY-MM-DD`) as precisely as it is known.
 * Any other text is returned as it is.
 */
export function partialDate(language: Language, date: string): string {
  const parts = date.split('-').map(Number);
  const options = /^\d{4}(-\d\d){0,2}$/.test(date) ? PRECISION[parts.length - 1] : undefined;
  const time = Date.parse(date);
  if (!options || Number.isNaN(time)) return date;
  if (language === 'kk') return kazakhDate(parts);
  return new Intl.DateTimeFormat(language, { ...options, timeZone: 'UTC' }).format(time);
}

/** Writes the moment an index was built, in the time zone of the reader. */
export function moment(language: Language, iso: string): string {
  const time = new Date(iso);
  if (Number.isNaN(time.getTime())) return iso;
  if (language !== 'kk') return new Intl.DateTimeFormat(language, { dateStyle: 'long', timeStyle: 'short' }).format(time);
  const clock = new Intl.DateTimeFormat('ru', { hour: '2-digit', minute: '2-digit' }).format(time);
  return `${kazakhDate([time.getFullYear(), time.getMonth() + 1, time.getDate()])}, ${clock}`;
}

function kazakhDate([year, month, day]: readonly number[]): string {
  const name = month === undefined ? '' : ` ${KAZAKH_MONTHS[month - 1]}`;
  if (day === undefined) return name ? `${year} ж.${name}` : `${year} ж.`;
  return `${year} ж. ${day}${name}`;
}
