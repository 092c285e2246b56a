/** The built program in a real terminal on a real engine: what an operator sees and does. */
import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { InstanceView } from '../../src/engine/index.ts';
import { openAgent } from '../support/worlds/agent.ts';
import { openTui, type Tui } from '../support/worlds/open-tui.ts';
import { aHome, bin, contractServer, textEnv, type Home } from '../support/worlds/run-mcptui.ts';

let home: Home;
const open: Tui[] = [];
beforeEach(() => {
  home = aHome();
});
afterEach(async () => {
  for (const tui of open.splice(0)) await tui[Symbol.asyncDispose]();
  await home.close();
});

function mcptui(args: readonly string[] = [], size: { columns?: number; rows?: number } = {}): Tui {
  const tui = openTui(process.execPath, [bin, ...args], { ...size, env: textEnv(home.env) });
  open.push(tui);
  return tui;
}

const create = (name: string, ...flags: string[]) =>
  home.mcptui(['create', 'server', name, ...flags, '--', process.execPath, contractServer]);

describe('the console on an engine of its own', () => {
  it('shows a start page when there is no server yet', async () => {
    const tui = mcptui();
    await tui.see('mcptui create server', 20_000);
    expect(tui.screen).toContain('demo');
  });

  it('answers the first question at 80×24: what is broken, why, when is the next try', async () => {
    await create('gitea', '--env', 'GITEA_TOKEN=secret:env/GITEA_TOKEN');
    await create('fs');
    const tui = mcptui([], { columns: 80, rows: 24 });
    await tui.see(/gitea-1 +ERROR .*0:[23]\d .*SECRET_UNRESOLVED GITEA_TOKEN/, 20_000);
    await tui.see(/fs-1 +RUNNING +healthy/);
    const before = /gitea-1 +ERROR .*?0:(\d\d)/.exec(tui.screen)?.[1];
    await expect.poll(() => /gitea-1 +ERROR .*?0:(\d\d)/.exec(tui.screen)?.[1]).not.toBe(before);
  });

  it('leads from a missing secret to a healthy instance by u, the value and enter, and never shows the value', async () => {
    const canary = 'canary-8861-of-a-secret';
    await create('gitea', '--env', 'GITEA_TOKEN=secret:file/gitea');
    const tui = mcptui();
    await tui.see(/▸ ✗ gitea-1 .*SECRET_UNRESOLVED GITEA_TOK\S* → u secret gitea/, 20_000);
    await tui.press('u');
    await tui.see('New secret gitea');
    // As a terminal sends a paste.
    tui.write(`\u001B[200~${canary}\n\u001B[201~`);
    await tui.see(`${canary.length + 1} characters`);
    await tui.press('enter');
    await tui.see(/gitea-1 +cmd +RUNNING +healthy/, 20_000);
    expect(tui.screen).toMatch(/7 Secrets 1 /);
    await tui.press('7', 'p');
    await tui.see('file/gitea resolves');
    expect(tui.screen).toMatch(/▸ ● gitea +file .*✓ \ds ago/);
    expect(tui.output).not.toContain(canary.slice(0, 11));
    const told = await home.mcptui(['get', 'audit', '-o', 'json', '--kind', 'secret_set']);
    expect(told.stdout).toContain('secret/file/gitea');
    expect(told.stdout).not.toContain(canary);
  });

  it('shows each call of an agent in the audit timeline', async () => {
    await create('fs');
    const tui = mcptui();
    await tui.see(/fs-1 .*healthy/, 20_000);
    const agent = await openAgent(home.env);
    await agent.call('fs__echo', { text: 'hello' });
    await tui.press('5');
    await tui.see(/~test-ag.*tool_call_trace +fs\/echo +ok/);
    expect(await agent.close()).toBe(0);
  });

  it('retries with R, stops with s and y, and says why a key does nothing', async () => {
    await create('fs');
    const tui = mcptui();
    await tui.see(/fs-1 .*healthy/, 20_000);
    await tui.press('R');
    await tui.see(/fs-1 is running/i);
    await tui.press('s');
    await tui.see(/y\/N|\[y\]|stop fs-1/i);
    await answer(tui, 'y');
    await tui.see(/fs-1 .*STOPPED/);
    const events = await home.json<{ actor: string }[]>(['get', 'audit', '--kind', 'operator_stop']);
    expect(events).toHaveLength(1);
  });

  it('asks what becomes of the instances when it quits, and leaves nothing running', async () => {
    await create('fs');
    const tui = mcptui();
    await tui.see(/fs-1 .*healthy/, 20_000);
    const [row] = await home.json<InstanceView[]>(['get', 'instances']);
    await tui.press('q');
    await tui.see('What to do with the instances?');
    await answer(tui, 's');
    expect((await tui.ended).exitCode).toBe(0);
    expect(tui.alternate).toBe(false);
    expect(isAlive(row?.pid ?? 0)).toBe(false);
    expect((await home.mcptui(['audit', 'verify'])).code).toBe(0);
  });

  it('hands over to a daemon when asked, and agents go on', async () => {
    await create('fs');
    const tui = mcptui();
    await tui.see(/fs-1 .*healthy/, 20_000);
    const agent = await openAgent(home.env);
    await tui.press('q');
    await tui.see('What to do with the instances?');
    await answer(tui, 'h');
    expect((await tui.ended).exitCode).toBe(0);
    expect(tui.output).toContain('goes on as a daemon');
    const { pid, hosting } = await home.engine();
    expect(hosting).toBe('daemon');
    await expect.poll(async () => (await agent.call('fs__echo', { a: 1 })).result).toBeDefined();
    await agent.close();
    process.kill(pid, 'SIGTERM');
    await expect.poll(() => isAlive(pid)).toBe(false);
  });

  it('killed with -9: the next one finds everything and reaps what was left', async () => {
    await create('fs', '--env', 'SERVE_STUBBORN=1');
    const first = mcptui();
    await first.see(/fs-1 .*healthy/, 20_000);
    const [row] = await home.json<InstanceView[]>(['get', 'instances']);
    first.kill('SIGKILL');
    await first.ended;
    const second = mcptui();
    await second.see(/fs-1 .*healthy/, 20_000);
    expect(isAlive(row?.pid ?? 0)).toBe(false);
    // In good order, so that its server, which ignores all but KILL, does not outlive the test.
    second.kill('SIGTERM');
    await second.ended;
  });

  it('serves a second console too, which sees what the first does', async () => {
    await create('fs');
    const first = mcptui();
    await first.see(/fs-1 .*healthy/, 20_000);
    const second = mcptui([], { columns: 80, rows: 24 });
    await second.see(/fs-1 .*healthy/, 20_000);
    await first.press('s');
    await first.see(/stop fs-1/i);
    await answer(first, 'y');
    expect(await second.see(/fs-1 +STOPPED/)).toContain('mcptui');
  });
});

