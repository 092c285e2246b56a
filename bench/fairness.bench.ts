/**
 * Fair shares: calls a second with 1 to 256 in flight on one session, answers of a server that says much before it answers,
 * and small calls of one agent while another has 256 in flight.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { BenchResult } from './result.ts';
import {
  bin,
  callLine,
  cleanEnv,
  direct,
  floor,
  mcptui,
  median,
  quantile,
  type LineClient,
  type Mcptui,
  type Target,
} from './router-targets.ts';

const WIDTHS = [1, 4, 16, 64, 256] as const;
const TURNS = 5;
const WIDE_CALLS = 20_000;
const chaos = [process.execPath, fileURLToPath(new URL('../test/fixtures/chaos-server.ts', import.meta.url))];

const round = (value: number): number => Number(value.toPrecision(3));
const echo = (): string => callLine('echo', { text: 'hello' });

/** Calls a second: by target, then by width; medians of turns. */
async function rates(clients: readonly LineClient[]): Promise<number[][]> {
  const all = clients.map(() => WIDTHS.map((): number[] => []));
  for (const client of clients) await client.flood(echo, 20_000, 16);
  for (let turn = 0; turn < TURNS; turn += 1) {
    for (const [at, width] of WIDTHS.entries()) {
      for (const [index, client] of clients.entries()) {
        const total = width === 1 ? 2_000 : 15_000;
        const before = performance.now();
        await client.flood(echo, total, width);
        all[index]?.[at]?.push(total / ((performance.now() - before) / 1000));
      }
    }
  }
  return all.map((byWidth) => byWidth.map(median));
}

async function widths(targets: readonly Target[]): Promise<BenchResult[]> {
  const clients: LineClient[] = [];
  for (const target of targets) clients.push(await target.connect());
  const [plain = [], pipes = [], ours = []] = await rates(clients);
  for (const client of clients) await client.close();
  const at16 = ours[2] ?? 0;
  return WIDTHS.map((width, at): BenchResult => {
    const value = ours[at] ?? 0;
    const base = pipes[at] ?? 0;
    const bar = width === 16 ? '>= 0.5x byte pipes' : width > 16 ? '>= 16 in flight' : 'none';
    const pass = width === 16 ? value >= base / 2 : width > 16 ? value >= at16 : true;
    const baseline = `byte pipes ${Math.round(base)}, direct ${Math.round(plain[at] ?? 0)} calls/s`;
    return {
      name: `fairness: calls at ${width} in flight`,
      value,
      unit: 'calls/s',
      bar,
      baseline,
      ratio: value / base,
      pass,
    };
  });
}

interface Verbose {
  readonly name: string;
  readonly tool: string;
  readonly args: object;
  readonly bar: boolean;
}

const verbose: readonly Verbose[] = [
  { name: '1,000 lines of noise', tool: 'noise', args: { count: 1_000 }, bar: true },
  { name: '10,000 lines of noise', tool: 'noise', args: { count: 10_000 }, bar: true },
  { name: '20,000 notifications', tool: 'flood', args: { count: 20_000 }, bar: true },
  { name: '10 MB of stderr', tool: 'stderr', args: { bytes: 10_000_000 }, bar: true },
];

/** Milliseconds to the answer. The notifications that come before it are not it. */
async function answerMs(client: LineClient, { tool, args }: Verbose): Promise<number> {
  const before = performance.now();
  await client.untilAnswer(callLine(`chaos__${tool}`, args));
  return performance.now() - before;
}

async function verboseServers(own: Mcptui): Promise<BenchResult[]> {
  const agent = await own.connectTo('chaos');
  const other = await own.connectTo('default');
  let isBusy = false;
  const stop = new AbortController();
  const beside = (async () => {
    while (!stop.signal.aborted) {
      if (isBusy) await other.exchange(echo(), 1);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  })();
  const results: BenchResult[] = [];
  for (const one of verbose) {
    const [alone, then]: [number[], number[]] = [[], []];
    for (let turn = 0; turn < TURNS; turn += 1) {
      for (const times of [alone, then]) {
        isBusy = times === then;
        await new Promise((resolve) => setTimeout(resolve, 500));
        times.push(await answerMs(agent, one));
      }
    }
    const [base, value] = [median(alone), median(then)];
    results.push({
      name: `fairness: answer after ${one.name}, beside others`,
      value: round(value),
      unit: 'ms',
      bar: '<= 10x alone',
      baseline: `alone ${round(base)} ms`,
      ratio: value / base,
      pass: value <= 10 * base,
    });
  }
  stop.abort();
  await beside;
  await agent.close();
  await other.close();
  return results;
}

/** Call by call in turn with the same server called directly: what the machine itself makes of the load. */
async function besideWide(own: Mcptui): Promise<BenchResult[]> {
  const [small, wide, plain] = [await own.connectTo('default'), await own.connectTo('two'), await direct().connect()];
  const measure = async (ours: number[], theirs: number[], until: () => boolean): Promise<void> => {
    while (!until()) {
      for (const [client, times] of [
        [small, ours],
        [plain, theirs],
      ] as const) {
        const before = performance.now();
        await client.exchange(echo(), 1);
        times.push(performance.now() - before);
      }
    }
  };
  const [quiet, loud, plainQuiet, plainLoud]: [number[], number[], number[], number[]] = [[], [], [], []];
  const rates: number[] = [];
  await measure([], [], counted(3_000));
  for (let turn = 0; turn < 4; turn += 1) {
    await measure(quiet, plainQuiet, counted(2_000));
    let isOver = false;
    const before = performance.now();
    const flood = wide.flood(echo, WIDE_CALLS, 256).then(() => (isOver = true));
    await measure(loud, plainLoud, () => isOver);
    await flood;
    rates.push(WIDE_CALLS / ((performance.now() - before) / 1000));
  }
  for (const client of [small, wide, plain]) await client.close();
  const p99 = (times: readonly number[]): number => quantile(times, 0.99);
  const [value, base] = [p99(loud), p99(quiet)];
  const [was, is] = [p99(plainQuiet), p99(plainLoud)].map(round);
  const figure: BenchResult = {
    name: 'fairness: p99 of small calls beside 256 in flight',
    value: round(value),
    unit: 'ms',
    bar: '<= 2x quiet',
    baseline: `quiet ${round(base)} ms; direct ${was} to ${is} ms; p50 ${round(median(quiet))} to ${round(median(loud))} ms`,
    ratio: value / base,
    pass: value <= 2 * base,
  };
  const rate = { name: '  calls of the other session meanwhile', value: median(rates), unit: 'calls/s', bar: 'none' };
  return [figure, rate];
}

function counted(total: number): () => boolean {
  let left = total;
  return () => left-- <= 0;
}

export async function run(): Promise<BenchResult[]> {
  const own = await mcptui();
  const pipes = await floor();
  const args = ['create', 'server', 'chaos', '--project', 'chaos', '--isolation', 'shared', '--', ...chaos];
  await once(
    spawn(process.execPath, [bin, ...args], { env: cleanEnv({ MCPTUI_HOME: own.home }), stdio: 'ignore' }),
    'close',
  );
  try {
    return [...(await widths([direct(), pipes, own])), ...(await verboseServers(own)), ...(await besideWide(own))];
  } finally {
    await pipes.close();
    await own.close();
  }
}
