import type { Plugin } from 'vite';

/** The places in a country's list where libphonenumber-js keeps the ways to write its numbers, the kinds of them (mobile, toll-free …), and what is dialled before a number abroad. Nothing here uses these, but for the last, which counts where one dials: here. */
const PREFIX_ABROAD = 1;
const FORMATS = 4;
const TYPES = 11;
const UNUSED: readonly number[] = [FORMATS, TYPES];
const REGION = 'KZ';

interface Metadata {
  countries: Record<string, unknown[]>;
}

/** The tables of telephone numbers without what is not used: six tenths of their weight, and a number is read by the rest. */
export function rulesOnly(metadata: Metadata): Metadata {
  const countries = Object.entries(metadata.countries).map(([name, rules]) => [name, rules.map((rule, place) => (UNUSED.includes(place) || (place === PREFIX_ABROAD && name !== REGION) ? 0 : rule))]);
  return { ...metadata, countries: Object.fromEntries(countries) };
}

/** Leaves the rest out of what browsers load. */
export function phoneRulesOnly(): Plugin {
  return {
    name: 'phone-rules-only',
    enforce: 'pre',
    transform(code, id) {
      if (!id.includes('libphonenumber-js/metadata.min.json')) return undefined;
      const json = code.slice(code.indexOf('{'), code.lastIndexOf('}') + 1);
      return { code: `export default ${JSON.stringify(rulesOnly(JSON.parse(json) as Metadata))}`, map: null };
    },
  };
}
