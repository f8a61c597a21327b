import type { Language } from './languages';

/** The pages of the site, in the order of the navigation. */
export const PAGES = ['home', 'leaks', 'how', 'privacy', 'experts', 'press'] as const;
export type Page = (typeof PAGES)[number];

/** The path of a page: `/ru`, `/ru/leaks`. */
export function pathOf(language: Language, page: Page): string {
  return page === 'home' ? `/${language}` : `/${language}/${page}`;
}

/** Where the server tells feed readers of new leaks. */
export function feedOf(language: Language): string {
  return `/feed/${language}.xml`;
}
