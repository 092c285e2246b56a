/** Tells a JSON Schema in a reader's words: properties, types, what is required and allowed. Bounded in depth and length. Pure. */
import { clean, wrap } from '../../../text/clean.ts';
import type { Span, Line } from '../../kit/theme.ts';
import { isSchema, numberAt, propertiesOf, requiredOf, resolved, textAt, typesOf } from './schema.ts';
import type { Schema } from '../../state/form-field.ts';

const MAX_DEPTH = 6;
const MAX_LINES = 2000;
/** Values of an enum that are named. */
const MAX_VALUES = 12;
/** Longest value that is shown whole. */
const MAX_VALUE_CHARS = 60;
const MAX_DESCRIPTION_CHARS = 4000;

const STEP = 2;

/** `root`: what references lead into; default: the schema itself. */
export function schemaLines(value: unknown, width: number, root: unknown = value): readonly Line[] {
  if (value === undefined) return [[['  not given', 'dim']]];
  if (!isSchema(value)) return [[[`  this is no schema: ${shown(value)}`, 'warn']]];
  const reader = new Reader(isSchema(root) ? root : value, Math.max(20, width));
  reader.whole(value);
  return reader.lines;
}

class Reader {
  readonly lines: Line[] = [];
  readonly #root: Schema;
  readonly #width: number;

  constructor(root: Schema, width: number) {
    this.#root = root;
    this.#width = width;
  }

  whole(given: Schema): void {
    const schema = resolved(given, this.#root);
    if (propertiesOf(schema).length > 0 || requiredOf(schema).size > 0) return this.object(schema, 0, []);
    this.#push(0, ['  ', ...this.#typeSpans(schema)]);
    this.#inside(schema, 0, []);
  }

  /** Properties, or what it is instead of an object. `path`: schemas that contain this one. */
  object(given: Schema, depth: number, path: readonly Schema[]): void {
    const schema = resolved(given, this.#root);
    const properties = propertiesOf(schema);
    const required = requiredOf(schema);
    for (const [name, property] of properties) {
      if (this.lines.length >= MAX_LINES) return this.#push(0, [['… and more: V shows the whole', 'warn']]);
      this.#property(name, property, required.has(name), depth, [...path, schema]);
    }
    for (const name of required) {
      if (!properties.some(([known]) => known === name)) {
        this.#push(depth, [
          ['* ', 'accent'],
          [clean(name), 'strong'],
          ['  required, not described', 'dim'],
        ]);
      }
    }
    this.#variants(schema, depth, path);
    const { additionalProperties } = schema;
    if (additionalProperties === false && properties.length > 0) this.#push(depth, [['nothing else', 'dim']]);
    else if (isSchema(additionalProperties)) {
      this.#push(depth, [['any other name: ', 'dim'], ...this.#typeSpans(additionalProperties)]);
    }
  }

  #property(name: string, given: Schema, isRequired: boolean, depth: number, path: readonly Schema[]): void {
    const schema = resolved(given, this.#root);
    const mark: Span = isRequired ? ['* ', 'accent'] : '  ';
    this.#push(depth, [mark, [clean(name), 'strong'], '  ', ...this.#typeSpans(given)]);
    const description = textAt(schema, 'description')?.trim() ?? '';
    const indent = depth * STEP + 4;
    if (description !== '') {
      const text = description.slice(0, MAX_DESCRIPTION_CHARS).split(/\r?\n/).map(clean);
      for (const line of text.flatMap((one) => wrap(one, Math.max(16, this.#width - indent)))) {
        this.lines.push([' '.repeat(indent), [line, 'dim']]);
      }
    }
    this.#inside(schema, depth + 1, path);
  }

  /** What a value of this schema holds. */
  #inside(schema: Schema, depth: number, path: readonly Schema[]): void {
    if (
      path.includes(schema) ||
      path.some((outer) => outer['properties'] === schema['properties'] && schema['properties'] !== undefined)
    ) {
      return this.#push(depth, [['  the same again', 'dim']]);
    }
    if (depth > MAX_DEPTH || path.length > MAX_DEPTH * 2)
      return this.#push(depth, [['  … deeper: V shows the whole', 'dim']]);
    if (propertiesOf(schema).length > 0) return this.object(schema, depth, path);
    const { items } = schema;
    if (isSchema(items)) return this.#inside(resolved(items, this.#root), depth, [...path, schema]);
    this.#variants(schema, depth, path);
  }

  #variants(schema: Schema, depth: number, path: readonly Schema[]): void {
    for (const [key, words] of [
      ['oneOf', 'exactly one of'],
      ['anyOf', 'one of'],
      ['allOf', 'all of'],
    ] as const) {
      const variants = schema[key];
      if (!Array.isArray(variants)) continue;
      this.#push(depth, [[`  ${words}:`, 'dim']]);
      for (const variant of variants.slice(0, MAX_VALUES)) {
        if (this.lines.length >= MAX_LINES) return;
        if (!isSchema(variant)) continue;
        this.#push(depth + 1, [['- ', 'accent'], ...this.#typeSpans(variant)]);
        this.#inside(resolved(variant, this.#root), depth + 2, [...path, schema]);
      }
      if (variants.length > MAX_VALUES) this.#push(depth + 1, [[`… ${variants.length - MAX_VALUES} more`, 'dim']]);
    }
  }

  #typeSpans(given: Schema): readonly Span[] {
    const schema = resolved(given, this.#root);
    const reference = typeof schema['$ref'] === 'string' ? ` ${clean(schema['$ref']).slice(0, MAX_VALUE_CHARS)}` : '';
    const facts = factsOf(schema);
    const head: Span = [`${typeWords(schema, this.#root)}${reference}`, 'accent'];
    return facts.length === 0 ? [head] : [head, [`  ${facts.join(' · ')}`, 'dim']];
  }

  #push(depth: number, spans: readonly Span[]): void {
    if (this.lines.length < MAX_LINES + 1) this.lines.push([' '.repeat(depth * STEP), ...spans]);
  }
}

