import { defineConfig } from 'vite';
import { pagesInDevelopment } from './scripts/pages-in-development.ts';

export default defineConfig(({ isSsrBuild }) => ({
  appType: 'custom',
  plugins: [pagesInDevelopment()],
  publicDir: isSsrBuild ? false : 'public',
  build: {
    target: 'es2022',
    // The policy of the server allows no `data:` addresses.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    manifest: !isSsrBuild,
    emptyOutDir: true,
    rollupOptions: isSsrBuild ? {} : { input: 'src/site/main.ts' },
  },
  server: { proxy: { '/v1': process.env['TEKSER_SERVER'] ?? 'http://127.0.0.1:8080' } },
}));
