/** The panes of what agents are told, with 10,000 prompts, 200 personalities and 1,000 proposals: the same bars as any list. */
import { setTimeout as delay } from 'node:timers/promises';
import type { Tui } from '../test/support/open-tui.ts';
import type { ScreenFixture } from '../test/support/screen-fixture.ts';
import { cpuOf, latencyOf } from './key-latency.ts';
import type { BenchResult } from './result.ts';

const idleSeconds = process.env.QUICK === '1' ? 4 : 10;
const library: ScreenFixture = { instances: 200, events: 1_000, library: { prompts: 10_000, proposals: 1_000 } };
const small: ScreenFixture = { instances: 200, events: 1_000, library: { prompts: 50, proposals: 50 } };

const panes = [
  { name: 'Prompts', key: '2', shown: 'prompt-' },
  { name: 'Personas', key: '3', shown: 'persona-' },
  { name: 'Inbox', key: '4', shown: 'prompt-' },
] as const;

const round = (value: number): number => Math.round(value * 100) / 100;

export async function libraryFigures(open: (fixture: ScreenFixture) => Tui): Promise<BenchResult[]> {
  const results: BenchResult[] = [];
  for (const { name, key, shown } of panes) {
    const many = await paneFigures(open, library, key, shown);
    const few = await paneFigures(open, small, key, shown);
    const beside = (what: string, value: number, least: number, unit: string, bar: number): void => {
      results.push({
        name: `console: ${name} with 10,000 prompts, ${what}`,
        value: round(value),
        unit,
        baseline: `with 50 prompts ${round(least)} ${unit}`,
        ratio: round(value / Math.max(least, 0.01)),
        bar: `<= ${bar}`,
        pass: value <= bar,
      });
    };
    beside('key to paint p50', many.p50, few.p50, 'ms', 10);
    beside('key to paint p90', many.p90, few.p90, 'ms', 15);
    beside('CPU idle', many.cpu, few.cpu, '%', 3);
  }
  return results;
}

async function paneFigures(
  open: (fixture: ScreenFixture) => Tui,
  fixture: ScreenFixture,
  key: string,
  shown: string,
): Promise<{ readonly p50: number; readonly p90: number; readonly cpu: number }> {
  await using tui = open(fixture);
  await tui.see('server003-1');
  await tui.press(key);
  await tui.see(shown);
  await delay(1500);
  const cpu = await cpuOf(tui.pid, idleSeconds);
  return { ...(await latencyOf(tui)), cpu };
}
