import type { Fault, Kind, Why } from '../../identifier/index';
import type { CallName, ProtocolError, Status } from '../../protocol/index';
import type { KnownClass } from '../classes';
import type { Page } from '../paths';
import type { StepName } from '../steps/steps';
import type { Plural } from '../format/plural';
import type { WarnedTexts, WarningTexts } from './warning-type';
import type { NoticeTexts, WatchTexts } from './watch-type';

/** Everything every interactive part of the site says, in one language. A key that is missing is a type error. */
export interface IslandTexts {
  check: CheckTexts;
  reading: ReadingTexts;
  progress: ProgressTexts;
  failure: FailureTexts;
  answer: AnswerTexts;
  steps: StepTexts;
  names: NameTexts;
  exchanges: ExchangeTexts;
  warned: WarnedTexts;
}

/** The same, with what only the prerenderer says, what only the interactive parts about the catalogue say, what only answers about warnings say, and what is said where values are watched. */
export interface Texts extends IslandTexts {
  shell: ShellTexts;
  catalogue: CatalogueTexts;
  warnings: WarningTexts;
  watch: WatchTexts;
  notice: NoticeTexts;
}

export interface ShellTexts {
  skip: string;
  homeLabel: string;
  navigation: string;
  pages: Record<Page, string>;
  languages: string;
  theme: string;
  themes: { auto: string; light: string; dark: string };
  footer: string;
  footerNavigation: string;
  feed: string;
  police: string;
  operator: { heading: string; address: string; contact: string; unnamed: string };
  noScript: { heading: string; text: string; link: string };
  oldBrowser: { heading: string; text: string };
  broken: { heading: string; text: string };
}

export interface CheckTexts {
  heading: string;
  lead: string;
  label: string;
  hint: string;
  submit: string;
  promise: string;
  recognised: string;
  ambiguous: string;
  chooseOpen: string;
  chooseLegend: string;
  chooseBack: string;
  faultHeading: string;
  /** Why a value was not taken; followed by what the kind looks like (`forms`). */
  faults: Record<Fault, string>;
  forms: Record<Kind, string>;
  unknown: string;
  offline: string;
}

/** How the page understands what was typed, and what it says where it may be wrong. */
export interface ReadingTexts {
  doubtsHeading: string;
  doubts: Record<Why, string>;
  confirm: string;
  instead: string;
  choose: string;
  loading: string;
  list: {
    lead: string;
    unclear: string;
    unread: string;
    tooMany: string;
    linked: string;
    /** The same where several institutions answer together. */
    apart: string;
    progress: string;
    pause: string;
    heading: string;
    foundBy: string;
  };
  others: { summary: string; several: string; whose: string; child: string };
  verdict: { absent: { heading: string; lead: string }; sealed: string; compare: string; change: string };
  failure: { down: string };
}

export interface ProgressTexts {
  heading: string;
  stages: { index: string; work: string; evaluate: string; range: string; retrieve: string; verify: string; restart: string };
  waiting: { rate: string; unavailable: string };
  seconds: Plural;
  work: string;
  slow: string;
  cancel: string;
  cancelled: string;
}

export interface FailureTexts {
  headings: { refused: string; network: string; server: string };
  texts: Record<ProtocolError['code'] | 'unknown', string>;
  nothingSent: string;
  /** After several institutions did not answer together: what the one that serves the lists would learn if it were asked alone. */
  plain: { heading: string; lead: string; learns: string; only: string; second: string; agree: string; decline: string; declined: string };
  again: string;
  online: string;
  change: string;
}

export interface AnswerTexts {
  checked: string;
  notFound: { heading: string; lead: string; means: string[]; meansHeading: string };
  found: { heading: Plural; lead: string };
  /** The summary of the part where a value can be watched. */
  watch: string;
  compared: string;
  leaksHeading: string;
  together: string;
  records: Plural;
  added: string;
  source: string;
  date: string;
  statusMeaning: string;
  notCustomer: { heading: string; text: string };
  sealed: { heading: string; text: string; own: string; ask: string };
  next: {
    heading: string;
    another: string;
    print: string;
    clear: string;
    clearNote: string;
    cleared: string;
    history: string;
    historyNote: string;
    twice: { heading: string; text: string };
    found: Plural;
    notFound: string;
    show: string;
    shown: string;
  };
  /** Which institutions answered together, and what that means. */
  institutions: string;
  printed: string;
}

export interface StepTexts {
  heading: string;
  lead: string;
  kept: string;
  progress: string;
  none: string;
  open: string;
  how: string;
  /** Above the most urgent step, right below the verdict. */
  first: string;
  leaked: string;
  rest: string;
  all: string;
  ahead: string;
  template: string;
  newTab: string;
  texts: Record<StepName, { title: string; why: string; how: string[]; time: string }>;
}

export interface NameTexts {
  kinds: Record<Kind, string>;
  classes: Record<KnownClass, string>;
  statuses: Record<Status, { name: string; meaning: string }>;
}

export interface CatalogueTexts {
  heading: string;
  loading: string;
  failed: string;
  again: string;
  filters: string;
  year: string;
  status: string;
  class: string;
  all: string;
  reset: string;
  shown: Plural;
  of: string;
  none: string;
  chart: { heading: string; note: string; year: string; leaks: string; records: string; total: string; largest: string };
  claimedRecords: string;
  sealed: string;
  totals: {
    heading: string;
    leaks: string;
    records: string;
    recordsNote: string;
    identifiers: string;
    identifiersNote: string;
    byKind: string;
    kind: string;
    count: string;
    byStatus: string;
    generation: string;
    csv: string;
  };
}

export interface ExchangeTexts {
  summary: string;
  lead: string;
  lay: Record<CallName, { title: string; sent: string; received: string }>;
  never: string;
  expert: string;
  request: string;
  response: string;
  bytes: Plural;
  showAll: string;
  empty: string;
  protocol: string;
}