describe('the console on a daemon', () => {
  it('leaves it running when it quits, and says that it is lost while it is away', async () => {
    await create('fs');
    const daemon = await home.daemon();
    const tui = mcptui();
    await tui.see(/fs-1 .*healthy/, 20_000);
    await daemon.stop();
    await tui.see(/lost|reconnect|away/i);
    await home.daemon();
    await tui.see(/fs-1 .*healthy/, 20_000);
    await tui.press('q');
    expect((await tui.ended).exitCode).toBe(0);
    expect(tui.output).toContain('daemon keeps running');
    expect(tui.output).toMatch(/end it with: MCPTUI_HOME=\S+ mcptui shutdown/);
    expect((await home.json<InstanceView[]>(['get', 'instances']))[0]?.phase).toBe('running');
  });
});

describe('a read-only console', () => {
  it('changes nothing, and says so', async () => {
    await create('fs');
    await home.daemon();
    const tui = mcptui(['--read-only']);
    await tui.see(/fs-1 .*healthy/, 20_000);
    await tui.press('s');
    expect(await tui.see(/read-only/i)).toContain('RUNNING');
    expect(await home.json<unknown[]>(['get', 'audit', '--kind', 'operator_stop'])).toEqual([]);
  });
});

describe('a console that is told to end', () => {
  it.each([
    ['SIGTERM', 143],
    ['SIGHUP', 129],
    ['SIGINT', 130],
  ] as const)('restores the terminal and leaves nothing running on %s', async (signal, code) => {
    await create('fs');
    const tui = mcptui();
    await tui.see(/fs-1 .*healthy/, 20_000);
    const [row] = await home.json<InstanceView[]>(['get', 'instances']);
    tui.kill(signal);
    expect((await tui.ended).exitCode).toBe(code);
    expect(tui.alternate).toBe(false);
    expect(isAlive(row?.pid ?? 0)).toBe(false);
  });
});

