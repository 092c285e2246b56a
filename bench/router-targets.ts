/** What the router's bench drives: a server at the end of its own pipes, behind two byte pipes, and behind mcptui. */
import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const path = (relative: string): string => fileURLToPath(new URL(relative, import.meta.url));
export const bin = path('../bin/mcptui.js');
export const echoServer = [process.execPath, path('../test/fixtures/echo-server.ts')];

/** Start-up is measured without what this machine's variables add to each Node. */
export function cleanEnv(extra: NodeJS.ProcessEnv = {}): NodeJS.ProcessEnv {
  const env = { ...process.env, ...extra };
  delete env['NODE_EXTRA_CA_CERTS'];
  return env;
}

/** A client that writes prepared lines and counts the answers' newlines: it must cost little itself. */
export class LineClient {
  readonly child: ChildProcess;
  #wanted = 0;
  #done: (() => void) | undefined;
  #onLines: ((count: number) => void) | undefined;
  #onChunk: ((chunk: Buffer) => void) | undefined;
  #pieces: Buffer[] | undefined;

  constructor(child: ChildProcess) {
    this.child = child;
    child.stdout?.on('data', (chunk: Buffer) => this.#read(chunk));
  }

  /** Resolves when as many lines have come back as went out. */
  async exchange(lines: string, count: number): Promise<void> {
    this.#wanted = count;
    const done = new Promise<void>((resolve) => {
      this.#done = resolve;
    });
    this.child.stdin?.write(lines);
    await done;
  }

  /** `total` calls, each with an id of its own, `width` of them in flight at any time. */
  async flood(makeLine: () => string, total: number, width: number): Promise<void> {
    const lines = (count: number): string => {
      let text = '';
      for (let index = 0; index < count; index += 1) text += makeLine();
      return text;
    };
    let left = total - width;
    this.#onLines = (count) => {
      const more = Math.min(count, left);
      left -= more;
      if (more > 0) this.child.stdin?.write(lines(more));
    };
    await this.exchange(lines(width), total);
    this.#onLines = undefined;
  }

  /** Resolves with the answer to this one call, whatever the server tells before it. */
  async untilAnswer(line: string): Promise<void> {
    const id = /"id":(\d+)\}\n$/.exec(line)?.[1] ?? '';
    const mark = Buffer.from(`"id":${id}}`);
    let tail = Buffer.alloc(0);
    const answered = new Promise<void>((resolve) => {
      this.#onChunk = (chunk) => {
        tail = Buffer.concat([tail.subarray(-mark.length), chunk]);
        if (tail.includes(mark)) resolve();
      };
    });
    this.child.stdin?.write(line);
    await answered;
    this.#onChunk = undefined;
  }

  async close(): Promise<void> {
    const ended = once(this.child, 'close');
    this.child.stdin?.end();
    await ended;
  }

  /** One request and its answer, parsed, as any client must. */
  async ask(line: string): Promise<unknown> {
    this.#pieces = [];
    await this.exchange(line, 1);
    const text = Buffer.concat(this.#pieces).toString('utf8');
    this.#pieces = undefined;
    return JSON.parse(text);
  }

  #read(chunk: Buffer): void {
    this.#onChunk?.(chunk);
    this.#pieces?.push(chunk);
    let count = 0;
    for (let at = chunk.indexOf(10); at !== -1; at = chunk.indexOf(10, at + 1)) count += 1;
    if (count === 0) return;
    this.#wanted -= count;
    this.#onLines?.(count);
    if (this.#wanted <= 0) this.#done?.();
  }
}

let lastId = 0;

export function callLine(tool: string, args: object): string {
  lastId += 1;
  return `{"method":"tools/call","params":{"name":"${tool}","arguments":${JSON.stringify(args)}},"jsonrpc":"2.0","id":${lastId}}\n`;
}

export const INITIALIZE =
  '{"method":"initialize","params":{"protocolVersion":"2025-11-25","capabilities":{},"clientInfo":{"name":"bench","version":"1"}},"jsonrpc":"2.0","id":"init"}\n';
const INITIALIZED = '{"method":"notifications/initialized","jsonrpc":"2.0"}\n';

export interface Target {
  readonly name: string;
  /** A connected client; several may be open. */
  connect(): Promise<LineClient>;
  /** The processes between the client and its answers, those of `client` included. */
  pids(client: LineClient): number[];
  close(): Promise<void>;
}

async function introduce(child: ChildProcess): Promise<LineClient> {
  const client = new LineClient(child);
  await client.exchange(INITIALIZE, 1);
  child.stdin?.write(INITIALIZED);
  await client.exchange('{"method":"tools/list","jsonrpc":"2.0","id":"list"}\n', 1);
  // Notifications that the lists are known now would be counted as answers.
  await new Promise((resolve) => setTimeout(resolve, 300));
  return client;
}

