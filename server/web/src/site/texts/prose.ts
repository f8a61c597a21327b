import type { Page } from '../paths';

/** A paragraph, a list, or lines of code. In text, `[words](href)` is a link and `` `words` `` is code. */
export type Block = string | { list: string[] } | { ordered: string[] } | { code: string };

export interface Section {
  heading: string;
  body: Block[];
}

/** A page that is read; only the prerenderer knows it, no browser loads it as a program. */
export interface PageText {
  title: string;
  description: string;
  heading: string;
  lead: string;
  sections: Section[];
}

/** The part of the home page under the check. */
export interface HomeText {
  why: { heading: string; steps: { title: string; text: string }[]; more: string };
  kinds: { heading: string; lead: string };
  not: { heading: string; points: { title: string; text: string }[] };
  illustration: string;
}

export interface Prose {
  pages: Record<Page, PageText>;
  home: HomeText;
  notFound: PageText;
}
