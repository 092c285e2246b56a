/** Describes how an instance is connected, and how that ended. */
import type { Readable, Writable } from 'node:stream';
import type { JsonObject } from '../../kernel/json.ts';

/** One instance's stdio. */
export interface UpstreamStream {
  /** The server's stdin. */
  readonly input: Writable;
  /** The server's stdout. Its end means the upstream is lost. */
  readonly output: Readable;
}

/** The environment that names the operator's forward proxy. */
export type ProxyEnv = Readonly<Record<string, string | undefined>>;

/** Where a remote server is, and what it is sent besides messages. */
export interface RemoteTarget {
  readonly url: string;
  /** `sse`: HTTP with SSE as of 2024-11-05, at once; the other one falls back to it. */
  readonly transport: 'streamable-http' | 'sse';
  /** Resolved values, secrets included: they go to that origin and nowhere else. */
  readonly headers: Readonly<Record<string, string>>;
  /** Addresses that are not public may be connected to. */
  readonly allowPrivate: boolean;
  /** It may be reached without TLS, though it is not this machine. */
  readonly allowHttp?: boolean;
  readonly auth: RemoteAuth | undefined;
  /** Where HTTPS_PROXY and NO_PROXY are looked up. */
  readonly proxyEnv?: ProxyEnv;
  /** It speaks 2026-07-28, which has no `initialize`: nothing else is tried. Else that is found out. */
  readonly isModern?: boolean;
}

export interface UpstreamInfo {
  /** The revision agreed on with the upstream. */
  readonly protocolVersion: string;
  readonly serverInfo: { readonly name: string; readonly version: string };
  readonly capabilities: JsonObject;
  readonly instructions?: string;
}

export interface ConnectFailure {
  /** For people and tests; `LOST` = the stream ended before `initialize` was answered. */
  readonly code: 'INITIALIZE_TIMEOUT' | 'INITIALIZE_ERROR' | 'VERSION_MISMATCH' | 'LOST' | RemoteFailureCode;
  readonly message: string;
  readonly hint?: string | undefined;
  /** The message without the server's address before it, where there is little room. */
  readonly brief?: string | undefined;
  /** The message without any address, for agents. */
  readonly bare?: string | undefined;
  /** When the server wants to be asked again. */
  readonly retryAfterMs?: number | undefined;
}

export type ConnectOutcome =
  { readonly ok: true; readonly info: UpstreamInfo } | ({ readonly ok: false } & ConnectFailure);

export interface RemoteAuth {
  /** The value of `Authorization`; undefined while there is none. */
  authorization(): Promise<string | undefined>;
  /**
   * The server has refused a request. Resolves once there is something new to try with.
   * @throws RemoteFailure `OAUTH_REQUIRED`, `UNAUTHORIZED`
   */
  challenged(challenge: Challenge): Promise<void>;
}

export interface Challenge {
  readonly status: 401 | 403;
  /** `WWW-Authenticate`. */
  readonly header: string | undefined;
  /** The `Authorization` that was refused. */
  readonly refused: string | undefined;
}

export type RemoteFailureCode =
  /** Nothing came back: refused, reset, no such host, no TLS. */
  | 'UNREACHABLE'
  | 'ADDRESS_REFUSED'
  | 'REDIRECT_REFUSED'
  /** A status that is no success, without a JSON-RPC message. */
  | 'HTTP_STATUS'
  /** The server has forgotten the session. */
  | 'SESSION_GONE'
  /** Somebody has to log in. */
  | 'OAUTH_REQUIRED'
  /** 401 or 403 that no login mends. */
  | 'UNAUTHORIZED'
  /** 429: the server wants fewer requests. */
  | 'RATE_LIMITED'
  /** The answer broke off, or was none. */
  | 'BAD_ANSWER';
