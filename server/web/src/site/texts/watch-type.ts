import type { Plural } from '../format/plural';

/** What is said where values are watched, in one language; loaded on request. */
export interface WatchTexts {
  offer: {
    lead: string;
    kept: string;
    one: string;
    all: string;
    done: string;
    full: Plural;
    list: string;
    unable: string;
    failed: string;
  };
  list: {
    heading: string;
    empty: string;
    loading: string;
    unreadable: string;
    places: string;
    leaks: Plural;
    none: string;
    news: string;
    newsHelp: string;
    seen: string;
    rekeyed: string;
    name: string;
    rename: string;
    keep: string;
    cancel: string;
    remove: string;
    removed: string;
    checkedAt: string;
    failed: string;
    now: string;
    checking: string;
    unchanged: string;
    nothing: string;
    found: string;
    clear: string;
    clearNote: string;
    cleared: string;
  };
  push: {
    heading: string;
    lead: string;
    on: string;
    off: string;
    waiting: string;
    started: string;
    stopped: string;
    denied: string;
    failed: string;
    none: string;
    feed: string;
    call: string;
  };
  /** On a page of the site, when its own check found something. */
  banner: { found: string; rekeyed: string; open: string };
}

/** What a notification says. */
export interface NoticeTexts {
  found: string;
  warned: string;
  more: string;
  nothing: string;
  rekeyed: string;
  failed: string;
  empty: string;
}
