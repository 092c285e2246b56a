import { describe, expect, it } from 'vitest';
import { CallDeadlines, type Limited } from '../../../src/mcp/downstream/call-deadlines.ts';
import { FakeClock } from '../../support/fakes/fake-clock.ts';

function world(): { readonly clock: FakeClock; readonly calls: Set<Limited>; readonly deadlines: CallDeadlines } {
  const clock = new FakeClock();
  const calls = new Set<Limited>();
  return { clock, calls, deadlines: new CallDeadlines(clock, () => calls) };
}

describe('the limits of a session', () => {
  it('are looked at when the first is due, also when that one came last', async () => {
    const { clock, calls, deadlines } = world();
    const looks: string[] = [];
    const add = (name: string, afterMs: number): void => {
      const dueMs = clock.monotonicMs() + afterMs;
      const call: Limited = {
        look(nowMs) {
          if (nowMs < dueMs) return dueMs;
          looks.push(name);
          calls.delete(call);
          return Infinity;
        },
      };
      calls.add(call);
      deadlines.by(dueMs);
    };
    add('late', 5000);
    add('soon', 1000);
    await clock.advance(999);
    expect(looks).toEqual([]);
    await clock.advance(1);
    expect(looks).toEqual(['soon']);
    await clock.advance(4000);
    expect(looks).toEqual(['soon', 'late']);
    add('later still', 10);
    await clock.advance(10);
    expect(looks).toEqual(['soon', 'late', 'later still']);
  });

  it('are looked at no more once the session has ended', async () => {
    const { clock, calls, deadlines } = world();
    let looks = 0;
    calls.add({ look: (nowMs) => nowMs + (looks += 1) });
    deadlines.by(clock.monotonicMs() + 10);
    deadlines.close();
    deadlines.by(clock.monotonicMs() + 20);
    await clock.advance(1000);
    expect(looks).toBe(0);
  });
});
