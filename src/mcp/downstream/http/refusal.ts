/** Refuses an HTTP request, with the reason. */
import type { ServerResponse } from 'node:http';
import { errorLine, RPC } from '../../wire/rpc-errors.ts';

export interface Refusal {
  readonly status: number;
  readonly message: string;
  /** Of the JSON-RPC error in the body; -32000 when absent. */
  readonly code?: number;
  readonly data?: unknown;
  /** The next step, for who reads no JSON-RPC. */
  readonly hint?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** The connection is of no more use. */
  readonly closes?: boolean;
}

/** The body is a JSON-RPC error, which clients show. `idText` is the JSON of the request's id where it is known. */
export function refuse(response: ServerResponse, refusal: Refusal, idText = 'null'): void {
  if (response.headersSent || response.destroyed) return;
  const { status, message, code = RPC.unavailable, data, headers, closes } = refusal;
  const body = errorLine(idText, { code, message, ...(data === undefined ? {} : { data }) });
  response.writeHead(status, {
    ...headers,
    ...(closes === true ? { connection: 'close' } : {}),
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(body),
  });
  response.end(body);
}
