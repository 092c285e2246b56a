import { defineConfig } from 'vitest/config';

/** What needs a real OpenBao or Vault, which MCPTUI_TEST_OPENBAO_ADDR names. */
// oxlint-disable-next-line import/no-default-export -- vitest reads it
export default defineConfig({ test: { include: ['test/live/**/*.full.test.ts'], pool: 'forks', maxWorkers: 1 } });
