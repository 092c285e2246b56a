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

  it.each(['2025-11-25', '2026-07-28'])(
    'finds nothing wrong in what %s requires, nor in its extensions but for the expected failures',
    // The suite runs all scenarios at once, and one of them takes the time between two requests.
    { timeout: 180_000, retry: 2 },
    async (revision) => {
      const known = path('conformance-client-expected-failures.yml');
      const { code, said } = await run('--requirements', revision, '--expected-failures', known, '--timeout', '60000');
      const summary = said.slice(said.indexOf('=== SUITE SUMMARY'));
      expect(summary).toMatch(/Baseline check passed/);
      expect(summary).toMatch(/✓ tools_call: 2 passed, 0 failed/);
      expect(code).toBe(0);
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
