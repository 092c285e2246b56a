/** Reads the body of a request up to a limit, by counting what arrives: a length that is told, or none, decides nothing. */
import { McptuiError } from '../../kernel/errors.ts';

const MIB = 1024 * 1024;
/** Of a request of the operators' API. */
export const MAX_BODY_BYTES = 4 * MIB;

/** A body is over its limit. */
export class TooLargeError extends McptuiError {}

/** `limit` in bytes. @throws TooLargeError as soon as more have arrived; the rest is not read */
export async function readBody(request: Pick<Request, 'body'>, limit: number): Promise<string> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of request.body ?? []) {
    bytes += chunk.byteLength;
    if (bytes > limit) throw new TooLargeError('invalid', `the request body is over ${limit / MIB} MiB`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks, bytes).toString('utf8');
}
