import { describe, expect, it } from 'vitest';
import {
  chainFault,
  encodeHeader,
  encodeLine,
  eventsOf,
  lacksOnlyItsEnd,
  numbered,
  parseHeader,
  parseObject,
  parseRecord,
  readLine,
  type JournalRecord,
} from '../../src/store/record.ts';

const HASH = 'a'.repeat(64);
const AT = '2026-01-01T00:00:00.000Z';
const record: JournalRecord = { seq: 5, prev: HASH, batch: 5, at: AT, n: 10, changes: [], events: [] };
const event = { kind: 'note', actor: 'a', outcome: 'ok', at: 1 } as const;

describe('readLine', () => {
  it('says what is wrong with a line, and where the next one begins', () => {
    const good = encodeLine('{}');
    const bytes = Buffer.from(`${good}short\n${good.replace('{}', '{ }')}no end`);
    const first = readLine(bytes, 0);
    expect(first).toMatchObject({ ok: true, offset: 0, end: good.length });
    expect(first?.ok === true && first.body.toString()).toBe('{}');
    expect(readLine(bytes, good.length)).toEqual({
      ok: false,
      offset: good.length,
      end: good.length + 6,
      reason: 'not a journal line',
    });
    const third = good.length + 6;
    expect(readLine(bytes, third)).toMatchObject({ ok: false, reason: 'the checksum does not match' });
    expect(readLine(bytes, bytes.length - 6)).toEqual({
      ok: false,
      offset: bytes.length - 6,
      end: bytes.length,
      reason: 'the line has no end',
    });
    expect(readLine(bytes, bytes.length)).toBeUndefined();
    expect(readLine(Buffer.from('\n'), 0)).toMatchObject({ ok: false, end: 1, reason: 'not a journal line' });
    // Eight digits and a space, without a body.
    expect(readLine(Buffer.from('00000000 \n'), 0)).toMatchObject({ reason: 'not a journal line' });
  });
});

describe('lacksOnlyItsEnd', () => {
  it('knows a line whose last byte was changed from one that was cut', () => {
    const line = encodeLine('{"a":1}');
    expect(lacksOnlyItsEnd(Buffer.from(`${line.slice(0, -1)}x`), 0)).toBe(true);
    expect(lacksOnlyItsEnd(Buffer.from(`${line.slice(0, -2)}x`), 0)).toBe(false);
  });
});

describe('parseRecord', () => {
  it.each(['[]', 'null', '7', '"x"', '{', '{}', '{"changes":[]}', '{"events":[]}', '{"changes":{},"events":[]}'])(
    'takes %s for no record',
    (text) => {
      expect(parseRecord(Buffer.from(text))).toBeUndefined();
    },
  );

  it('takes an object with changes and events', () => {
    expect(parseRecord(Buffer.from(JSON.stringify(record)))).toEqual(record);
  });
});

describe('parseHeader', () => {
  it('takes what encodeHeader wrote, and nothing else', () => {
    const line = readLine(Buffer.from(encodeHeader(1, { seq: 4, hash: HASH, events: 9 }, AT)), 0);
    const header = line?.ok === true ? parseHeader(line.body) : undefined;
    expect(header).toEqual({ format: 1, segment: 5, prev: HASH, n: 10, at: AT });
    for (const text of ['{}', '[]', 'null', '{"segment":"1"}']) expect(parseHeader(Buffer.from(text))).toBeUndefined();
  });
});

describe('parseObject', () => {
  it('gives undefined for what is no object', () => {
    expect(['null', '7', 'x'].map((text) => parseObject(Buffer.from(text)))).toEqual([undefined, undefined, undefined]);
    expect(parseObject(Buffer.from('{"a":1}'))).toEqual({ a: 1 });
  });
});

describe('chainFault', () => {
  const chain = { seq: 4, hash: HASH, events: 9 };
  it('says what does not follow', () => {
    expect(chainFault(chain, record)).toBeUndefined();
    expect(chainFault(chain, { ...record, seq: 6 })).toBe('record 6 where 5 belongs');
    expect(chainFault(chain, { ...record, prev: 'b' })).toBe('record 5 does not follow the record before it');
    expect(chainFault(chain, { ...record, n: 12 })).toBe('record 5 numbers its events from 12, not 10');
  });
});

describe('eventsOf', () => {
  it('numbers events from their record, with its time where they have none', () => {
    const own = '2026-01-02T00:00:00.000Z';
    const stored = { kind: 'note', actor: 'a', outcome: 'ok' } as const;
    const events = eventsOf({ ...record, events: [stored, { ...stored, at: own }] });
    expect(events.map(({ n, at }) => [n, at])).toEqual([
      [10, Date.parse(AT)],
      [11, Date.parse(own)],
    ]);
  });
});

describe('numbered', () => {
  it('makes a cause within the record the number of that event, and drops one that is outside', () => {
    expect(numbered(event, 10, 2)).toEqual({ ...event, n: 12 });
    expect(numbered({ ...event, cause: 3 }, 10, 2)).toEqual({ ...event, cause: 3, n: 12 });
    expect(numbered({ ...event, cause: 0 }, 10, 2)).toEqual({ ...event, cause: 0, n: 12 });
    expect(numbered({ ...event, cause: -1 }, 10, 2)).toEqual({ ...event, cause: 11, n: 12 });
    expect(numbered({ ...event, cause: -2 }, 10, 2)).toEqual({ ...event, cause: 10, n: 12 });
    expect(numbered({ ...event, cause: -3 }, 10, 2)).toEqual({ ...event, n: 12 });
  });
});
