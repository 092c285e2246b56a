/** What stages cost a call: one router in this process for each list of them, on in-memory streams, taking turns. */
import type { CallStage } from '../src/mcp/index.ts';
import { CallTarget, inTurns, median, medianRatio } from './call-target.ts';
import type { BenchResult } from './result.ts';

const ROUNDS = 81;

const noop = (): void => {};
const nothing = (): undefined => undefined;

/** Looks at the call and lets it go on. */
const passing: CallStage = { id: 'passing', reads: 'head', before: nothing, ended: noop };
const looking: CallStage = { id: 'looking', reads: 'head', after: nothing };
const reading: CallStage = { id: 'reading', reads: 'body', after: nothing };

const lists: Readonly<Record<string, readonly CallStage[] | undefined>> = {
  none: undefined,
  'an empty list': [],
  'one that passes': [passing],
  'three that pass': [passing, passing, passing],
  'one that sees answers': [looking],
  'one that reads answers': [reading],
};

export async function run(): Promise<readonly BenchResult[]> {
  const names = Object.keys(lists);
  const targets: CallTarget[] = [];
  for (const calls of Object.values(lists)) {
    const stages = { calls: calls ?? [] };
    targets.push(await CallTarget.open(calls === undefined ? undefined : () => stages));
  }
  const rounds = await inTurns(targets, ROUNDS);
  const none = rounds[0] ?? [];
  return names.map((name, index) => {
    const own = rounds[index] ?? [];
    const ratio = medianRatio(own, none);
    const bar = name === 'an empty list' ? { bar: '<= 1.02x none', pass: ratio <= 1.02 } : {};
    return { name: `stages: ${name}, a call`, value: median(own), unit: 'us', ratio, baseline: 'none', ...bar };
  });
}
