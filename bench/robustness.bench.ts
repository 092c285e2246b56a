/**
 * Calls of one agent while another agent's servers, or that agent itself, misbehave: the wait of the others and the engine's
 * memory. Programs that misbehave take processors from everybody on the machine, from those too who have nothing to do with
 * mcptui: by how much is measured at the same time on a server that the bench calls directly.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { BenchResult } from './result.ts';
import {
  bin,
  cpuMs,
  callLine,
  cleanEnv,
  direct,
  INITIALIZE,
  mcptui,
  quantile,
  tree,
  type LineClient,
  type Mcptui,
} from './router-targets.ts';

const CALLS = 2_000;
const ROUNDS = 8;
const chaos = [process.execPath, fileURLToPath(new URL('../test/fixtures/chaos-server.ts', import.meta.url))];
const MB = 1_000_000;

interface Hostility {
  readonly name: string;
  /** Lines of the hostile agent. */
  readonly lines: () => string;
  /** It goes without waiting for its answers. */
  readonly vanishes?: boolean;
}

const chaosCall = (server: number, tool: string, args: object): string => callLine(`chaos-${server}__${tool}`, args);
const onAll = (tool: string, args: object): string => [1, 2, 3].map((server) => chaosCall(server, tool, args)).join('');

const hostilities: readonly Hostility[] = [
  { name: 'lines of 11 MB', lines: () => chaosCall(1, 'line', { bytes: 11 * MB }).repeat(5) },
  { name: 'a line of 50 MB', lines: () => chaosCall(1, 'line', { bytes: 50 * MB }) },
  { name: 'a line without end (100 MB)', lines: () => chaosCall(1, 'endless', { bytes: 100 * MB }) },
  { name: '200,000 notifications from three servers', lines: () => onAll('flood', { count: 200_000 }) },
  { name: '10,000 levels', lines: () => chaosCall(1, 'deep', { count: 10_000 }).repeat(50) },
  { name: '100,000 lines of noise', lines: () => chaosCall(1, 'noise', { count: 100_000 }) },
  { name: '50 MB of stderr', lines: () => chaosCall(1, 'stderr', { bytes: 50 * MB }) },
  {
    name: '10,000 requests and gone',
    lines: () => Array.from({ length: 10_000 }, () => chaosCall(2, 'deaf', {})).join(''),
    vanishes: true,
  },
];

function residentMib(pid: number): number {
  return Number(/^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) / 1024;
}

/** The hostile agent: what it is answered is thrown away. */
function hostileAgent(own: Mcptui): ChildProcess {
  const env = cleanEnv({ MCPTUI_HOME: own.home });
  const child = spawn(process.execPath, [bin, 'proxy', '--no-start', '--project', 'chaos'], {
    stdio: ['pipe', 'ignore', 'ignore'],
    env,
  });
  child.stdin?.write(INITIALIZE);
  child.stdin?.write('{"method":"notifications/initialized","jsonrpc":"2.0"}\n');
  child.stdin?.write('{"method":"tools/list","jsonrpc":"2.0","id":"l"}\n');
  return child;
}

/** Waits in milliseconds, as they were measured. */
interface Waits {
  /** Through mcptui. */
  readonly ours: number[];
  /** The same server at the end of the bench's own pipes, call by call in turn: what the machine itself makes of it. */
  readonly plain: number[];
}

/** Adds a wait to each for each of `CALLS` calls; the most memory that the engine had meanwhile, in MiB. */
async function measure(into: Waits, client: LineClient, plain: LineClient, pid: number): Promise<number> {
  let mib = 0;
  for (let count = 0; count < CALLS; count += 1) {
    for (const [one, times] of [
      [client, into.ours],
      [plain, into.plain],
    ] as const) {
      const before = performance.now();
      await one.exchange(callLine('echo', { text: 'hello' }), 1);
      times.push(performance.now() - before);
    }
    if (count % 50 === 0) mib = Math.max(mib, residentMib(pid));
  }
  return mib;
}

/** Nothing is at work any more: what an agent has set off goes on after it is gone. */
async function idle(pid: number): Promise<void> {
  for (let still = 0, last = cpuMs(tree(pid)); still < 5;) {
    await new Promise((resolve) => setTimeout(resolve, 100));
    const now = cpuMs(tree(pid));
    still = now - last <= 10 ? still + 1 : 0;
    last = now;
  }
}

const round = (value: number): number => Number(value.toPrecision(3));

export async function run(): Promise<BenchResult[]> {
  const own = await mcptui();
  const env = cleanEnv({ MCPTUI_HOME: own.home });
  for (const server of [1, 2, 3]) {
    const args = ['create', 'server', `chaos-${server}`, '--project', 'chaos', '--isolation', 'shared', '--', ...chaos];
    await once(spawn(process.execPath, [bin, ...args], { env, stdio: 'ignore' }), 'close');
  }
  const results: BenchResult[] = [];
  const client = await own.connectTo('default');
  const plain = await direct().connect();
  const pid = own.enginePid;
  try {
    // The first thousands are slower, in every process on the way.
    for (let count = 0; count < 5; count += 1) await measure({ ours: [], plain: [] }, client, plain, pid);
    for (const { name, lines, vanishes } of hostilities) {
      const quiet: Waits = { ours: [], plain: [] };
      const loud: Waits = { ours: [], plain: [] };
      let mib = 0;
      for (let turn = 0; turn < ROUNDS; turn += 1) {
        const agent = hostileAgent(own);
        await idle(pid);
        await measure(quiet, client, plain, pid);
        agent.stdin?.write(lines());
        if (vanishes === true) setTimeout(() => agent.kill('SIGKILL'), 200);
        mib = Math.max(mib, await measure(loud, client, plain, pid));
        const ended = once(agent, 'close');
        agent.kill('SIGKILL');
        if (agent.exitCode === null && agent.signalCode === null) await ended;
      }
      const p99 = (times: readonly number[]): number => quantile(times, 0.99);
      const rise = p99(loud.ours) / p99(quiet.ours);
      const plainRise = p99(loud.plain) / p99(quiet.plain);
      const [was, plainWas, plainIs] = [quiet.ours, quiet.plain, loud.plain].map((times) => round(p99(times)));
      results.push({
        name: `robustness: p99 of others beside ${name}`,
        value: round(p99(loud.ours)),
        unit: 'ms',
        bar: '<= 1.2x the rise of direct',
        baseline: `(quiet ${was} ms, ${round(rise)}x; direct ${plainWas} to ${plainIs} ms, ${round(plainRise)}x)`,
        ratio: round(rise / plainRise),
        pass: rise / plainRise <= 1.2,
      });
      results.push({
        name: '  resident engine meanwhile',
        value: round(mib),
        unit: 'MiB',
        bar: '<= 286',
        pass: mib <= 286,
      });
    }
    return results;
  } finally {
    await client.close();
    await plain.close();
    await own.close();
  }
}
