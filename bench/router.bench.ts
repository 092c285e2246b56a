/** Router and proxy beside a server at the end of its own pipes and beside two plain byte pipes: same run, taking turns, medians. */
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildSync } from 'esbuild';
import type { BenchResult } from './result.ts';
import {
  INITIALIZE,
  LineClient,
  bin,
  callLine,
  cleanEnv,
  cpuMs,
  direct,
  floor,
  mcptui,
  median,
  quantile,
  type Mcptui,
  type Target,
} from './router-targets.ts';

const MIB = 1024 * 1024;

/** Runs `measure` on each target in turn, `turns` times, and gives the median of each. */
async function inTurns<T>(
  targets: readonly T[],
  turns: number,
  measure: (target: T) => Promise<number>,
): Promise<number[]> {
  const values = targets.map((): number[] => []);
  for (let turn = 0; turn < turns; turn += 1) {
    for (const [index, target] of targets.entries()) values[index]?.push(await measure(target));
  }
  return values.map(median);
}

interface Open {
  readonly target: Target;
  readonly client: LineClient;
}

/** With the answer parsed, as it is by every client: what a large answer takes is mostly that. */
async function askMs({ client }: Open, line: string, calls: number): Promise<number> {
  const times: number[] = [];
  for (let count = 0; count < calls; count += 1) {
    const before = performance.now();
    await client.ask(line);
    times.push(performance.now() - before);
  }
  return median(times);
}

async function p50Ms({ client }: Open, line: string, calls: number): Promise<number> {
  const times: number[] = [];
  for (let count = 0; count < calls; count += 1) {
    const before = performance.now();
    await client.exchange(line, 1);
    times.push(performance.now() - before);
  }
  return median(times);
}

function result(
  name: string,
  value: number,
  unit: string,
  bar: string,
  pass: boolean,
  beside: Partial<BenchResult> = {},
): BenchResult {
  return { name: `router: ${name}`, value: round(value), unit, bar, pass, ...beside };
}

const round = (value: number): number => Number(value.toPrecision(3));

function ratio(name: string, ours: number, base: number, limit: number, unit: string, baseName: string): BenchResult {
  return result(name, ours, unit, `<= ${limit}x ${baseName}`, ours / base <= limit, {
    baseline: `${baseName} ${round(base)} ${unit}`,
    ratio: round(ours / base),
  });
}

async function calls(open: readonly Open[]): Promise<BenchResult[]> {
  const small = callLine('echo', { text: 'hello' });
  const next = (): string => callLine('echo', { text: 'hello' });
  for (const { client } of open) await client.flood(next, 20_000, 16);
  const [directMs = 0, floorMs = 0, oursMs = 0] = await inTurns(open, 7, (one) => p50Ms(one, small, 1500));
  const cpu = open.map((): number[] => []);
  const [directRate = 0, floorRate = 0, oursRate = 0] = await inTurns(open, 5, async (one) => {
    const pids = one.target.pids(one.client);
    const total = 30_000;
    const [before, cpuBefore] = [performance.now(), cpuMs(pids)];
    await one.client.flood(next, total, 16);
    cpu[open.indexOf(one)]?.push((cpuMs(pids) - cpuBefore) / total);
    return total / ((performance.now() - before) / 1000);
  });
  const [directCpu = 0, floorCpu = 0, oursCpu = 0] = cpu.map((values) => median(values) * 1000);
  return [
    ratio('one call in flight, p50', oursMs, floorMs, 2, 'ms', 'byte pipes'),
    result('one call in flight, p50, direct', directMs, 'ms', 'none', true),
    result('calls at 16 in flight', oursRate, 'calls/s', '>= 15000', oursRate >= 15_000, {
      baseline: `byte pipes ${Math.round(floorRate)}, direct ${Math.round(directRate)} calls/s`,
    }),
    ratio('processor time a call', oursCpu, directCpu, 6, 'us', 'direct'),
    result('processor time a call, byte pipes', floorCpu, 'us', 'none', true),
  ];
}

