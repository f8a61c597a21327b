import type { Language } from '../languages';

/** What is said beside an answer that a page of an outdated version got. It is loaded only then. */
export const outdated: Record<Language, string> = {
  kk: 'Бұл бет ескірген: оны жаңартыңыз, әйтпесе жауапта жаңадан қосылған дерекқорлар болмауы мүмкін.',
  ru: 'Эта страница устарела: обновите её, иначе в ответе может не быть недавно добавленных утечек.',
  en: 'This page is out of date: reload it, or the answer may lack leaks that were added recently.',
};
