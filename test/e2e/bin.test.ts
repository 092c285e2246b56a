/** `bin/mcptui.js` under an older Node, and what `proxy` loads. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bin } from '../support/worlds/run-mcptui.ts';

let folder: string;
let preload: string;
beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'mcptui-bin-'));
  preload = path.join(folder, 'older.cjs');
  writeFileSync(
    preload,
    `Object.defineProperty(process.versions, 'node', { value: '18.20.0' });
     Object.defineProperty(process, 'version', { value: 'v18.20.0' });`,
  );
});
afterAll(() => rmSync(folder, { recursive: true }));

const run = (args: readonly string[], env: NodeJS.ProcessEnv = {}) =>
  spawnSync(process.execPath, args, { encoding: 'utf8', env: { ...process.env, ...env } });

describe('bin/mcptui.js', () => {
  it("uses the project's own Node when the one that started it is too old", () => {
    const { stdout, status } = run(['-r', preload, bin, 'version']);
    expect({ stdout, status }).toEqual({ stdout: expect.stringMatching(/\(node v24\./) as string, status: 0 });
  });

  it('says in one sentence what it needs when there is no other Node', () => {
    const { stdout, stderr, status } = run(['-r', preload, bin, 'version'], { MCPTUI_REEXEC: '1' });
    expect({ stdout, status }).toEqual({ stdout: '', status: 1 });
    expect(stderr).toMatch(/^mcptui needs Node 22\.12 or newer; this is v18\.20\.0\.[^\n]*\n$/);
  });

  it('passes the exit code of the other Node on', () => {
    expect(run(['-r', preload, bin, 'describe', 'server', 'nobody'], { MCPTUI_HOME: folder }).status).toBe(6);
  });

  it('loads no React, no SDK and no schema library for the proxy: one file and Node itself', () => {
    const probe = path.join(folder, 'loaded.cjs');
    writeFileSync(probe, `process.on('exit', () => console.error(JSON.stringify(Object.keys(require.cache))));`);
    const { stderr } = run(['-r', probe, bin, 'proxy', '--no-start'], { MCPTUI_HOME: folder });
    const loaded = (JSON.parse(stderr.trim().split('\n').at(-1) ?? '[]') as string[]).filter((file) => file !== probe);
    expect(loaded.map((file) => path.basename(file)).sort()).toEqual(['mcptui.js', 'stdio-proxy.cjs']);
  });
});
