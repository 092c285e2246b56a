import { defineConfig } from 'vitest/config';

/** The long suites: hundreds of killed writers, power losses on file systems of their own (root), and seeds of the fuzz. */
// oxlint-disable-next-line import/no-default-export -- vitest reads it
export default defineConfig({
  test: {
    include: ['test/{crash,fuzz}/**/*.full.test.ts'],
    testTimeout: 1_200_000,
    hookTimeout: 120_000,
    pool: 'forks',
    maxWorkers: 1,
  },
});
