/** Properties of what finds messages in bytes: the cuts of a stream change nothing. */
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { endsOf, readEnvelope, sliceParts } from '../../../src/mcp/wire/envelope.ts';
import { LARGE_LINE_BYTES, LineReader } from '../../../src/mcp/wire/framing.ts';

/** Lines as anybody may send them: short, long, over the limit, blank, of many bytes a character. */
const line = fc.oneof(
  fc.string({ unit: 'grapheme', maxLength: 40 }).map((text) => text.replaceAll('\n', ' ')),
  fc.integer({ min: 1, max: 3 }).map((factor) => 'é'.repeat((LARGE_LINE_BYTES * factor) / 2)),
  fc.constantFrom('', ' ', '\r', '{"jsonrpc":"2.0","id":1,"result":{}}'),
);
const cuts = fc.array(fc.integer({ min: 1, max: 5_000 }), { minLength: 1, maxLength: 40 });

function piecesOf(bytes: Buffer, sizes: readonly number[]): Buffer[] {
  const pieces: Buffer[] = [];
  for (let at = 0, turn = 0; at < bytes.length; turn += 1) {
    const size = sizes[turn % sizes.length] ?? 1;
    pieces.push(bytes.subarray(at, at + size));
    at += size;
  }
  return pieces;
}

function linesIn(pieces: readonly Buffer[]): string[] {
  const seen: string[] = [];
  const reader = new LineReader(2 * LARGE_LINE_BYTES, {
    small: (text) => seen.push(text),
    large: (parts, bytes) => seen.push(`${bytes}:${Buffer.concat(parts).toString('utf8')}`),
    oversize: (head, tail, bytes) => seen.push(`${bytes} over: ${head} … ${tail}`),
  });
  for (const piece of pieces) reader.push(piece);
  return seen;
}

describe('LineReader, however a stream is cut', () => {
  it('gives the same lines', () => {
    fc.assert(
      fc.property(fc.array(line, { maxLength: 8 }), cuts, (lines, sizes) => {
        const bytes = Buffer.from(lines.map((one) => `${one}\n`).join(''));
        expect(linesIn(piecesOf(bytes, sizes))).toEqual(linesIn([bytes]));
      }),
    );
  });

  it('gives every line that is not blank, in order, and nothing of one that has not ended', () => {
    const short = fc.string({ unit: 'grapheme', maxLength: 40 }).map((text) => text.replaceAll('\n', ' '));
    fc.assert(
      fc.property(fc.array(short, { maxLength: 12 }), short, cuts, (lines, open, sizes) => {
        const bytes = Buffer.from(`${lines.map((one) => `${one}\n`).join('')}${open}`);
        const isBlank = (text: string): boolean => text === '' || (text.length === 1 && text.trim() === '');
        expect(linesIn(piecesOf(bytes, sizes))).toEqual(lines.filter((text) => !isBlank(text)));
      }),
    );
  });
});

describe('sliceParts', () => {
  it('is the slice of the whole, for any cuts and any bounds', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), cuts, fc.nat(220), fc.nat(220), (array, sizes, a, b) => {
        const bytes = Buffer.from(array);
        const parts = piecesOf(
          bytes,
          sizes.map((size) => (size % 17) + 1),
        );
        const [from, to] = [Math.min(a, b), Math.max(a, b)];
        expect(Buffer.concat(sliceParts(parts, from, to))).toEqual(bytes.subarray(from, to));
      }),
    );
  });
});

describe('readEnvelope', () => {
  const id = fc.oneof(fc.integer(), fc.string({ unit: 'grapheme-ascii', maxLength: 30 }));

  it('never names another id than the one that a parse finds', () => {
    fc.assert(
      fc.property(
        id,
        fc.json(),
        fc.boolean(),
        fc.constantFrom('result', 'error'),
        cuts,
        (own, body, isFirst, key, sizes) => {
          const text = isFirst
            ? `{"jsonrpc":"2.0","id":${JSON.stringify(own)},"${key}":${body}}`
            : `{"${key}":${body},"jsonrpc":"2.0","id":${JSON.stringify(own)}}`;
          const { head, tail } = endsOf(piecesOf(Buffer.from(text), sizes));
          const found = readEnvelope(head, tail).id;
          expect([undefined, own]).toContain(found);
        },
      ),
    );
  });

  it('finds an id that stands in front, when it has no escapes', () => {
    const plain = fc.oneof(fc.integer(), fc.stringMatching(/^[a-zA-Z0-9 _.-]{0,30}$/));
    fc.assert(
      fc.property(plain, fc.json(), (own, body) => {
        const text = `{"jsonrpc":"2.0","id":${JSON.stringify(own)},"result":${body}}`;
        const { head, tail } = endsOf([Buffer.from(text)]);
        expect(readEnvelope(head, tail).id).toBe(own);
      }),
    );
  });
});
