/** A model whose program the engine runs, as a real process: from the first session over its rest and its death to its end. */
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { GateReport, InstanceView, ModelView, SessionView } from '../../src/engine/index.ts';
import { until } from '../support/until.ts';
import { aHome, bin, type Daemon, type Home } from '../support/worlds/run-mcptui.ts';

const program = fileURLToPath(new URL('../fixtures/chat-model.mjs', import.meta.url));

let home: Home;
let daemon: Daemon;
let hold: string;
const clients: Client[] = [];

beforeAll(async () => {
  home = aHome();
  hold = path.join(home.folder, 'loaded');
  await verb('create', 'project', 'web', '--gated');
  for (const name of ['deploying', 'cooking']) {
    await verb('create', 'prompt', name, '-p', 'web', '--body', `All about ${name}.`);
  }
  const words = [process.execPath, program, '--port', '{port}', '--hold', hold];
  await verb('create', 'model', 'local', '--kind', 'managed', '--idle', '1h', '--', ...words);
  daemon = await home.daemon();
});

afterAll(async () => {
  for (const client of clients) await client.close();
  await home.close();
});

async function verb(...args: string[]): Promise<string> {
  const { code, stdout, stderr } = await home.mcptui(args);
  if (code !== 0) throw new Error(`mcptui ${args.join(' ')}: ${stderr}`);
  return stdout;
}

async function instance(name = 'llm.local-1'): Promise<InstanceView | undefined> {
  return (await home.json<InstanceView[]>(['get', 'instances'])).find((row) => row.name === name);
}

async function untilIt(is: Partial<InstanceView>, what: string): Promise<InstanceView> {
  let row: InstanceView | undefined;
  const there = async (): Promise<boolean> => {
    row = await instance();
    const now: Readonly<Record<string, unknown>> = { ...row };
    return Object.entries(is).every(([field, value]) => now[field] === value);
  };
  await until(there, what, { everyMs: 200, now: () => JSON.stringify(row) });
  return row as InstanceView;
}

async function session(): Promise<Client> {
  const client = new Client({ name: `agent ${clients.length}`, version: '1' });
  clients.push(client);
  const args = [bin, 'proxy', '--no-start', '-p', 'web'];
  const env = home.env as Record<string, string>;
  await client.connect(new StdioClientTransport({ command: process.execPath, args, env }));
  return client;
}

/** What the newest session is told, and how that was chosen. */
async function begin(client: Client, task: string): Promise<GateReport['decisions'][number]['selection']> {
  const answer = await client.callTool({ name: 'begin_session', arguments: { description: task } });
  expect(JSON.stringify(answer['content'])).toContain('All about');
  const sessions = await home.json<SessionView[]>(['get', 'sessions']);
  const own = sessions.find((one) => one.client === `agent ${clients.indexOf(client)} 1`);
  const { decisions } = await home.json<GateReport>(['why', 'session', own?.id ?? '']);
  const selection = decisions[0]?.selection;
  if (selection === undefined) throw new Error('nothing was decided');
  return selection;
}

