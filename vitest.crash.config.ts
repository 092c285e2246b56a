import { defineConfig } from 'vitest/config';

/** The long crash suites: hundreds of killed writers, and power losses on file systems of their own (root). */
// oxlint-disable-next-line import/no-default-export -- vitest reads it
export default defineConfig({
  test: {
    include: ['test/crash/**/*.full.test.ts'],
    testTimeout: 1_200_000,
    hookTimeout: 120_000,
    pool: 'forks',
    maxWorkers: 1,
  },
});
