/** Who is read when: what somebody waits for at once, what nobody has asked for in short turns while others are at work. */
import { PassThrough } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { Pacer, type Flow, type FlowOptions } from '../../src/pacing/pace.ts';
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

function setUp(): { clock: BusyClock; pacer: Pacer; flood: Peer; others: Peer } {
  const clock = new BusyClock();
  const pacer = new Pacer(clock);
  return { clock, pacer, flood: peer(clock, pacer, 'unwanted'), others: peer(clock, pacer, 'wanted') };
}

/** Something of the others is read every millisecond, `ms` times; fake time passes. */
async function work(clock: BusyClock, others: Peer, ms: number): Promise<void> {
  for (let count = 0; count < ms; count += 1) {
    others.stream.write('x');
    await clock.advance(1);
  }
}

describe('a stream of what nobody waits for', () => {
  it('is read to its end at once when nobody else is at work', async () => {
    const { flood } = setUp();
    flood.stream.write(Buffer.alloc(10_000));
    for (let turn = 0; turn < 50 && flood.lines.count < 10_000; turn += 1) await settle();
    expect(flood.lines.count).toBe(10_000);
  });

  it('gets a small part of the time while others are at work, and all of it again when they are not', async () => {
    const { clock, flood, others } = setUp();
    await work(clock, others, 1);
    flood.stream.write(Buffer.alloc(60_000));
    await work(clock, others, 5);
    const burst = flood.lines.count;
    const before = clock.busyMs;
    await work(clock, others, 1_000);
    const share = (clock.busyMs - before - 1_000 * LINE_MS) / 1_000;
    expect(burst * LINE_MS).toBeLessThan(4);
    expect(share).toBeGreaterThan(0.01);
    expect(share).toBeLessThan(0.03);
    await clock.advance(1_000);
    for (let turn = 0; turn < 200 && flood.lines.count < 60_000; turn += 1) await settle();
    expect(flood.lines.count).toBe(60_000);
  });

  it('shares that part with other streams of its kind', async () => {
    const { clock, pacer, flood, others } = setUp();
    const second = peer(clock, pacer, 'unwanted');
    await work(clock, others, 1);
    for (const { stream } of [flood, second]) stream.write(Buffer.alloc(60_000));
    await work(clock, others, 20);
    const before = [flood.lines.count, second.lines.count] as const;
    const busyBefore = clock.busyMs;
    await work(clock, others, 1_000);
    const first = flood.lines.count - before[0];
    const other = second.lines.count - before[1];
    expect((clock.busyMs - busyBefore) / 1_000 - LINE_MS).toBeLessThan(0.03);
    expect(Math.min(first, other) / Math.max(first, other)).toBeGreaterThan(0.8);
  });

  it('is not read ahead of its turns', async () => {
    const { clock, flood, others } = setUp();
    await work(clock, others, 1);
    for (let count = 0; count < 20; count += 1) flood.stream.write(Buffer.alloc(10_000));
    await work(clock, others, 50);
    expect(flood.stream.readableLength + flood.stream.writableLength).toBeGreaterThan(150_000);
    expect(flood.stream.isPaused()).toBe(true);
  });
});

describe('a stream of what somebody waits for', () => {
  it('is never paced, however much it is', async () => {
    const { clock, pacer, others } = setUp();
    const busy = peer(clock, pacer, 'wanted');
    await work(clock, others, 1);
    busy.stream.write(Buffer.alloc(20_000));
    others.stream.write('xx');
    for (let turn = 0; turn < 80 && busy.lines.count < 20_000; turn += 1) await settle();
    expect(busy.lines.count).toBe(20_000);
  });
});

describe('a stream on which an answer is awaited', () => {
  it('has a fifth of the time for what comes before it while others are at work', async () => {
    const { clock, pacer, others } = setUp();
    const noisy = peer(clock, pacer, 'unwanted', { isAwaited: () => true });
    await work(clock, others, 1);
    noisy.stream.write(Buffer.alloc(100_000));
    await work(clock, others, 20);
    const before = clock.busyMs;
    await work(clock, others, 1_000);
    const share = (clock.busyMs - before - 1_000 * LINE_MS) / 1_000;
    expect(share).toBeGreaterThan(0.05);
    expect(share).toBeLessThan(0.3);
  });
});

