/** When a model's program counts as running. */
import { describe, expect, it } from 'vitest';
import type { Look } from '../../../src/engine/models/model-client.ts';
import { Readiness, type ReadyOutcome } from '../../../src/engine/models/readiness.ts';
import { aModel } from '../../support/builders/models.ts';
import { FakeClock } from '../../support/fakes/fake-clock.ts';

const refused: Look = { ok: false, failure: { kind: 'down', reason: 'connect ECONNREFUSED' } };

interface Begun {
  readonly clock: FakeClock;
  readonly looks: () => number;
  readonly end: () => void;
  readonly abort: () => void;
  outcome: ReadyOutcome | undefined;
}

/** `answers`: what each look finds; the last one again and again. */
function begin(...answers: readonly Look[]): Begun {
  const clock = new FakeClock();
  let looks = 0;
  const client = {
    look: () => Promise.resolve(answers[Math.min(looks++, answers.length - 1)] ?? refused),
  };
  const exited = Promise.withResolvers<void>();
  const attempt = new AbortController();
  const begun: Begun = {
    clock,
    looks: () => looks,
    end: () => exited.resolve(),
    abort: () => attempt.abort(),
    outcome: undefined,
  };
  const ready = new Readiness(clock, client).of(aModel(), exited.promise, 10_000, attempt.signal);
  void ready.then((outcome) => (begun.outcome = outcome));
  return begun;
}

describe('Readiness', () => {
  it('looks every 250 ms until the list of models comes', async () => {
    const begun = begin(refused, refused, { ok: true });
    await begun.clock.advance(400);
    expect(begun.outcome).toBeUndefined();
    await begun.clock.advance(200);
    expect(begun.outcome).toEqual({ ok: true });
    expect(begun.looks()).toBe(3);
    expect(begun.clock.pendingTimers).toBe(0);
  });

  it('ends with the program', async () => {
    const begun = begin(refused);
    await begun.clock.advance(300);
    begun.end();
    await begun.clock.advance(0);
    expect(begun.outcome).toMatchObject({ ok: false, code: 'LOST' });
    expect(begun.clock.pendingTimers).toBe(0);
  });

  it('says after the time for it what came instead, and what the program has to do', async () => {
    const begun = begin({ ok: false, failure: { kind: 'busy', reason: 'HTTP 503: loading' } });
    await begun.clock.advance(10_000);
    expect(begun.outcome).toMatchObject({
      ok: false,
      code: 'INITIALIZE_TIMEOUT',
      message: 'GET /v1/models was not answered within 10s: HTTP 503: loading',
      hint: expect.stringContaining('{port}'),
    });
  });

  it('ends when the attempt is called off', async () => {
    const begun = begin(refused);
    begun.abort();
    await begun.clock.advance(0);
    expect(begun.outcome).toMatchObject({ ok: false });
    expect(begun.clock.pendingTimers).toBe(0);
  });
});
