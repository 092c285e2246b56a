import { defineConfig } from 'vitest/config';

/** The tests of the pure deciders alone, for the mutation run (`npm run mutate`). */
// oxlint-disable-next-line import/no-default-export -- vitest reads it
export default defineConfig({
  test: {
    include: [
      'test/engine/content/{merge,semver,pure,texts}*.test.ts',
      'test/engine/instances/{plan,backoff}*.test.ts',
      'test/engine/probes/thresholds*.test.ts',
      'test/mcp/lists/{tables,resource-table,routing-table}*.test.ts',
      'test/mcp/servers/*.test.ts',
      'test/store/record*.test.ts',
    ],
    pool: 'threads',
    maxWorkers: 1,
  },
});