async function bodies(open: readonly Open[]): Promise<BenchResult[]> {
  const answer = callLine('blob', { bytes: MIB });
  const echo = callLine('echo', { text: 'e'.repeat(MIB) });
  const medians = async (line: string): Promise<number[]> => {
    for (const one of open) await askMs(one, line, 10);
    return inTurns(open, 9, (one) => askMs(one, line, 15));
  };
  const [directAnswer = 0, floorAnswer = 0, oursAnswer = 0] = await medians(answer);
  const [directEcho = 0, floorEcho = 0, oursEcho = 0] = await medians(echo);
  const ours = open.at(-1)?.client;
  const before = performance.now();
  const big = (await ours?.ask(callLine('blob', { bytes: 16 * MIB }))) as { result?: { content: { text: string }[] } };
  const bigMs = performance.now() - before;
  return [
    ratio('1 MiB answer', oursAnswer, directAnswer, 1.5, 'ms', 'direct'),
    result('1 MiB answer, byte pipes', floorAnswer, 'ms', 'none', true),
    ratio('1 MiB echo', oursEcho, directEcho, 2, 'ms', 'direct'),
    result('1 MiB echo, byte pipes', floorEcho, 'ms', 'none', true),
    result('16 MiB answer arrives', bigMs, 'ms', 'arrives', big.result?.content[0]?.text.length === 16 * MIB),
  ];
}

/** Small calls of one session while another reads 8 MiB answers of another server without a pause. */
async function beside(own: Mcptui): Promise<BenchResult> {
  const [quick, heavy] = [await own.connectTo('default'), await own.connectTo('two')];
  const blob = callLine('blob', { bytes: 8 * MIB });
  await heavy.exchange(blob, 1);
  const stop = new AbortController();
  let blobs = 0;
  const stream = (async () => {
    for (; !stop.signal.aborted; blobs += 1) await heavy.exchange(blob, 1);
  })();
  const small = callLine('echo', { text: 'hello' });
  const times: number[] = [];
  for (let count = 0; count < 1500; count += 1) {
    const before = performance.now();
    await quick.exchange(small, 1);
    times.push(performance.now() - before);
  }
  stop.abort();
  await stream;
  await quick.close();
  await heavy.close();
  const p99 = quantile(times, 0.99);
  return result('small calls beside 8 MiB answers, p99', p99, 'ms', '<= 20', p99 <= 20, {
    baseline: `p50 ${round(median(times))} ms, ${blobs} answers meanwhile`,
  });
}

async function lists(own: Mcptui): Promise<BenchResult> {
  const [plain, ours] = [await direct(1000).connect(), await own.connectTo('many')];
  const line = '{"method":"tools/list","jsonrpc":"2.0","id":"l"}\n';
  const open = [plain, ours].map((client) => ({ client, target: own }));
  for (const one of open) await p50Ms(one, line, 50);
  const [directMs = 0, oursMs = 0] = await inTurns(open, 7, (one) => p50Ms(one, line, 100));
  await plain.close();
  await ours.close();
  return ratio('tools/list of 1,000 tools, warm', oursMs, directMs, 1, 'ms', 'direct');
}

/** From the start of the process to the first answer. */
async function firstAnswerMs(env: NodeJS.ProcessEnv, ...args: string[]): Promise<number> {
  const before = performance.now();
  const child = spawn(process.execPath, [bin, 'proxy', ...args], { stdio: ['pipe', 'pipe', 'inherit'], env });
  const client = new LineClient(child);
  await client.exchange(INITIALIZE, 1);
  const took = performance.now() - before;
  await client.close();
  return took;
}

async function bareNodeMs(): Promise<number> {
  const before = performance.now();
  const child = spawn(process.execPath, ['-e', '0'], { stdio: ['pipe', 'pipe', 'inherit'], env: cleanEnv() });
  await once(child, 'close');
  return performance.now() - before;
}

