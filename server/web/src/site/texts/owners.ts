/** Pages on which a person who has signed in sees sensitive leaks of their own; only the prerenderer knows them. */
export interface OwnersTexts {
  start: {
    title: string;
    heading: string;
    lead: string;
    shows: { heading: string; text: string };
    learns: { heading: string; lines: string[] };
    device: string;
    signIn: string;
    without: { heading: string; text: string };
    wards: { heading: string; known: string; unknown: string };
  };
  onward: { title: string; heading: string; link: string };
  alone: { title: string; heading: string; lead: string; lines: string[]; show: string };
  answer: {
    title: string;
    heading: string;
    lookedUp: string;
    none: { heading: string; text: string };
    others: { heading: string; text: string; link: string };
    wards: { heading: string; own: string; one: string; about: string };
    paper: string;
    ends: string;
  };
  leave: string;
  out: { title: string; heading: string; text: string };
  failed: { title: string; heading: string; reasons: Record<Failure, string>; again: string };
}

/** Why nothing was shown; the server says which it is. */
export const FAILURES = ['expired', 'refused', 'provider', 'nothing', 'busy', 'unavailable'] as const;
export type Failure = (typeof FAILURES)[number];
