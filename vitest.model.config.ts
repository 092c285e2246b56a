import { defineConfig } from 'vitest/config';

/** What needs an engine for language models, which is no dependency: `.ci/run` installs one beside the tree. */
// oxlint-disable-next-line import/no-default-export -- vitest reads it
export default defineConfig({
  test: {
    include: ['test/model/**/*.full.test.ts'],
    globalSetup: ['test/support/global-setup.ts'],
    testTimeout: 180_000,
    hookTimeout: 120_000,
    pool: 'forks',
    maxWorkers: 1,
  },
});
