import { PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';
import { describe, expect, it } from 'vitest';
import { readFrames } from '../../../src/engine/runtimes/docker/frames.ts';

function frame(stream: 1 | 2, payload: string): Buffer {
  const header = Buffer.alloc(8);
  header[0] = stream;
  header.writeUInt32BE(Buffer.byteLength(payload), 4);
  return Buffer.concat([header, Buffer.from(payload)]);
}

async function read(chunks: readonly Buffer[]): Promise<{ stdout: string; stderr: string; broken: string[] }> {
  const source = new PassThrough();
  const stdout = new PassThrough();
  const stderr = new PassThrough();
  const broken: string[] = [];
  readFrames(source, stdout, stderr, (reason) => broken.push(reason));
  const both = Promise.all([text(stdout), text(stderr)]);
  for (const chunk of chunks) source.write(chunk);
  source.end();
  const [out, err] = await both;
  return { stdout: out, stderr: err, broken };
}

describe('readFrames', () => {
  it('reads 50,000 small frames of one chunk without deepening the stack', async () => {
    const all = Buffer.concat(Array.from({ length: 50_000 }, (_, n) => frame(n % 2 === 0 ? 1 : 2, 'x')));
    const { stdout, stderr } = await read([all]);
    expect([stdout.length, stderr.length]).toEqual([25_000, 25_000]);
  });

  it('reads frames cut at every byte', async () => {
    const all = Buffer.concat([frame(1, 'one'), frame(2, 'two'), frame(1, ''), frame(1, 'three')]);
    for (let cut = 0; cut <= all.length; cut++) {
      expect(await read([all.subarray(0, cut), all.subarray(cut)])).toEqual({
        stdout: 'onethree',
        stderr: 'two',
        broken: [],
      });
    }
    expect(await read([...all].map((byte) => Buffer.from([byte])))).toMatchObject({
      stdout: 'onethree',
      stderr: 'two',
    });
  });

  it('says so when the stream is not multiplexed', async () => {
    const { broken, stdout } = await read([Buffer.from('plain text of a tty')]);
    expect(broken).toHaveLength(1);
    expect(stdout).toBe('');
  });
});
