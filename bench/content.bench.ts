/** What agents are told, as the engine holds it: 1,000 prompts with 10,000 revisions of 4 KB. `node bench/content.bench.ts` */
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { engineHarness, type Harness } from '../test/support/worlds/engine-harness.ts';
import type { BenchResult } from './result.ts';

const prompts = 1_000;
const revisionsEach = 10;
const saves = 50;

const content = (prompt: number, revision: number) => ({
  content: {
    summary: '',
    priority: 5,
    body: `prompt ${prompt} as of ${revision}. `.padEnd(4_096, 'Deploy after the checks. '),
  },
});

export async function run(): Promise<BenchResult[]> {
  const few = await measured(10);
  const many = await measured(prompts);
  const beside = (name: string, pick: (figures: Figures) => number, bar?: number): BenchResult => {
    const value = pick(many);
    return {
      name: `content: ${name}`,
      value: round(value),
      unit: 'ms',
      baseline: `with 10 prompts ${round(pick(few))} ms`,
      ratio: round(value / Math.max(pick(few), 0.01)),
      ...(bar === undefined ? {} : { bar: `<= ${bar}`, pass: value <= bar }),
    };
  };
  return [
    beside('history of one prompt, 10,000 revisions', ({ history }) => history, 50),
    beside('text of one old revision', ({ text }) => text),
    beside('save of one prompt', ({ save }) => save),
    beside('longest stop of the event loop in 50 saves', ({ stop }) => stop),
  ];
}

interface Figures {
  readonly history: number;
  readonly text: number;
  readonly save: number;
  readonly stop: number;
}

const round = (value: number): number => Math.round(value * 100) / 100;

async function measured(count: number): Promise<Figures> {
  const harness = await engineHarness();
  try {
    await fill(harness, count);
    await harness.restart();
    const { commands } = harness.engine;
    const ref = `p${Math.floor(count / 2)}`;
    const history = await median(() => commands.revisions('prompt', ref));
    const text = await median(() => commands.revisionText('prompt', ref, '0.1.0'));
    const delay = monitorEventLoopDelay({ resolution: 1 });
    delay.enable();
    let next = revisionsEach;
    const save = await median(() => commands.saveContent('prompt', ref, content(0, (next += 1))), saves);
    delay.disable();
    return { history, text, save, stop: delay.max / 1e6 };
  } finally {
    await harness.close();
  }
}

async function fill({ engine: { commands } }: Harness, count: number): Promise<void> {
  const names = Array.from({ length: count }, (_, index) => index);
  await Promise.all(names.map((one) => commands.createContent('prompt', { name: `p${one}`, ...content(one, 0) })));
  for (let revision = 1; revision < revisionsEach; revision += 1) {
    await Promise.all(names.map((one) => commands.saveContent('prompt', `p${one}`, content(one, revision))));
  }
}

async function median(work: () => Promise<unknown>, rounds = 15): Promise<number> {
  const times: number[] = [];
  for (let round_ = 0; round_ < rounds; round_ += 1) {
    const from = performance.now();
    await work();
    times.push(performance.now() - from);
  }
  return times.sort((a, b) => a - b)[Math.floor(rounds / 2)] ?? 0;
}
