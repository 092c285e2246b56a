import { afterEach, describe, expect, it } from 'vitest';
import { PageCutter } from '../../../src/engine/pages/page-cutter.ts';
import { systemClock } from '../../../src/kernel/clock.ts';
import { pagedResult, type ResultRequest } from '../../../src/engine/pages/paged-result.ts';
import { FakeClock } from '../../support/fakes/fake-clock.ts';

const entry = new URL('../../../src/engine/pages/page-worker.ts', import.meta.url);
const long = '# Part\n\nSome words of prose, and an end.\n\n'.repeat(2_000);
/** A new one each time: a long message is the worker's from then on. */
const requestOf = (text: string, more: Partial<ResultRequest> = {}): ResultRequest => ({
  message: new Uint8Array(Buffer.from(JSON.stringify({ result: { content: [{ type: 'text', text }] } }))),
  method: 'tools/call',
  into: 'pages',
  tokens: 500,
  secrets: new Map(),
  ...more,
});
/** Bytes of another thread are no Buffer. */
const plain = (result: ReturnType<typeof pagedResult>): unknown => ({
  pieces: result?.pieces,
  texts: result?.texts.map(({ encoded, ...rest }) => ({
    ...rest,
    encoded: { ...encoded, bytes: Buffer.from(encoded.bytes).toString('base64') },
  })),
});

describe('PageCutter', () => {
  const open: PageCutter[] = [];
  const aCutter = (more: { entry?: URL; clock?: FakeClock; atOnce?: number } = {}): PageCutter => {
    const cutter = new PageCutter({ entry, clock: systemClock, ...more });
    open.push(cutter);
    return cutter;
  };
  afterEach(async () => {
    for (const cutter of open.splice(0)) await cutter.close();
  });

  it('cuts short results here and long ones in the worker, both alike', async () => {
    const cutter = aCutter();
    const cut = async (request: ResultRequest): Promise<unknown> => {
      const outcome = await cutter.cut(request);
      return outcome.kind === 'cut' ? plain(outcome.result) : outcome;
    };
    for (const text of [long.slice(0, 10_000), long, `${long}…`]) {
      for (const into of ['pages', 'sections'] as const) {
        expect(await cut(requestOf(text, { into }))).toEqual(plain(pagedResult(requestOf(text, { into }))));
      }
    }
    expect(await cutter.cut(requestOf(long, { tokens: 200_000 }))).toEqual({ kind: 'cut', result: undefined });
  });

  it('answers each of many at once with its own pages', async () => {
    const cutter = aCutter({ atOnce: 0 });
    const texts = Array.from({ length: 10 }, (_, at) => `${'word '.repeat(1_000)}${'!'.repeat(at)}`);
    const outcomes = await Promise.all(texts.map((text) => cutter.cut(requestOf(text))));
    const lengths = outcomes.map((outcome) => outcome.kind === 'cut' && outcome.result?.texts[0]?.encoded.length);
    expect(lengths).toEqual(texts.map(({ length }) => length));
  });

  it('says why there are no pages when the worker cannot be started, and tries again for the next one', async () => {
    const cutter = aCutter({ entry: new URL('./none.ts', import.meta.url) });
    expect(await cutter.cut(requestOf(long))).toMatchObject({
      kind: 'failed',
      reason: expect.stringMatching(/\S/) as string,
    });
    expect(await cutter.cut(requestOf(long))).toMatchObject({ kind: 'failed' });
  });

  it('gives a result up after 10 s, and the worker after a minute without work', async () => {
    const clock = new FakeClock();
    // A worker that never answers.
    const silent = new URL('data:text/javascript,setInterval(() => {}, 1e9)');
    const cutter = aCutter({ clock, entry: silent });
    const outcome = cutter.cut(requestOf(long));
    await clock.advance(10_000);
    expect(await outcome).toEqual({ kind: 'failed', reason: 'not cut within 10 s' });
    await clock.advance(60_000);
    expect(clock.pendingTimers).toBe(0);
  });

  it('takes no more than 64 results at a time, and none once it is closed', async () => {
    const silent = new URL('data:text/javascript,setInterval(() => {}, 1e9)');
    const cutter = aCutter({ clock: new FakeClock(), entry: silent });
    const waiting = Array.from({ length: 64 }, () => cutter.cut(requestOf(long)));
    expect(await cutter.cut(requestOf(long))).toEqual({ kind: 'failed', reason: '64 long answers wait already' });
    await cutter.close();
    expect(new Set((await Promise.all(waiting)).map(({ kind }) => kind))).toEqual(new Set(['failed']));
    expect(await cutter.cut(requestOf(long))).toEqual({ kind: 'failed', reason: 'the engine ends' });
  });
});