/** `string`, `array of integer`, `string or null`, `any`. */
export function typeWords(schema: Schema, root: Schema): string {
  if ('const' in schema) return 'constant';
  const types = typesOf(schema);
  if (types.length === 0) {
    if (Array.isArray(schema['enum'])) return 'enum';
    if (['oneOf', 'anyOf', 'allOf'].some((key) => Array.isArray(schema[key]))) return 'choice';
    return propertiesOf(schema).length > 0 ? 'object' : 'any';
  }
  return types
    .map((type) => {
      const { items } = schema;
      if (type !== 'array' || !isSchema(items)) return clean(type);
      const inner = typesOf(resolved(items, root));
      return inner.length === 0 ? 'array' : `array of ${inner.map(clean).join(' or ')}`;
    })
    .join(' or ');
}

/** What limits a value, and what is used without one. */
export function factsOf(schema: Schema): readonly string[] {
  const facts: string[] = [];
  if ('const' in schema) facts.push(shown(schema['const']));
  const values = schema['enum'];
  if (Array.isArray(values)) {
    const more = values.length > MAX_VALUES ? ` … ${values.length - MAX_VALUES} more` : '';
    facts.push(`${values.slice(0, MAX_VALUES).map(shown).join(' | ')}${more}`);
  }
  for (const [key, sign] of limits) {
    const limit = numberAt(schema, key);
    if (limit !== undefined) facts.push(`${sign} ${limit}`);
  }
  for (const [least, most, what] of counts) {
    const words = countWords(numberAt(schema, least), numberAt(schema, most), what);
    if (words !== undefined) facts.push(words);
  }
  for (const key of ['format', 'pattern'] as const) {
    const text = textAt(schema, key);
    if (text !== undefined) facts.push(`${key} ${clean(text).slice(0, MAX_VALUE_CHARS)}`);
  }
  if ('default' in schema) facts.push(`default ${shown(schema['default'])}`);
  if (schema['deprecated'] === true) facts.push('deprecated');
  return facts;
}

const limits = [
  ['minimum', '≥'],
  ['exclusiveMinimum', '>'],
  ['maximum', '≤'],
  ['exclusiveMaximum', '<'],
  ['multipleOf', 'a multiple of'],
] as const;

const counts = [
  ['minLength', 'maxLength', 'characters'],
  ['minItems', 'maxItems', 'items'],
] as const;

/** `3–20 characters`, `at least 3 characters`; undefined without a limit. */
function countWords(least: number | undefined, most: number | undefined, what: string): string | undefined {
  if (least !== undefined && most !== undefined) return `${least === most ? least : `${least}–${most}`} ${what}`;
  if (least !== undefined) return `at least ${least === 1 ? `1 ${what.slice(0, -1)}` : `${least} ${what}`}`;
  return most === undefined ? undefined : `at most ${most} ${what}`;
}

/** A value as JSON, cleaned and short. */
function shown(value: unknown): string {
  const text = clean(JSON.stringify(value) ?? 'nothing');
  return text.length <= MAX_VALUE_CHARS ? text : `${text.slice(0, MAX_VALUE_CHARS)}…`;
}
