import type { Plural } from '../format/plural';
import type { How } from '../lookalike/type';
import type { Reason, WarnedKind } from '../warning/kinds';

/** What an answer says of warnings, in one language; loaded with the first answer that has such a part. */
export interface WarningTexts {
  /** Above the values, where several were checked. */
  heading: string;
  /** Names for the thing, put into the sentences below. */
  things: Record<WarnedKind, { about: string; it: string; not: string }>;
  about: string;
  listed: { heading: string; lead: string; caution: Partial<Record<WarnedKind, string>> };
  unlisted: { heading: string; lead: string };
  /** No list has anything of the kind. */
  absent: string;
  site: string;
  entry: { reason: string; since: string; publisher: string; basis: string; appeal: string; until: Plural };
  reasons: Record<Reason, string>;
  actions: { heading: string; ifInDoubt: string; first: Record<WarnedKind, string>; always: string[] };
  signs: { heading: string; of: Record<WarnedKind, string[]> };
  lookalike: { heading: string; how: Record<How, string>; text: string; open: string; device: string };
  lists: { heading: string; lead: string; reasons: string };
}

/** What every page of the check says of warnings before there is an answer. */
export interface WarnedTexts {
  /** Below the field: the same field answers another question. */
  summary: string;
  text: string;
  /** Above the answer about leaks, where there is one about warnings as well. */
  yours: string;
  /** In the list of what was checked. */
  listed: string;
}
