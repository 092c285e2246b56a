/** The command line as scripts use it: formats, exit codes, errors that say the next step. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { InstanceView, Server } from '../../src/engine/index.ts';
import { aHome, contractServer, type Home } from '../support/worlds/run-mcptui.ts';

let home: Home;
beforeAll(() => {
  home = aHome();
});
afterAll(() => home.close());

describe('mcptui without an engine', () => {
  it('records a definition and says that it starts later', async () => {
    const done = await home.mcptui(['create', 'server', 'fs', '--env', 'A=1', '--', process.execPath, contractServer]);
    expect(done).toMatchObject({ code: 0, stdout: 'server fs created in project default\n' });
    expect(done.stderr).toContain('no engine is running');
  });

  it.each([
    ['an unknown verb, with a suggestion', ['creat'], 2, /unknown verb creat\n.*did you mean mcptui create\?/],
    ['nothing to run', ['create', 'server', 'x'], 2, /nothing to run/],
    ['two sources', ['create', 'server', 'x', '--image', 'a', '--package', 'npm:b'], 2, /give one of/],
    ['a bad env entry', ['create', 'server', 'x', '--env', 'NOPE', '--', 'a'], 2, /use K=V/],
    ['a secret that is none', ['create', 'server', 'x', '--env', 'A=secret:vault', '--', 'a'], 2, /secret:env\/NAME/],
    ['a bad name', ['create', 'server', 'Bad_Name', '--', 'a'], 2, /use 1 to 32 of a-z/],
    ['a name that is taken', ['create', 'server', 'fs', '--', 'a'], 7, /server fs exists/],
    ['a server that is not there', ['describe', 'server', 'nobody'], 6, /no server nobody/],
    ['an instance that is not there', ['stop', 'nobody'], 6, /no instance or server nobody/],
    ['a probe, which needs an engine', ['probe', 'fs-1'], 4, /no engine is running.*\n.*mcptui --daemon/],
    ['a delete without --yes', ['delete', 'server', 'fs'], 2, /needs --yes/],
    ['a console without a terminal', [], 2, /needs a terminal/],
    ['a bad limit', ['get', 'audit', '--limit', 'x'], 2, /whole number/],
  ] as const)('refuses %s', async (_what, args, code, message) => {
    const done = await home.mcptui(args, { input: '' });
    expect(done.stderr).toMatch(message);
    expect(done.code).toBe(code);
    expect(done.stdout).toBe('');
  });

  it('puts one line of JSON on stderr when JSON was asked for', async () => {
    const { stderr, code } = await home.mcptui(['describe', 'server', 'nobody', '-o', 'json']);
    expect(JSON.parse(stderr)).toEqual({
      error: { code: 'not-found', message: 'no server nobody', hint: 'mcptui get servers' },
    });
    expect(code).toBe(6);
  });

  it('lists in every format; an empty list is []', async () => {
    expect((await home.json<Server[]>(['get', 'servers'])).map((server) => server.name)).toEqual(['fs']);
    expect((await home.mcptui(['get', 'servers', '-o', 'name'])).stdout).toBe('server/fs\n');
    expect((await home.mcptui(['get', 'servers', '-o', 'yaml'])).stdout).toContain('name: fs');
    expect((await home.mcptui(['get', 'servers', '-o', 'jsonl'])).stdout.trim().split('\n')).toHaveLength(1);
    expect((await home.mcptui(['get', 'servers'])).stdout).toMatch(/^NAME +PROJECT +RUNTIME/);
    expect((await home.mcptui(['get', 'servers', '--no-headers', '-o', 'wide'])).stdout).toMatch(
      /^fs +default +process +0\/1 +session +tools\/list +A /,
    );
    expect(await home.json(['get', 'sessions'])).toEqual([]);
  });

  it('changes nothing when it is read-only', async () => {
    const create = ['create', 'prompt', 'ro', '--body', 'x'];
    for (const done of [
      await home.mcptui(['--read-only', ...create]),
      await home.mcptui(create, { env: { MCPTUI_READONLY: '1' } }),
      await home.mcptui(['--read-only', 'store', 'repair', '--yes']),
    ]) {
      expect(done).toMatchObject({ code: 3, stdout: '' });
      expect(done.stderr).toContain('nothing is changed: mcptui is read-only\n  → leave out --read-only');
    }
    expect((await home.mcptui(['--read-only', 'get', 'prompts', '-o', 'name'])).stdout).not.toContain('prompt/ro');
  });

  it('never prints the value of an env literal', async () => {
    await home.mcptui(['create', 'server', 'lit', '--env', 'KEY=literal-value-1', '--', 'true']);
    for (const args of [
      ['get', 'servers', '-o', 'json'],
      ['describe', 'server', 'lit'],
      ['get', 'audit', '-o', 'json'],
    ]) {
      expect((await home.mcptui(args)).stdout).not.toContain('literal-value-1');
    }
  });

  it('shows paths, version and help in 80 columns', async () => {
    expect((await home.mcptui(['info'])).stdout).toContain(home.folder);
    expect((await home.mcptui(['version'])).stdout).toMatch(/^mcptui \d+\.\d+\.\d+ \(node v\d+/);
    for (const args of [['--help'], ['create', 'server', '--help'], ['get', 'audit', '--help']]) {
      const { stdout, code } = await home.mcptui(args);
      expect(code).toBe(0);
      expect(Math.max(...stdout.split('\n').map((line) => line.length))).toBeLessThanOrEqual(84);
    }
  });
});

describe('mcptui with an engine', () => {
  beforeAll(async () => {
    await home.mcptui(['delete', 'server', 'lit', '--yes']);
    await home.daemon();
  });

  it('probes, and exits 5 when the probe fails', async () => {
    await expect.poll(async () => (await home.mcptui(['probe', 'fs-1'])).code, { timeout: 60_000 }).toBe(0);
    await home.mcptui([
      'create',
      'server',
      'bad',
      '--probe-tool',
      'fail',
      '--probe-interval',
      '1h',
      '--',
      process.execPath,
      contractServer,
    ]);
    await expect
      .poll(
        async () => (await home.json<InstanceView[]>(['get', 'instances'])).find((row) => row.name === 'bad-1')?.phase,
      )
      .toBe('running');
    const done = await home.mcptui(['probe', 'bad-1']);
    expect(done.code).toBe(5);
    expect(done.stdout).toContain('PROBE_TOOL_ERROR told to fail');
  });

  it('stops, starts and restarts', async () => {
    const phase = async (): Promise<string | undefined> =>
      (await home.json<InstanceView[]>(['get', 'instances'])).find((row) => row.name === 'fs-1')?.phase;
    expect(await home.mcptui(['stop', 'fs-1'])).toMatchObject({ code: 0, stdout: 'stopping fs-1\n' });
    await expect.poll(phase).toBe('stopped');
    expect(await home.mcptui(['retry', 'fs-1'])).toMatchObject({ code: 7 });
    await home.mcptui(['start', 'fs-1']);
    await expect.poll(phase).toBe('running');
    await home.mcptui(['restart', 'fs-1']);
    await expect
      .poll(
        async () =>
          (await home.json<InstanceView[]>(['get', 'instances'])).find((row) => row.name === 'fs-1')?.restarts,
      )
      .toBe(2);
  });

  it('tells the newest audit events and follows them', async () => {
    const events = await home.json<{ kind: string; actor: string }[]>(['get', 'audit', '--kind', 'operator_stop']);
    expect(events[0]?.actor).toMatch(/^operator:/);
    const head = await home.mcptui(['audit', 'head']);
    expect(head.stdout).toMatch(/^\d+:[0-9a-f]{64}\n$/);
    expect(await home.mcptui(['audit', 'verify'])).toMatchObject({ code: 0 });
    expect(await home.mcptui(['audit', 'verify', '--head', head.stdout.trim()])).toMatchObject({ code: 0 });
    const other = await home.mcptui(['audit', 'verify', '--head', `2:${'ab'.repeat(32)}`]);
    expect(other).toMatchObject({ code: 1 });
    expect(other.stdout).toContain('another record has that number');
    expect(await home.mcptui(['audit', 'verify', '--head', 'x'])).toMatchObject({ code: 2 });
  });

  it('prints logs cleaned of control characters', async () => {
    await home.mcptui([
      'create',
      'server',
      'loud',
      '--env',
      'SERVE_STDERR=\u001b[31mred\u0007',
      '--env',
      'SERVE_GARBAGE=1',
      '--',
      process.execPath,
      contractServer,
    ]);
    await expect.poll(async () => (await home.mcptui(['logs', 'loud-1'])).stdout).toMatch(/stderr/);
    const { stdout } = await home.mcptui(['logs', 'loud-1']);
    expect(stdout).toContain('red');
    expect(stdout).not.toContain('\u001b');
    expect(stdout).not.toContain('\u0007');
    await expect
      .poll(
        async () =>
          (await home.json<InstanceView[]>(['get', 'instances'])).find((row) => row.name === 'loud-1')?.invalidLines,
      )
      .toBe(1);
    expect(await home.mcptui(['logs', 'loud-1', '--previous'])).toMatchObject({ code: 6 });
    await home.mcptui(['restart', 'loud-1']);
    await expect.poll(async () => (await home.mcptui(['logs', 'loud-1', '--previous'])).code).toBe(0);
    const previous = (await home.mcptui(['logs', 'loud-1', '--previous'])).stdout;
    expect(previous).toMatch(/^\S+ start /);
    expect(Array.from(previous.matchAll(/^\S+ (start|exit) /gm), ([, mark]) => mark)).toEqual(['start', 'exit']);
  });

  it('deletes a server and its instances', async () => {
    await home.mcptui(['delete', 'server', 'bad', '--yes']);
    await expect
      .poll(async () => (await home.json<InstanceView[]>(['get', 'instances'])).some((row) => row.name === 'bad-1'))
      .toBe(false);
  });
});
