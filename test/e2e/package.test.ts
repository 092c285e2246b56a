/** The packed tarball, installed as users install it: console, daemon and proxy run from there. */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { InstanceView } from '../../src/engine/index.ts';
import { openAgent } from '../support/worlds/agent.ts';
import { openTui } from '../support/worlds/open-tui.ts';
import { aHome, contractServer, textEnv, type Home } from '../support/worlds/run-mcptui.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const prefix = mkdtempSync(path.join(tmpdir(), 'mcptui-prefix-'));
const installed = path.join(prefix, 'lib/node_modules/mcptui');
const bin = path.join(prefix, 'bin/mcptui');

describe('the installed package', () => {
  let home: Home;
  beforeAll(() => {
    const packed = execFileSync('npm', ['pack', '--ignore-scripts', '--pack-destination', prefix], {
      cwd: root,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    const tarball = path.join(prefix, packed.trim().split('\n').at(-1) ?? '');
    execFileSync('npm', ['install', '--global', '--prefix', prefix, '--no-audit', '--no-fund', tarball], {
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    home = aHome({}, path.join(installed, 'bin/mcptui.js'));
  }, 180_000);
  afterAll(async () => {
    await home.close();
    rmSync(prefix, { recursive: true, force: true });
  });

  it('holds what runs and no sources, tests or development packages', () => {
    expect(existsSync(bin)).toBe(true);
    expect(readdirSync(installed).sort()).toEqual(
      expect.arrayContaining(['LICENSE', 'README.md', 'bin', 'dist', 'package.json']),
    );
    expect(existsSync(path.join(installed, 'src'))).toBe(false);
    expect(existsSync(path.join(installed, 'test'))).toBe(false);
    expect(existsSync(path.join(installed, 'node_modules/vitest'))).toBe(false);
  });

  it('runs the daemon and the proxy', async () => {
    await home.mcptui(['create', 'server', 'fs', '--', process.execPath, contractServer]);
    await home.daemon();
    const agent = await openAgent(home.env, [], path.join(installed, 'bin/mcptui.js'));
    await expect.poll(async () => (await home.json<InstanceView[]>(['get', 'instances']))[0]?.health).toBe('healthy');
    expect(await agent.call('fs__echo', { a: 1 })).toMatchObject({ result: { content: [{ text: '{"a":1}' }] } });
    expect(await agent.close()).toBe(0);
  });

  it('runs the console', async () => {
    await using tui = openTui(process.execPath, [path.join(installed, 'bin/mcptui.js')], { env: textEnv(home.env) });
    await tui.see('fs-1', 20_000);
    await tui.press('q');
    expect((await tui.ended).exitCode).toBe(0);
  });
});
