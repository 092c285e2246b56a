/** Turns what was typed into a form into the arguments of a call, or tells field by field what is wrong. Pure. */
import { messageOf } from '../../../kernel/errors.ts';
import type { Json, JsonObject } from '../../../kernel/json.ts';
import { isSecretName } from './fields.ts';
import type { FormField } from '../../state/form-field.ts';
import { formatProblem } from './formats.ts';
import { nestedProblem } from './nested.ts';
import { isSchema, numberAt, textAt, typesOf } from './schema.ts';

export type Texts = ReadonlyMap<string, string>;

export type Filled =
  | { readonly kind: 'args'; readonly args: JsonObject }
  /** By name of the field. */
  | { readonly kind: 'problems'; readonly problems: ReadonlyMap<string, string> };

type Value = { readonly value: Json } | { readonly problem: string } | undefined;

/** Left out: fields that are empty and not required. The server has the last word on patterns and rules between fields. */
export function fill(fields: readonly FormField[], texts: Texts): Filled {
  const entries: [string, Json][] = [];
  const problems = new Map<string, string>();
  for (const field of fields) {
    const found = valueOf(field, texts.get(field.name) ?? '');
    if (found === undefined) continue;
    if ('problem' in found) problems.set(field.name, found.problem);
    else entries.push([field.name, found.value]);
  }
  if (problems.size > 0) return { kind: 'problems', problems };
  return { kind: 'args', args: Object.fromEntries(entries) };
}

/** As far as it can be read: what is wrong is left out. For going on in JSON. */
export function roughly(fields: readonly FormField[], texts: Texts): JsonObject {
  const entries = fields.flatMap((field): [string, Json][] => {
    const found = valueOf(field, texts.get(field.name) ?? '');
    return found !== undefined && 'value' in found ? [[field.name, found.value]] : [];
  });
  return Object.fromEntries(entries);
}

export function valueOf(field: FormField, text: string): Value {
  const { kind, required, choices } = field;
  if (kind === 'const') return choices[0] === undefined ? undefined : { value: choices[0].value };
  const given = kind === 'text' ? text : text.trim();
  if (given === '') return required ? { problem: 'required' } : undefined;
  switch (kind) {
    case 'text':
      return textValue(field, given);
    case 'number':
    case 'integer':
      return numberValue(field, given);
    case 'boolean':
    case 'choice': {
      const chosen = choices.find(({ label }) => label === given);
      return chosen === undefined ? { problem: 'none of the choices' } : { value: chosen.value };
    }
    case 'json':
      return jsonValue(field, given);
  }
}

function textValue({ schema }: FormField, text: string): Value {
  const length = Array.from(text).length;
  const least = numberAt(schema, 'minLength');
  const most = numberAt(schema, 'maxLength');
  if (least !== undefined && length < least) return { problem: `at least ${least} characters` };
  if (most !== undefined && length > most) return { problem: `at most ${most} characters` };
  const problem = formatProblem(text, textAt(schema, 'format'));
  return problem === undefined ? { value: text } : { problem };
}

function numberValue({ kind, schema }: FormField, text: string): Value {
  const value = Number(text);
  if (!/^[+-]?(?:\d|\.\d)/.test(text) || !Number.isFinite(value)) return { problem: 'not a number' };
  if (kind === 'integer' && !Number.isInteger(value)) return { problem: 'not a whole number' };
  const checks: readonly (readonly [key: string, isGood: (limit: number) => boolean, words: string])[] = [
    ['minimum', (limit) => value >= limit, 'at least'],
    ['exclusiveMinimum', (limit) => value > limit, 'more than'],
    ['maximum', (limit) => value <= limit, 'at most'],
    ['exclusiveMaximum', (limit) => value < limit, 'less than'],
  ];
  for (const [key, isGood, words] of checks) {
    const limit = numberAt(schema, key);
    if (limit !== undefined && !isGood(limit)) return { problem: `${words} ${limit}` };
  }
  return { value };
}

function jsonValue({ schema }: FormField, text: string): Value {
  const listed = listValue(schema, text);
  let value: Json;
  try {
    value = listed ?? (JSON.parse(text) as Json);
  } catch {
    return { problem: 'not JSON: text stands in "…", lists in [ ], objects in { }' };
  }
  const problem = nestedProblem(value, schema);
  return problem === undefined ? { value } : { problem };
}

/** `bug, ui` for a list of texts or numbers; undefined for what is to be read as JSON. */
function listValue(schema: FormField['schema'], text: string): Json | undefined {
  const { items } = schema;
  if (!typesOf(schema).includes('array') || /^\s*\[/.test(text) || !isSchema(items)) return undefined;
  const [type] = typesOf(items);
  const parts = text.split(',').map((part) => part.trim());
  if (type === 'string') return parts.filter((part) => part !== '').map((part) => part.replace(/^"(.*)"$/, '$1'));
  if (type !== 'number' && type !== 'integer') return undefined;
  const numbers = parts.map((part) => (part === '' ? NaN : Number(part)));
  return numbers.every(Number.isFinite) ? numbers : undefined;
}

/** The arguments as JSON text that a person has typed. */
export function parseArgs(text: string): { readonly args: JsonObject } | { readonly problem: string } {
  if (text.trim() === '') return { args: {} };
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return { args: value as JsonObject };
    return { problem: 'the arguments must be an object: { … }' };
  } catch (error) {
    return { problem: `not JSON: ${messageOf(error)}` };
  }
}

/** Names of arguments that look like secrets, by their name or by what the schema says. */
export function secretArgs(args: JsonObject, fields: readonly FormField[]): readonly string[] {
  const secret = new Set(fields.filter((field) => field.secret).map(({ name }) => name));
  return Object.keys(args).filter((name) => secret.has(name) || (typeof args[name] === 'string' && isSecretName(name)));
}

/** For showing: what looks like a secret is masked. */
export function shownArgs(args: JsonObject, fields: readonly FormField[]): string {
  const secret = new Set(secretArgs(args, fields));
  return JSON.stringify(
    Object.fromEntries(Object.entries(args).map(([name, value]) => [name, secret.has(name) ? '•••' : value])),
  );
}
