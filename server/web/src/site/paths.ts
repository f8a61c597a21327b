import type { Language } from './languages';

/** The pages of the site, in the order of the navigation. */
export const PAGES = ['home', 'leaks', 'steps', 'watch', 'letters', 'how', 'privacy', 'experts', 'press'] as const;
export type Page = (typeof PAGES)[number];

/** The pages that the head of each page leads to; its foot leads to all. */
export const MAIN_PAGES: readonly Page[] = ['home', 'leaks', 'steps', 'how', 'privacy'];

/** The path of a page: `/ru`, `/ru/leaks`. */
export function pathOf(language: Language, page: Page): string {
  return page === 'home' ? `/${language}` : `/${language}/${page}`;
}

/** The page of one leak, which the server fills in. */
export function leakPathOf(language: Language, id: string): string {
  return `${pathOf(language, 'leaks')}/${id}`;
}

/** Where the server lists new leaks for feed readers. */
export function feedOf(language: Language): string {
  return `/feed/${language}.xml`;
}
