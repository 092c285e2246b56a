/**
 * Splits Docker's multiplexed attach stream: an 8-byte header (stream, 0, 0, 0, length) before each payload. Linear, flat
 * stack.
 */
import type { Readable, Writable } from 'node:stream';

const HEADER_BYTES = 8;

/**
 * Splits `source` into its two streams with back-pressure, and ends both when it ends. A header that is none means that
 * the stream is not multiplexed: `broken` is told and the rest is dropped.
 */
export function readFrames(
  source: Readable,
  stdout: Writable,
  stderr: Writable,
  broken: (reason: string) => void,
): void {
  const header = Buffer.alloc(HEADER_BYTES);
  let headerBytes = 0;
  let payloadLeft = 0;
  let target = stdout;
  let failed = false;

  function take(chunk: Buffer): void {
    for (let at = 0; at < chunk.length && !failed;) {
      if (payloadLeft > 0) {
        const part = chunk.subarray(at, at + payloadLeft);
        at += part.length;
        payloadLeft -= part.length;
        pass(part);
        continue;
      }
      const part = chunk.subarray(at, at + HEADER_BYTES - headerBytes);
      part.copy(header, headerBytes);
      headerBytes += part.length;
      at += part.length;
      if (headerBytes === HEADER_BYTES) begin();
    }
  }

  function begin(): void {
    headerBytes = 0;
    const stream = header[0] ?? 255;
    if (stream > 2 || header[1] !== 0 || header[2] !== 0 || header[3] !== 0) {
      failed = true;
      broken(`no frame header: ${header.toString('hex')}`);
      return;
    }
    target = stream === 2 ? stderr : stdout;
    payloadLeft = header.readUInt32BE(4);
  }

  function pass(part: Buffer): void {
    if (target.writableEnded || target.write(part)) return;
    source.pause();
    target.once('drain', () => source.resume());
  }

  function end(): void {
    if (!stdout.writableEnded) stdout.end();
    if (!stderr.writableEnded) stderr.end();
  }

  source.on('data', take);
  source.on('end', end);
  source.on('close', end);
  source.on('error', end);
}
