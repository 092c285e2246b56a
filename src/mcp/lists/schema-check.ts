/** Checks the schemas of tools: what clients demand of their roots, and whether a validator could be made of an output schema. Pure. */
import { isMap, type WireMap } from '../wire/message.ts';
import { ABSENT, kindOf, text, type Rule } from '../wire/member-rules.ts';
import { whyUncompilable } from './schema-compiles.ts';

const LEFT_OUT = Symbol('left out');

/** Why a tool cannot be called at all; undefined when its schema could be mended. */
export interface InputVerdict {
  readonly schema?: unknown;
  readonly leftOut?: string;
}

/** The schema of a tool's arguments, which are always an object: an absent or mistyped schema allows any. */
export function checkInputSchema(value: unknown, found: string[]): InputVerdict {
  if (value === undefined) {
    found.push('inputSchema is missing: read as {"type":"object"}');
    return { schema: { type: 'object' } };
  }
  if (!isMap(value)) {
    found.push(`inputSchema is ${kindOf(value)}: read as {"type":"object"}`);
    return { schema: { type: 'object' } };
  }
  const root = objectRoot(value, 'inputSchema', found);
  if (root === LEFT_OUT)
    return { leftOut: `inputSchema is of type ${typeWords(value['type'])}, but arguments are an object` };
  return { schema: root };
}

/** Dropped when clients could not read it: results pass without it, only nobody checks them. */
export const outputSchema: Rule = (value, path, found) => {
  if (!isMap(value)) {
    found.push(`${path} is ${kindOf(value)}, not an object: dropped`);
    return ABSENT;
  }
  const root = objectRoot(value, path, found);
  if (root === LEFT_OUT) {
    found.push(`${path} is of type ${typeWords(value['type'])}, not object: dropped`);
    return ABSENT;
  }
  const why = whyUncompilable(root);
  if (why === undefined) return root;
  found.push(`${path} ${why}: dropped`);
  return ABSENT;
};

/** The same object when its root is as clients want it: of type object, with a map of properties and a list of required names. */
function objectRoot(schema: WireMap, path: string, found: string[]): WireMap | typeof LEFT_OUT {
  let mended: WireMap | undefined;
  const change = (name: string, value: unknown, words: string): void => {
    mended ??= { ...schema };
    if (value === ABSENT) delete mended[name];
    else mended[name] = value;
    found.push(`${path}.${name} ${words}`);
  };
  const { type, properties, required, $schema } = schema;
  if (type !== 'object') {
    if (!mayBeObject(type)) return LEFT_OUT;
    change('type', 'object', `is ${typeWords(type)}: read as object`);
  }
  if (Object.hasOwn(schema, 'properties')) {
    const after = propertiesOf(properties, `${path}.properties`, found);
    if (after !== properties) {
      mended ??= { ...schema };
      if (after === ABSENT) delete mended['properties'];
      else mended['properties'] = after;
    }
  }
  if (Object.hasOwn(schema, 'required')) {
    if (typeof required === 'string') change('required', [required], 'is a string: read as a list of one');
    else if (!Array.isArray(required)) change('required', ABSENT, `is ${kindOf(required)}, not an array: dropped`);
    else if (required.some((name) => typeof name !== 'string')) {
      change(
        'required',
        required.filter((name) => typeof name === 'string'),
        'holds more than strings: those dropped',
      );
    }
  }
  if (Object.hasOwn(schema, '$schema') && text($schema, `${path}.$schema`, found) === ABSENT) {
    mended ??= { ...schema };
    delete mended['$schema'];
  }
  return mended ?? schema;
}

/** Arguments may be an object if no type is given, or if object is among several types. */
function mayBeObject(type: unknown): boolean {
  if (typeof type === 'string') return type.toLowerCase() === 'object';
  return !Array.isArray(type) || type.length === 0 || type.some((one) => mayBeObject(one));
}

function typeWords(type: unknown): string {
  if (type === undefined) return 'missing';
  if (typeof type === 'string') return type.length > 40 ? `${type.slice(0, 40)}…` : type;
  return Array.isArray(type) ? 'a list of types' : kindOf(type);
}

function propertiesOf(value: unknown, path: string, found: string[]): unknown {
  if (!isMap(value)) {
    found.push(`${path} is ${kindOf(value)}, not an object: dropped`);
    return ABSENT;
  }
  let mended: WireMap | undefined;
  for (const name in value) {
    const schema = value[name];
    if (isMap(schema)) continue;
    mended ??= { ...value };
    // What `true` and `false` mean as schemas, written as objects; anything else says nothing of the argument.
    const instead = schema === false ? { not: {} } : {};
    Object.defineProperty(mended, name, { value: instead, enumerable: true, writable: true, configurable: true });
    found.push(`${path}.${name} is ${kindOf(schema)}: read as ${JSON.stringify(instead)}`);
  }
  return mended ?? value;
}
