import { defineConfig } from 'vite';
import { pagesInDevelopment } from './scripts/pages-in-development.ts';
import { phoneRulesOnly } from './scripts/phone-rules-only.ts';

/** Public keys whose holders alone may sign what the page believes; the page believes everybody if there are none. */
const TRUST = process.env['TEKSER_TRUST'] ?? '';
const isKey = (key: string) => /^RW[A-Za-z0-9+/]{54}$/.test(key);
if (TRUST !== '' && !TRUST.split(',').every(isKey)) {
  throw new Error('TEKSER_TRUST wants the public keys themselves, RW…, with commas between: the second line of release.key.pub');
}

/** Who answers what is not the site's own, in development. */
const SERVER = process.env['TEKSER_SERVER'] ?? 'http://127.0.0.1:8080';

/** The hash functions that others use, too, stay in the piece that every look-up loads: by themselves they would weigh more. */
const PROTOCOL = { name: 'protocol', test: /src\/protocol\/(?!lists)|@noble\/(?:curves|hashes\/(?!sha3))/ };
/** What the check and the catalogue share is one piece: each has its cost. */
const SHARED = { name: 'shared', minShareCount: 2, test: /src\/(?:site\/(?:answer|check|format|steps|warning|classes|trust|paths)|identifier\/kind|protocol\/lists)|src\/site\/shell\/Icon|src\/site\/watch\/(?:forget|database)|preact\/jsx-runtime/ };

export default defineConfig(({ isSsrBuild }) => ({
  appType: 'custom',
  define: { 'import.meta.env.TEKSER_TRUST': JSON.stringify(TRUST) },
  plugins: [pagesInDevelopment(), phoneRulesOnly()],
  publicDir: isSsrBuild ? false : 'public',
  build: {
    target: 'es2022',
    // The policy of the server allows no `data:` addresses.
    assetsInlineLimit: 0,
    // The pages name all that they will load (prerender/manifest.ts); what Vite would add finds nothing left to preload.
    modulePreload: false,
    manifest: !isSsrBuild,
    emptyOutDir: true,
    rollupOptions: isSsrBuild ? {} : { input: ['src/site/main.ts', 'src/site/styles/reading.css'], output: { codeSplitting: { includeDependenciesRecursively: false, groups: [PROTOCOL, SHARED] } }, optimization: { inlineConst: false } },
  },
  server: { proxy: { '/v1': SERVER, '/feed': SERVER } },
}));
