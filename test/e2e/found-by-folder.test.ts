/** One engine for a data folder, found from the folder in whatever environment one looks for it. */
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { aHome, bin, type Finished, type Home } from '../support/worlds/run-mcptui.ts';

let folder: string;
const homes: Home[] = [];
const pids = new Set<number>();

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'mcptui-found-'));
  mkdirSync(path.join(folder, 'run'), { mode: 0o700 });
});
afterEach(async () => {
  for (const home of homes.splice(0)) await home.close();
  for (const pid of pids) {
    try {
      process.kill(pid, 'SIGKILL');
    } catch {
      // It has ended.
    }
  }
  pids.clear();
  rmSync(folder, { recursive: true, force: true });
});

const inFolder = (name: string): string => path.join(folder, name);

/** A user of this folder whose programs have these variables, and none of those that name mcptui's folders. */
function aUser(env: Readonly<Record<string, string>> = {}): Home {
  const unset = Object.fromEntries(
    Object.keys(process.env).flatMap((name) => (/^(XDG_|MCPTUI_)/.test(name) ? [[name, undefined]] : [])),
  );
  const home = aHome({ ...unset, MCPTUI_HOME: undefined, HOME: folder, ...env });
  homes.push(home);
  return home;
}

const INITIALIZE = JSON.stringify({
  jsonrpc: '2.0',
  id: 1,
  method: 'initialize',
  params: { protocolVersion: '2025-06-18', capabilities: {}, clientInfo: { name: 'agent', version: '1' } },
});

/** What an agent of this user gets: the first line of its proxy, or how that ended. */
async function agentOf(
  user: Home,
  ...args: string[]
): Promise<{ readonly line?: string; readonly end: Promise<Finished> }> {
  const child = spawn(process.execPath, [bin, 'proxy', ...args], { env: user.env, cwd: folder });
  let stdout = '';
  let stderr = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  const end = new Promise<Finished>((resolve) => {
    child.on('close', (code, signal) => resolve({ code, signal, stdout, stderr }));
  });
  const line = new Promise<string>((resolve) => {
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      stdout += text;
      if (stdout.includes('\n')) resolve(stdout);
    });
  });
  child.stdin.on('error', () => undefined);
  child.stdin.write(`${INITIALIZE}\n`);
  const first = await Promise.race([line, end.then(() => undefined)]);
  if (first !== undefined) child.stdin.end();
  return { ...(first === undefined ? {} : { line: first }), end };
}

async function engineOf(user: Home): Promise<number> {
  const { pid } = await user.engine();
  if (pid > 0) pids.add(pid);
  return pid;
}