function lives(pid = 0): boolean {
  try {
    // One that its parent has not asked for lives no more.
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
}

describe('a managed model', () => {
  it('rests until the first session of a project that uses models; while it loads the rules answer', async () => {
    expect(await untilIt({ phase: 'stopped' }, 'an instance')).toMatchObject({
      desiredBy: 'idle',
      via: 'llm',
      model: 'local',
    });
    expect(await verb('get', 'instances')).toContain('idle: it starts when a session needs it');
    const client = await session();
    await untilIt({ phase: 'starting' }, 'a start for the session');
    expect(await begin(client, 'deploy the shop')).toMatchObject({ by: 'tags', fallback: 'model local is loading' });
    expect(await home.json<ModelView[]>(['get', 'models'])).toMatchObject([{ program: { state: 'loading' } }]);
  });

  it('chooses once it has loaded, is probed and counted, and its log is kept', async () => {
    writeFileSync(hold, '');
    await untilIt({ health: 'healthy' }, 'a healthy model');
    expect(await begin(await session(), 'deploy the shop')).toMatchObject({ by: 'model', model: 'local' });
    expect(await verb('logs', 'model/local')).toMatch(/listens[^]*asked/);
    expect(await verb('probe', 'local')).toContain('GET /v1/models');
    expect(await home.json<ModelView[]>(['get', 'models'])).toMatchObject([
      { program: { state: 'ready', instance: 'llm.local-1' }, health: { used: { asked: 1, tokensIn: 20 } } },
    ]);
  });

  it('rests again when nobody asks it, which is no failure, and comes back for who does', async () => {
    await verb('edit', 'model', 'local', '--idle', '1s');
    const row = await untilIt({ phase: 'stopped' }, 'rest');
    expect(row).toMatchObject({ desiredBy: 'idle', restarts: 0 });
    expect(row.failure).toBeUndefined();
    await verb('edit', 'model', 'local', '--idle', '1h');
    expect(await verb('test', 'model', 'local')).toMatch(/^model local ok: .*, 20 tokens in, 4 out/);
  });

  it('is killed: the rules answer, it backs off in sight, and comes back', async () => {
    const { pid = 0 } = await untilIt({ health: 'healthy' }, 'a healthy model');
    process.kill(pid, 'SIGKILL');
    const row = await untilIt({ phase: 'error' }, 'the failure');
    expect(row).toMatchObject({ failure: { code: 'EXITED' }, retry: { attemptCount: 1 } });
    const { by, fallback = '' } = await begin(await session(), 'cook for the team');
    expect(by).toBe('tags');
    expect(fallback).toMatch(/^model local failed: EXITED: killed by SIGKILL.*; next try in \d+ s$/);
    await verb('retry', 'model/local');
    await untilIt({ health: 'healthy' }, 'it is back');
    expect(await begin(await session(), 'cook for the team')).toMatchObject({ by: 'model' });
  });

  it('stays stopped when an operator stops it', async () => {
    const { pid } = await untilIt({ health: 'healthy' }, 'a healthy model');
    await verb('stop', 'local');
    await untilIt({ phase: 'stopped' }, 'the stop');
    expect(lives(pid)).toBe(false);
    const { fallback } = await begin(await session(), 'deploy while it is stopped');
    expect(fallback).toMatch(/^model local is stopped by operator:/);
    expect((await instance())?.phase).toBe('stopped');
    await verb('start', 'local');
    await untilIt({ health: 'healthy' }, 'it is back');
  });

  it('is ended by the next engine when the one before it was killed, and runs again', async () => {
    const { pid: before } = await untilIt({ health: 'healthy' }, 'a healthy model');
    // An agent that is left alone would start an engine of its own.
    for (const client of clients.splice(0)) await client.close();
    daemon.child.kill('SIGKILL');
    await daemon.ended;
    daemon = await home.daemon();
    expect(lives(before)).toBe(false);
    const { pid } = await untilIt({ health: 'healthy' }, 'the model of the next engine');
    expect(pid).not.toBe(before);
  });

  it('is there again after a restart of the engine, and gone with its process when it is deleted', async () => {
    const { pid: before } = await untilIt({ health: 'healthy' }, 'a healthy model');
    await daemon.stop();
    expect(lives(before)).toBe(false);
    daemon = await home.daemon();
    const { pid } = await untilIt({ health: 'healthy' }, 'the model of the next engine');
    expect(lives(pid)).toBe(true);
    await verb('delete', 'model', 'local', '--yes');
    await until(async () => (await instance()) === undefined, 'the end of its instance', { everyMs: 200 });
    expect(lives(pid)).toBe(false);
  });

  it('never starts without a secret that cannot be read, and says which', async () => {
    const words = [process.execPath, program, '--port', '{port}'];
    const how = ['--kind', 'managed', '--warm', 'always', '--key', 'secret:file/absent'];
    await verb('create', 'model', 'locked', ...how, '--', ...words);
    let row: InstanceView | undefined;
    const isFailed = async (): Promise<boolean> => (row = await instance('llm.locked-1'))?.phase === 'error';
    await until(isFailed, 'the failure', { everyMs: 200 });
    expect(row).toMatchObject({ failure: { code: 'SECRET_UNRESOLVED' } });
    expect(await verb('logs', 'model/locked')).not.toContain('listens');
    await home.mcptui(['create', 'secret', 'absent'], { input: 'a-long-key-of-the-model' });
    const isWell = async (): Promise<boolean> => (row = await instance('llm.locked-1'))?.health === 'healthy';
    await until(isWell, 'it starts with its secret', { everyMs: 200 });
    expect(await verb('logs', 'model/locked')).toContain('key given');
  });
});
