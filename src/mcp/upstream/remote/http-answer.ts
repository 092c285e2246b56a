/** Takes the head and the body of an HTTP answer out of the encoding in which it came. */
import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import { pipeline, type Readable, type Transform } from 'node:stream';
import { createBrotliDecompress, createGunzip, createInflate } from 'node:zlib';

export interface HttpAnswer extends Readable {
  readonly statusCode?: number | undefined;
  readonly headers: IncomingHttpHeaders;
  /** What it comes on, for as long as that is its own. */
  readonly socket?: { readonly bytesRead: number };
}

const DECODERS: ReadonlyMap<string, () => Transform> = new Map([
  ['gzip', createGunzip],
  ['x-gzip', createGunzip],
  ['deflate', createInflate],
  ['br', createBrotliDecompress],
]);

/** Nobody was asked for an encoding, but some servers always use one. Others than these are left as they are. */
export function decoded(response: IncomingMessage): HttpAnswer {
  const decoder = DECODERS.get((response.headers['content-encoding'] ?? '').trim().toLowerCase());
  if (decoder === undefined) return response;
  const body = decoder();
  // Either end takes the other along; whoever reads the body hears of it there.
  pipeline(response, body, () => undefined);
  const { 'content-encoding': _, 'content-length': __, ...headers } = response.headers;
  return Object.assign(body, { statusCode: response.statusCode, headers, socket: response.socket });
}
