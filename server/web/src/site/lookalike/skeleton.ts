/**
 * Letters that look like Latin ones: a selection of Unicode's confusables for ASCII (UTS 39) of the scripts that registries
 * allow, and the Kazakh letters, which that table leaves alone. Accents are taken off before.
 */
const LIKE: Readonly<Record<string, string>> = {
  a: 'аαɑәǝ@4',
  b: 'ьвбƅ8ɓ',
  c: 'сϲҫⅽ',
  d: 'ԁɗđⅾ',
  e: 'еєҽε3ə',
  f: 'ғƒϝ',
  g: 'ɡցɢԍ9',
  h: 'һнңħհ',
  j: 'јϳ',
  k: 'кқκҡҝĸ',
  l: 'i1|ıіⅼӏłɩι',
  m: 'мⅿ',
  n: 'пηոŋ',
  o: 'оοө0øօσᴏ',
  p: 'рρƿ',
  q: 'ԛզգ',
  r: 'гᴦɼ',
  s: 'ѕ5ꜱ',
  t: 'тτ7ŧ',
  u: 'иʋυսųμц',
  v: 'νѵⅴ',
  w: 'ԝωшɯաѡ',
  x: 'хχⅹҳ',
  y: 'уұүγʏ',
  z: 'ʐᴢ2',
};

const SKELETON = new Map(Object.entries(LIKE).flatMap(([latin, others]) => Array.from(others, (other) => [other, latin] as const)));

/** What a name looks like: two names with the same skeleton can be taken for each other. */
export function skeleton(name: string): string {
  const letters = Array.from(name.normalize('NFKD').replace(/\p{M}/gu, ''), (letter) => SKELETON.get(letter) ?? letter).join('');
  // Two letters that look like one.
  return letters.replaceAll('rn', 'm').replaceAll('vv', 'w').replaceAll('cl', 'd');
}