describe('an engine', () => {
  it.each([
    ['XDG_RUNTIME_DIR', 'run'],
    ['XDG_STATE_HOME', 'state'],
    ['XDG_DATA_HOME', 'data'],
    ['XDG_CONFIG_HOME', 'config'],
    ['MCPTUI_SOCKET', 'own.sock'],
  ])('that was started with %s serves agents and verbs without it', async (name, value) => {
    const [operator, plain] = [aUser({ [name]: inFolder(value) }), aUser()];
    const { pid } = await operator.daemon();
    const { line, end } = await agentOf(plain);
    expect(line).toContain('"protocolVersion"');
    expect((await end).code).toBe(0);
    expect(await engineOf(plain)).toBe(pid);
    expect(await engineOf(operator)).toBe(pid);
  });

  it.each([
    ['XDG_RUNTIME_DIR', 'run'],
    ['XDG_STATE_HOME', 'state'],
    ['MCPTUI_SOCKET', 'own.sock'],
  ])('that an agent has started without %s serves verbs and agents with it', async (name, value) => {
    const [operator, plain] = [aUser({ [name]: inFolder(value) }), aUser()];
    expect((await agentOf(plain)).line).toContain('"protocolVersion"');
    const pid = await engineOf(plain);
    expect(pid).toBeGreaterThan(0);
    expect(await engineOf(operator)).toBe(pid);
    expect((await agentOf(operator, '--no-start')).line).toContain('"protocolVersion"');
  });

  it('of a folder that XDG_DATA_HOME names is the one that agents without it start, too', async () => {
    const [operator, plain] = [aUser({ XDG_DATA_HOME: inFolder('data') }), aUser()];
    expect((await operator.mcptui(['create', 'prompt', 'style', '--body', 'Be brief.'])).code).toBe(0);
    expect((await agentOf(plain)).line).toContain('"protocolVersion"');
    expect(await engineOf(operator)).toBe(await engineOf(plain));
    expect((await plain.mcptui(['get', 'prompts', '-o', 'name'])).stdout).toContain('style');
    // Logs stay where the operator has them.
    expect(existsSync(inFolder('.local/share/mcptui/journal'))).toBe(false);
  });

  it('of agents with data of their own is told to an operator whose XDG_DATA_HOME they do not have', async () => {
    const [operator, plain] = [aUser({ XDG_DATA_HOME: inFolder('data') }), aUser()];
    expect((await agentOf(plain)).line).toContain('"protocolVersion"');
    expect(await engineOf(plain)).toBeGreaterThan(0);
    const { code, stderr } = await operator.mcptui(['get', 'instances']);
    expect(code).toBe(0);
    expect(stderr).toContain(`MCPTUI_DATA_DIR=${inFolder('.local/share/mcptui')}`);
  });

  it('is not taken for that of another folder whose socket was at the same place', async () => {
    const socket = inFolder('own.sock');
    const one = aUser({ MCPTUI_HOME: inFolder('one'), MCPTUI_SOCKET: socket });
    const { child, ended } = await one.daemon();
    child.kill('SIGKILL');
    await ended;
    const other = aUser({ MCPTUI_HOME: inFolder('other'), MCPTUI_SOCKET: socket });
    const { pid } = await other.daemon();
    const { stderr, code } = await (await agentOf(one, '--no-start')).end;
    expect([code, stderr]).toEqual([4, expect.stringContaining('no mcptui engine is running')]);
    expect(await engineOf(one)).toBe(0);
    expect(await engineOf(other)).toBe(pid);
    // And its socket is not taken away.
    const refused = await one.mcptui(['--daemon']);
    expect([refused.code, refused.stderr]).toEqual([7, expect.stringContaining('another data folder listens on')]);
  });

  it('has its socket elsewhere when that of another folder is at the usual place', async () => {
    const shared = { XDG_RUNTIME_DIR: inFolder('run') };
    const [one, other] = [
      aUser({ ...shared, XDG_DATA_HOME: inFolder('a') }),
      aUser({ ...shared, XDG_DATA_HOME: inFolder('b') }),
    ];
    const pids = [(await one.daemon()).pid, (await other.daemon()).pid];
    expect([await engineOf(one), await engineOf(other)]).toEqual(pids);
  });

  it('makes no runtime folder that is not there', async () => {
    const user = aUser({ XDG_RUNTIME_DIR: inFolder('nowhere/run') });
    const { socket } = await user.daemon();
    expect(socket).toBe(inFolder('.local/state/mcptui/engine.sock'));
    expect(existsSync(inFolder('nowhere'))).toBe(false);
  });

  it('is found in a folder with blanks, ü, a newline and 120 bytes', async () => {
    const user = aUser({ MCPTUI_HOME: inFolder(`a b ü\n${'x'.repeat(120)}`) });
    expect((await agentOf(user)).line).toContain('"protocolVersion"');
    expect(await engineOf(user)).toBeGreaterThan(0);
  });
});

describe('mcptui proxy', () => {
  it('says at once who has the folder when that is no engine that answers', async () => {
    const user = aUser({ MCPTUI_HOME: inFolder('home') });
    const { pid, child } = await user.daemon();
    // It has the lock and listens where nobody can look.
    for (const name of ['engine', 'agents']) rmSync(inFolder(`home/run/${name}.sock`));
    rmSync(inFolder('home/data/engine.json'));
    const agent = spawn(process.execPath, [bin, 'proxy'], { env: user.env });
    const said = await new Promise<string>((resolve) => {
      let text = '';
      agent.stderr.setEncoding('utf8').on('data', (part: string) => {
        text += part;
        if (text.endsWith('\n')) resolve(text);
      });
    });
    expect(said).toMatch(
      new RegExp(`^mcptui proxy: .*home/data is in use by process ${pid}, which does not answer on .*\\n$`),
    );
    expect(agent.exitCode).toBeNull();
    agent.kill();
    child.kill();
  });

  it('and verbs refuse a relative folder, which would be another one for each program', async () => {
    const user = aUser({ MCPTUI_HOME: 'here' });
    for (const args of [['proxy'], ['get', 'servers'], ['--daemon']]) {
      const { code, stderr } = await user.mcptui(args, { input: '' });
      expect([code, stderr]).toEqual([2, expect.stringContaining('MCPTUI_HOME=here is relative')]);
    }
  });

  it.each([
    ['a file in place of its home', 'file', 'ENOTDIR'],
    ['a file in place of its data', 'home', 'EEXIST'],
  ])('says in one line that there is %s', async (_what, name, code) => {
    writeFileSync(inFolder('file'), '');
    mkdirSync(inFolder('home'));
    writeFileSync(inFolder('home/data'), '');
    const user = aUser({ MCPTUI_HOME: inFolder(name) });
    for (const args of [['proxy'], ['--daemon'], ['get', 'servers'], ['create', 'prompt', 'x', '--body', 'y']]) {
      const { stderr, code: exit } = await user.mcptui(args, { input: `${INITIALIZE}\n` });
      expect([args, stderr]).toEqual([args, expect.stringMatching(new RegExp(`^mcptui.*(${code}|EEXIST|ENOTDIR)`))]);
      expect(stderr).toMatch(/set MCPTUI_HOME to a folder of your own/);
      expect(stderr).not.toMatch(/\n\s+at /);
      expect(exit).toBe(4);
    }
    expect(readFileSync(inFolder('file'), 'utf8')).toBe('');
  });
});
