/**
 * Compares the HTTP headers of a modern request with what they repeat of its body, so that what stands between can
 * route it. Pure.
 */
import type { IncomingHttpHeaders } from 'node:http';
import { wordFor } from '../../../kernel/foreign.ts';
import { isMap, mapAt, stringAt, type WireMap } from '../../wire/message.ts';
import type { RpcError } from '../../wire/rpc-errors.ts';
import { META, MODERN_RPC, NAMED_BY } from '../../eras/modern.ts';

/** The revision that the body names, whatever it is. */
export function claimedVersion(message: WireMap): unknown {
  return mapAt(mapAt(message, 'params'), '_meta')?.[META.version];
}

/** A revision in the header that is not the one in the body; comes before all else. */
export function versionMismatch(headers: IncomingHttpHeaders, message: WireMap): RpcError | undefined {
  const header = headerOf(headers, 'mcp-protocol-version');
  const claimed = claimedVersion(message);
  if (header === undefined || typeof claimed !== 'string' || header === claimed) return undefined;
  return mismatch('MCP-Protocol-Version', header, claimed);
}

/** The headers that every request needs. */
export function headerFault(headers: IncomingHttpHeaders, message: WireMap): RpcError | undefined {
  const method = stringAt(message, 'method') ?? '';
  const version = headerOf(headers, 'mcp-protocol-version');
  if (version === undefined) return mismatch('MCP-Protocol-Version', undefined, wordFor(claimedVersion(message)));
  const named = headerOf(headers, 'mcp-method');
  if (named !== method) return mismatch('Mcp-Method', named, method);
  const member = NAMED_BY[method];
  const name = member === undefined || !isMap(message['params']) ? undefined : message['params'][member];
  if (typeof name !== 'string') return undefined;
  const header = headerOf(headers, 'mcp-name');
  return header !== undefined && decodedHeader(header) === name ? undefined : mismatch('Mcp-Name', header, name);
}

export function mismatch(name: string, header: string | undefined, body: string): RpcError {
  const said = header === undefined ? 'is missing' : `says ${JSON.stringify(header.slice(0, 200))}`;
  return {
    code: MODERN_RPC.headerMismatch,
    message: `Bad Request: header ${name} ${said}, the body says ${JSON.stringify(body.slice(0, 200))}`,
  };
}

export function headerOf(headers: IncomingHttpHeaders, name: string): string | undefined {
  const value = headers[name];
  return (Array.isArray(value) ? value[0] : value)?.trim();
}

/** `=?base64?…?=` holds what a header cannot; undefined when that is not base64. */
export function decodedHeader(value: string): string | undefined {
  const [, encoded] = /^=\?base64\?(.*)\?=$/.exec(value) ?? [];
  if (encoded === undefined) return value;
  const isValid = encoded.length % 4 === 0 && /^[A-Za-z0-9+/]*={0,2}$/.test(encoded);
  return isValid ? Buffer.from(encoded, 'base64').toString('utf8') : undefined;
}
