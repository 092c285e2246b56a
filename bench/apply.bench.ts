/** A set-up as text: 1,000 documents applied, applied again, and planned. */
import { engineHarness } from '../test/support/worlds/engine-harness.ts';
import type { GivenDocument } from '../src/engine/apply/types.ts';
import type { BenchResult } from './result.ts';
import { median } from './call-target.ts';

const ROUNDS = 5;
const BAR_MS = 2_000;

/** A project, 333 servers and 666 prompts. */
function documents(): readonly GivenDocument[] {
  const servers = Array.from({ length: 333 }, (_, at) => ({
    kind: 'server' as const,
    metadata: { name: `s${at}`, project: 'big', labels: { team: 'shop' } },
    spec: { source: { kind: 'command', command: ['node', 's.js'] }, replicas: 0, env: { NUMBER: String(at) } },
  }));
  const prompts = Array.from({ length: 666 }, (_, at) => ({
    kind: 'prompt' as const,
    metadata: { name: `p${at}`, project: 'big' },
    spec: { priority: 4, body: `Text ${at}.\nMore of it.\n` },
  }));
  return [{ kind: 'project', metadata: { name: 'big' } }, ...servers, ...prompts];
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const startedMs = performance.now();
  await work();
  return performance.now() - startedMs;
}

export async function run(): Promise<readonly BenchResult[]> {
  const all = documents();
  const rounds = { single: [] as number[], first: [] as number[], again: [] as number[], plan: [] as number[] };
  for (let round = 0; round < ROUNDS; round += 1) {
    const harness = await engineHarness();
    const commands = harness.engine.commandsFor('operator:ann');
    rounds.plan.push(await timed(() => commands.planDocuments(all)));
    rounds.single.push(await timed(() => commands.applyDocuments(all.slice(0, 1))));
    rounds.first.push(await timed(() => commands.applyDocuments(all)));
    rounds.again.push(await timed(() => commands.applyDocuments(all)));
    await harness.close();
  }
  const one = median(rounds.single);
  return (['plan', 'first', 'again'] as const).map((what) => {
    const value = median(rounds[what]);
    return {
      name: `apply: 1,000 documents, ${{ plan: 'planned', first: 'made', again: 'unchanged' }[what]}`,
      value,
      unit: 'ms',
      ratio: value / one,
      baseline: 'one document',
      bar: '<= 2000 ms',
      pass: value <= BAR_MS,
    };
  });
}
