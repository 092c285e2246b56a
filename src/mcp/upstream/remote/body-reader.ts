/** Reads the body of an HTTP answer, bounded, in the pieces in which it came. */
import { messageOf } from '../../../kernel/errors.ts';
import { decodeParts } from '../../wire/framing.ts';
import { RemoteFailure } from './remote-failure.ts';
import type { HttpAnswer } from './http-answer.ts';

export type Body =
  | { readonly kind: 'whole'; readonly parts: readonly Buffer[]; readonly bytes: number }
  /** Over the limit; the connection is closed. */
  | { readonly kind: 'oversize'; readonly bytes: number };

/**
 * `growing` sees the pieces as they come, in the array that the body will have.
 * @throws RemoteFailure `BAD_ANSWER` when it breaks off
 */
export function readBody(
  response: HttpAnswer,
  limit: number,
  growing?: (parts: readonly Buffer[], bytes: number) => void,
): Promise<Body> {
  return new Promise((resolve, reject) => {
    const parts: Buffer[] = [];
    let bytes = 0;
    response.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
      parts.push(chunk);
      if (bytes <= limit) return growing?.(parts, bytes);
      response.destroy();
      resolve({ kind: 'oversize', bytes });
    });
    response.once('end', () => resolve({ kind: 'whole', parts, bytes }));
    response.once('error', (error) => reject(brokenOff(error)));
    response.once('close', () => reject(brokenOff(undefined)));
  });
}

/** At most `limit` bytes of a body that only people read; "" when it breaks off. */
export async function readText(response: HttpAnswer, limit: number): Promise<string> {
  try {
    const body = await readBody(response, limit);
    return body.kind === 'whole' ? decodeParts(body.parts, body.bytes) : '';
  } catch {
    return '';
  }
}

/** Line ends inside a message become spaces, in place: between agents and the router one message is one line. */
export function onOneLine(parts: readonly Buffer[]): readonly Buffer[] {
  for (const part of parts) {
    for (const byte of [10, 13]) {
      for (let at = part.indexOf(byte); at !== -1; at = part.indexOf(byte, at + 1)) part[at] = 32;
    }
  }
  return parts;
}

function brokenOff(cause: unknown): RemoteFailure {
  const why = cause === undefined ? 'the connection was closed' : messageOf(cause);
  return new RemoteFailure('BAD_ANSWER', `its answer broke off: ${why}`, { cause });
}
