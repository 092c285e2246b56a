/** Describes a JSON-RPC message as it was parsed: ours to change, since nobody else holds it. */
export type WireMap = { [key: string]: unknown };

/** What a client may use as a request id. Its type is kept: 1 and "1" are two ids. */
export type WireId = string | number;

export function isMap(value: unknown): value is WireMap {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function isWireId(value: unknown): value is WireId {
  return typeof value === 'string' || typeof value === 'number';
}

/** `value[key]` when that is an object. */
export function mapAt(value: unknown, key: string): WireMap | undefined {
  if (!isMap(value)) return undefined;
  const inner = value[key];
  return isMap(inner) ? inner : undefined;
}

export function stringAt(value: unknown, key: string): string | undefined {
  if (!isMap(value)) return undefined;
  const inner = value[key];
  return typeof inner === 'string' ? inner : undefined;
}

/** The objects of a list; anything else in it is left out. */
export function mapsAt(value: unknown, key: string): WireMap[] {
  if (!isMap(value)) return [];
  const inner = value[key];
  return Array.isArray(inner) ? inner.filter(isMap) : [];
}
