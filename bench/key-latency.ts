/** How long a key takes to be painted, and what a process costs, seen from outside. */
import { readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import type { Tui } from '../test/support/worlds/open-tui.ts';
import { seededRandom } from '../test/support/builders/random.ts';

const keys = process.env.QUICK === '1' ? 60 : 150;
export const frameEnd = '\u001B[?2026l';
/** The mark of the selected row, or its reverse video when the mark stays where it was. */
// oxlint-disable-next-line no-control-regex -- SGR 7
const selection = /▸|\u001B\[7m/;
const clockTicks = 100;

export interface Latency {
  readonly p50: number;
  readonly p90: number;
}

/** Milliseconds from a key to the end of the frame that shows it. */
export async function latencyOf(tui: Tui): Promise<Latency> {
  const random = seededRandom(1);
  const inTimeline = tui.screen.includes('[5 Audit]');
  const times: number[] = [];
  for (let index = 0; index < keys; index += 1) {
    await delay(130 + random.below(90));
    const down = Math.floor(index / 20) % 2 === 0;
    times.push(await timeOf(tui, down === inTimeline ? 'k' : 'j'));
  }
  return { p50: percentile(times, 0.5), p90: percentile(times, 0.9) };
}

/** A frame is over when its synchronized update is; the selection's mark tells that it is the one. */
function timeOf(tui: Tui, key: string): Promise<number> {
  return new Promise((resolve, reject) => {
    let text = '';
    const from = performance.now();
    const finish = (): void => {
      stop();
      clearTimeout(timer);
    };
    const timer = setTimeout(() => {
      finish();
      reject(new Error(`${key} was not painted: ${JSON.stringify(text)}\n${tui.screen}`));
    }, 5000);
    const stop = tui.onOutput((data) => {
      text += data;
      const mark = text.search(selection);
      if (mark === -1 || !text.includes(frameEnd, mark)) return;
      finish();
      resolve(performance.now() - from);
    });
    tui.write(key);
  });
}

export function percentile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
}

/** Percent of one core. */
export async function cpuOf(pid: number, seconds: number): Promise<number> {
  const used = (): number => {
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
      .replace(/^.*\) /, '')
      .split(' ');
    return Number(fields[11]) + Number(fields[12]);
  };
  const [from, start] = [performance.now(), used()];
  await delay(seconds * 1000);
  return ((used() - start) / clockTicks / ((performance.now() - from) / 1000)) * 100;
}
