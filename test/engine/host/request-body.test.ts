import { describe, expect, it } from 'vitest';
import { readBody } from '../../../src/engine/host/request-body.ts';

/** A body in pieces of 1 MiB, and how many were asked for. */
function pieces(count: number): {
  readonly body: ReadableStream<Uint8Array<ArrayBuffer>>;
  readonly sent: () => number;
} {
  let sent = 0;
  const body = new ReadableStream<Uint8Array<ArrayBuffer>>(
    {
      pull(controller) {
        if (sent === count) return controller.close();
        sent += 1;
        controller.enqueue(new Uint8Array(1024 * 1024).fill(0x20));
      },
    },
    { highWaterMark: 0 },
  );
  return { body, sent: () => sent };
}

const LIMIT = 2 * 1024 * 1024;

describe('readBody', () => {
  it('reads what is not over the limit, characters that are cut between pieces included', async () => {
    expect(await readBody(pieces(2), LIMIT)).toHaveLength(LIMIT);
    const bytes = Buffer.from('zoë');
    const body = new ReadableStream<Uint8Array<ArrayBuffer>>({
      start(controller) {
        for (const byte of bytes) controller.enqueue(Uint8Array.of(byte));
        controller.close();
      },
    });
    expect(await readBody({ body }, LIMIT)).toBe('zoë');
    expect(await readBody({ body: null }, LIMIT)).toBe('');
  });

  it('stops at the first byte over the limit, whatever length was told', async () => {
    const endless = pieces(1_000);
    await expect(readBody(endless, LIMIT)).rejects.toMatchObject({
      code: 'invalid',
      message: 'the request body is over 2 MiB',
    });
    expect(endless.sent()).toBe(3);
  });
});
