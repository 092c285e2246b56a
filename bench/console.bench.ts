/**
 * The console's bars in a real pseudo-terminal: bundled, 160×48, 200 instances, 100,000 events, beside a hand-written
 * painter that compares lines. `node bench/console.bench.ts` prints a table; QUICK=1 shortens it to half a minute.
 */
import { readFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { bundleConsole } from '../test/support/bundle-console.ts';
import { openTui, type Tui } from '../test/support/worlds/open-tui.ts';
import { seededRandom } from '../test/support/builders/random.ts';
import type { ScreenFixture } from '../test/support/worlds/screen-fixture.ts';
import { blankRows } from './blank-rows.ts';
import { listFigures } from './console-lists.ts';
import { logFigures } from './console-logs.ts';
import { cpuOf, frameEnd, latencyOf, percentile, type Latency } from './key-latency.ts';
import type { BenchResult } from './result.ts';

const size = { columns: 160, rows: 48 };
const quick = process.env.QUICK === '1';
const idleSeconds = quick ? 5 : 15;
const heapSeconds: readonly [number, number] = quick ? [5, 10] : [15, 90];
const base: ScreenFixture = { instances: 200, events: 100_000 };

type Opened = (fixture: ScreenFixture, at?: { readonly columns: number; readonly rows: number }) => Tui;

interface Figures {
  readonly firstFrameMs: number;
  readonly idle: Latency;
  readonly busy: Latency;
  readonly idleCpu: number;
  readonly busyCpu: number;
}

export async function run(): Promise<BenchResult[]> {
  const bundle = await bundleConsole();
  const floorFile = fileURLToPath(new URL('console-floor.ts', import.meta.url));
  const folder = mkdtempSync(join(tmpdir(), 'mcptui-bench-'));
  const heapReport = join(folder, 'heap');
  const openConsole: Opened = (fixture, at = size) =>
    openTui(process.execPath, ['--expose-gc', bundle.file], {
      ...at,
      env: { MCPTUI_FIXTURE: JSON.stringify(fixture), NODE_ENV: 'production' },
    });
  const openFloor: Opened = (fixture) =>
    openTui(process.execPath, [floorFile], { ...size, env: { FLOOR_EVENTS: String(fixture.eventsPerSecond ?? 0) } });
  try {
    const floor = await figuresOf(openFloor, 'server003-1');
    const ours = await figuresOf(openConsole, 'server003-1');
    const frames = await frameFigures(openConsole);
    const wrong = await wrongRows(openConsole);
    const heap = await heapFigures(openConsole, heapReport);
    const lists = await listFigures(openConsole);
    const logs = await logFigures(openConsole);
    return [
      ...compared(ours, floor),
      result('console: bytes of an idle frame', frames.bytesPerFrame, 'B', 1600),
      result('console: blank flashes in 10 s at 1,000 events/s', frames.flashes, 'rows', 0),
      result('console: whole screens erased', frames.erased, '', 0),
      result('console: wrong rows after 15 resizes', wrong, 'rows', 0),
      result('console: heap with 100,000 events', heap.first / 1e6, 'MB', 50),
      result(
        `console: heap growth ${heapSeconds[0]} to ${heapSeconds[1]} s at 1,000 events/s`,
        (heap.last - heap.first) / 1e6,
        'MB',
        1,
      ),
      ...lists,
      ...logs,
    ];
  } finally {
    bundle.remove();
    rmSync(folder, { recursive: true, force: true });
  }
}

function compared(ours: Figures, floor: Figures): BenchResult[] {
  const beside = (name: string, value: number, least: number, unit: string, bar: number): BenchResult => ({
    ...result(`console: ${name}`, value, unit, bar),
    baseline: `hand-written line diff ${round(least)} ${unit}`,
    ratio: round(value / Math.max(least, 0.01)),
  });
  return [
    beside('first frame with 200 instances', ours.firstFrameMs, floor.firstFrameMs, 'ms', 250),
    beside('key to paint p50, idle', ours.idle.p50, floor.idle.p50, 'ms', 10),
    beside('key to paint p90, idle', ours.idle.p90, floor.idle.p90, 'ms', 15),
    beside('key to paint p50, 1,000 events/s', ours.busy.p50, floor.busy.p50, 'ms', 10),
    beside('key to paint p90, 1,000 events/s', ours.busy.p90, floor.busy.p90, 'ms', 20),
    beside('CPU idle', ours.idleCpu, floor.idleCpu, '%', 3),
    beside('CPU at 1,000 events/s', ours.busyCpu, floor.busyCpu, '%', 15),
  ];
}

function result(name: string, value: number, unit: string, bar: number): BenchResult {
  return { name, value: round(value), unit, bar: `<= ${bar}`, pass: value <= bar };
}

const round = (value: number): number => Math.round(value * 100) / 100;

async function figuresOf(open: Opened, shown: string): Promise<Figures> {
  const starts: number[] = [];
  for (let round_ = 0; round_ < (quick ? 3 : 7); round_ += 1) {
    const from = performance.now();
    await using tui = open(base);
    await tui.see(shown);
    starts.push(performance.now() - from);
  }
  const quiet = open(base);
  await quiet.see(shown);
  await loadEvents(quiet);
  await delay(1500);
  const idleCpu = await cpuOf(quiet.pid, idleSeconds);
  const idle = await latencyOf(quiet);
  await quiet[Symbol.asyncDispose]();
  const loud = open({ ...base, eventsPerSecond: 1000 });
  await loud.see(shown);
  await loadEvents(loud);
  // The live timeline is in front and follows: every row changes ten times a second.
  await loud.press('5');
  await delay(1500);
  const busyCpu = await cpuOf(loud.pid, idleSeconds);
  await loud.press('1');
  const inList = await latencyOf(loud);
  await loud.press('5', 'k');
  const inTimeline = await latencyOf(loud);
  await loud[Symbol.asyncDispose]();
  const busy = inList.p90 > inTimeline.p90 ? inList : inTimeline;
  return { firstFrameMs: percentile(starts, 0.5), idle, busy, idleCpu, busyCpu };
}

/** Opens the timeline until it holds everything, and goes back. The floor has no timeline and shows nothing of it. */
async function loadEvents(tui: Tui): Promise<void> {
  await tui.press('5');
  if (tui.screen.includes('mcptui floor')) return;
  await tui.see(/100,000 events/, 30_000);
  await tui.press('1');
}

interface FrameFigures {
  readonly bytesPerFrame: number;
  readonly flashes: number;
  readonly erased: number;
}

async function frameFigures(open: Opened): Promise<FrameFigures> {
  await using quiet = open(base);
  await quiet.see('server003-1');
  await delay(1500);
  const from = quiet.output.length;
  await delay(quick ? 4000 : 10_000);
  const written = quiet.output.slice(from);
  const frames = written.split(frameEnd).length - 1;
  await using loud = open({ ...base, eventsPerSecond: 1000 });
  await loud.see('server003-1');
  await loud.press('5');
  await delay(1000);
  const mark = loud.output.length;
  await delay(quick ? 3000 : 10_000);
  const noisy = loud.output.slice(mark);
  return {
    bytesPerFrame: written.length / Math.max(1, frames),
    flashes: await blankRows(size, loud.output.slice(0, mark), noisy),
    // oxlint-disable-next-line no-control-regex -- the sequences that erase a screen
    erased: [...(written + noisy).matchAll(/\u001B\[[23]J/g)].length,
  };
}

/** Rows that differ from a fresh start at the same size, over 15 random sizes. */
async function wrongRows(open: Opened): Promise<number> {
  const fixture: ScreenFixture = { ...base, frozen: true };
  await using tui = open(fixture);
  await tui.see('server003-1');
  const random = seededRandom(11);
  let wrong = 0;
  for (let index = 0; index < 15; index += 1) {
    const at = { columns: 60 + random.below(120), rows: 16 + random.below(40) };
    tui.resize(at.columns, at.rows);
    await delay(400);
    const resized = (await tui.still()).split('\n');
    await using fresh = open(fixture, at);
    await fresh.see('server003-1');
    await delay(300);
    const wanted = (await fresh.still()).split('\n');
    wrong += wanted.filter((line, row) => line !== resized[row]).length;
  }
  return wrong;
}

async function heapFigures(
  open: Opened,
  heapReport: string,
): Promise<{ readonly first: number; readonly last: number }> {
  await using tui = open({ ...base, eventsPerSecond: 1000, heapReport });
  await tui.see('server003-1');
  await loadEvents(tui);
  await tui.press('5');
  await delay(heapSeconds[0] * 1000);
  tui.kill('SIGUSR2');
  await delay((heapSeconds[1] - heapSeconds[0]) * 1000);
  tui.kill('SIGUSR2');
  await delay(1000);
  const [first = 0, last = 0] = readFileSync(heapReport, 'utf8').trim().split('\n').map(Number);
  return { first, last };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  for (const { name, value, unit, bar, baseline, ratio, pass } of await run()) {
    console.log(
      `${pass === true ? 'ok  ' : 'MISS'} ${name.padEnd(58)} ${`${value} ${unit}`.padEnd(12)} ${bar ?? ''}   ${baseline ?? ''} ${ratio === undefined ? '' : `(${ratio}×)`}`,
    );
  }
}
