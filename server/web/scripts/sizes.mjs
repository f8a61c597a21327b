// Prints what a first visit to the home page loads until the first answer, compressed, and fails over the budget.
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { argv, exit } from 'node:process';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import { runnerImport } from 'vite';

const BUDGET = 100_000;
const dist = argv[2] ?? 'dist';
const { module: { LANGUAGES } } = await runnerImport('./src/site/languages.ts');

const names = await readdir(join(dist, 'assets'));
const files = names.map((name) => `assets/${name}`);

/** Everything but the other languages' texts, the islands of other pages, and what is loaded later (for warnings, or when a person opens what was exchanged) and what a change of versions needs counts, worker scripts too. */
function loadedBy(language) {
  const others = LANGUAGES.filter((other) => other !== language);
  const foreign = new RegExp(`^assets/(${others.join('|')}|catalogue|totals-island|useCatalogue|letters|reading|Waiting|Outdated|versions|warnings|parts|late|ExchangeList|watch|watched|watch-island|Offer|visit|subscription)-`);
  return [...files.filter((file) => !foreign.test(file)), `${language}/index.html`];
}

async function sizes(file) {
  const bytes = await readFile(join(dist, file));
  return { file, brotli: brotliCompressSync(bytes).length, gzip: gzipSync(bytes).length };
}

let failed = false;
for (const language of LANGUAGES) {
  const all = await Promise.all(loadedBy(language).map(sizes));
  if (language === 'kk') for (const { file, brotli, gzip } of all) console.log(`${String(brotli).padStart(8)} ${String(gzip).padStart(8)}  ${file}`);
  const gzip = all.reduce((sum, { gzip }) => sum + gzip, 0);
  const brotli = all.reduce((sum, { brotli }) => sum + brotli, 0);
  console.log(`${language}: ${brotli} bytes with Brotli, of ${BUDGET}; ${gzip} with gzip`);
  // Browsers that know modules know Brotli, and the server has it.
  failed ||= brotli > BUDGET;
}
if (failed) {
  console.error('The first answer costs more than the budget.');
  exit(1);
}
