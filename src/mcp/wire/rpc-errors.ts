/** Makes the errors that the router itself answers with. Those of a server are passed on as they are. */
import type { EpochMs } from '../../kernel/clock.ts';

export const RPC = {
  parseError: -32700,
  invalidRequest: -32600,
  methodNotFound: -32601,
  /** Also for a tool or prompt that nobody has. */
  invalidParams: -32602,
  internalError: -32603,
  /** The server that should answer is not there, or the message is over the limit. */
  unavailable: -32000,
  timeout: -32001,
  /** Of the revisions up to 2025-11-25. */
  resourceNotFound: -32002,
  /** A URL must be visited first; from 2025-11-25. */
  urlElicitationRequired: -32042,
} as const;

export interface RpcError {
  readonly code: number;
  readonly message: string;
  readonly data?: unknown;
}

/** `idText` is the JSON of the id. */
export function errorLine(idText: string, error: RpcError): string {
  return `{"jsonrpc":"2.0","id":${idText},"error":${JSON.stringify(error)}}`;
}

/** `bodyText` is the JSON of the result or error. The id is the last member: parsers let the last one win. */
export function answerLine(idText: string, key: 'result' | 'error', bodyText: string): string {
  return `{"${key}":${bodyText},"jsonrpc":"2.0","id":${idText}}`;
}

export function resultLine(idText: string, resultText: string): string {
  return `{"jsonrpc":"2.0","id":${idText},"result":${resultText}}`;
}

/** `failed`, `is stopped`: what is said of a server without a connected instance. */
export function downWords(state: string): string {
  return state === 'error' ? 'failed' : `is ${state}`;
}

/** A call for a server that has no connected instance. */
export function downError(
  server: string,
  down: { readonly state: string; readonly reason: string; readonly retryAt?: EpochMs },
  now: EpochMs,
): RpcError {
  const retryAfterMs = down.retryAt === undefined ? undefined : Math.max(0, down.retryAt - now);
  return {
    code: RPC.unavailable,
    message: `server ${server} ${downWords(down.state)}: ${down.reason}`,
    data: {
      server,
      state: down.state,
      reason: down.reason,
      ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
    },
  };
}

/** A call whose server went away before it answered; it may have run, so it is not sent again. */
export function lostError(server: string, reason: string): RpcError {
  return {
    code: RPC.unavailable,
    message: `server ${server} was lost while this call was in flight (it may have run): ${reason}`,
    data: { server, state: 'lost', reason },
  };
}

/** A call of a server that is there, but whose answer is none; it may have run, so it is not sent again. */
export function brokenError(server: string, reason: string): RpcError {
  return {
    code: RPC.unavailable,
    message: `server ${server} gave this call no usable answer (it may have run): ${reason}`,
    data: { server, state: 'lost', reason },
  };
}

/** An answer that cannot be passed on; `line` is what is shown of it. */
export function invalidAnswerError(server: string, why: string, line: string): RpcError {
  return {
    code: RPC.unavailable,
    message: `server ${server} sent an invalid answer: ${why}: ${line}`,
    data: { server, reason: `invalid answer: ${why}` },
  };
}

/** `bytes` is undefined for one that has not ended. */
export function tooLargeError(what: string, bytes: number | undefined, limitBytes: number): RpcError {
  const size = bytes === undefined ? '' : ` of ${bytes} bytes`;
  return {
    code: RPC.unavailable,
    message: `${what}${size} is over the limit of ${limitBytes} bytes`,
    data: { reason: 'message too large', ...(bytes === undefined ? {} : { bytes }), limitBytes },
  };
}

/** A message that can be read but not written again. */
export const TOO_DEEP: RpcError = { code: RPC.invalidRequest, message: 'Invalid request: nested too deep' };

export const PARSE_ERROR: RpcError = { code: RPC.parseError, message: 'Parse error: not valid JSON' };

export function invalidRequest(why: string): RpcError {
  return { code: RPC.invalidRequest, message: `Invalid request: ${why}` };
}

/** The router failed at a message, which is a bug of its own; its log says what. */
export const INTERNAL: RpcError = {
  code: RPC.internalError,
  message: 'mcptui failed at this message; its log says why',
};
