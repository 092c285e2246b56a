import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { launchdPlist, serviceEnv, systemdUnit, type ServiceOptions } from '../../../src/cli/service/unit.ts';

let folder: string;
let script: string;
beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'mcptui unit '));
  mkdirSync(path.join(folder, '100% $HOME "x"'));
  script = path.join(folder, '100% $HOME "x"', 'mcptui.js');
  writeFileSync(script, '');
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const options = (more: Partial<ServiceOptions> = {}): ServiceOptions => ({
  isSystem: false,
  node: process.execPath,
  script,
  flags: ['--listen=127.0.0.1:0'],
  env: { PATH: '/usr/bin:/bin', MCPTUI_HOME: '/home/ann/100% "odd" $folder\\' },
  stateDir: '/home/ann/.local/state/mcptui',
  ...more,
});

describe('systemdUnit', () => {
  it.each([
    ['a user', false],
    ['the machine', true],
  ])('of %s is one that systemd finds nothing wrong with', (_whose, isSystem) => {
    const file = path.join(folder, 'mcptui.service');
    writeFileSync(file, systemdUnit(options({ isSystem })));
    const { stderr, status, error } = spawnSync('systemd-analyze', [...(isSystem ? [] : ['--user']), 'verify', file], {
      encoding: 'utf8',
      env: { ...process.env, XDG_RUNTIME_DIR: folder, HOME: folder },
    });
    expect({ stderr, status, error }).toEqual({ stderr: '', status: 0, error: undefined });
  });

  it('quotes what systemd would read as something else', () => {
    const unit = systemdUnit(options());
    expect(unit).toContain('Environment="MCPTUI_HOME=/home/ann/100%% \\"odd\\" $folder\\\\"');
    expect(unit).toMatch(
      /^ExecStart=\S+node\S* ".*100%% \$\$HOME \\"x\\"\/mcptui\.js" --daemon --listen=127\.0\.0\.1:0$/m,
    );
  });
});

describe('launchdPlist', () => {
  it('is a property list that says the same', () => {
    const file = path.join(folder, 'mcptui.plist');
    writeFileSync(file, launchdPlist(options()));
    const read = 'import json,plistlib,sys;print(json.dumps(plistlib.load(open(sys.argv[1],"rb"))))';
    const list = JSON.parse(execFileSync('python3', ['-c', read, file], { encoding: 'utf8' })) as object;
    expect(list).toMatchObject({
      Label: 'dev.mcptui',
      ProgramArguments: [process.execPath, script, '--daemon', '--listen=127.0.0.1:0'],
      EnvironmentVariables: { MCPTUI_HOME: '/home/ann/100% "odd" $folder\\', MCPTUI_SUPERVISED: '1' },
      KeepAlive: { SuccessfulExit: false },
      Umask: 0o77,
    });
  });
});

describe('serviceEnv', () => {
  it('takes folders and paths, and nothing secret', () => {
    expect(
      serviceEnv({
        PATH: '/bin',
        MCPTUI_HOME: '/m',
        MCPTUI_TOKEN: 'a-token-of-24-characters-x',
        HTTPS_PROXY: 'http://ann:secret@proxy:3128',
        HTTP_PROXY: 'http://proxy:3128',
        DOCKER_HOST: '',
        OTHER: 'x',
      }),
    ).toEqual({ PATH: '/bin', MCPTUI_HOME: '/m', HTTP_PROXY: 'http://proxy:3128' });
  });
});
