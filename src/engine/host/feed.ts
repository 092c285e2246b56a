/** Reads a console's feed: JSON values, one a line, split at LF alone (`node:readline` also splits at U+2028 and U+2029). */
import type { Readable } from 'node:stream';
import { decodeParts, LineReader } from '../../mcp/wire/framing.ts';

/** One line may hold the whole view; what is longer comes from no engine. */
const MAX_LINE_BYTES = 512 * 1024 * 1024;

/**
 * Calls `take` with each value. A line that is no JSON, or one that `take` cannot use, destroys the stream with that error:
 * its reader attaches again.
 */
export function readFeed(stream: Readable, take: (value: unknown) => void): void {
  const guarded = (text: string): void => {
    if (stream.destroyed) return;
    try {
      take(JSON.parse(text));
    } catch (error) {
      stream.destroy(error instanceof Error ? error : new Error('the feed could not be read'));
    }
  };
  const lines = new LineReader(MAX_LINE_BYTES, {
    small: guarded,
    large: (parts, bytes) => guarded(decodeParts(parts, bytes)),
    oversize: (_head, _tail, bytes) => stream.destroy(new Error(`a line of the feed has ${bytes} bytes`)),
  });
  stream.on('data', (chunk: Buffer) => lines.push(chunk));
}
