/** The official conformance suite directly against the built daemon's HTTP endpoint, with a server behind it that is shown as it is. */
import { spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { stripVTControlCharacters } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { aHome, type Home } from '../../support/worlds/run-mcptui.ts';
import { withToken, type Forwarder } from '../../support/worlds/with-token.ts';

const path = (relative: string): string => fileURLToPath(new URL(relative, import.meta.url));

describe('the official conformance suite over HTTP', () => {
  let home: Home;
  let forwarder: Forwarder;

  beforeAll(async () => {
    home = aHome();
    const fixture = path('../../fixtures/conformance-server.ts');
    await home.mcptui([
      'create',
      'server',
      'suite',
      '--project',
      'suite',
      '--prefix',
      '',
      '--',
      process.execPath,
      fixture,
    ]);
    const token = (await home.mcptui(['create', 'token', 'suite'])).stdout.trim();
    const daemon = await home.daemon({}, '--listen', '127.0.0.1:0');
    forwarder = await withToken(`${daemon.http}/mcp/suite`, token);
    await home.healthy(1);
  });
  afterAll(async () => {
    await forwarder.close();
    await home.close();
  });

  /** What it says of the scenarios, and where it has put what it found. */
  async function suite(...args: string[]): Promise<Outcome> {
    const program = path('../../../node_modules/@modelcontextprotocol/conformance/dist/index.js');
    const folder = mkdtempSync(join(home.folder, 'suite-'));
    const child = spawn(process.execPath, [program, 'server', '--url', forwarder.url, ...args, '-o', folder], {
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let said = '';
    child.stdout.on('data', (chunk: Buffer) => (said += chunk.toString()));
    child.stderr.on('data', (chunk: Buffer) => (said += chunk.toString()));
    const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
    return { code, said: stripVTControlCharacters(said), folder };
  }

  it.each(['2025-11-25', '2026-07-28'])(
    'passes every scenario that %s requires, but for the expected failures',
    { timeout: 120_000 },
    async (revision) => {
      const known = path(`expected-failures-${revision}.yml`);
      const first = await suite('--requirements', revision, '--expected-failures', known);
      expect(first.said).toMatch(/^Total: \d+ passed/m);
      const [, unexpected = ''] = first.said.split('Unexpected failures (not in baseline):');
      const [late, ...others] = [...unexpected.matchAll(/^ +✗ (\S+)/gm)].map(([, name = '']) => name);
      expect(others.flatMap((scenario) => failedChecks(first, scenario))).toEqual([]);
      const failed = [];
      if (late === undefined) failed.push(...(first.code === 0 ? [] : [`exit code ${first.code}`]));
      else {
        // The suite waits half a second for some answers: on a busy machine one scenario may be late, but not three times.
        console.warn(`${late} failed and is run twice more:\n${failedChecks(first, late).join('\n')}`);
        for (let time = 0; time < 2; time += 1)
          failed.push(...failedChecks(await suite('--scenario', late, '--spec-version', revision), late));
      }
      expect(failed).toEqual([]);
    },
  );
});

interface Outcome {
  readonly code: number | null;
  readonly said: string;
  readonly folder: string;
}

/** In the words of the suite; never empty when the scenario did not pass. */
function failedChecks({ code, folder }: Outcome, scenario: string): string[] {
  const result = readdirSync(folder).find((name) => name.includes(scenario));
  if (result === undefined) return [`${scenario} was not run: exit code ${code}`];
  const checks = JSON.parse(readFileSync(join(folder, result, 'checks.json'), 'utf8')) as readonly {
    readonly id: string;
    readonly status: string;
    readonly errorMessage?: string;
  }[];
  const failed = checks.filter(({ status }) => status === 'FAILURE');
  if (failed.length === 0 && code !== 0) return [`${scenario}: exit code ${code}`];
  return failed.map(({ id, errorMessage = '' }) => `${id}: ${errorMessage}`);
}
