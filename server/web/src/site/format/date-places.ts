import { placeOf } from '../filled';
import type { Language } from '../languages';
import { partialDate } from './date';

const MONTHS = Array.from({ length: 12 }, (_, month) => String(month + 1).padStart(2, '0'));
/** Stand for the year and the day while a date is written; no month has such a day twice. */
const [YEAR, DAY] = ['2001', '17'];

/**
 * A date in words whose year, month and day the server fills in: one section for a year alone, twelve for a month, twelve for
 * a day. `name` is the name of the date.
 */
export function datePlaces(language: Language, name: string): string {
  const written = (section: string, date: string): string => {
    const words = partialDate(language, date).replace(YEAR, placeOf(`${name}.year`)).replace(DAY, placeOf(`${name}.day`));
    return `{{#${name}.${section}}}${words}{{/}}`;
  };
  const months = MONTHS.flatMap((month) => [written(`month.${month}`, `${YEAR}-${month}`), written(`day-of.${month}`, `${YEAR}-${month}-${DAY}`)]);
  return [written('only-year', YEAR), ...months].join('');
}
