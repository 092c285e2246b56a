import { defineConfig } from 'vitest/config';
export default defineConfig({ test: { include: ['test/{kernel,text,tui,store,engine,mcp,cli,pacing}/**/*.test.{ts,tsx}'], testTimeout: 5000, hookTimeout: 5000, pool: 'forks', maxWorkers: 2, setupFiles: ['/work/w1/test/support/unit-guard.ts'], expect: { poll: { timeout: 4000 } } } });
