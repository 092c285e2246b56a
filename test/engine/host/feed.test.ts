import { PassThrough } from 'node:stream';
import { once } from 'node:events';
import { describe, expect, it } from 'vitest';
import { readFeed } from '../../../src/engine/host/feed.ts';

/** Separators that other readers of lines know, a CR and an escape among them. */
const odd = ['\u2028', '\u2029', '\u0085', '\r', '\u000b', '\u000c', '\u001b'];

describe('readFeed', () => {
  it('splits at LF alone, however the bytes arrive', async () => {
    const values = odd.map((separator) => ({ text: `a${separator}b`.repeat(3000) }));
    const bytes = Buffer.from(values.map((value) => `${JSON.stringify(value)}\n`).join(''));
    const stream = new PassThrough();
    const seen: unknown[] = [];
    readFeed(stream, (value) => seen.push(value));
    for (let at = 0; at < bytes.length; at += 1021) stream.write(bytes.subarray(at, at + 1021));
    stream.end();
    await once(stream, 'end');
    expect(seen).toEqual(values);
  });

  it('destroys a stream that brings a line that is no JSON, and hands on nothing after it', async () => {
    const stream = new PassThrough();
    const seen: unknown[] = [];
    readFeed(stream, (value) => seen.push(value));
    stream.write('{"a":1}\n{"b":\n{"c":1}\n');
    const [error] = await once(stream, 'error');
    expect(error).toBeInstanceOf(SyntaxError);
    expect(seen).toEqual([{ a: 1 }]);
  });

  it('destroys a stream whose line cannot be used, and throws nothing', async () => {
    const stream = new PassThrough();
    readFeed(stream, () => {
      throw new Error('no such view');
    });
    stream.write('{}\n');
    const [error] = await once(stream, 'error');
    expect(error).toMatchObject({ message: 'no such view' });
  });
});
