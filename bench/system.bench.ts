/** The whole program, as installed: how long an agent waits for a cold engine, and what an open console costs its calls. */
import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { openTui, type Tui } from '../test/support/worlds/open-tui.ts';
import type { BenchResult } from './result.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const bin = path.join(root, 'bin/mcptui.js');
const server = path.join(root, 'test/fixtures/contract-server.mjs');
const ROUNDS = 7;
const CALLS = 3_000;
/** Calls a second while the console repaints. */
const RATE = 500;

function environment(home: string): Record<string, string> {
  const { NODE_EXTRA_CA_CERTS: _certificates, ...inherited } = process.env;
  const entries = Object.entries({ ...inherited, MCPTUI_HOME: home });
  return Object.fromEntries(entries.flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])));
}

const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
const share = (values: readonly number[], part: number): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length * part)] ?? 0;

interface Peer {
  readonly child: ChildProcess;
  request(method: string, params: object): Promise<void>;
  end(): Promise<void>;
}

function peer(env: Record<string, string>): Peer {
  const child = spawn(process.execPath, [bin, 'proxy'], { env, stdio: ['pipe', 'pipe', 'inherit'] });
  const waiting = new Map<number, () => void>();
  let next = 0;
  createInterface({ input: child.stdout }).on('line', (line) => {
    const { id } = JSON.parse(line) as { readonly id?: number };
    if (id !== undefined) waiting.get(id)?.();
  });
  return {
    child,
    request: (method, params) =>
      new Promise((resolve) => {
        const id = ++next;
        waiting.set(id, resolve);
        child.stdin.write(`${JSON.stringify({ jsonrpc: '2.0', id, method, params })}\n`);
      }),
    end: () => {
      const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
      child.stdin.end();
      return ended;
    },
  };
}

const initialize = (agent: Peer): Promise<void> =>
  agent.request('initialize', {
    protocolVersion: '2025-11-25',
    capabilities: {},
    clientInfo: { name: 'bench', version: '1' },
  });

function finished(args: readonly string[], env: Record<string, string>): Promise<number> {
  const startedAt = performance.now();
  return new Promise((resolve) => {
    spawn(process.execPath, args, { env, stdio: 'ignore' }).once('exit', () => resolve(performance.now() - startedAt));
  });
}

async function stopEngine(env: Record<string, string>): Promise<void> {
  const info = await new Promise<string>((resolve) => {
    const child = spawn(process.execPath, [bin, 'info'], { env, stdio: ['ignore', 'pipe', 'ignore'] });
    let text = '';
    child.stdout.on('data', (chunk: Buffer) => (text += String(chunk)));
    child.once('close', () => resolve(text));
  });
  const pid = Number(/pid (\d+)/.exec(info)?.[1] ?? 0);
  if (pid === 0) return;
  process.kill(pid, 'SIGTERM');
  while (isAlive(pid)) await new Promise((resolve) => setTimeout(resolve, 10));
}

function isAlive(pid: number): boolean {
  try {
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
}

/** Milliseconds from starting the proxy to the answer of `initialize`. */
async function attach(env: Record<string, string>): Promise<number> {
  const startedAt = performance.now();
  const agent = peer(env);
  await initialize(agent);
  const took = performance.now() - startedAt;
  await agent.end();
  return took;
}

async function startup(): Promise<readonly BenchResult[]> {
  const home = mkdtempSync(path.join(tmpdir(), 'mcptui-bench-'));
  const env = environment(home);
  const cold: number[] = [];
  const warm: number[] = [];
  const bare: number[] = [];
  try {
    await finished([bin, 'create', 'server', 'fs', '--', process.execPath, server], env);
    for (let round = 0; round < ROUNDS; round++) {
      cold.push(await attach(env));
      bare.push(await finished(['-e', '0'], env));
      warm.push(await attach(env));
      await stopEngine(env);
    }
  } finally {
    rmSync(home, { recursive: true, force: true });
  }
  const floor = median(bare);
  return [
    {
      name: 'proxy with no engine running, to initialize answered',
      value: median(cold),
      unit: 'ms',
      bar: '<= 400 ms',
      baseline: 'node -e 0',
      ratio: median(cold) / floor,
      pass: median(cold) <= 400,
    },
    {
      name: 'proxy with the engine running, to initialize answered',
      value: median(warm),
      unit: 'ms',
      bar: '<= node -e 0 + 15 ms',
      baseline: 'node -e 0',
      ratio: median(warm) / floor,
      pass: median(warm) <= floor + 15,
    },
  ];
}

/** Latencies of paced calls, in ms. */
async function pacedCalls(agent: Peer): Promise<readonly number[]> {
  const times: number[] = [];
  const startedAt = performance.now();
  const open: Promise<void>[] = [];
  for (let sent = 0; sent < CALLS; sent++) {
    const dueAt = startedAt + (sent * 1_000) / RATE;
    while (performance.now() < dueAt) await new Promise((resolve) => setTimeout(resolve, 1));
    const at = performance.now();
    open.push(
      agent
        .request('tools/call', { name: 'fs__echo', arguments: { n: sent } })
        .then(() => void times.push(performance.now() - at)),
    );
  }
  await Promise.all(open);
  return times;
}

async function withConsole(): Promise<readonly BenchResult[]> {
  const home = mkdtempSync(path.join(tmpdir(), 'mcptui-bench-'));
  const env = environment(home);
  let tui: Tui | undefined;
  try {
    await finished([bin, 'create', 'server', 'fs', '--', process.execPath, server], env);
    const before = peer(env);
    await initialize(before);
    await pacedCalls(before);
    const headless = await pacedCalls(before);
    await before.end();
    await stopEngine(env);
    tui = openTui(process.execPath, [bin], { columns: 160, rows: 48, env });
    await tui.see(/fs-1 .*healthy/, 30_000);
    await tui.press('5');
    const agent = peer(env);
    await initialize(agent);
    await pacedCalls(agent);
    const hosted = await pacedCalls(agent);
    await agent.end();
    const p99 = share(hosted, 0.99);
    return [
      {
        name: `calls at ${RATE}/s, console hosting and repainting: p99`,
        value: p99,
        unit: 'ms',
        bar: '<= 10 ms',
        baseline: 'the daemon, no console',
        ratio: p99 / share(headless, 0.99),
        pass: p99 <= 10,
      },
      {
        name: `calls at ${RATE}/s, console hosting and repainting: p50`,
        value: median(hosted),
        unit: 'ms',
        baseline: 'the daemon, no console',
        ratio: median(hosted) / median(headless),
      },
    ];
  } finally {
    await tui?.[Symbol.asyncDispose]();
    await stopEngine(env);
    rmSync(home, { recursive: true, force: true });
  }
}

export async function run(): Promise<readonly BenchResult[]> {
  return [...(await startup()), ...(await withConsole())];
}
