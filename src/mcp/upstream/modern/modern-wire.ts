/** Writes what the router says to a server of 2026-07-28, and reads its answers. Pure. */
import type { JsonObject } from '../../../kernel/json.ts';
import { parseLarge, resultAnswer } from '../../wire/answers.ts';
import { ROUTER_INFO } from '../../eras/router-info.ts';
import { keepSource, membersOf, stringifySourced } from '../../wire/json-source.ts';
import { isMap, mapAt, stringAt, type WireMap } from '../../wire/message.ts';
import type { UpstreamInfo } from '../../types/connection.ts';
import type { Answer } from '../../wire/outcome.ts';
import { isModernVersion, META, MODERN_RPC, MODERN_VERSION, NAMED_BY } from '../../eras/modern.ts';

/** Errors by which a server without `initialize` answers it. */
const NO_HANDSHAKE: ReadonlySet<number> = new Set([
  -32601,
  -32602,
  -32600,
  MODERN_RPC.headerMismatch,
  MODERN_RPC.missingCapability,
  MODERN_RPC.unsupportedVersion,
]);

export function mayBeModern(errorCode: number): boolean {
  return NO_HANDSHAKE.has(errorCode);
}

export interface Envelope {
  readonly capabilities: WireMap;
  readonly logLevel: string | undefined;
}

/** The same request with what each request of this revision says; the original stays as it is. */
export function enveloped(message: WireMap, { capabilities, logLevel }: Envelope): WireMap {
  const params = isMap(message['params']) ? message['params'] : {};
  const _meta = {
    ...mapAt(params, '_meta'),
    [META.version]: MODERN_VERSION,
    [META.clientInfo]: ROUTER_INFO,
    [META.clientCapabilities]: modernClientCapabilities(capabilities),
    ...(logLevel === undefined ? {} : { [META.logLevel]: logLevel }),
  };
  return { ...message, params: { ...params, _meta } };
}

/** Before modes existed, an empty object meant forms. Tasks are an extension here, which nobody has asked for. */
function modernClientCapabilities(capabilities: WireMap): WireMap {
  const { tasks: _, ...rest } = capabilities;
  const elicitation = rest['elicitation'];
  return isMap(elicitation) && Object.keys(elicitation).length === 0 ? { ...rest, elicitation: { form: {} } } : rest;
}

/** The headers that repeat what the body says; none for a message of an older revision. */
export function modernHeaders(message: WireMap): Readonly<Record<string, string>> {
  const params = message['params'];
  const version = mapAt(params, '_meta')?.[META.version];
  const method = stringAt(message, 'method');
  if (!isModernVersion(version) || method === undefined) return {};
  const member = NAMED_BY[method];
  const name = member === undefined ? undefined : stringAt(params, member);
  return {
    'mcp-protocol-version': version,
    'mcp-method': method,
    ...(name === undefined ? {} : { 'mcp-name': headerValue(name) }),
  };
}

/** As it is where a header can hold it, else as base64 in the form that the revision names. */
export function headerValue(text: string): string {
  const isPlain = /^[\x20-\x7e\t]+$/.test(text) && text === text.trim() && !/^=\?base64\?.*\?=$/.test(text);
  return isPlain ? text : `=?base64?${Buffer.from(text).toString('base64')}?=`;
}

/** What `server/discover` tells; undefined when this router speaks none of its revisions. */
export function readDiscovery(result: WireMap): UpstreamInfo | undefined {
  const versions = result['supportedVersions'];
  if (!Array.isArray(versions) || !versions.includes(MODERN_VERSION)) return undefined;
  const info = mapAt(mapAt(result, '_meta'), META.serverInfo);
  const instructions = stringAt(result, 'instructions');
  return {
    protocolVersion: MODERN_VERSION,
    serverInfo: { ...info, name: stringAt(info, 'name') ?? '', version: stringAt(info, 'version') ?? '' },
    capabilities: (mapAt(result, 'capabilities') ?? {}) as JsonObject,
    ...(instructions === undefined ? {} : { instructions }),
  };
}

/** The result when the server must be told something first; undefined for every other answer. */
export function inputRequired(answer: Answer): WireMap | undefined {
  if (answer.kind === 'failed' || answer.isError) return undefined;
  if (answer.kind === 'large' && answer.resultType === undefined) return undefined;
  const result = mapAt(answer.kind === 'small' ? answer.message : parseLarge(answer), 'result');
  return result?.['resultType'] === 'input_required' ? result : undefined;
}

/** A short answer without the member that older clients do not know; a long one loses it on its way. */
export function withoutResultType(answer: Answer): Answer {
  if (answer.kind !== 'small') return answer;
  const result = mapAt(answer.message, 'result');
  if (result === undefined || !('resultType' in result)) return answer;
  keepSource(result, answer.bodyText, membersOf(answer.bodyText) ?? []);
  const { resultType: _, ...rest } = result;
  return resultAnswer(rest, stringifySourced(rest));
}
