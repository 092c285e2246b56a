/** Makes odd definitions: each place of a sound one replaced by each odd value. */

/** Stands for a member that is taken out. */
export const DELETED = Symbol('deleted');

/** What may stand where something else should. */
export const odd: readonly unknown[] = [
  [DELETED, null, true, false, 0, -1, 1.5, 5e300, Infinity, '', 'yes', '1', [], {}, [null], ['x'], [5], [[]], [{}]],
  [{ a: null }, { type: 'string' }, { type: 'int' }, { type: null }, { type: ['object', 'null'] }, { type: 'OBJECT' }],
  [
    { anyOf: [{ type: 'object' }] },
    { oneOf: [] },
    { $ref: '#/$defs/none' },
    { $ref: 'https://x/y' },
    { type: 'array' },
  ],
  [{ properties: [] }, { properties: { a: true, b: null, c: 'x', d: [], e: { type: 5 } } }, { required: [1, 'a'] }],
  [{ properties: { a: { pattern: '(?i)x' } } }, { patternProperties: { '[': {} } }, { $schema: 5 }, { $id: 7 }],
  [{ properties: { a: { enum: [] } } }, { properties: { a: { nullable: true } } }, { items: 5 }, { id: 'x' }],
  [{ minimum: '1' }, { exclusiveMinimum: true }, { required: true }, { definitions: [] }, { not: null }, { format: 5 }],
  ['2025-02-30T00:00:00Z', '2025-01-01', '2025-01-01T00:00:00', 'user', 'nobody', 'light', 'required'],
].flat();

/** Every place in a definition, as a path. */
export function places(value: unknown, path: readonly (string | number)[] = []): (readonly (string | number)[])[] {
  if (typeof value !== 'object' || value === null) return [path];
  const entries: [string | number, unknown][] = Array.isArray(value) ? [...value.entries()] : Object.entries(value);
  return [path, ...entries.flatMap(([key, inner]) => places(inner, [...path, key]))];
}

export function withOdd(definition: unknown, path: readonly (string | number)[], value: unknown): unknown {
  const [key, ...rest] = path;
  if (key === undefined) return value;
  const copy = structuredClone(definition) as Record<string | number, unknown>;
  if (rest.length === 0 && value === DELETED) {
    if (Array.isArray(copy)) copy.splice(Number(key), 1);
    else delete copy[key];
  } else copy[key] = withOdd(copy[key], rest, value);
  return copy;
}

export function fails(work: () => unknown): boolean {
  try {
    work();
    return false;
  } catch {
    return true;
  }
}
