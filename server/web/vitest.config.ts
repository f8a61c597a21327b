import { defineConfig } from 'vitest/config';

/** `unit` and `benchmark` need Node only; the others need Chromium and a built `dist`, `server` the programs in `target/debug` besides. */
export default defineConfig({
  test: {
    projects: [
      { test: { name: 'unit', include: ['test/identifier/**/*.test.ts', 'test/protocol/**/*.test.ts', 'test/site/**/*.test.ts'], testTimeout: 30_000 } },
      {
        test: {
          name: 'browser',
          include: ['test/browser/**/*.test.ts'],
          // One browser at a time: what is measured must not wait for another test's page.
          fileParallelism: false,
          // A busy machine keeps pages waiting: what is waited for may take two minutes (support/visit.ts). One that is kept
          // waiting longer is looked at once more.
          retry: 1,
          testTimeout: 300_000,
          hookTimeout: 120_000,
          expect: { poll: { timeout: 120_000 } },
        },
      },
      { test: { name: 'server', include: ['test/server/**/*.test.ts'], fileParallelism: false, testTimeout: 120_000, hookTimeout: 60_000 } },
      { test: { name: 'benchmark', include: [], benchmark: { include: ['test/benchmark/**/*.bench.ts'] } } },
      { test: { name: 'screenshots', include: ['test/screenshots/**/*.test.ts'], testTimeout: 300_000 } },
    ],
  },
});
