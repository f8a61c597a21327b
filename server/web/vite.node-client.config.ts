import { defineConfig } from 'vite';

/** One file with everything in it, for Node: the client that tests of the whole workspace ask a server with. */
export default defineConfig({
  build: {
    ssr: 'test/protocol/client.ts',
    outDir: 'dist-node',
    rollupOptions: { output: { entryFileNames: 'lookup.mjs', codeSplitting: false } },
  },
  ssr: { noExternal: true },
});
