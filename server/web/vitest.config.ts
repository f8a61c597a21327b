import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: { include: ['test/identifier/**/*.test.ts', 'test/protocol/**/*.test.ts'] },
});
