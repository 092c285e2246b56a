/** Checks a typed value against the schema of its field, members and items included, as far as nobody can doubt. Pure. */
import type { Json } from '../../../kernel/json.ts';
import type { Schema } from '../../state/form-field.ts';
import { isSchema, numberAt, propertiesOf, requiredOf, textAt, typesOf } from './schema.ts';
import { formatProblem } from './formats.ts';

/** Deeper than anybody types into a line. */
const MAX_DEPTH = 8;
/** Of a list, the first ones are looked at; the server has the last word. */
const MAX_ITEMS = 200;

/** What is wrong, with the place: `[1].name is required`; undefined when nothing is. A schema that refers elsewhere is not followed. */
export function nestedProblem(value: Json, schema: Schema, place = '', depth = 0): string | undefined {
  const types = typesOf(schema);
  const is = Array.isArray(value) ? 'array' : value === null ? 'null' : typeof value;
  const isWhole = typeof value === 'number' && Number.isInteger(value);
  const fits = types.length === 0 || types.includes(is) || (isWhole && types.includes('integer'));
  if (!fits) return `${place}${place === '' ? '' : ' '}must be ${types.join(' or ')}`;
  const choices = schema['enum'];
  if (Array.isArray(choices) && place !== '' && !choices.some((choice) => choice === value)) {
    return `${place} is none of ${choices.slice(0, 5).map(String).join(', ')}`;
  }
  if (typeof value === 'string') {
    const problem = formatProblem(value, textAt(schema, 'format'));
    return problem === undefined ? undefined : `${place}${place === '' ? '' : ' '}${problem}`;
  }
  if (typeof value !== 'object' || value === null || depth >= MAX_DEPTH) return undefined;
  return Array.isArray(value)
    ? itemsProblem(value, schema, place, depth)
    : membersProblem(value as Readonly<Record<string, Json>>, schema, place, depth);
}

function itemsProblem(values: readonly Json[], schema: Schema, place: string, depth: number): string | undefined {
  const least = numberAt(schema, 'minItems');
  const most = numberAt(schema, 'maxItems');
  const where = place === '' ? '' : `${place}: `;
  if (least !== undefined && values.length < least) return `${where}at least ${least} of them`;
  if (most !== undefined && values.length > most) return `${where}at most ${most} of them`;
  const { items } = schema;
  if (!isSchema(items)) return undefined;
  for (const [index, value] of values.slice(0, MAX_ITEMS).entries()) {
    const problem = nestedProblem(value, items, `${place}[${index}]`, depth + 1);
    if (problem !== undefined) return problem;
  }
  return undefined;
}

function membersProblem(
  value: Readonly<Record<string, Json>>,
  schema: Schema,
  place: string,
  depth: number,
): string | undefined {
  const at = (name: string): string => (place === '' ? name : `${place}.${name}`);
  for (const name of requiredOf(schema)) {
    if (!Object.hasOwn(value, name)) return `${at(name)} is required`;
  }
  for (const [name, property] of propertiesOf(schema)) {
    const member = Object.hasOwn(value, name) ? value[name] : undefined;
    const problem = member === undefined ? undefined : nestedProblem(member, property, at(name), depth + 1);
    if (problem !== undefined) return problem;
  }
  return undefined;
}
