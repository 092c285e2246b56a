/**
 * Says whether a JSON Schema is one of which validators can be made. SDK 1.x clients make one of each output schema while
 * they list tools, and a schema of which none can be made costs them the whole list. Stricter than they are. Pure.
 */
import { isMap, type WireMap } from '../wire/message.ts';
import { kindOf } from '../wire/member-rules.ts';

const MAX_NODES = 20_000;
const MAX_DEPTH = 64;

const TYPES: ReadonlySet<unknown> = new Set(['string', 'number', 'integer', 'boolean', 'object', 'array', 'null']);

type Want = 'schema' | 'schemas' | 'items' | 'map' | 'number' | 'string' | 'boolean' | 'strings' | 'lists' | 'pattern';

/** Keyword → what its value must be. Keywords that are not here are not looked at by validators. */
const KEYWORDS: ReadonlyMap<string, Want> = new Map<string, Want>([
  ...each('schema', 'additionalItems additionalProperties contains propertyNames not if then else unevaluatedItems'),
  ...each('schema', 'unevaluatedProperties contentSchema'),
  ...each('schemas', 'allOf anyOf oneOf prefixItems'),
  ...each('items', 'items'),
  ...each('map', 'properties patternProperties $defs definitions dependentSchemas'),
  ...each(
    'number',
    'maximum minimum exclusiveMaximum exclusiveMinimum multipleOf maxLength minLength maxItems minItems',
  ),
  ...each('number', 'maxProperties minProperties maxContains minContains'),
  ...each('string', 'format $comment'),
  ...each('boolean', 'uniqueItems'),
  ...each('strings', 'required'),
  ...each('lists', 'dependentRequired'),
  ...each('pattern', 'pattern'),
]);

/** Keywords by which a schema has names, or means something that not every validator knows. */
const UNUSUAL: ReadonlySet<string> = new Set(
  (
    '$anchor $dynamicAnchor $dynamicRef $recursiveAnchor $recursiveRef $async $vocabulary id ' +
    'formatMinimum formatMaximum formatExclusiveMinimum formatExclusiveMaximum'
  ).split(' '),
);

/** In words that follow the schema's name; undefined when validators can be made of it. */
export function whyUncompilable(root: WireMap): string | undefined {
  let left = MAX_NODES;
  const references: string[] = [];

  function node(value: unknown, at: string, depth: number): string | undefined {
    if (typeof value === 'boolean') return undefined;
    if (!isMap(value)) return `has ${kindOf(value)} in place of a schema${at}`;
    left -= 1;
    if (left < 0) return `has more than ${MAX_NODES} nodes`;
    if (depth > MAX_DEPTH) return `is nested deeper than ${MAX_DEPTH} levels`;
    for (const key of Object.keys(value)) {
      const why = member(value, key, at, depth);
      if (why !== undefined) return why;
    }
    return undefined;
  }

  function member(schema: WireMap, key: string, at: string, depth: number): string | undefined {
    const value = schema[key];
    if (UNUSUAL.has(key)) return `has ${key}, which not every client knows`;
    if (key === '$ref') {
      if (typeof value !== 'string' || (value !== '#' && !value.startsWith('#/')))
        return `has a $ref that leads elsewhere`;
      references.push(value);
      return undefined;
    }
    if (key === '$id')
      return depth === 0 && isPlainId(value) ? undefined : `has an $id${at} that not every client reads`;
    if (key === 'type') return isType(value) ? undefined : `has a type${at} that is none`;
    if (key === 'enum') return Array.isArray(value) && value.length > 0 ? undefined : `has an enum${at} without values`;
    if (key === 'nullable') return nullable(schema) ? undefined : `has nullable${at} without a type that is`;
    if (key === 'dependencies') return dependencies(value, `${at} at dependencies`, depth);
    const want = KEYWORDS.get(key);
    return want === undefined ? undefined : wanted(want, value, `${at} at ${key}`, depth);
  }

  function wanted(want: Want, value: unknown, at: string, depth: number): string | undefined {
    switch (want) {
      case 'schema':
        return node(value, at, depth + 1);
      case 'items':
        return Array.isArray(value) ? all(value, at, depth) : node(value, at, depth + 1);
      case 'schemas':
        if (!Array.isArray(value) || value.length === 0) return `has no list of schemas${at}`;
        return all(value, at, depth);
      case 'map': {
        if (!isMap(value)) return `has ${kindOf(value)}${at}`;
        const names = at.endsWith(' patternProperties')
          ? Object.keys(value).find((name) => !isPattern(name))
          : undefined;
        return names === undefined ? all(Object.values(value), at, depth) : `has a pattern${at} that is none`;
      }
      case 'pattern':
        return isPattern(value) ? undefined : `has a pattern${at} that is none`;
      case 'strings':
        return isStrings(value) ? undefined : `has no list of strings${at}`;
      case 'lists':
        return isMap(value) && Object.values(value).every(isStrings) ? undefined : `has no lists of strings${at}`;
      case 'number':
        return typeof value === 'number' && Number.isFinite(value) ? undefined : `has ${kindOf(value)}${at}`;
      case 'string':
      case 'boolean':
        return typeof value === want ? undefined : `has ${kindOf(value)}${at}`;
    }
  }

  function all(values: readonly unknown[], at: string, depth: number): string | undefined {
    for (const value of values) {
      const why = node(value, at, depth + 1);
      if (why !== undefined) return why;
    }
    return undefined;
  }

  function dependencies(value: unknown, at: string, depth: number): string | undefined {
    if (!isMap(value)) return `has ${kindOf(value)}${at}`;
    return all(
      Object.values(value).filter((one) => !isStrings(one)),
      at,
      depth,
    );
  }

  const why = node(root, '', 0);
  if (why !== undefined) return why;
  if (Object.values(root).some((value) => isNamed(value))) return 'has a name within, which not every client reads';
  const lost = references.find((reference) => !leadsToSchema(root, reference));
  return lost === undefined ? undefined : 'has a $ref that leads nowhere';
}