describe('the requests of a session', () => {
  const setUpTwo = (): { clock: BusyClock; heavy: Peer; light: Peer } => {
    const clock = new BusyClock();
    const pacer = new Pacer(clock);
    const [one, two] = [{ party: {} }, { party: {} }];
    return { clock, heavy: peer(clock, pacer, 'wanted', one), light: peer(clock, pacer, 'wanted', two) };
  };

  it('are read as they come while no other session is at work', async () => {
    const { clock, heavy, light } = setUpTwo();
    await work(clock, light, 1);
    await clock.advance(1_000);
    heavy.stream.write(Buffer.alloc(20_000));
    for (let turn = 0; turn < 80 && heavy.lines.count < 20_000; turn += 1) await settle();
    expect(heavy.lines.count).toBe(20_000);
  });

  it('that keep the thread busy leave most of it free while others are at work, and lose nothing', async () => {
    const { clock, heavy, light } = setUpTwo();
    await work(clock, light, 1);
    heavy.stream.write(Buffer.alloc(100_000));
    await work(clock, light, 50);
    const before = clock.busyMs;
    await work(clock, light, 1_000);
    const share = (clock.busyMs - before - 1_000 * LINE_MS) / 1_000;
    expect(share).toBeGreaterThan(0.03);
    expect(share).toBeLessThan(0.15);
    await clock.advance(1_000);
    for (let turn = 0; turn < 400 && heavy.lines.count < 100_000; turn += 1) await settle();
    expect(heavy.lines.count).toBe(100_000);
  });

  it('are read as they come while the session has few at once, however fast it is', async () => {
    const clock = new BusyClock();
    const pacer = new Pacer(clock);
    const quick = peer(clock, pacer, 'wanted', { party: {}, hasMany: () => false });
    const light = peer(clock, pacer, 'wanted', { party: {} });
    await work(clock, light, 1);
    quick.stream.write(Buffer.alloc(20_000));
    light.stream.write('xx');
    for (let turn = 0; turn < 80 && quick.lines.count < 20_000; turn += 1) await settle();
    expect(quick.lines.count).toBe(20_000);
  });

  it('count as at work when they come over HTTP, each a turn of its own', async () => {
    const clock = new BusyClock();
    const pacer = new Pacer(clock);
    const heavy = peer(clock, pacer, 'wanted', { party: {} });
    const light = pacer.flow({ party: {} });
    const serve = (): number => light.turn(() => (clock.busyMs += LINE_MS));
    serve();
    heavy.stream.write(Buffer.alloc(100_000));
    for (let count = 0; count < 50; count += 1) {
      serve();
      await clock.advance(1);
    }
    const before = heavy.lines.count;
    for (let count = 0; count < 500; count += 1) {
      serve();
      await clock.advance(1);
    }
    expect((heavy.lines.count - before) * LINE_MS).toBeLessThan(0.2 * 500);
  });

  it('are not held up when they are few', async () => {
    const { clock, heavy, light } = setUpTwo();
    for (let count = 0; count < 500; count += 1) {
      heavy.stream.write(Buffer.alloc(4));
      await work(clock, light, 1);
      expect(heavy.lines.count).toBe(4 * (count + 1));
    }
  });
});

describe('a long message', () => {
  const long = (pacer: Pacer): { flow: Flow; read: (bytes: number, open: number) => boolean } => {
    const flow = pacer.flow();
    return {
      flow,
      read: (bytes, open) => {
        flow.end(0.01, bytes, open);
        return flow.isPaced;
      },
    };
  };

  it('is paced when something of others is read in its midst', () => {
    const clock = new FakeClock();
    const pacer = new Pacer(clock);
    const { flow, read } = long(pacer);
    const other = pacer.flow();
    flow.begin();
    expect(read(3_000_000, 3_000_000)).toBe(false);
    other.wanted();
    other.end(0, 10, 0);
    expect(read(1_000_000, 4_000_000)).toBe(true);
  });

  it('is not paced by the request that led to it, nor up to a megabyte', () => {
    const clock = new FakeClock();
    const pacer = new Pacer(clock);
    const { flow, read } = long(pacer);
    const agent = pacer.flow();
    for (let round = 0; round < 20; round += 1) {
      agent.wanted();
      agent.end(0, 10, 0);
      flow.begin();
      expect(read(5_000_000, 5_000_000)).toBe(false);
    }
    const small = long(pacer);
    for (let round = 0; round < 2_000; round += 1) {
      agent.wanted();
      agent.end(0, 10, 0);
      expect(small.read(65_536, 1_000_000)).toBe(false);
    }
  });
});
