/** Properties of the journal's lines: what a cut leaves is read to its last whole record, and a changed byte is seen. */
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  chainFault,
  EMPTY_CHAIN,
  encodeBody,
  encodeHeader,
  encodeLine,
  follow,
  parseRecord,
  readLine,
  type JournalRecord,
} from '../../src/store/record.ts';
import { isTorn } from '../../src/store/journal/torn.ts';

const AT = '2026-01-01T00:00:00.000Z';
const events = fc.array(
  fc.record({
    kind: fc.constant('note'),
    actor: fc.constant('a'),
    outcome: fc.constant('ok'),
    message: fc.string({ unit: 'grapheme' }),
  }),
  { maxLength: 3 },
);

/** A segment of one burst a record; the offsets at which its lines end. */
function segmentOf(all: readonly (readonly object[])[]): { readonly bytes: Buffer; readonly ends: readonly number[] } {
  let chain = EMPTY_CHAIN;
  const lines = [encodeHeader(1, chain, AT)];
  for (const given of all) {
    const body = encodeBody(
      chain,
      chain.seq + 1,
      AT,
      [],
      given.map((event) => JSON.stringify(event)),
    );
    lines.push(encodeLine(body));
    chain = follow(chain, parseRecord(Buffer.from(body)) as JournalRecord, Buffer.from(body));
  }
  let end = 0;
  const ends = lines.map((line) => (end += Buffer.byteLength(line)));
  return { bytes: Buffer.from(lines.join('')), ends };
}

/** Records that follow each other from the begin, and where reading stopped. */
function readable(bytes: Buffer): { readonly records: number; readonly stop: number } {
  let chain = EMPTY_CHAIN;
  let line = readLine(bytes, 0);
  for (let records = 0; ; records += 1) {
    const at = line?.end ?? 0;
    line = line?.ok === true ? readLine(bytes, at) : undefined;
    if (line?.ok !== true) return { records, stop: line?.offset ?? at };
    const record = parseRecord(line.body);
    if (record === undefined || chainFault(chain, record) !== undefined) return { records, stop: line.offset };
    chain = follow(chain, record, line.body);
  }
}

describe('a segment that was cut', () => {
  it('is read to its last whole record, and what is left is the end of a write that was never finished', () => {
    fc.assert(
      fc.property(fc.array(events, { minLength: 1, maxLength: 6 }), fc.nat(), (all, at) => {
        const { bytes, ends } = segmentOf(all);
        const [header = 0] = ends;
        const cut = header + (at % (bytes.length - header + 1));
        const { records, stop } = readable(bytes.subarray(0, cut));
        expect(records).toBe(ends.filter((end) => end <= cut).length - 1);
        expect(isTorn(bytes.subarray(0, cut), stop, records)).toBe(true);
      }),
    );
  });
});

describe('a segment with a changed byte', () => {
  it('is never read past it', () => {
    fc.assert(
      fc.property(
        fc.array(events, { minLength: 1, maxLength: 6 }),
        fc.nat(),
        fc.integer({ min: 1, max: 255 }),
        (all, at, flip) => {
          const { bytes, ends } = segmentOf(all);
          const [header = 0] = ends;
          const place = header + (at % (bytes.length - header));
          const changed = Buffer.from(bytes);
          changed[place] = (changed[place] ?? 0) ^ flip;
          const { records } = readable(changed);
          expect(records).toBe(ends.filter((end) => end <= place).length - 1);
        },
      ),
    );
  });
});
