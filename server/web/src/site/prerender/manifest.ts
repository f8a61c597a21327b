import type { Language } from '../languages';
import type { Page } from '../paths';
import type { Assets } from './Head';

/** Vite's `manifest.json`, as far as it is needed. */
export type Manifest = Record<string, { file: string; isEntry?: boolean; css?: string[]; imports?: string[] }>;

const ENTRY = 'src/site/main.ts';
const READING = 'src/site/styles/reading.css';

/** The module of a page's interactive part. */
const ISLANDS: Partial<Record<Page, string>> = {
  home: 'src/site/check/island.tsx',
  leaks: 'src/site/catalogue/catalogue-island.tsx',
  press: 'src/site/catalogue/totals-island.tsx',
  watch: 'src/site/watch/watch-island.tsx',
};

/** Where Vite has put what the pages load. */
export function builtAssets(manifest: Manifest): Pick<Assets, 'scripts' | 'styles' | 'readingStyles' | 'preloads'> {
  return {
    scripts: [address(file(manifest, ENTRY))],
    styles: (manifest[ENTRY]?.css ?? []).map(address),
    readingStyles: [address(file(manifest, READING))],
    preloads: (language, page) => preloads(manifest, language, page),
  };
}

/** The texts that a page's interactive part needs in addition to those of all. */
const MORE_TEXTS: Partial<Record<Page, readonly string[]>> = { leaks: ['/catalogue'], press: ['/catalogue'], watch: ['/watch'] };

function preloads(manifest: Manifest, language: Language, page: Page): string[] {
  const island = ISLANDS[page];
  const texts = ['', ...(MORE_TEXTS[page] ?? [])].map((part) => `src/site/texts/${language}${part}.ts`);
  const wanted = island ? [ENTRY, island, ...texts] : [ENTRY];
  const files = wanted.flatMap((name) => withImports(manifest, name)).map((name) => file(manifest, name));
  return [...new Set(files)].filter((name) => name !== file(manifest, ENTRY)).map(address);
}

/** A module and all that it imports at once. */
function withImports(manifest: Manifest, name: string): string[] {
  return [name, ...(manifest[name]?.imports ?? []).flatMap((imported) => withImports(manifest, imported))];
}

function file(manifest: Manifest, name: string): string {
  const chunk = manifest[name];
  if (!chunk) throw new Error(`Vite's manifest has no ${name}: has the module been renamed?`);
  return chunk.file;
}

function address(name: string): string {
  return `/${name}`;
}
