import type { Plugin } from 'vite';

/** The place in a country's list where libphonenumber-js keeps the ways to write its numbers, which nothing here uses. */
const FORMATS = 4;

interface Metadata {
  countries: Record<string, unknown[]>;
}

/** The tables of telephone numbers without the ways to write them: half of their weight, and a number is read by the rest. */
export function withoutFormats(metadata: Metadata): Metadata {
  const countries = Object.entries(metadata.countries).map(([name, rules]) => [name, rules.map((rule, place) => (place === FORMATS ? 0 : rule))]);
  return { ...metadata, countries: Object.fromEntries(countries) };
}

/** Leaves the formats out of what browsers load. */
export function phoneRulesOnly(): Plugin {
  return {
    name: 'phone-rules-only',
    enforce: 'pre',
    transform(code, id) {
      if (!id.includes('libphonenumber-js/metadata.min.json')) return undefined;
      const json = code.slice(code.indexOf('{'), code.lastIndexOf('}') + 1);
      return { code: `export default ${JSON.stringify(withoutFormats(JSON.parse(json) as Metadata))}`, map: null };
    },
  };
}
