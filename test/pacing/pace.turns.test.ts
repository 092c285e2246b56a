/** Who is read when: what somebody waits for at once, what nobody has asked for in short turns while others are at work. */
import { PassThrough } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { Pacer, type FlowOptions } from '../../src/pacing/pace.ts';
import { PacedStream, type PacedReader } from '../../src/pacing/paced-stream.ts';
import { FakeClock, settle } from '../support/fakes/fake-clock.ts';

/** A clock that also moves while work is done, as a real one does. */
class BusyClock extends FakeClock {
  busyMs = 0;

  override monotonicMs(): number {
    return super.monotonicMs() + this.busyMs;
  }
}

/** Each line takes a hundredth of a millisecond. */
const LINE_MS = 0.01;

class Lines implements PacedReader {
  readonly read: PacedReader['read'];
  openBytes = 0;
  count = 0;

  constructor(clock: BusyClock, note: () => void) {
    this.read = (_, from) => {
      this.count += 1;
      clock.busyMs += LINE_MS;
      note();
      return from + 1;
    };
  }
}

interface Peer {
  readonly stream: PassThrough;
  readonly lines: Lines;
  readonly paced: PacedStream;
}

function peer(clock: BusyClock, pacer: Pacer, kind: 'wanted' | 'unwanted', options: FlowOptions = {}): Peer {
  const flow = pacer.flow(options);
  const stream = new PassThrough({ highWaterMark: 1_000_000 });
  const lines = new Lines(clock, () => flow[kind]());
  return { stream, lines, paced: new PacedStream(stream, lines, flow, clock) };
}

/** Something of the others is read every millisecond, `ms` times; fake time passes. */
describe('each', () => {
  it('does a few at once, thousands in turns, and says when it is done', async () => {
    const clock = new BusyClock();
    const pacer = new Pacer(clock);
    const done: string[] = [];
    const few: number[] = [];
    pacer.flow().each(
      [1, 2, 3].values(),
      (item) => few.push(item),
      () => done.push('few'),
    );
    expect([few, done]).toEqual([[1, 2, 3], ['few']]);
    let count = 0;
    const many = Array.from({ length: 1_000 }, (_, index) => index);
    pacer.flow().each(
      many.values(),
      () => {
        count += 1;
        clock.busyMs += LINE_MS;
      },
      () => done.push('many'),
    );
    expect(count).toBeLessThan(50);
    for (let turn = 0; turn < 20 && done.length < 2; turn += 1) await settle();
    expect([count, done]).toEqual([1_000, ['few', 'many']]);
  });
});

describe('a held stream', () => {
  it('is not read until it is released, and what is left at its end is read then', async () => {
    const clock = new BusyClock();
    const { stream, lines, paced } = peer(clock, new Pacer(clock), 'wanted');
    paced.hold();
    stream.write('abc');
    await settle();
    expect(lines.count).toBe(0);
    paced.release();
    await settle();
    expect(lines.count).toBe(3);
    stream.write(Buffer.alloc(10_000));
    await new Promise((resolve) => setImmediate(resolve));
    paced.finish();
    expect(lines.count).toBe(10_003);
  });
});
