/** When a model that fails is left alone, and what it may use in a day. */
import { describe, expect, it } from 'vitest';
import {
  answered,
  asked,
  CLOSED,
  failed,
  MAX_FAILURES,
  mayAsk,
  OPEN_MS,
  type Breaker,
} from '../../../src/engine/models/breaker.ts';
import { usedUp, withAnswer } from '../../../src/engine/models/usage.ts';
import { aModel } from '../../support/builders/models.ts';

const down = { kind: 'down', reason: 'gone' } as const;
const after = (count: number, from: Breaker = CLOSED): Breaker =>
  Array.from({ length: count }).reduce<Breaker>((breaker) => failed(breaker, down, 1_000), from);

describe('a breaker', () => {
  it('opens after five failures in a row, for a minute', () => {
    expect(mayAsk(after(MAX_FAILURES - 1), 1_000)).toBe(true);
    expect(mayAsk(after(MAX_FAILURES), 1_000)).toBe(false);
    expect(mayAsk(after(MAX_FAILURES), 1_000 + OPEN_MS)).toBe(true);
  });

  it('is closed by an answer', () => {
    expect(mayAsk(after(1, answered()), 0)).toBe(true);
    expect(answered()).toBe(CLOSED);
  });

  it('lets one request try, and opens again when that fails', () => {
    const trying = asked(after(MAX_FAILURES));
    expect(mayAsk(trying, 1_000 + OPEN_MS)).toBe(false);
    const again = failed(trying, down, 100_000);
    expect(mayAsk(again, 100_000 + OPEN_MS - 1)).toBe(false);
    expect(mayAsk(again, 100_000 + OPEN_MS)).toBe(true);
  });

  it.each([
    [30_000, 30_000],
    [3_600_000, 600_000],
    [undefined, OPEN_MS],
  ])('opens at once for one that is busy: it asks for %s ms and gets %i', (asks, gets) => {
    const busy = { kind: 'busy', reason: 'HTTP 429', ...(asks === undefined ? {} : { retryAfterMs: asks }) } as const;
    const breaker = failed(CLOSED, busy, 0);
    expect(mayAsk(breaker, gets - 1)).toBe(false);
    expect(mayAsk(breaker, gets)).toBe(true);
  });
});

describe('usage', () => {
  const none = { id: 'm', day: '2026-11-29', asked: 0, failed: 0, tokensIn: 0, tokensOut: 0, ms: 0 };

  it('counts answers and failures', () => {
    const answer = { value: {}, tokensIn: 10, tokensOut: 5 };
    const one = withAnswer(none, { ok: true, answer }, 40);
    expect(withAnswer(one, { ok: false, failure: down }, 2)).toEqual({
      ...none,
      asked: 2,
      failed: 1,
      tokensIn: 10,
      tokensOut: 5,
      ms: 42,
    });
  });

  it('says when a day is used up', () => {
    expect(usedUp(aModel(), { ...none, tokensIn: 1e9 })).toBeUndefined();
    expect(usedUp(aModel({ dailyTokens: 100 }), { ...none, tokensIn: 60, tokensOut: 39 })).toBeUndefined();
    expect(usedUp(aModel({ dailyTokens: 100 }), { ...none, tokensIn: 60, tokensOut: 40 })).toBe(
      'model small has used 100 of 100 tokens today',
    );
  });
});
