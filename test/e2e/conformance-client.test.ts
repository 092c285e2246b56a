/** The official suite's client scenarios against the router and its connections to remote servers. */
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const path = (relative: string): string => fileURLToPath(new URL(relative, import.meta.url));
const suite = path('../../node_modules/@modelcontextprotocol/conformance/dist/index.js');
const command = `${process.execPath} ${path('../fixtures/conformance-client.ts')}`;

describe('the official conformance suite for clients', () => {
  let folder: string;

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'mcptui-conformance-'));
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  async function run(...args: string[]): Promise<{ readonly code: unknown; readonly said: string }> {
    const child = spawn(process.execPath, [suite, 'client', '--command', command, '-o', folder, ...args], {
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let said = '';
    child.stdout.on('data', (chunk: Buffer) => (said += chunk.toString()));
    child.stderr.on('data', (chunk: Buffer) => (said += chunk.toString()));
    const code = await new Promise((resolve) => child.once('close', resolve));
    return { code, said };
  }

  /** By itself, at the revision that is asked for; twice, because one of them takes the time between two requests. */
  async function alone(scenario: string, revision: string): Promise<string> {
    let said = '';
    for (let tries = 0; tries < 2; tries += 1) {
      const done = await run('--scenario', scenario, '--spec-version', revision, '--timeout', '60000');
      if (done.code === 0) return 'passed';
      said = done.said;
    }
    return said;
  }

  it.each(['2025-11-25', '2026-07-28'])(
    'finds nothing wrong in what %s requires, nor in its extensions but for the expected failures',
    { timeout: 300_000 },
    async (revision) => {
      const known = path('conformance-client-expected-failures.yml');
      const { said } = await run('--requirements', revision, '--expected-failures', known, '--timeout', '60000');
      const summary = said.slice(said.indexOf('=== SUITE SUMMARY'));
      expect(summary).toMatch(/[✓✗] tools_call: /);
      expect(summary).not.toMatch(/stale/i);
      // They run all at once: what fails on a busy machine has to pass by itself.
      const [, unexpected = ''] = summary.split('Unexpected failures (not in baseline):');
      for (const [, scenario = ''] of unexpected.matchAll(/^\s+✗ (\S+)$/gm)) {
        expect(`${scenario}: ${await alone(scenario, revision)}`).toBe(`${scenario}: passed`);
      }
      expect(summary).toMatch(unexpected === '' ? /Baseline check passed/ : /Unexpected failures detected/);
    },
  );

  it.each(['auth/2025-03-26-oauth-metadata-backcompat', 'auth/2025-03-26-oauth-endpoint-fallback'])(
    'finds nothing wrong in %s',
    { timeout: 90_000 },
    async (scenario) => {
      const { code, said } = await run('--scenario', scenario, '--spec-version', '2025-03-26', '--timeout', '60000');
      expect(said).toMatch(/Passed: (\d+)\/\1, 0 failed/);
      expect(code).toBe(0);
    },
  );
});
