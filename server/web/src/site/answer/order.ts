import type { Exposure } from '../../protocol';

/** The newest leak first; a year alone counts as its end, so that it is not below the year's own months. */
export function byDate<Dated extends Exposure>(exposures: readonly Dated[]): Dated[] {
  return [...exposures].sort((a, b) => sortable(b.breach.date).localeCompare(sortable(a.breach.date)) || a.breach.id.localeCompare(b.breach.id));
}

function sortable(date: string): string {
  return date.padEnd(7, '-99').padEnd(10, '-99');
}
