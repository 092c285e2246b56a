/** Reads a request's body within limits: of one body, and of all that are being read. Its time is Node's `requestTimeout`. */
import type { IncomingMessage } from 'node:http';
import type { Refusal } from './refusal.ts';

/** A body as the pieces in which it came, without line ends: what is passed on must stay one line. */
export interface Body {
  readonly parts: readonly Buffer[];
  readonly bytes: number;
}

export type BodyOutcome = { readonly body: Body } | { readonly refusal: Refusal } | 'aborted';

/** Some editors and libraries begin a text with it. */
const BOM = Buffer.from([0xef, 0xbb, 0xbf]);
const SPACE = 32;

export interface BodyLimits {
  readonly maxBodyBytes: number;
  readonly maxPendingBodyBytes: number;
}

export class BodyReader {
  readonly #limits: BodyLimits;
  /** Of all bodies that are not complete. */
  #pendingBytes = 0;

  constructor(limits: BodyLimits) {
    this.#limits = limits;
  }

  /** Never rejects. What is refused is read on and thrown away by Node, so that the refusal can be read. */
  read(request: IncomingMessage): Promise<BodyOutcome> {
    const { maxBodyBytes, maxPendingBodyBytes } = this.#limits;
    const tooLarge: Refusal = { status: 413, message: `the body is over the limit of ${maxBodyBytes} bytes` };
    if (Number(request.headers['content-length'] ?? 0) > maxBodyBytes) return Promise.resolve({ refusal: tooLarge });
    return new Promise((resolve) => {
      const parts: Buffer[] = [];
      let bytes = 0;
      const end = (outcome: BodyOutcome): void => {
        this.#pendingBytes -= bytes;
        bytes = 0;
        request.off('data', onData);
        request.off('end', onEnd);
        resolve(outcome);
      };
      const onData = (piece: Buffer): void => {
        bytes += piece.length;
        this.#pendingBytes += piece.length;
        if (bytes > maxBodyBytes) return end({ refusal: tooLarge });
        if (this.#pendingBytes > maxPendingBodyBytes) {
          const message = 'too many long bodies are being received';
          return end({ refusal: { status: 503, message, headers: { 'retry-after': '1' } } });
        }
        const text =
          parts.length === 0 && piece.subarray(0, BOM.length).equals(BOM) ? piece.subarray(BOM.length) : piece;
        if (text.length > 0) parts.push(withoutLineEnds(text));
      };
      const onEnd = (): void => end({ body: { parts, bytes: parts.reduce((sum, { length }) => sum + length, 0) } });
      request.on('data', onData);
      request.once('end', onEnd);
      request.once('close', () => end('aborted'));
      request.on('error', () => end('aborted'));
    });
  }
}

/** In JSON a line end stands between tokens only, where a space means the same. In place: nobody else holds the piece. */
function withoutLineEnds(piece: Buffer): Buffer {
  for (const lineEnd of [10, 13]) {
    for (let at = piece.indexOf(lineEnd); at !== -1; at = piece.indexOf(lineEnd, at + 1)) piece[at] = SPACE;
  }
  return piece;
}
