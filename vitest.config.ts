import path from 'node:path';
import { defineConfig, type TestProjectInlineConfiguration } from 'vitest/config';
import { LongestFirst } from './scripts/longest-first.mjs';
import { testProjects, type TestProject } from './scripts/test-projects.mjs';

const files = testProjects();
/** The programs that tests start compile what they share once: Node itself keeps and checks these files. */
const env = { NODE_COMPILE_CACHE: path.join(import.meta.dirname, '.tmp/compile-cache') };

/** Waits are for conditions: these limits end what hangs, on any machine that is still alive. */
const patient = {
  testTimeout: 120_000,
  hookTimeout: 120_000,
  expect: { poll: { timeout: 60_000 } },
} as const;

/** Test files share processes: each closes what it opens, and none changes what belongs to the process. */
function project(name: TestProject, test: TestProjectInlineConfiguration['test']): TestProjectInlineConfiguration {
  return { test: { name, include: files[name], pool: 'forks', isolate: false, env, ...test } };
}

export default defineConfig({
  test: {
    globalSetup: ['test/support/global-setup.ts'],
    sequence: { sequencer: LongestFirst },
    projects: [
      project('unit', {
        testTimeout: 5_000,
        hookTimeout: 5_000,
        setupFiles: ['test/support/unit-guard.ts'],
        sequence: { groupOrder: 0 },
      }),
      // Programs that mostly wait for each other: more of them than there are cores.
      ...(['wire', 'screen', 'e2e', 'crash'] as const).map((name) =>
        project(name, { ...patient, maxWorkers: 4, sequence: { groupOrder: 1 } }),
      ),
    ],
  },
});
