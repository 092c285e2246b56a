/** A service is shown, written, told of and removed; what manages services is a stand-in that keeps what it was asked. */
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { aHome, type Finished, type Home } from '../support/worlds/run-mcptui.ts';

let home: Home;
let asked: string;
let unit: string;
let env: NodeJS.ProcessEnv;

beforeEach(() => {
  home = aHome();
  const bin = path.join(home.folder, 'bin');
  asked = path.join(home.folder, 'asked');
  unit = path.join(home.folder, 'config/systemd/user/mcptui.service');
  mkdirSync(bin);
  writeFileSync(
    path.join(bin, 'systemctl'),
    `#!/bin/sh\necho "$@" >> '${asked}'\n[ "$2" != is-active ] || echo active\n`,
  );
  chmodSync(path.join(bin, 'systemctl'), 0o755);
  env = { PATH: `${bin}:${process.env.PATH ?? ''}`, XDG_CONFIG_HOME: path.join(home.folder, 'config') };
});
afterEach(() => home.close());

const service = (...args: readonly string[]): Promise<Finished> => home.mcptui(['service', ...args], { env });

describe('mcptui service', () => {
  it('shows what it would write, and writes it when that is wanted', async () => {
    expect(await service('install', '--dry-run')).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('ExecStart='),
    });
    expect(await service('install')).toMatchObject({ code: 2, stderr: expect.stringContaining('--yes') });
    expect(existsSync(unit)).toBe(false);
    expect(await service('install', '--yes', '--', '--listen=127.0.0.1:0')).toMatchObject({ code: 0 });
    expect(readFileSync(unit, 'utf8')).toMatch(/^ExecStart=.* --daemon --listen=127\.0\.0\.1:0$/m);
    expect(readFileSync(asked, 'utf8')).toBe('--user daemon-reload\n--user enable --now mcptui.service\n');
    expect(await service('status')).toMatchObject({ code: 0, stdout: expect.stringMatching(/installed +true\n/) });
    expect(JSON.parse((await service('status', '-o', 'json')).stdout)).toMatchObject({
      state: 'active',
      differs: false,
    });
    expect(await service('uninstall')).toMatchObject({ code: 0 });
    expect(existsSync(unit)).toBe(false);
    expect(await service('uninstall')).toMatchObject({ code: 6 });
    expect(await service('status')).toMatchObject({ code: 5, stdout: expect.stringContaining('not installed') });
  });

  it('says what to run by hand where systemd cannot be reached', async () => {
    writeFileSync(path.join(home.folder, 'bin/systemctl'), '#!/bin/sh\necho "Failed to connect to bus" >&2\nexit 1\n');
    const { code, stderr } = await service('install', '--yes');
    expect({ code, stderr }).toEqual({ code: 4, stderr: expect.stringContaining('systemctl --user daemon-reload &&') });
    expect(stderr).toContain('Failed to connect to bus');
    expect(existsSync(unit)).toBe(true);
  });
});

describe('mcptui daemon', () => {
  it('tells of the engine, reloads it and ends it', async () => {
    expect(await home.mcptui(['daemon', 'status'])).toMatchObject({
      code: 4,
      stdout: expect.stringContaining('no engine runs'),
    });
    const daemon = await home.daemon();
    expect(await home.json(['daemon', 'status'])).toMatchObject({ running: true, pid: daemon.pid, hosting: 'daemon' });
    expect(await home.mcptui(['daemon', 'reload'])).toMatchObject({ code: 0 });
    expect((await home.mcptui(['get', 'audit', '--kind', 'engine_reload', '-o', 'name'])).stdout).not.toBe('');
    expect(await home.mcptui(['daemon', 'stop'])).toMatchObject({
      code: 0,
      stdout: `engine stopped (pid ${daemon.pid})\n`,
    });
    expect(await daemon.ended).toMatchObject({ code: 0 });
  });
});
