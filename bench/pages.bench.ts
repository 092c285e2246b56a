/**
 * What pages cost: small calls of a project that gives long answers in pages, beside one that does not; and small calls of
 * another project while answers of 8 MiB are paged, beside a quiet engine and beside the same answers passing whole.
 */
import { execFileSync } from 'node:child_process';
import type { BenchResult } from './result.ts';
import {
  bin,
  callLine,
  cleanEnv,
  echoServer,
  mcptui,
  median,
  quantile,
  type LineClient,
  type Mcptui,
} from './router-targets.ts';

const ROUNDS = 31;
const CALLS = 4_000;
const WIDTH = 16;
const TURNS = 7;
const QUIET_CALLS = 2_000;
const LARGE = 8 * 1024 * 1024;
const LARGE_CALLS = 6;

const round = (value: number): number => Number(value.toPrecision(3));

/** Two projects with a server of their own, which differ in their pages alone. */
async function addProjects(own: Mcptui): Promise<void> {
  const env = cleanEnv({ MCPTUI_HOME: own.home });
  const run = (...args: string[]): string => execFileSync(process.execPath, [bin, ...args], { env, encoding: 'utf8' });
  run('create', 'project', 'whole');
  run('create', 'project', 'paged', '--pages', 'paginate');
  for (const name of ['whole', 'paged']) run('create', 'server', name, '--project', name, '--', ...echoServer, '3');
  while ((run('get', 'instances').match(/RUNNING/g) ?? []).length < 5)
    await new Promise((resolve) => setTimeout(resolve, 100));
}

async function smallCalls(own: Mcptui): Promise<BenchResult> {
  const clients = [await own.connectTo('whole'), await own.connectTo('paged')] as const;
  const make = ['whole', 'paged'].map((name) => () => callLine(`${name}__echo`, { text: 'hello' }));
  const times: [number[], number[]] = [[], []];
  const turn = async (at: 0 | 1): Promise<number> => {
    const before = performance.now();
    await clients[at].flood(make[at] ?? (() => ''), CALLS, WIDTH);
    return ((performance.now() - before) * 1_000) / CALLS;
  };
  for (const at of [0, 1, 0, 1] as const) await turn(at);
  for (let index = 0; index < ROUNDS; index += 1) {
    for (const at of index % 2 === 0 ? ([0, 1] as const) : ([1, 0] as const)) times[at].push(await turn(at));
  }
  for (const client of clients) await client.close();
  // Rounds beside each other met the same machine.
  const ratio = median(times[1].map((value, index) => value / (times[0][index] ?? value)));
  return {
    name: 'pages: a small call of a project with pages',
    value: round(median(times[1])),
    unit: 'us',
    bar: '<= 1.05x without',
    baseline: `without ${round(median(times[0]))} us`,
    ratio,
    pass: ratio <= 1.05,
  };
}

async function besideLarge(own: Mcptui): Promise<BenchResult[]> {
  const [small, whole, paged] = [
    await own.connectTo('default'),
    await own.connectTo('whole'),
    await own.connectTo('paged'),
  ];
  const measure = async (times: number[], isOver: () => boolean): Promise<void> => {
    while (!isOver()) {
      const before = performance.now();
      await small.exchange(callLine('echo', { text: 'hello' }), 1);
      times.push(performance.now() - before);
    }
  };
  const large: number[] = [];
  const beside = async (client: LineClient, name: string, times: number[]): Promise<void> => {
    let isOver = false;
    const calls = (async () => {
      for (let left = LARGE_CALLS; left > 0; left -= 1) {
        const before = performance.now();
        await client.untilAnswer(callLine(`${name}__prose`, { bytes: LARGE }));
        if (client === paged) large.push(performance.now() - before);
      }
      isOver = true;
    })();
    await measure(times, () => isOver);
    await calls;
  };
  const [quiet, passing, paging]: [number[], number[], number[]] = [[], [], []];
  for (let turn = 0; turn <= TURNS; turn += 1) {
    // The first turn warms up.
    const kept = turn > 0;
    let left = QUIET_CALLS;
    await measure(kept ? quiet : [], () => left-- <= 0);
    await beside(whole, 'whole', kept ? passing : []);
    await beside(paged, 'paged', kept ? paging : []);
  }
  for (const client of [small, whole, paged]) await client.close();
  const p99 = (times: readonly number[]): number => quantile(times, 0.99);
  const [value, base] = [p99(paging), p99(quiet)];
  return [
    {
      name: 'pages: p99 of small calls beside 8 MiB in pages',
      value: round(value),
      unit: 'ms',
      bar: '<= 1.2x quiet',
      baseline: `quiet ${round(base)} ms; beside 8 MiB passing whole ${round(p99(passing))} ms`,
      ratio: value / base,
      pass: value <= 1.2 * base,
    },
    { name: '  8 MiB until its first page', value: round(median(large)), unit: 'ms', bar: 'none' },
  ];
}

export async function run(): Promise<BenchResult[]> {
  const own = await mcptui();
  try {
    await addProjects(own);
    return [await smallCalls(own), ...(await besideLarge(own))];
  } finally {
    await own.close();
  }
}
