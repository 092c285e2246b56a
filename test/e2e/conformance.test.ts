/** The official conformance suite against `mcptui proxy`, over an HTTP bridge, with a server behind it that is shown as it is. */
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startHttpBridge, type HttpBridge } from '../support/worlds/http-bridge.ts';
import { startMiniHost, type MiniHost } from '../support/worlds/mini-host.ts';

const path = (relative: string): string => fileURLToPath(new URL(relative, import.meta.url));

describe('the official conformance suite', () => {
  let folder: string;
  let host: MiniHost;
  let bridge: HttpBridge;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'mcptui-conformance-'));
    const socketPath = join(folder, 'e.sock');
    host = await startMiniHost({
      socketPath,
      servers: [{ name: 'suite', prefix: '', command: [process.execPath, path('../fixtures/conformance-server.ts')] }],
    });
    bridge = await startHttpBridge({
      command: [process.execPath, path('../../bin/mcptui.js'), 'proxy', '--no-start'],
      env: { ...process.env, MCPTUI_SOCKET: socketPath },
      closeStreamOf: 'test_reconnection',
    });
  });
  afterAll(async () => {
    await bridge.close();
    await host.close();
    rmSync(folder, { recursive: true, force: true });
  });

  it(
    'passes every scenario that 2025-11-25 requires, but for the expected failures',
    { timeout: 120_000 },
    async () => {
      const suite = path('../../node_modules/@modelcontextprotocol/conformance/dist/index.js');
      const args = ['server', '--url', bridge.url, '--requirements', '2025-11-25', '-o', folder];
      const known = ['--expected-failures', path('conformance-expected-failures.yml')];
      const child = spawn(process.execPath, [suite, ...args, ...known], { stdio: ['ignore', 'pipe', 'pipe'] });
      let said = '';
      child.stdout.on('data', (chunk: Buffer) => (said += chunk.toString()));
      child.stderr.on('data', (chunk: Buffer) => (said += chunk.toString()));
      const code = await new Promise((resolve) => child.once('close', resolve));
      const summary = said.slice(said.indexOf('=== SUMMARY'));
      expect(summary).toMatch(/Total: \d+ passed, 0 failed/);
      expect(code).toBe(0);
    },
  );
});
