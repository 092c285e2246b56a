import { describe, expect, it } from 'vitest';
import { SseReader } from '../../../../src/mcp/upstream/remote/sse-reader.ts';

function read(chunks: readonly string[], limit = 1024) {
  const seen: string[] = [];
  const reader = new SseReader(limit, {
    event: ({ type, parts, bytes }) => {
      const text = Buffer.concat(parts).toString('utf8');
      if (Buffer.byteLength(text) !== bytes) throw new Error(`${bytes} bytes named for ${text}`);
      seen.push(`${type} ${text}`);
    },
    id: (id) => void seen.push(`id ${id}`),
    retry: (ms) => void seen.push(`retry ${ms}`),
    oversize: (head, bytes) => void seen.push(`over ${bytes} ${head.slice(0, 4)}`),
  });
  for (const chunk of chunks) reader.push(Buffer.from(chunk));
  return seen;
}

const TEXT =
  ': hello\nid: 7\nevent: message\ndata: {"ä":1}\n\ndata:{"b":\ndata: 2}\nretry: 250\n\nevent: endpoint\ndata: /x\n\n';
const SEEN = ['id 7', 'message {"ä":1}', 'retry 250', 'message {"b": 2}', 'endpoint /x'];

describe('SseReader', () => {
  it.each(['\n', '\r\n', '\r'])('reads events whose lines end in %j, however they are cut', (end) => {
    const text = TEXT.replaceAll('\n', end);
    expect(read([text])).toEqual(SEEN);
    const bytes = Buffer.from(text);
    for (let size = 1; size < 9; size += 1) {
      const seen: string[] = [];
      const reader = new SseReader(1024, {
        event: ({ type, parts }) => void seen.push(`${type} ${Buffer.concat(parts).toString('utf8')}`),
        id: (id) => void seen.push(`id ${id}`),
        retry: (ms) => void seen.push(`retry ${ms}`),
        oversize: () => void seen.push('over'),
      });
      for (let at = 0; at < bytes.length; at += size) reader.push(bytes.subarray(at, at + size));
      expect(seen).toEqual(SEEN);
    }
  });

  it('tells an id of an event without data, and dispatches nothing for it', () => {
    expect(read(['id: 1\ndata:\n\n', 'id: 2\n\n'])).toEqual(['id 1', 'id 2']);
  });

  it('forgets an event that has no end', () => {
    expect(read(['data: {"a":1}\n'])).toEqual([]);
  });

  it('stops at an event over the limit, on one line or many, and reads nothing after it', () => {
    expect(read([`data: ${'x'.repeat(200)}`, 'x\n\ndata: y\n\n'], 100)).toEqual(['over 200 xxxx']);
    const lines = Array.from({ length: 30 }, () => 'data: 12345\n').join('');
    expect(read([`${lines}\n`, 'data: y\n\n'], 100)[0]).toMatch(/^over 1\d\d 1234/);
  });

  it('takes time in proportion to the bytes, not to their square', () => {
    const bytes: number[] = [];
    const reader = new SseReader(64 * 1024 * 1024, {
      event: (event) => bytes.push(event.bytes),
      id() {},
      retry() {},
      oversize() {},
    });
    const piece = Buffer.alloc(1024, 'x');
    reader.push(Buffer.from('data: '));
    // 32 MiB in 1 KiB pieces: joined anew for each piece, this would copy half a terabyte.
    for (let count = 0; count < 32_768; count += 1) reader.push(piece);
    reader.push(Buffer.from('\n\n'));
    expect(bytes).toEqual([33_554_432]);
  });
});
