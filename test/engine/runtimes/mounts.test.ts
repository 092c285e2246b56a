import { randomBytes } from 'node:crypto';
import {
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
  chmodSync,
} from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { judgedMounts, type MountRefused } from '../../../src/engine/runtimes/docker/mounts.ts';
import type { Mount } from '../../../src/store/schema/server.ts';
import { aServer } from '../../support/builders/builders.ts';
import { skipDocker, TEST_IMAGE } from '../../support/worlds/docker.ts';
import { aHome, type Home } from '../../support/worlds/run-mcptui.ts';

let home: string;
let data: string;
beforeAll(() => {
  home = realpathSync(mkdtempSync(path.join(tmpdir(), 'mcptui-mounts-')));
  data = path.join(home, 'engine');
  for (const name of ['work', '.ssh', 'engine/secrets', 'outside-link'])
    mkdirSync(path.join(home, name), { recursive: true });
  symlinkSync(path.join(home, '.ssh'), path.join(home, 'work/keys'));
  symlinkSync(path.join(home, 'work'), path.join(home, 'shortcut'));
});
afterAll(() => rmSync(home, { recursive: true, force: true }));

const judged = async (
  source: string,
  more: { readonly isHere?: boolean; readonly allow?: string } = {},
): Promise<string> => {
  const mounts: Mount[] = [{ source, target: '/data', readOnly: true }];
  const server = aServer({ runtime: 'docker', source: { kind: 'image', image: 'any', command: [], mounts } });
  const env = { HOME: home, ...(more.allow === undefined ? {} : { MCPTUI_MOUNTS: more.allow }) };
  try {
    const [mount] = await judgedMounts({ server }, { isHere: more.isHere ?? true, own: [data], env });
    return mount?.source ?? '';
  } catch (error) {
    return (error as MountRefused).failure.why;
  }
};

describe('judgedMounts', () => {
  it('takes what is below the home folder, by where it really is', async () => {
    expect(await judged(path.join(home, 'work'))).toBe(path.join(home, 'work'));
    expect(await judged(path.join(home, 'shortcut'))).toBe(path.join(home, 'work'));
  });

  it.each([
    ['a hidden folder', () => path.join(home, '.ssh'), 'not-allowed'],
    ['a link into a hidden folder', () => path.join(home, 'work/keys'), 'not-allowed'],
    ['a detour', () => path.join(home, 'work/../.ssh'), 'not-allowed'],
    ['the home folder itself', () => home, 'private'],
    ['the data of the engine', () => data, 'private'],
    ['what is in it', () => path.join(data, 'secrets'), 'private'],
    ['the root', () => '/', 'private'],
    ['the socket of the container engine', () => '/var/run/docker.sock', 'private'],
    ['/proc', () => '/proc', 'private'],
    ['what is not there', () => path.join(home, 'nothing'), 'absent'],
    ['what is elsewhere', () => '/usr/share', 'not-allowed'],
  ])('refuses %s', async (_what, source, why) => {
    // A machine without the socket has nothing to hide there.
    expect([why, ...(source() === '/var/run/docker.sock' ? ['absent'] : [])]).toContain(await judged(source()));
  });

  it('takes what the operator allows, and never what is private', async () => {
    expect(await judged('/usr/share', { allow: '/opt:/usr/share' })).toBe('/usr/share');
    expect(await judged(path.join(home, '.ssh'), { allow: home })).toBe(path.join(home, '.ssh'));
    expect(await judged(data, { allow: home })).toBe('private');
    expect(await judged('/proc/self', { allow: '/' })).toBe('private');
  });

  it('refuses all where the container engine is another machine', async () => {
    expect(await judged(path.join(home, 'work'), { isHere: false })).toBe('elsewhere');
  });
});

describe.skipIf(skipDocker('an image with more said of it'))('an image with more said of it', () => {
  const folder = path.join(homedir(), `mcptui-mount-test-${randomBytes(4).toString('hex')}`);
  let engine: Home;
  beforeAll(async () => {
    mkdirSync(path.join(folder, 'in'), { recursive: true });
    writeFileSync(path.join(folder, 'in/words.txt'), 'read me');
    mkdirSync(path.join(folder, 'out'));
    chmodSync(path.join(folder, 'out'), 0o777);
    engine = aHome();
    await engine.daemon();
  });
  afterAll(async () => {
    await engine.close();
    rmSync(folder, { recursive: true, force: true });
  });

  it('runs as it says: mounts, user, entrypoint, working folder', async () => {
    const script = [
      "const fs = require('fs');",
      "fs.writeFileSync('/out/told.txt', JSON.stringify({ uid: process.getuid(), cwd: process.cwd(), words: fs.readFileSync('/in/words.txt', 'utf8') }));",
      "try { fs.writeFileSync('/in/x', 'x') } catch (error) { fs.writeFileSync('/out/refused.txt', error.code) }",
      'setInterval(() => {}, 1000);',
    ].join(' ');
    const flags = [
      '--mount',
      `${folder}/in:/in:ro`,
      '--mount',
      `${folder}/out:/out`,
      '--user',
      '12345:12345',
      '--cwd',
      '/tmp',
      '--pull',
      'never',
    ];
    const made = await engine.mcptui([
      'create',
      'server',
      'told',
      '--image',
      TEST_IMAGE,
      ...flags,
      '--entrypoint',
      'node',
      '--entrypoint',
      '-e',
      '--',
      script,
    ]);
    expect(made).toMatchObject({ code: 0 });
    const read = (name: string): string => readFileSync(path.join(folder, 'out', name), 'utf8');
    await expect.poll(() => read('refused.txt'), { timeout: 60_000 }).toBe('EROFS');
    expect(JSON.parse(read('told.txt'))).toEqual({ uid: 12345, cwd: '/tmp', words: 'read me' });
    await engine.mcptui(['delete', 'server', 'told', '--yes']);
  });

  it('says what is in the way of a mount, and of an image that may not be pulled', async () => {
    await engine.mcptui(['create', 'server', 'keys', '--image', TEST_IMAGE, '--mount', `${engine.folder}/data:/data`]);
    await engine.mcptui(['create', 'server', 'away', '--image', 'no-such-image.invalid/x:1', '--pull', 'never']);
    const reason = async (name: string): Promise<string> =>
      (await engine.mcptui(['get', 'instances', '-o', 'json'])).stdout + name;
    await expect.poll(() => reason(''), { timeout: 60_000 }).toContain('MOUNT_REFUSED');
    await expect.poll(() => reason(''), { timeout: 60_000 }).toContain('--pull never');
  });
});