function each(want: Want, keywords: string): readonly (readonly [string, Want])[] {
  return keywords.split(' ').map((keyword) => [keyword, want]);
}

const NAMES: readonly string[] = ['$id', '$anchor', '$dynamicAnchor'];

/** Validators look for names in keywords that they do not know, too. */
function isNamed(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  if (Array.isArray(value)) return value.some((one) => isNamed(one));
  if (NAMES.some((name) => typeof (value as WireMap)[name] === 'string')) return true;
  return Object.entries(value).some(([key, inner]) => !isData(key, inner) && isNamed(inner));
}

function isData(key: string, value: unknown): boolean {
  return key === 'examples' && Array.isArray(value);
}

function isStrings(value: unknown): boolean {
  return Array.isArray(value) && value.every((one) => typeof one === 'string');
}

function isType(value: unknown): boolean {
  if (!Array.isArray(value)) return TYPES.has(value);
  return value.length > 0 && value.every((one) => TYPES.has(one)) && new Set(value).size === value.length;
}

/** `nullable` beside a type, and not against it. */
function nullable({ nullable: value, type }: WireMap): boolean {
  if (typeof value !== 'boolean' || type === undefined) return false;
  return value || !(type === 'null' || (Array.isArray(type) && type.includes('null')));
}

/** One that is an address without a fragment. */
function isPlainId(value: unknown): boolean {
  return typeof value === 'string' && /^[a-z][a-z0-9+.-]{0,20}:[\w./~:@-]{1,500}$/i.test(value);
}

/** As validators read patterns. It is parsed here and never run. */
function isPattern(value: unknown): boolean {
  if (typeof value !== 'string') return false;
  try {
    return new RegExp(value, 'u') instanceof RegExp;
  } catch {
    return false;
  }
}

/** `#` or `#/definitions/x`: to an object or a boolean of this schema, which was looked at. */
function leadsToSchema(root: WireMap, reference: string): boolean {
  let value: unknown = root;
  let place: 'schema' | 'map' | 'list' = 'schema';
  for (const part of reference.split('/').slice(1)) {
    const name = unescaped(part);
    if (name === undefined || typeof value !== 'object' || value === null || !Object.hasOwn(value, name)) return false;
    const want: Want | undefined = place === 'schema' ? KEYWORDS.get(name) : 'schema';
    value = (value as WireMap)[name];
    if (want === 'schema') place = 'schema';
    else if (want === 'map') place = 'map';
    else if (want === 'schemas') place = 'list';
    else if (want === 'items') place = Array.isArray(value) ? 'list' : 'schema';
    else return false;
  }
  return place === 'schema' && (isMap(value) || typeof value === 'boolean');
}

function unescaped(part: string): string | undefined {
  try {
    return decodeURIComponent(part).replaceAll('~1', '/').replaceAll('~0', '~');
  } catch {
    return undefined;
  }
}
