/** Finds the names of arguments that a tool's schema marks as secret: `format: password`, `writeOnly`. */
import { isMap, mapAt, type WireMap } from '../wire/message.ts';

/** Levels and nodes of a schema that are looked at; what lies beyond is masked by its name alone. */
const MAX_DEPTH = 16;
const MAX_NODES = 5_000;

const known = new WeakMap<WireMap, ReadonlySet<string>>();
const NONE: ReadonlySet<string> = new Set();

/** Of a tool as its server lists it; looked for once a list, at the first call. */
export function secretNamesOf(tool: WireMap): ReadonlySet<string> {
  let names = known.get(tool);
  if (names === undefined) {
    names = namesIn(mapAt(tool, 'inputSchema'));
    known.set(tool, names);
  }
  return names;
}

function namesIn(schema: WireMap | undefined): ReadonlySet<string> {
  const names = new Set<string>();
  let left = MAX_NODES;
  const walk = (node: unknown, depth: number): void => {
    left -= 1;
    if (left < 0 || depth > MAX_DEPTH) return;
    if (Array.isArray(node)) {
      for (const each of node) walk(each, depth + 1);
    } else if (isMap(node)) {
      const properties = mapAt(node, 'properties');
      for (const name in properties) if (isSecret(properties[name])) names.add(name);
      for (const key in node) walk(node[key], depth + 1);
    }
  };
  walk(schema, 0);
  return names.size === 0 ? NONE : names;
}

function isSecret(property: unknown): boolean {
  return isMap(property) && (property['format'] === 'password' || property['writeOnly'] === true);
}
