/** The official conformance suite directly against the built daemon's HTTP endpoint, with a server behind it that is shown as it is. */
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { aHome, type Home } from '../../support/run-mcptui.ts';
import { withToken, type Forwarder } from '../../support/with-token.ts';

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

  it.each(['2025-11-25', '2026-07-28'])(
    'passes every scenario that %s requires, but for the expected failures',
    { timeout: 120_000 },
    async (revision) => {
      const suite = path('../../../node_modules/@modelcontextprotocol/conformance/dist/index.js');
      const args = ['server', '--url', forwarder.url, '--requirements', revision, '-o', join(home.folder, revision)];
      const known = ['--expected-failures', path(`expected-failures-${revision}.yml`)];
      const child = spawn(process.execPath, [suite, ...args, ...known], { stdio: ['ignore', 'pipe', 'pipe'] });
      let said = '';
      child.stdout.on('data', (chunk: Buffer) => (said += chunk.toString()));
      child.stderr.on('data', (chunk: Buffer) => (said += chunk.toString()));
      const code = await new Promise((resolve) => child.once('close', resolve));
      const verdict = said.slice(said.indexOf('Total:'));
      expect({ code, verdict }).toEqual({ code: 0, verdict: expect.stringMatching(/^Total: \d+ passed/) as string });
    },
  );
});
