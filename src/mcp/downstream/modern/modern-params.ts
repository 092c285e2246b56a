/**
 * Checks `Mcp-Param-*`: arguments that a tool's schema wants repeated in headers (`x-mcp-header`), so that what stands
 * between can act on them. A header that says something else than the body is refused. Pure.
 */
import type { IncomingHttpHeaders } from 'node:http';
import { isMap, type WireMap } from '../../wire/message.ts';
import type { RpcError } from '../../wire/rpc-errors.ts';
import { decodedHeader, headerOf, mismatch } from './modern-headers.ts';

interface Declared {
  /** Of property names, from the outside in. */
  readonly path: readonly string[];
  readonly header: string;
}

/** Deeper than any schema that people write. */
const MAX_DEPTH = 16;
const TOKEN = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;

/** Kept for as long as the schema is. */
const known = new WeakMap<WireMap, readonly Declared[]>();

export function paramFault(
  headers: IncomingHttpHeaders,
  params: unknown,
  schema: WireMap | undefined,
): RpcError | undefined {
  if (schema === undefined) return undefined;
  let declared = known.get(schema);
  if (declared === undefined) known.set(schema, (declared = [...declaredIn(schema, [])]));
  const args = isMap(params) ? params['arguments'] : undefined;
  for (const { path, header } of declared) {
    const name = `Mcp-Param-${header}`;
    const value = path.reduce<unknown>((at, key) => (isMap(at) ? at[key] : undefined), args);
    const said = headerOf(headers, name.toLowerCase());
    const text = textOf(value);
    if (text === undefined ? said !== undefined : said === undefined || decodedHeader(said) !== text) {
      return mismatch(name, said, text ?? '');
    }
  }
  return undefined;
}

/** Along `properties` only: what stands elsewhere declares nothing. */
function* declaredIn(schema: WireMap, path: readonly string[]): Iterable<Declared> {
  const { properties } = schema;
  if (!isMap(properties) || path.length >= MAX_DEPTH) return;
  for (const [key, inner] of Object.entries(properties)) {
    if (!isMap(inner)) continue;
    const header = inner['x-mcp-header'];
    if (typeof header === 'string' && TOKEN.test(header)) yield { path: [...path, key], header };
    yield* declaredIn(inner, [...path, key]);
  }
}

/** As a header says it; undefined for what has no header. */
function textOf(value: unknown): string | undefined {
  if (typeof value === 'number' || typeof value === 'boolean') return `${value}`;
  return typeof value === 'string' ? value : undefined;
}
