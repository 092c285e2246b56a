import { describe, expect, it } from 'vitest';
import { LineReader } from '../../../src/mcp/wire/framing.ts';
import { AnswerScan } from '../../../src/mcp/wire/answer-scan.ts';
import { readOn } from '../../../src/mcp/wire/judge-scan.ts';

function reader(limit = 100_000) {
  const seen: string[] = [];
  const lines = new LineReader(limit, {
    small: (text) => seen.push(text),
    large: (parts, bytes) => seen.push(`large ${bytes} ${Buffer.concat(parts).toString('utf8').slice(0, 10)}`),
    oversize: (head, tail, bytes) =>
      seen.push(`oversize ${bytes} ${head.slice(0, 4)} ${tail.slice(-4)} ${head.length} ${tail.length}`),
  });
  return { lines, seen };
}

describe('LineReader', () => {
  it('gives the same lines however the bytes are cut', () => {
    const text = ['{"a":"é€😀"}', '', '\r', 'x'.repeat(9000), 'b', 'y'.repeat(150_000), '{}'].join('\n') + '\n';
    const bytes = Buffer.from(text);
    const whole = reader();
    whole.lines.push(bytes);
    expect(whole.seen).toEqual([
      '{"a":"é€😀"}',
      'large 9000 xxxxxxxxxx',
      'b',
      'oversize 150000 yyyy yyyy 4096 4096',
      '{}',
    ]);
    for (const size of [1, 2, 3, 7, 1000, 4096, 65_536]) {
      const cut = reader();
      for (let at = 0; at < bytes.length; at += size) cut.lines.push(bytes.subarray(at, at + size));
      expect(cut.seen).toEqual(whole.seen);
      expect(cut.lines.pendingParts).toEqual([]);
    }
  });

  it('keeps both ends of a line over the limit and nothing else, and reads the next line', () => {
    const { lines, seen } = reader(10_000);
    lines.push(Buffer.from('head'));
    for (let count = 0; count < 50; count += 1) lines.push(Buffer.alloc(1000, '.'));
    expect(lines.pendingParts).toEqual([]);
    lines.push(Buffer.from('tail\nnext\n'));
    expect(seen).toEqual(['oversize 50008 head tail 4096 4096', 'next']);
  });

  it('takes time in proportion to the bytes, not to their square', () => {
    const { lines, seen } = reader(Infinity);
    const chunk = Buffer.alloc(1024, 'z');
    // 64 MiB in 1 KiB pieces: joined anew for each piece, this would copy two terabytes.
    for (let count = 0; count < 65_536; count += 1) lines.push(chunk);
    lines.push(Buffer.from('\n'));
    expect(seen).toEqual(['large 67108864 zzzzzzzzzz']);
  });
});

describe('LineReader: a line in tiny pieces', () => {
  it('is kept in few, and whoever reads it as it grows sees each byte once', () => {
    const text = `{"a":"${'é'.repeat(20_000)}"}`;
    const scan = new AnswerScan();
    let pieces = 0;
    const reader = new LineReader(1_000_000, {
      small: () => undefined,
      growing: (parts, bytes) => readOn(scan, parts, bytes),
      large: (parts, bytes) => {
        pieces = parts.length;
        readOn(scan, parts, bytes);
        expect(Buffer.concat(parts).toString('utf8')).toBe(text);
      },
      oversize: () => undefined,
    });
    for (const byte of Buffer.from(`${text}\n`)) reader.push(Buffer.from([byte]));
    scan.end();
    expect([scan.fault, scan.bytes]).toEqual([undefined, Buffer.byteLength(text)]);
    expect(pieces).toBeLessThan(1_100);
  });
});
