import { afterEach, describe, expect, it } from 'vitest';
import { PageCutter } from '../../../src/engine/pages/page-cutter.ts';
import { systemClock } from '../../../src/kernel/clock.ts';
import { cutText } from '../../../src/mcp/pages/cut.ts';
import { FakeClock } from '../../support/fakes/fake-clock.ts';

const entry = new URL('../../../src/engine/pages/page-worker.ts', import.meta.url);
const long = '# Part\n\nSome words of prose, and an end.\n\n'.repeat(2_000);
const request = { text: long, into: 'pages', tokens: 500 } as const;

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

  it('cuts short texts here and long ones in the worker, both alike', async () => {
    const cutter = aCutter();
    const short = { ...request, text: long.slice(0, 10_000) };
    expect(await cutter.cut(short)).toEqual({ kind: 'cut', pages: cutText(short) });
    expect(await cutter.cut(request)).toEqual({ kind: 'cut', pages: cutText(request) });
    const sections = { ...request, into: 'sections' } as const;
    expect(await cutter.cut(sections)).toEqual({ kind: 'cut', pages: cutText(sections) });
  });

  it('answers each of many at once with its own pages', async () => {
    const cutter = aCutter({ atOnce: 0 });
    const texts = Array.from({ length: 10 }, (_, at) => 'x'.repeat(at + 1));
    const outcomes = await Promise.all(texts.map((text) => cutter.cut({ text, into: 'pages', tokens: 100 })));
    const ends = outcomes.map((outcome) => (outcome.kind === 'cut' ? outcome.pages.at(-1)?.to : outcome.reason));
    expect(ends).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
  });

  it('says why there are no pages when the worker cannot be started, and tries again for the next text', async () => {
    const cutter = aCutter({ entry: new URL('./none.ts', import.meta.url) });
    expect(await cutter.cut(request)).toMatchObject({ kind: 'failed', reason: expect.stringMatching(/\S/) as string });
    expect(await cutter.cut(request)).toMatchObject({ kind: 'failed' });
  });

  it('gives a text up after 30 s, and the worker after a minute without work', async () => {
    const clock = new FakeClock();
    // A worker that never answers.
    const silent = new URL('data:text/javascript,setInterval(() => {}, 1e9)');
    const cutter = aCutter({ clock, entry: silent });
    const outcome = cutter.cut(request);
    await clock.advance(30_000);
    expect(await outcome).toEqual({ kind: 'failed', reason: 'not cut within 30 s' });
    await clock.advance(60_000);
    expect(clock.pendingTimers).toBe(0);
  });

  it('takes no more than 64 texts at a time, and none once it is closed', async () => {
    const silent = new URL('data:text/javascript,setInterval(() => {}, 1e9)');
    const cutter = aCutter({ clock: new FakeClock(), entry: silent });
    const waiting = Array.from({ length: 64 }, () => cutter.cut(request));
    expect(await cutter.cut(request)).toEqual({ kind: 'failed', reason: '64 long texts wait already' });
    await cutter.close();
    expect(new Set((await Promise.all(waiting)).map(({ kind }) => kind))).toEqual(new Set(['failed']));
    expect(await cutter.cut(request)).toEqual({ kind: 'failed', reason: 'the engine ends' });
  });
});
