/** Reads JSON Schemas that anybody may have written: bounded, whatever they refer to. Pure. */

import type { Schema } from '../../state/form-field.ts';

/** A chain of references longer than this leads nowhere. */
const MAX_HOPS = 8;

export function isSchema(value: unknown): value is Schema {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The schema that a local `$ref` leads to, with what stands beside the reference on top; itself when there is none. */
export function resolved(schema: Schema, root: Schema): Schema {
  let found = schema;
  for (let hop = 0; hop < MAX_HOPS && typeof found['$ref'] === 'string'; hop += 1) {
    const next = at(root, found['$ref']);
    if (next === undefined) return found;
    const { $ref: _ref, ...beside } = found;
    found = { ...next, ...beside };
  }
  return found;
}

/** `#/$defs/Node` in the root; undefined for anything else. */
function at(root: Schema, pointer: string): Schema | undefined {
  if (pointer !== '#' && !pointer.startsWith('#/')) return undefined;
  let found: unknown = root;
  for (const part of pointer.split('/').slice(1)) {
    const key = decoded(part).replaceAll('~1', '/').replaceAll('~0', '~');
    if (typeof found !== 'object' || found === null || !Object.hasOwn(found, key)) return undefined;
    found = (found as Record<string, unknown>)[key];
  }
  return isSchema(found) ? found : undefined;
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** The types that it allows; `null` stands for "may be left empty" and is told apart. */
export function typesOf({ type }: Schema): readonly string[] {
  if (typeof type === 'string') return [type];
  return Array.isArray(type) ? type.filter((one) => typeof one === 'string') : [];
}

/** In the order of the schema. */
export function propertiesOf(schema: Schema): readonly (readonly [name: string, schema: Schema])[] {
  const { properties } = schema;
  if (!isSchema(properties)) return [];
  return Object.entries(properties).map(([name, value]) => [name, isSchema(value) ? value : {}]);
}

export function requiredOf({ required }: Schema): ReadonlySet<string> {
  return new Set(Array.isArray(required) ? required.filter((name) => typeof name === 'string') : []);
}

export function textAt(schema: Schema, key: string): string | undefined {
  const value = schema[key];
  return typeof value === 'string' ? value : undefined;
}

export function numberAt(schema: Schema, key: string): number | undefined {
  const value = schema[key];
  return typeof value === 'number' && Number.isFinite(value) ? value : undefined;
}
