/** The built daemon: ready line, clean stop, kill -9 at any moment, two owners, modes. */
import { mkdirSync, readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { AuditEventView, InstanceView } from '../../src/engine/index.ts';
import { strays } from '../../src/engine/runtimes/process-tree.ts';
import { openAgent } from '../support/worlds/agent.ts';
import { aHome, contractServer, type Home } from '../support/worlds/run-mcptui.ts';

let home: Home;
beforeEach(() => {
  home = aHome();
});
afterEach(() => home.close());

const create = (name: string, ...flags: string[]) =>
  home.mcptui(['create', 'server', name, ...flags, '--', process.execPath, contractServer]);
const instances = (): Promise<InstanceView[]> => home.json<InstanceView[]>(['get', 'instances']);

async function untilRunning(count: number): Promise<InstanceView[]> {
  await expect
    .poll(async () => (await instances()).filter((row) => row.health === 'healthy').length, {
      timeout: 15_000,
      interval: 100,
    })
    .toBe(count);
  return instances();
}

/** A zombie that nobody collects yet is dead. */
function alive(pid: number): boolean {
  try {
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
}

describe('mcptui --daemon', () => {
  it('says once that it is ready, runs what is defined, and leaves nothing behind on TERM', async () => {
    await create('one');
    await create('two', '--replicas', '2');
    const daemon = await home.daemon();
    const rows = await untilRunning(3);
    const pids = rows.map((row) => row.pid ?? 0);
    expect(pids.every(alive)).toBe(true);
    const { code, stdout } = await daemon.stop();
    expect({ code, stdout }).toEqual({ code: 0, stdout: `mcptui: ready socket=${daemon.socket}\n` });
    expect(pids.some(alive)).toBe(false);
    expect((await home.mcptui(['audit', 'verify'])).code).toBe(0);
  });

  it('ends when an operator shuts it down; the agents that it served start no other, the next agent does', async () => {
    await create('one');
    const daemon = await home.daemon();
    const agent = await openAgent(home.env);
    const shut = await home.mcptui(['shutdown']);
    expect(shut).toMatchObject({ code: 0, stdout: `engine stopped (pid ${daemon.pid})\n` });
    expect(await daemon.ended).toMatchObject({ code: 0 });
    await expect(agent.request('tools/list')).rejects.toThrow(/was shut down by its operator; start it with `mcptui`/);
    expect((await home.mcptui(['shutdown'])).stdout).toContain('no engine runs on');
    const [event] = await home.json<AuditEventView[]>(['get', 'audit', '--kind', 'engine_shutdown']);
    expect(event?.actor).toMatch(/^operator:/);

    const next = await openAgent(home.env);
    expect((await home.engine()).hosting).toBe('daemon');
    await next.close();
    expect((await home.mcptui(['shutdown'])).code).toBe(0);
  });

  it('stops in good order when it is told to in the moment in which it is ready', async () => {
    for (let round = 0; round < 5; round += 1) {
      const { code, signal } = await (await home.daemon()).stop();
      expect([code, signal]).toEqual([0, null]);
    }
  });

  it('killed with -9: its children are reaped at the next start, none is doubled, nothing acknowledged is lost', async () => {
    await create('one', '--env', 'SERVE_STUBBORN=1');
    await create('two', '--replicas', '2');
    const first = await home.daemon();
    const before = await untilRunning(3);
    await home.mcptui(['stop', 'two-2']);
    first.child.kill('SIGKILL');
    await first.ended;
    const orphan = before.find((row) => row.name === 'one-1')?.pid ?? 0;
    expect(alive(orphan)).toBe(true);
    await home.daemon();
    expect(alive(orphan)).toBe(false);
    const after = await untilRunning(2);
    expect(after.map((row) => `${row.name} ${row.phase}`).sort()).toEqual([
      'one-1 running',
      'two-1 running',
      'two-2 stopped',
    ]);
    expect(after.map((row) => row.id).sort()).toEqual(before.map((row) => row.id).sort());
    const events = await home.json<AuditEventView[]>(['get', 'audit', '--kind', 'operator_stop']);
    expect(events).toHaveLength(1);
    expect((await home.mcptui(['audit', 'verify'])).stdout).toMatch(/^ok: /);
  });

  it('that a server of another engine has started does not carry the mark of that engine’s children', async () => {
    const { pid } = await home.daemon({ MCPTUI_INSTANCE: 'outer/ins_1/1' });
    expect(await strays('outer/ins_1/1')).not.toContain(pid);
  });

  it('refuses a second one on the same folder and names the first', async () => {
    const first = await home.daemon();
    const second = await home.mcptui(['--daemon']);
    expect(second.code).toBe(7);
    expect(second.stderr).toContain(String(first.pid));
  });

  it('keeps folders 0700 and files 0600, the socket too', async () => {
    const daemon = await home.daemon();
    const mode = (file: string): string => (statSync(file).mode & 0o777).toString(8);
    expect(mode(home.folder)).toBe('700');
    expect(mode(path.dirname(daemon.socket))).toBe('700');
    expect(mode(daemon.socket)).toBe('600');
    expect(mode(path.join(home.folder, 'data'))).toBe('700');
    expect(mode(path.join(home.folder, 'state'))).toBe('700');
  });

  it('leaves its environment out of a diagnostic report', async () => {
    const reports = path.join(home.folder, 'reports');
    mkdirSync(reports);
    const options = `--report-on-signal --report-signal=SIGUSR2 --report-directory=${reports}`;
    const daemon = await home.daemon({ NODE_OPTIONS: options, GITEA_TOKEN: 'hunter2-canary' });
    daemon.child.kill('SIGUSR2');
    const written = (): string =>
      readdirSync(reports)
        .map((name) => readFileSync(path.join(reports, name), 'utf8'))
        .join('');
    await expect.poll(() => /\n}\s*$/.test(written()), { timeout: 15_000, interval: 100 }).toBe(true);
    expect(written()).toContain('javascriptStack');
    expect(written()).not.toContain('hunter2-canary');
  });

  it('shows a secret missing, takes it from the encrypted file once it is there, and never tells its value', async () => {
    const canary = 'canary-value-77';
    await create('gitea', '--env', 'TOKEN=secret:file/gitea-token');
    const daemon = await home.daemon();
    await expect.poll(async () => (await instances())[0]?.failure?.code, { timeout: 60_000 }).toBe('SECRET_UNRESOLVED');
    const missing = await home.mcptui(['describe', 'secret', 'gitea-token']);
    expect(missing.stdout).toMatch(
      /state: missing[\s\S]*waiting:\n {2}- gitea-1[\s\S]*next: mcptui create secret gitea-token/,
    );
    const stored = await home.mcptui(['create', 'secret', 'gitea-token'], { input: `${canary}\n` });
    expect(stored).toMatchObject({ code: 0, stderr: expect.stringContaining('gitea-1 waited for it') as string });
    const [row] = await untilRunning(1);
    expect(await home.mcptui(['delete', 'secret', 'gitea-token', '--yes'])).toMatchObject({
      code: 7,
      stderr: expect.stringContaining('secret file/gitea-token is used by gitea') as string,
    });
    expect(await home.mcptui(['describe', 'secret', 'gitea-tokne'])).toMatchObject({
      code: 6,
      stderr: expect.stringContaining('did you mean file/gitea-token?') as string,
    });
    const rotated = await home.mcptui(['create', 'secret', 'gitea-token', '--rotate'], { input: `${canary}-2\n` });
    expect(rotated.stderr).toContain('gitea-1 has the old value: mcptui restart gitea-1');
    const told = await Promise.all([
      home.mcptui(['describe', 'instance', 'gitea-1']),
      home.mcptui(['describe', 'secret', 'gitea-token', '-o', 'json']),
      home.mcptui(['get', 'secrets', '-o', 'json']),
      home.mcptui(['get', 'sec', '-o', 'wide']),
      home.mcptui(['get', 'servers', '-o', 'yaml']),
      home.mcptui(['get', 'audit', '-o', 'jsonl']),
    ]);
    expect(told.map(({ stdout, stderr }) => stdout + stderr).join('')).not.toContain(canary);
    expect(told[1]?.stdout).toMatch(/"setAt": "\d{4}-/);
    const argv =
      readFileSync(`/proc/${row?.pid}/cmdline`, 'utf8') + readFileSync(`/proc/${daemon.pid}/environ`, 'utf8');
    expect(argv).not.toContain(canary);
    const files = readdirSync(home.folder, { recursive: true, withFileTypes: true }).filter((file) => file.isFile());
    for (const file of files)
      expect(readFileSync(path.join(file.parentPath, file.name), 'latin1')).not.toContain(canary);
    expect(files.length).toBeGreaterThan(4);
  });

  it('traces every call, one to a server that is down or unknown too, and names the client that bound', async () => {
    await create('fs');
    await create('down', '--env', 'TOKEN=secret:env/NOT_SET_ANYWHERE');
    await home.daemon();
    await expect
      .poll(async () => (await instances()).map((row) => row.phase).sort(), { timeout: 60_000 })
      .toEqual(['error', 'running']);
    const agent = await openAgent(home.env);
    await agent.call('fs__echo', { a: 1 });
    expect(await agent.call('down__echo', {})).toMatchObject({
      error: { code: -32000, data: { server: 'down', state: 'error' } },
    });
    expect(await agent.call('nobody__echo', {})).toMatchObject({ error: { code: -32602 } });
    await agent.close();
    await expect
      .poll(async () =>
        (await home.json<AuditEventView[]>(['get', 'audit', '--text', 'test-agent'])).map(
          (event) => `${event.kind} ${event.target?.replace(/ses_.*/, '') ?? ''} ${event.outcome}`,
        ),
      )
      .toEqual([
        'session_bind session/ ok',
        'session_saw session/ info',
        'tool_call_trace fs/echo ok',
        'tool_call_trace down/down__echo error',
        'tool_call_trace -/nobody__echo error',
        'session_end session/ ok',
      ]);
  });

  it('is stopped and killed in the middle of starting without leaving anything', async () => {
    await create('slow', '--env', 'SERVE_SILENT=1');
    const daemon = await home.daemon();
    await expect.poll(async () => (await instances())[0]?.phase, { timeout: 60_000 }).toBe('starting');
    await daemon.stop();
    const left = await strays('');
    expect(left.filter((pid) => alive(pid) && String(pid) === String(daemon.pid))).toEqual([]);
  });
});
