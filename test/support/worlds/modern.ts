/** Requests of 2026-07-28 as a test sends them. */
import { META, MODERN_VERSION } from '../../../src/mcp/eras/modern.ts';
import { open, send, type Answer, type Incoming } from './http-client.ts';
import type { Message } from './peer.ts';

export interface ModernOptions {
  readonly id?: string | number;
  readonly capabilities?: Message;
  readonly clientInfo?: Message;
  readonly meta?: Message;
  /** Over those that belong to the request; undefined leaves one out. */
  readonly headers?: Readonly<Record<string, string | undefined>>;
}

/** The message, with all that its revision asks for. */
export function modernMessage(method: string, params: Message = {}, options: ModernOptions = {}): Message {
  const _meta = {
    [META.version]: MODERN_VERSION,
    [META.clientCapabilities]: options.capabilities ?? {},
    [META.clientInfo]: options.clientInfo ?? { name: 'modern', version: '1' },
    ...options.meta,
  };
  return { jsonrpc: '2.0', id: options.id ?? 1, method, params: { ...params, _meta } };
}

function headersFor(message: Message, options: ModernOptions): Record<string, string> {
  const params = message['params'] as Message;
  const name = params['name'] ?? params['uri'];
  const all = {
    'mcp-protocol-version': MODERN_VERSION,
    'mcp-method': String(message['method']),
    'mcp-name': typeof name === 'string' ? name : undefined,
    ...options.headers,
  };
  return Object.fromEntries(Object.entries(all).flatMap(([key, value]) => (value === undefined ? [] : [[key, value]])));
}

/** Sends one over HTTP and reads the whole answer. */
export async function modern(
  url: string,
  method: string,
  params: Message = {},
  options: ModernOptions = {},
): Promise<Answer & { readonly message: Message; readonly result: Message }> {
  const body = modernMessage(method, params, options);
  const answer = await send(url, { body, headers: headersFor(body, options) });
  const message = JSON.parse(answer.text) as Message;
  return { ...answer, message, result: (message['result'] ?? {}) as Message };
}

/** The same, read as it comes. */
export function openModern(
  url: string,
  method: string,
  params: Message = {},
  options: ModernOptions = {},
): Promise<Incoming> {
  const body = modernMessage(method, params, options);
  return open(url, { body, headers: headersFor(body, options) });
}
