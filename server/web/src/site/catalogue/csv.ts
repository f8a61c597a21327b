import type { Breach, Catalogue } from '../../protocol';
import type { Language } from '../languages';
import { byDate } from '../answer/order';

const COLUMNS = ['id', 'date', 'added', 'status', 'records_claimed', 'data_classes', 'title', 'source', 'edition'] as const;

/** The public leaks as RFC 4180 has tables, the newest first; a mark at the beginning lets spreadsheets read Cyrillic. */
export function csvOf({ breaches, generation }: Catalogue, language: Language): string {
  const sorted = byDate(breaches.map((breach) => ({ breach, classes: breach.classes })));
  const rows = sorted.map(({ breach }) => row(breach, generation, language));
  return `\ufeff${[COLUMNS.join(','), ...rows].join('\r\n')}\r\n`;
}

function row(breach: Breach, generation: string, language: Language): string {
  const { id, date, added, status, records, classes, title, source } = breach;
  return [id, date, added, status, String(records), classes.join(' '), title[language], source, generation].map(cell).join(',');
}

/** Quoted; what a spreadsheet would take for a formula has an apostrophe in front. */
function cell(text: string): string {
  const harmless = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return `"${harmless.replaceAll('"', '""')}"`;
}