const piped: { stdio: ['pipe', 'pipe', 'ignore'] } = { stdio: ['pipe', 'pipe', 'ignore'] };

export function direct(toolCount = 2): Target {
  const [command = '', ...args] = echoServer;
  return {
    name: 'direct',
    connect: () => introduce(spawn(command, [...args, String(toolCount)], { ...piped, env: cleanEnv() })),
    pids: (client) => [client.child.pid ?? 0],
    close: () => Promise.resolve(),
  };
}

export async function floor(): Promise<Target> {
  const folder = mkdtempSync(join(tmpdir(), 'mcptui-floor-'));
  const socketPath = join(folder, 's');
  const hop = [path('pipe-hop.ts')];
  const host = spawn(process.execPath, [...hop, 'host', socketPath, ...echoServer], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: cleanEnv(),
  });
  await once(host.stdout, 'data');
  return {
    name: 'byte pipes',
    connect: () => introduce(spawn(process.execPath, [...hop, 'client', socketPath], { ...piped, env: cleanEnv() })),
    pids: (client) => [client.child.pid ?? 0, ...tree(host.pid ?? 0)],
    async close() {
      host.kill();
      await once(host, 'close');
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

export interface Mcptui extends Target {
  readonly home: string;
  readonly enginePid: number;
  connectTo(project: string, env?: NodeJS.ProcessEnv): Promise<LineClient>;
  /** Runs a verb; what it prints. */
  run(...args: string[]): string;
}

/** The real engine as a daemon, audit on. The project `default` has the echo server as it is; `many` has one of 1,000 tools; `two` another echo. */
export async function mcptui(): Promise<Mcptui> {
  const home = mkdtempSync(join(tmpdir(), 'mcptui-bench-'));
  const env = cleanEnv({ MCPTUI_HOME: home });
  const daemon = spawn(process.execPath, [bin, '--daemon'], { stdio: ['ignore', 'pipe', 'inherit'], env });
  await once(daemon.stdout, 'data');
  const run = (...args: string[]): string => execFileSync(process.execPath, [bin, ...args], { env, encoding: 'utf8' });
  for (const [name, count] of [
    ['default', 2],
    ['many', 1000],
    ['two', 2],
  ] as const) {
    run('create', 'server', name, '--project', name, '--prefix', '', '--', ...echoServer, String(count));
  }
  while ((run('get', 'instances').match(/RUNNING/g) ?? []).length < 3)
    await new Promise((resolve) => setTimeout(resolve, 100));
  const connect = (project: string, more: NodeJS.ProcessEnv = {}): Promise<LineClient> =>
    introduce(
      spawn(process.execPath, [bin, 'proxy', '--no-start', '--project', project], {
        ...piped,
        env: { ...env, ...more },
      }),
    );
  return {
    name: 'mcptui',
    home,
    enginePid: daemon.pid ?? 0,
    connect: () => connect('default'),
    connectTo: connect,
    run,
    pids: (client) => [client.child.pid ?? 0, ...tree(daemon.pid ?? 0)],
    async close() {
      const ended = once(daemon, 'close');
      daemon.kill('SIGTERM');
      await ended;
      rmSync(home, { recursive: true, force: true });
    },
  };
}

/** A process and all below it. */
export function tree(root: number): number[] {
  const parents = new Map<number, number>();
  for (const entry of readdirSync('/proc')) {
    if (!/^\d+$/.test(entry)) continue;
    const fields = statFields(Number(entry));
    if (fields !== undefined) parents.set(Number(entry), Number(fields[1]));
  }
  const out = [root];
  for (let index = 0; index < out.length; index += 1) {
    for (const [pid, parent] of parents) if (parent === out[index]) out.push(pid);
  }
  return out;
}

/** Processor time used so far by the threads of these processes, in milliseconds; to the nanosecond, where ticks are of 10 ms. */
export function cpuMs(pids: readonly number[]): number {
  let ns = 0;
  for (const pid of pids) {
    for (const thread of threads(pid)) ns += Number(read(`/proc/${pid}/task/${thread}/schedstat`).split(' ')[0]);
  }
  return ns / 1e6;
}

function threads(pid: number): string[] {
  try {
    return readdirSync(`/proc/${pid}/task`);
  } catch {
    return [];
  }
}

/** Empty for what has ended. */
function read(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}

/** `/proc/<pid>/stat` after the command's name: 0 is the state, 1 the parent. */
function statFields(pid: number): string[] | undefined {
  const text = read(`/proc/${pid}/stat`);
  return text === '' ? undefined : text.slice(text.lastIndexOf(')') + 2).split(' ');
}

export function median(values: readonly number[]): number {
  return quantile(values, 0.5);
}

export function quantile(values: readonly number[], at: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * at))] ?? Number.NaN;
}
