import type { Page } from '../paths';

/** A paragraph, a list, lines of code, or what is only said where the server has a text of a name, or has none (`filled.tsx`). In text, `[words](href)` is a link and `` `words` `` is code. */
export type Block = string | { list: string[] } | { ordered: string[] } | { code: string } | { given?: string; unless?: string; body: Block[] };

export interface Section {
  heading: string;
  /** Only said where the server has a text of this name, or has none. */
  given?: string;
  unless?: string;
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
  why: { heading: string; steps: { title: string; text: string }[]; together: string; more: string };
  kinds: { heading: string; lead: string };
  not: { heading: string; points: { title: string; text: string }[] };
  illustration: string;
}

/** One line of a template: words, a title, or a field to be filled in on the screen or by hand. */
export type FormLine = string | { title: string } | { field: string; value?: string; rows?: number };

/** A letter to be filled in and printed. */
export interface FormText {
  id: string;
  heading: string;
  help: string;
  lines: FormLine[];
}

/** What to do, and what to write. */
export interface GuideText {
  steps: PageText;
  /** The list of sources on the page for experts. */
  sources: { heading: string; lead: string; checked: string; general: string };
  letters: PageText;
  forms: { print: string; template: FormText[] };
}

export interface Prose {
  pages: Record<Page, PageText>;
  home: HomeText;
  guide: GuideText;
  notFound: PageText;
}
