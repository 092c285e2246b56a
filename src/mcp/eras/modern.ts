/**
 * Holds the words of the revisions from 2026-07-28 on, which have no `initialize`: each request says who asks and what
 * it can do.
 */
import { isMap, mapAt, stringAt, type WireMap } from '../wire/message.ts';
import type { RpcError } from '../wire/rpc-errors.ts';
import { introductionRefusal } from './client-introduction.ts';

export const MODERN_VERSION = '2026-07-28';

/** Newest first. */
export const MODERN_VERSIONS: readonly string[] = [MODERN_VERSION];

export function isModernVersion(version: unknown): version is string {
  return typeof version === 'string' && MODERN_VERSIONS.includes(version);
}

/** Keys of `_meta`. */
export const META = {
  version: 'io.modelcontextprotocol/protocolVersion',
  clientInfo: 'io.modelcontextprotocol/clientInfo',
  clientCapabilities: 'io.modelcontextprotocol/clientCapabilities',
  logLevel: 'io.modelcontextprotocol/logLevel',
  serverInfo: 'io.modelcontextprotocol/serverInfo',
  subscriptionId: 'io.modelcontextprotocol/subscriptionId',
} as const;

export const MODERN_RPC = {
  /** What the HTTP headers say is not what the body says. */
  headerMismatch: -32020,
  /** The client has not declared what the request needs. */
  missingCapability: -32021,
  unsupportedVersion: -32022,
} as const;

/** Methods that a client may call. */
export const MODERN_METHODS: ReadonlySet<string> = new Set([
  'completion/complete',
  'prompts/get',
  'prompts/list',
  'resources/list',
  'resources/read',
  'resources/templates/list',
  'server/discover',
  'subscriptions/listen',
  'tools/call',
  'tools/list',
]);

/** Methods that older revisions have and these do not. */
export const REMOVED_METHODS: ReadonlySet<string> = new Set([
  'initialize',
  'logging/setLevel',
  'ping',
  'resources/subscribe',
  'resources/unsubscribe',
  'tasks/list',
  'tasks/result',
]);

/** Which member of a request's params the header `Mcp-Name` repeats. */
export const NAMED_BY: Readonly<Record<string, string>> = {
  'tools/call': 'name',
  'prompts/get': 'name',
  'resources/read': 'uri',
};

/** Requests whose results say how long they may be kept. */
export const CACHED_METHODS: ReadonlySet<string> = new Set([
  'prompts/list',
  'resources/list',
  'resources/read',
  'resources/templates/list',
  'server/discover',
  'tools/list',
]);

/** Facts that a request tells of its sender. */
export interface Envelope {
  readonly version: string;
  readonly clientInfo: WireMap | undefined;
  readonly capabilities: WireMap;
  /** The least level of log messages that the client wants during this request; none without it. */
  readonly logLevel: string | undefined;
}

/** Whether a message says that it is of these revisions. */
export function claimsModern(message: unknown): boolean {
  const meta = mapAt(mapAt(message, 'params'), '_meta');
  return meta !== undefined && META.version in meta;
}

/** The envelope of a request's params, or why it cannot be served. */
export function readEnvelope(params: unknown): Envelope | RpcError {
  const meta = mapAt(params, '_meta');
  const version = meta?.[META.version];
  const capabilities = meta?.[META.clientCapabilities];
  const clientInfo = meta?.[META.clientInfo];
  const logLevel = meta?.[META.logLevel];
  const missing =
    meta === undefined ? ['_meta'] : [META.version, META.clientCapabilities].filter((key) => meta[key] === undefined);
  if (missing.length > 0) return invalidEnvelope(`missing ${missing.join(', ')}`, { missing });
  if (typeof version !== 'string') return invalidEnvelope(`${META.version} must be a string`);
  if (!isMap(capabilities)) return invalidEnvelope(`${META.clientCapabilities} must be an object`);
  if (clientInfo !== undefined && stringAt(clientInfo, 'name') === undefined) {
    return invalidEnvelope(`${META.clientInfo} must be an object with a name`);
  }
  if (!isModernVersion(version)) return unsupportedVersion(version);
  const refusal = introductionRefusal(capabilities, clientInfo);
  if (refusal !== undefined) return invalidEnvelope(refusal);
  return {
    version,
    clientInfo: isMap(clientInfo) ? clientInfo : undefined,
    capabilities,
    logLevel: typeof logLevel === 'string' ? logLevel : undefined,
  };
}

export function unsupportedVersion(requested: string): RpcError {
  return {
    code: MODERN_RPC.unsupportedVersion,
    message: `Unsupported protocol version: ${requested.slice(0, 100)}`,
    data: { supported: MODERN_VERSIONS, requested },
  };
}

function invalidEnvelope(why: string, envelope?: WireMap): RpcError {
  const message = `Invalid params: _meta of revision ${MODERN_VERSION}: ${why}`;
  return { code: -32602, message, ...(envelope === undefined ? {} : { data: { envelope } }) };
}

/** A project's capabilities as these revisions name them: tasks are an extension now. */
export function modernCapabilities(capabilities: WireMap): WireMap {
  const { tasks: _, ...rest } = capabilities;
  return rest;
}