async function starts(own: Mcptui): Promise<BenchResult[]> {
  const env = cleanEnv({ MCPTUI_HOME: own.home });
  const [bare = 0, attach = 0] = await inTurns([bareNodeMs, () => firstAnswerMs(env, '--no-start')], 21, (run) =>
    run(),
  );
  const cold: number[] = [];
  for (let round = 0; round < 7; round += 1) {
    const home = mkdtempSync(join(tmpdir(), 'mcptui-cold-'));
    cold.push(await firstAnswerMs(cleanEnv({ MCPTUI_HOME: home })));
    // The daemon was started by the proxy and is nobody's child: it is told by its lock's owner.
    for (const pid of daemonsOf(home)) process.kill(pid, 'SIGTERM');
    while (daemonsOf(home).length > 0) await new Promise((resolve) => setTimeout(resolve, 20));
    rmSync(home, { recursive: true, force: true });
  }
  const coldMs = median(cold);
  return [
    result('attach with the engine running', attach - bare, 'ms', '<= 15 over node -e 0', attach - bare <= 15, {
      baseline: `node -e 0 ${round(bare)} ms, attach ${round(attach)} ms`,
    }),
    result('attach cold, engine included', coldMs, 'ms', '<= 400', coldMs <= 400),
  ];
}

/** Daemons of this data folder, by their environment. */
function daemonsOf(home: string): number[] {
  const out = execFileSync('sh', ['-c', `grep -lzs "^MCPTUI_HOME=${home}$" /proc/[0-9]*/environ || true`], {
    encoding: 'utf8',
  });
  return out.split('\n').flatMap((line) => {
    const pid = Number(/^\/proc\/(\d+)\//.exec(line)?.[1] ?? 0);
    return pid === 0 || pid === process.pid ? [] : [pid];
  });
}

function memory(): BenchResult[] {
  // Bundled as the engine is: its sources are what is measured, not what it takes to strip their types.
  const folder = mkdtempSync(join(tmpdir(), 'mcptui-memory-'));
  buildSync({
    entryPoints: [fileURLToPath(new URL('router-memory.ts', import.meta.url))],
    outdir: folder,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    splitting: true,
    platform: 'node',
    format: 'esm',
  });
  const program = join(folder, 'router-memory.mjs');
  const out = execFileSync(process.execPath, ['--expose-gc', program], { encoding: 'utf8', env: cleanEnv() });
  rmSync(folder, { recursive: true, force: true });
  const { upstreamKib, sessionKib, manyMs, rssMib } = JSON.parse(out) as {
    upstreamKib: number;
    sessionKib: number;
    manyMs: number;
    rssMib: number;
  };
  return [
    result('an idle upstream', upstreamKib, 'KiB', '<= 64', upstreamKib <= 64),
    result('a session', sessionKib, 'KiB', '<= 24', sessionKib <= 24),
    result('50 sessions come, each calls 50 servers', manyMs, 'ms', 'none', true),
    result('50 servers x 50 sessions, resident', rssMib, 'MiB', '<= 100', rssMib <= 100),
  ];
}

export async function run(): Promise<BenchResult[]> {
  const own = await mcptui();
  const pipes = await floor();
  const targets = [direct(), pipes, own];
  const open: Open[] = [];
  try {
    for (const target of targets) open.push({ target, client: await target.connect() });
    return [
      ...(await calls(open)),
      ...(await bodies(open)),
      await beside(own),
      await lists(own),
      ...(await starts(own)),
      ...memory(),
    ];
  } finally {
    for (const { client } of open) await client.close();
    for (const target of targets) await target.close();
  }
}

if (import.meta.main) {
  for (const { name, value, unit, bar, baseline, ratio: times, pass } of await run()) {
    const next = baseline === undefined ? '' : `, beside ${baseline}${times === undefined ? '' : ` (${times}x)`}`;
    process.stdout.write(`${pass === true ? 'ok  ' : 'MISS'} ${name}: ${value} ${unit}, bar ${bar ?? 'none'}${next}\n`);
  }
}