describe('the demo', () => {
  it('comes up with three real servers and one that refuses to start', async () => {
    const tui = mcptui(['demo']);
    await tui.see(/gitea-1 .*ERROR .*SECRET_UNRESOLVED/, 30_000);
    for (const name of ['everything-1', 'filesystem-1', 'memory-1']) {
      await tui.see(new RegExp(`${name} .*RUNNING +healthy`), 30_000);
    }
    expect(tui.screen).toMatch(/gitea-1 .*ERROR/);
    // An agent has proposed two changes.
    await tui.see(/4 Inbox 2/);
    expect(tui.screen).toContain('mcptui DEMO');
  });

  it('begins anew with --reset, but never removes a folder that it has not made', async () => {
    const own = path.join(home.folder, 'demo');
    const demo = (place: string, ...flags: string[]) =>
      home.mcptui(['demo', ...flags], { input: '', env: { MCPTUI_HOME: place } });
    expect(await demo(own)).toMatchObject({ code: 0 });
    const kept = path.join(own, 'kept');
    writeFileSync(kept, '');
    expect(await demo(own, '--reset')).toMatchObject({ code: 0, stderr: `removed ${own}\n` });
    expect(existsSync(kept)).toBe(false);
    const refused = await demo(home.folder, '--reset');
    expect([refused.code, refused.stderr]).toEqual([7, expect.stringContaining('was there before the demo')]);
    expect(existsSync(own)).toBe(true);
  });

  it('without a terminal says what it does, shows the table and exits 0', async () => {
    const { code, stdout, stderr } = await home.mcptui(['demo'], { input: '' });
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatch(/no terminal here/);
    expect(stdout).toMatch(/gitea-1 .*SECRET_UNRESOLVED/);
    expect(stdout).toMatch(/everything-1 .*RUNNING +healthy/);
    expect(stdout).toContain('mcptui.js proxy');
    expect(execFileSync('ps', ['-eo', 'args'], { encoding: 'utf8' })).not.toContain(home.folder);
  });
});

/** A dialog, and a form's last line, takes no answer in its first 250 ms: one typed before it was seen must not count. */
async function answer(tui: Tui, key: string): Promise<void> {
  await tui.still(300);
  await tui.press(key);
}

/** A zombie that nobody collects yet is dead. */
function isAlive(pid: number): boolean {
  if (!readdirSync('/proc').includes(String(pid))) return false;
  return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
}

describe('the Tools pane on a real server', () => {
  const everything = fileURLToPath(
    new URL('../../node_modules/@modelcontextprotocol/server-everything/dist/index.js', import.meta.url),
  );

  it('goes from the list through the form of echo to its result, recorded in the operator’s name', async () => {
    await home.mcptui(['create', 'server', 'every', '--', process.execPath, everything]);
    const tui = mcptui();
    await tui.see(/every-1 .*healthy/, 20_000);
    await tui.press('9');
    await tui.see(/every +echo +\d+ +reads/, 10_000);
    // Keys that a busy machine sees at once are no keys: each waits for what the one before has done.
    await tui.press('/', ...Array.from('echo'));
    await tui.see(/\/ echo/);
    await tui.press('enter');
    await tui.see('filter echo');
    await tui.press('enter');
    await tui.see('Message to echo');
    await tui.press('x');
    await tui.see('Call every/echo');
    await tui.press(...Array.from('hello'));
    await tui.see('hello');
    await tui.press('enter');
    await tui.see('▸  call it');
    await answer(tui, 'enter');
    await tui.see('Echo: hello', 10_000);
    expect(tui.screen).toMatch(/● answered in \d+ms · \d+ B/);
    await tui.press('V');
    await tui.see('"text": "Echo: hello"');
    await tui.press('5');
    await tui.see(/tool_call_trace +every\/echo +ok/, 10_000);
    const calls = JSON.parse((await home.mcptui(['get', 'audit', '--kind', 'tool_call_trace', '-o', 'json'])).stdout);
    expect(calls).toMatchObject([{ actor: expect.stringMatching(/^operator:/), target: 'every/echo' }]);
    await tui.press('6');
    await tui.see(/● every .*\d+ .*fresh \d+s/);
  });
});
