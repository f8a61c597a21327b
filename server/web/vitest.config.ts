import { defineConfig } from 'vitest/config';

const MEASURED = ['test/browser/speed.test.ts'];
/** Files of tests that have a browser of their own, at a time. */
const AT_A_TIME = 3;
/**
 * A busy machine keeps pages waiting: what is waited for may take two minutes (support/visit.ts). One that is kept waiting longer
 * is looked at once more.
 */
const PATIENT = { retry: 1, testTimeout: 300_000, hookTimeout: 120_000, expect: { poll: { timeout: 120_000 } } };

/**
 * `unit` and `benchmark` need Node only; the others need Chromium and a built `dist`, `server` the programs in `target/debug`
 * besides. Pages mostly wait, so several files run at a time; what is measured must not wait for another test's page, so
 * `measured` runs when they are done.
 */
export default defineConfig({
  test: {
    projects: [
      { test: { name: 'unit', include: ['test/identifier/**/*.test.ts', 'test/protocol/**/*.test.ts', 'test/site/**/*.test.ts'], testTimeout: 30_000 } },
      {
        test: {
          name: 'browser',
          include: ['test/browser/**/*.test.ts'],
          exclude: MEASURED,
          maxWorkers: AT_A_TIME,
          ...PATIENT,
        },
      },
      { test: { name: 'server', include: ['test/server/**/*.test.ts'], maxWorkers: AT_A_TIME, testTimeout: 120_000, hookTimeout: 60_000 } },
      { test: { name: 'measured', include: MEASURED, fileParallelism: false, sequence: { groupOrder: 1 }, ...PATIENT } },
      { test: { name: 'benchmark', include: [], benchmark: { include: ['test/benchmark/**/*.bench.ts'] } } },
      { test: { name: 'screenshots', include: ['test/screenshots/**/*.test.ts'], testTimeout: 300_000 } },
    ],
  },
});
