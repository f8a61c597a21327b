import type { Breach, Status } from '../../protocol';

/** What the list is narrowed to; empty means everything. */
export interface Filter {
  year: string;
  status: '' | Status;
  class: string;
}

export const EVERYTHING: Filter = { year: '', status: '', class: '' };

/** The breaches that a filter lets pass. */
export function filtered(breaches: readonly Breach[], filter: Filter): Breach[] {
  return breaches.filter(
    (breach) =>
      (filter.year === '' || yearOf(breach) === filter.year) &&
      (filter.status === '' || breach.status === filter.status) &&
      (filter.class === '' || breach.classes.includes(filter.class)),
  );
}

export function yearOf(breach: Breach): string {
  return breach.date.slice(0, 4);
}

/** Each value once, sorted. */
export function distinct(values: readonly string[]): string[] {
  return [...new Set(values)].sort();
}

export interface YearFigures {
  year: string;
  leaks: number;
  records: number;
}

/** Leaks and claimed records year by year, without gaps between the first year and the last. */
export function byYear(breaches: readonly Breach[]): YearFigures[] {
  const years = breaches.map((breach) => Number(yearOf(breach))).filter((year) => year > 1900);
  if (years.length === 0) return [];
  const first = Math.min(...years);
  const count = Math.max(...years) - first + 1;
  return Array.from({ length: count }, (_, place) => figures(String(first + place), breaches));
}

function figures(year: string, breaches: readonly Breach[]): YearFigures {
  const those = breaches.filter((breach) => yearOf(breach) === year);
  return { year, leaks: those.length, records: those.reduce((sum, breach) => sum + breach.records, 0) };
}
