/** Who asks models first, how long anybody waits, and what is asked only once. */
import { describe, expect, it } from 'vitest';
import type { BookOutcome } from '../../../src/engine/models/model-book.ts';
import { ModelTurns } from '../../../src/engine/models/model-turns.ts';
import { TimedAsker, type Question } from '../../../src/engine/models/timed-asker.ts';
import type { ModelRequest } from '../../../src/engine/models/types.ts';
import { FakeClock, settle } from '../../support/fakes/fake-clock.ts';

const request: ModelRequest = { instructions: '', input: '', schema: {}, maxTokens: 1 };
const said = (text: string): BookOutcome => ({
  ok: true,
  model: 'small',
  outcome: { ok: true, answer: { value: { text }, tokensIn: 1, tokensOut: 1 } },
});

/** A book of which the test ends the requests, in the order in which they came. */
function aBook() {
  const open: { readonly end: (outcome: BookOutcome) => void; readonly signal: AbortSignal | undefined }[] = [];
  const ask = (...[, , , signal]: Parameters<ModelTurns['ask']>): Promise<BookOutcome> =>
    new Promise((resolve) => {
      signal?.addEventListener('abort', () => resolve({ ok: false, reason: 'aborted' }));
      open.push({ end: resolve, signal });
    });
  return { open, book: { ask, hasAny: () => true, refusal: () => undefined, all: () => [] } };
}
const never = new AbortController().signal;

describe('ModelTurns', () => {
  it('ends a request in the background when somebody waits, and lets none begin until they have their answer', async () => {
    const { open, book } = aBook();
    const turns = new ModelTurns(book);
    const behind = turns.background.ask('any', 'fast', request, never);
    expect(turns.background.refusal('any', 'fast')).toBeUndefined();
    const first = turns.ask('any', 'fast', request);
    expect(await behind).toBeUndefined();
    expect(turns.background.refusal('any', 'fast')).toBe('a session waits for a model');
    expect(await turns.background.ask('any', 'fast', request, never)).toBeUndefined();
    open[1]?.end(said('now'));
    expect(await first).toEqual(said('now'));
    expect(turns.background.refusal('any', 'fast')).toBeUndefined();
    const again = turns.background.ask('any', 'fast', request, never);
    open[2]?.end(said('later'));
    expect(await again).toEqual(said('later'));
  });
});

describe('TimedAsker', () => {
  const question = (key: string, more: Partial<Question<string>> = {}): Question<string> => ({
    key,
    policy: 'any',
    request,
    read: ({ text }) =>
      text === 'bad' ? { ok: false, reason: 'it is bad' } : { ok: true, value: JSON.stringify(text) },
    deadlineMs: 1_000,
    ...more,
  });
  const setUp = () => {
    const clock = new FakeClock();
    const { open, book } = aBook();
    return { clock, open, asker: new TimedAsker(clock, book) };
  };

  it('waits until its deadline; what comes later is told all the same', async () => {
    const { clock, open, asker } = setUp();
    const late: string[] = [];
    const asked = asker.ask(question('a', { answered: (value) => late.push(value) }));
    await clock.advance(1_000);
    expect(await asked).toEqual({ ok: false, reason: 'the model has not answered within 1s' });
    open[0]?.end(said('x'));
    await settle();
    expect(late).toEqual(['"x"']);
    expect(clock.pendingTimers).toBe(0);
  });

  it('asks the same once for all who wait for it, and no more than four questions at a time', async () => {
    const { open, asker } = setUp();
    const twice = [asker.ask(question('a')), asker.ask(question('a'))];
    for (const key of ['b', 'c', 'd']) void asker.ask(question(key));
    expect(open).toHaveLength(4);
    expect(await asker.ask(question('e'))).toEqual({ ok: false, reason: 'models have 4 such questions already' });
    open[0]?.end(said('x'));
    expect(await Promise.all(twice)).toEqual([0, 1].map(() => ({ ok: true, model: 'small', value: '"x"' })));
    void asker.ask(question('e'));
    expect(open).toHaveLength(5);
  });

  it('asks again after ten minutes what was answered badly, and at once what was not answered', async () => {
    const { clock, open, asker } = setUp();
    const bad = asker.ask(question('a'));
    open[0]?.end(said('bad'));
    expect(await bad).toEqual({ ok: false, reason: 'model small: it is bad' });
    expect(await asker.ask(question('a'))).toEqual({ ok: false, reason: 'model small: it is bad' });
    const down = asker.ask(question('b'));
    open[1]?.end({ ok: false, reason: 'down' });
    await down;
    void asker.ask(question('b'));
    await clock.advance(10 * 60_000);
    void asker.ask(question('a'));
    expect(open).toHaveLength(4);
  });
});
