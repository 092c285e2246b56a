/** A log of 100,000 lines in pane 8, beside one that fills the screen: the same bars, and memory that stays bounded. */
import { readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import type { Tui } from '../test/support/worlds/open-tui.ts';
import type { ScreenFixture } from '../test/support/worlds/screen-fixture.ts';
import { frameEnd, percentile } from './key-latency.ts';
import type { BenchResult } from './result.ts';

const keys = process.env.QUICK === '1' ? 40 : 120;
const world: ScreenFixture = { instances: 10, events: 100 };

interface LogFigures {
  readonly p50: number;
  readonly p90: number;
  readonly rssMb: number;
}

const round = (value: number): number => Math.round(value * 100) / 100;

export async function logFigures(open: (fixture: ScreenFixture) => Tui): Promise<BenchResult[]> {
  const long = await figuresOf(open, 100_000);
  const short = await figuresOf(open, 50);
  const beside = (what: string, value: number, other: number, unit: string, bar: number): BenchResult => ({
    name: `console: 100,000 lines of a log, ${what}`,
    value: round(value),
    unit,
    baseline: `50 lines ${round(other)} ${unit}`,
    ratio: round(value / Math.max(other, 0.01)),
    bar: `<= ${bar}`,
    pass: value <= bar,
  });
  return [
    beside('key to paint p50', long.p50, short.p50, 'ms', 10),
    beside('key to paint p90', long.p90, short.p90, 'ms', 20),
    beside('resident memory', long.rssMb, short.rssMb, 'MB', 300),
  ];
}

async function figuresOf(open: (fixture: ScreenFixture) => Tui, lines: number): Promise<LogFigures> {
  await using tui = open({ ...world, logLines: lines });
  await tui.see('server003-1');
  await tui.press('8');
  await tui.see(`request ${lines - 1} `);
  // All lines are read, and every one is looked through for the search.
  await tui.press('g');
  await tui.see('request 0 ', 60_000);
  await tui.press('/', 'w', 'a', 'r', 'n', '\r');
  await delay(1_000);
  const times: number[] = [];
  for (let index = 0; index < keys; index += 1) {
    await delay(130);
    // Without wrapping and with it: each changes every row.
    times.push(await timeOf(tui, 'w'));
  }
  return { p50: percentile(times, 0.5), p90: percentile(times, 0.9), rssMb: residentMb(tui.pid) };
}

function timeOf(tui: Tui, key: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const from = performance.now();
    const timer = setTimeout(() => reject(new Error(`${key} was not painted\n${tui.screen}`)), 5_000);
    let text = '';
    const stop = tui.onOutput((data) => {
      text += data;
      if (!text.includes(frameEnd)) return;
      stop();
      clearTimeout(timer);
      resolve(performance.now() - from);
    });
    tui.write(key);
  });
}

function residentMb(pid: number): number {
  const kb = /^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
  return Number(kb) / 1024;
}
