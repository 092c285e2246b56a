/** Calls of one agent while another agent's servers, or that agent itself, misbehave: the wait of the others and the engine's memory. */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { BenchResult } from './result.ts';
import {
  bin,
  callLine,
  cleanEnv,
  INITIALIZE,
  mcptui,
  quantile,
  type LineClient,
  type Mcptui,
} from './router-targets.ts';

const CALLS = 2_000;
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
    stdio: ['pipe', 'pipe', 'ignore'],
    env,
  });
  child.stdout?.resume();
  child.stdin?.write(INITIALIZE);
  child.stdin?.write('{"method":"notifications/initialized","jsonrpc":"2.0"}\n');
  child.stdin?.write('{"method":"tools/list","jsonrpc":"2.0","id":"l"}\n');
  return child;
}

async function waitsMs(client: LineClient, pid: number): Promise<{ readonly times: number[]; readonly mib: number }> {
  const times: number[] = [];
  let mib = 0;
  for (let count = 0; count < CALLS; count += 1) {
    const before = performance.now();
    await client.exchange(callLine('echo', { text: 'hello' }), 1);
    times.push(performance.now() - before);
    if (count % 50 === 0) mib = Math.max(mib, residentMib(pid));
  }
  return { times, mib };
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
  try {
    await waitsMs(client, own.enginePid);
    for (const { name, lines, vanishes } of hostilities) {
      const quiet = quantile((await waitsMs(client, own.enginePid)).times, 0.99);
      const agent = hostileAgent(own);
      await new Promise((resolve) => setTimeout(resolve, 1_000));
      agent.stdin?.write(lines());
      if (vanishes === true) setTimeout(() => agent.kill('SIGKILL'), 200);
      const { times, mib } = await waitsMs(client, own.enginePid);
      const p99 = quantile(times, 0.99);
      const ended = once(agent, 'close');
      agent.kill('SIGKILL');
      if (agent.exitCode === null && agent.signalCode === null) await ended;
      const baseline = `quiet ${round(quiet)} ms`;
      const ratio = round(p99 / quiet);
      results.push({
        name: `robustness: p99 of others beside ${name}`,
        value: round(p99),
        unit: 'ms',
        bar: '<= 1.2x quiet',
        baseline,
        ratio,
        pass: ratio <= 1.2,
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
    await own.close();
  }
}
