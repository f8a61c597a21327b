import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { defineConfig } from 'vite';
import { LANGUAGES } from './src/site/languages.ts';
import { pathOf } from './src/site/paths.ts';
import type { Files } from './src/site/worker/files.ts';

const DIST = 'dist';
/** The pages that say the same without a network; the others show what the server has now. */
const OFFLINE = ['home', 'steps', 'letters', 'how', 'privacy', 'watch'] as const;

/** What only look-ups and the other pages load. */
const ONLINE = /^(?:late|catalogue|catalogue-island|totals-island|useCatalogue|Waiting|warnings|parts|ExchangeList|Outdated|versions)-/;

/** The files of the site that has just been built. */
function filesBuilt(): Files {
  const assets = readdirSync(join(DIST, 'assets')).filter((name) => !ONLINE.test(name)).map((name) => `/assets/${name}`);
  const pages = Object.fromEntries(LANGUAGES.map((language) => [language, OFFLINE.map((page) => pathOf(language, page))]));
  const hash = createHash('sha256');
  for (const path of Object.values(pages).flat()) hash.update(readFileSync(join(DIST, path, 'index.html')));
  // The names of assets change with their contents.
  hash.update(assets.sort().join());
  return { build: hash.digest('base64url').slice(0, 12), pages, assets };
}

/** The worker, built in one piece: Firefox long knew no modules in service workers. Run after the pages have been written. */
export default defineConfig({
  define: { TEKSER_FILES: JSON.stringify(filesBuilt()), 'import.meta.env.TEKSER_TRUST': JSON.stringify(process.env['TEKSER_TRUST'] ?? '') },
  publicDir: false,
  build: {
    target: 'es2022',
    emptyOutDir: false,
    outDir: DIST,
    modulePreload: false,
    rollupOptions: { transform: { define: { 'import.meta': '{}' } }, input: 'src/site/worker/main.ts', output: { format: 'iife', entryFileNames: 'worker.js', codeSplitting: false } },
  },
});
