/** The built program looks at a home that is in order, and at one that is not. */
import { chmodSync, existsSync, mkdirSync, mkdtempSync, rmSync, statSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Finding } from '../../src/cli/doctor/finding.ts';
import { until } from '../support/until.ts';
import { aHome, contractServer, type Home } from '../support/worlds/run-mcptui.ts';

let home: Home;
let user: string;
beforeEach(() => {
  user = mkdtempSync(path.join(tmpdir(), 'mcptui-user-'));
  home = aHome({ HOME: user, XDG_CONFIG_HOME: undefined, XDG_DATA_HOME: undefined, DOCKER_HOST: undefined });
});
afterEach(async () => {
  await home.close();
  rmSync(user, { recursive: true, force: true });
});

interface Seen {
  readonly code: number | null;
  readonly found: readonly Finding[];
  /** `fail folders`, … of all that is not in order. */
  readonly bad: readonly string[];
}

async function doctor(env: NodeJS.ProcessEnv = {}, ...flags: readonly string[]): Promise<Seen> {
  const { code, stdout, stderr } = await home.mcptui(['doctor', '-o', 'json', ...flags], { env });
  if (stdout === '') throw new Error(`doctor exited ${code}: ${stderr}`);
  const found = JSON.parse(stdout) as readonly Finding[];
  const bad = found.filter(({ state }) => state !== 'ok').map(({ state, check }) => `${state} ${check}`);
  return { code, found, bad };
}

const whatOf = ({ found }: Seen, check: string): string =>
  found
    .filter((finding) => finding.check === check && finding.state !== 'ok')
    .map(({ what, mend }) => `${what} → ${mend}`)
    .join('\n');

describe('mcptui doctor', () => {
  it('finds nothing wrong in a home that was never used, and makes nothing there', async () => {
    expect(await doctor()).toMatchObject({ code: 0, bad: [] });
    expect(existsSync(path.join(home.folder, 'data'))).toBe(false);
  });

  it('finds nothing wrong beside an engine that runs a healthy server', async () => {
    await home.daemon();
    await home.mcptui(['create', 'server', 'good', '--', process.execPath, contractServer]);
    await home.healthy(1);
    const seen = await doctor();
    expect(seen).toMatchObject({ code: 0, bad: [] });
    expect(seen.found.find(({ check }) => check === 'servers')?.what).toBe('1 server, 1 instance: 1 running');
    const { stdout } = await home.mcptui(['doctor']);
    expect(stdout).toMatch(/^ok {3}engine {6}daemon, pid \d+/m);
    expect(stdout).toMatch(/\d+ ok, 0 to look at, 0 wrong\n$/);
  });

  it('names what is wrong and the command that mends it: a program, a secret, a server, an engine of another PATH', async () => {
    const bare = path.join(home.folder, 'bin');
    mkdirSync(bare);
    symlinkSync(process.execPath, path.join(bare, 'node'));
    await home.daemon({ PATH: bare });
    await home.mcptui(['create', 'server', 'pkg', '--package', 'npm:no-such-package']);
    await home.mcptui(['create', 'server', 'sealed', '--env', 'T=secret:file/none', '--', 'node', contractServer]);
    await home.mcptui(['create', 'server', 'broken', '--', 'node', '-e', 'process.exit(3)']);
    const failed = async (): Promise<boolean> => {
      const rows = await home.json<readonly { readonly phase: string }[]>(['get', 'instances']);
      return rows.length === 3 && rows.every(({ phase }) => phase === 'error');
    };
    await until(failed, 'three failed', { everyMs: 100 });
    const seen = await doctor();
    expect(seen.code).toBe(5);
    expect(new Set(seen.bad)).toEqual(new Set(['fail programs', 'fail secrets', 'fail servers']));
    expect(whatOf(seen, 'programs')).toContain('npx is not on the PATH of the running engine');
    expect(whatOf(seen, 'secrets')).toBe(
      'file/none does not resolve: no such entry; needed by sealed → mcptui create secret none',
    );
    expect(whatOf(seen, 'servers')).toMatch(/^broken-1 STDIO_EXIT_BEFORE_INIT: .*mcptui logs broken-1$/m);
  });

  it('mends modes, missing folders and dead sockets with --fix, and says each', async () => {
    const { child, ended } = await home.daemon();
    child.kill('SIGKILL');
    await ended;
    const data = path.join(home.folder, 'data');
    const socket = path.join(home.folder, 'run/engine.sock');
    chmodSync(data, 0o777);
    expect(existsSync(socket)).toBe(true);
    const before = await doctor();
    expect(before.code).toBe(5);
    expect(whatOf(before, 'folders')).toContain(`others may put files into data ${data} (mode 0777)`);
    const { stderr } = await home.mcptui(['doctor', '--fix']);
    expect(stderr).toContain(`chmod 700 ${data}`);
    expect(stderr).toContain(`removed: ${socket}`);
    expect(stderr).toContain(`made: ${path.join(home.folder, 'config')}`);
    expect(statSync(data).mode & 0o777).toBe(0o700);
    expect(existsSync(socket)).toBe(false);
    expect(await doctor()).toMatchObject({ code: 0, bad: [] });
  });

  it('changes nothing with --read-only', async () => {
    expect(await home.mcptui(['--read-only', 'doctor', '--fix'])).toMatchObject({ code: 3 });
  });

  it('tells of an engine that does not answer, and looks at the rest all the same', async () => {
    const { child, pid } = await home.daemon();
    child.kill('SIGSTOP');
    try {
      const seen = await doctor();
      expect(seen.code).toBe(5);
      expect(whatOf(seen, 'engine')).toContain(`engine (pid ${pid}) does not answer`);
      expect(seen.found.filter(({ check }) => check === 'folders' || check === 'clients')).not.toEqual([]);
    } finally {
      child.kill('SIGCONT');
    }
  });

  it('refuses ssh to a container engine by name, and names its servers', async () => {
    await home.mcptui(['create', 'server', 'img', '--image', 'mcptui-test:latest']);
    const seen = await doctor({ DOCKER_HOST: 'ssh://box' });
    expect(whatOf(seen, 'containers')).toMatch(/^DOCKER_HOST=ssh:\/\/box is not supported.*needed by img → forward/);
  });
});
