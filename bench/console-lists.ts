/** Long lists in the panes: prompts, personalities, proposals, sessions, tools. The same bars as any list, beside short ones. */
import { setTimeout as delay } from 'node:timers/promises';
import type { Tui } from '../test/support/worlds/open-tui.ts';
import type { ScreenFixture } from '../test/support/worlds/screen-fixture.ts';
import { cpuOf, latencyOf } from './key-latency.ts';
import type { BenchResult } from './result.ts';

const idleSeconds = process.env.QUICK === '1' ? 4 : 10;
const world: ScreenFixture = { instances: 200, events: 1_000 };
const library: ScreenFixture = { ...world, library: { prompts: 10_000, proposals: 1_000 } };
const shelf: ScreenFixture = { ...world, library: { prompts: 50, proposals: 50 } };
const crowd: ScreenFixture = { ...world, sessions: 100_000, tools: 10_000 };
const few: ScreenFixture = { ...world, sessions: 50, tools: 50 };

/** `shown` is on the screen once the list is. */
const panes = [
  { name: 'Prompts', of: '10,000', key: '2', shown: 'prompt-', long: library, short: shelf },
  { name: 'Personas', of: '200', key: '3', shown: 'persona-', long: library, short: shelf },
  { name: 'Inbox', of: '1,000', key: '4', shown: 'prompt-', long: library, short: shelf },
  { name: 'Sessions', of: '100,000', key: '6', shown: 'claude-code', long: crowd, short: few },
  { name: 'Tools', of: '10,000', key: '9', shown: 'tool_', long: crowd, short: few },
] as const;

const round = (value: number): number => Math.round(value * 100) / 100;

export async function listFigures(open: (fixture: ScreenFixture) => Tui): Promise<BenchResult[]> {
  const results: BenchResult[] = [];
  for (const { name, of, key, shown, long, short } of panes) {
    const many = await paneFigures(open, long, key, shown);
    const least = await paneFigures(open, short, key, shown);
    const beside = (what: string, value: number, other: number, unit: string, bar: number): void => {
      results.push({
        name: `console: ${of} ${name}, ${what}`,
        value: round(value),
        unit,
        baseline: `50 at most ${round(other)} ${unit}`,
        ratio: round(value / Math.max(other, 0.01)),
        bar: `<= ${bar}`,
        pass: value <= bar,
      });
    };
    beside('key to paint p50', many.p50, least.p50, 'ms', 10);
    beside('key to paint p90', many.p90, least.p90, 'ms', 15);
    beside('CPU idle', many.cpu, least.cpu, '%', 3);
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
