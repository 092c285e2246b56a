/**
 * A gated session whose prompts are chosen by a model that really runs: half a megabyte of random weights behind a grammar, in
 * `node-llama-cpp`, which the engine runs as a managed model. Where that is installed says MCPTUI_LLAMA, as `.ci/run` sets it.
 */
import { existsSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { GateReport, InstanceView, PromptView, SessionView } from '../../src/engine/index.ts';
import { smallModel } from '../fixtures/small-model/gguf.mjs';
import { until } from '../support/until.ts';
import { aHome, bin, type Home } from '../support/worlds/run-mcptui.ts';
import { goTheWholeWay, openShop } from '../support/worlds/whole-way.ts';

const server = fileURLToPath(new URL('../fixtures/small-model/server.mjs', import.meta.url));
const prefix = path.resolve(process.env['MCPTUI_LLAMA'] ?? '.tmp/llama');

let home: Home;
const clients: Client[] = [];

beforeAll(async () => {
  if (!existsSync(path.join(prefix, 'node_modules/node-llama-cpp'))) {
    throw new Error(`no node-llama-cpp in ${prefix}: .ci/run installs it, or set MCPTUI_LLAMA to where it is`);
  }
  home = aHome();
  const file = path.join(home.folder, 'small.gguf');
  writeFileSync(file, smallModel());
  await verb('create', 'project', 'web', '--gated');
  for (const name of ['deploying', 'cooking']) {
    await verb('create', 'prompt', name, '-p', 'web', '--body', `All about ${name}.`);
  }
  await openShop(home);
  const words = [process.execPath, server, file, prefix, '{port}'];
  await verb('create', 'model', 'small', '--kind', 'managed', '--timeout', '120s', '--', ...words);
  await home.daemon();
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

async function instance(): Promise<InstanceView | undefined> {
  const rows = await home.json<InstanceView[]>(['get', 'instances']);
  return rows.find(({ via }) => via === 'llm');
}

/** Questions that its log tells of. */
async function asked(): Promise<number> {
  return (await verb('logs', 'model/small', '--tail', '5000')).split('asked').length - 1;
}

/** A new session that says what it is about to do: what it is told, and by what that was chosen. */
async function begin(task: string): Promise<{ readonly text: string; readonly report: GateReport }> {
  const client = new Client({ name: `agent ${clients.length}`, version: '1' });
  clients.push(client);
  const args = [bin, 'proxy', '-p', 'web'];
  await client.connect(
    new StdioClientTransport({ command: process.execPath, args, env: home.env as Record<string, string> }),
  );
  const answer = await client.callTool({ name: 'begin_session', arguments: { description: task } });
  const sessions = await home.json<SessionView[]>(['get', 'sessions']);
  const own = sessions.find((session) => session.client === `agent ${clients.length - 1} 1`);
  const report = await home.json<GateReport>(['why', 'session', own?.id ?? '']);
  return { text: JSON.stringify(answer['content']), report };
}

describe('a model that really runs', () => {
  it('answers a test with its time and its tokens', async () => {
    expect(await verb('test', 'model', 'small')).toMatch(/^model small ok: .*, \d+ tokens in, \d+ out/);
  });

  it('chooses the prompts of a session among those that there are', async () => {
    // One that answers late has answered for the next session that asks the same.
    let last: Awaited<ReturnType<typeof begin>> | undefined;
    const isChosen = async (): Promise<boolean> => {
      last = await begin('deploy the shop');
      return last.report.decisions[0]?.selection.by === 'model';
    };
    await until(isChosen, 'a choice of the model', { everyMs: 500, patienceMs: 150_000 });
    const decision = last?.report.decisions[0];
    expect(decision?.selection).toMatchObject({ by: 'model', model: 'small' });
    expect(decision?.selection.unknown).toBeUndefined();
    const refs = decision?.prompts.map(({ ref }) => ref) ?? [];
    for (const ref of refs) expect(['project:web/deploying', 'project:web/cooking']).toContain(ref);
    expect(
      (await home.json<{ health: { used: { tokensIn: number } } }[]>(['get', 'models']))[0]?.health.used.tokensIn,
    ).toBeGreaterThan(100);
  });

  it('sums a prompt up in the background, or rules do where what it says is none, and it says which', async () => {
    await verb('create', 'project', 'other');
    const text = `Look at it first. ${'Then go on with it. '.repeat(12)}`;
    await verb('create', 'prompt', 'looking', '-p', 'other', '--body', text);
    let row: PromptView | undefined;
    const isTried = async (): Promise<boolean> => {
      row = (await home.json<PromptView[]>(['get', 'prompts', '-p', 'other']))[0];
      return row?.summaryBy === 'model' || row?.summaryWhy !== undefined;
    };
    await until(isTried, 'what the model has made of it', { everyMs: 500, patienceMs: 150_000 });
    const { gist = '', summaryBy, summaryModel, summaryWhy = '' } = row ?? {};
    expect(gist.length).toBeLessThanOrEqual(200);
    const isByRules = gist === 'Look at it first.' && summaryWhy.startsWith('model small: ');
    expect(summaryBy === 'model' ? summaryModel === 'small' : isByRules).toBe(true);
  });

  it('is answered for by rules when it is killed in the middle, backs off in sight, and comes back', async () => {
    const before = await asked();
    const begun = begin('deploy it while the model dies');
    await until(async () => (await asked()) > before, 'a question to the model', { everyMs: 50 });
    process.kill((await instance())?.pid ?? 0, 'SIGKILL');
    const { text, report } = await begun;
    expect(text).toContain('All about deploying.');
    expect(report.decisions[0]?.selection).toMatchObject({ by: 'tags', fallback: expect.stringContaining('small') });
    let row: InstanceView | undefined;
    const backsOff = async (): Promise<boolean> => (row = await instance())?.phase === 'error';
    await until(backsOff, 'the failure', { everyMs: 100 });
    expect(row).toMatchObject({ failure: { code: 'EXITED' }, retry: { attemptCount: 1 } });
    const isBack = async (): Promise<boolean> => (row = await instance())?.health === 'healthy';
    await until(isBack, 'it comes back by itself', {
      everyMs: 500,
      patienceMs: 150_000,
      now: () => JSON.stringify(row),
    });
    expect(await verb('test', 'model', 'small')).toMatch(/^model small ok/);
  });

  it('stands at the gate of a client that goes the whole way, alive and when it is killed in the middle', async () => {
    let way = 0;
    const isChosen = async (): Promise<boolean> => (await goTheWholeWay(home, `by-model-${(way += 1)}`)).by === 'model';
    await until(isChosen, 'a choice of the model', { everyMs: 500, patienceMs: 150_000 });
    const before = await asked();
    const kill = async (): Promise<void> => {
      await until(async () => (await asked()) > before, 'a question to the model', { everyMs: 50 });
      process.kill((await instance())?.pid ?? 0, 'SIGKILL');
    };
    const task = 'deploy the shop while the model dies, then echo its notes';
    expect(await goTheWholeWay(home, 'model-killed', { meanwhile: kill, task })).toMatchObject({
      by: 'tags',
      fallback: expect.stringContaining('small') as string,
    });
    const isBack = async (): Promise<boolean> => (await instance())?.health === 'healthy';
    await until(isBack, 'it comes back by itself', { everyMs: 500, patienceMs: 150_000 });
  });
});
