/** Makes a form of a JSON Schema: a line for each property that one can hold; what it cannot hold is typed as JSON. Pure. */
import type { Json } from '../../../kernel/json.ts';
import { isSchema, propertiesOf, requiredOf, resolved, textAt, typesOf } from './schema.ts';
import type { Schema, FormField, Choice, FieldKind } from '../../state/form-field.ts';
import { factsOf, typeWords } from './schema-lines.ts';

export type Form =
  | { readonly kind: 'fields'; readonly fields: readonly FormField[]; readonly note: string | undefined }
  /** Only JSON can say it. */
  | { readonly kind: 'json'; readonly why: string };

/** More than anybody fills in line by line. */
const MAX_FIELDS = 200;

const secretName =
  /(?:^|[^a-z])(?:pass(?:word|wd|phrase)?|secret|token|api[-_ ]?key|access[-_ ]?key|private[-_ ]?key|credentials?|authorization)(?:$|[^a-z])/i;

/** Where a list goes on: no secret. */
const placeName = /(?:page|next|continuation|sync|resume|delta|cursor)[-_ ]?token/i;

const combining = ['oneOf', 'anyOf', 'allOf', 'if', 'not', 'dependentRequired', 'dependentSchemas'] as const;

export function formOf(inputSchema: unknown): Form {
  if (!isSchema(inputSchema)) return { kind: 'json', why: 'it has no valid schema' };
  const schema = resolved(inputSchema, inputSchema);
  const types = typesOf(schema);
  if (types.length > 0 && !types.includes('object'))
    return { kind: 'json', why: 'its schema does not describe an object' };
  if (!isSchema(schema['properties']) && schema['additionalProperties'] !== false) {
    return { kind: 'json', why: 'its schema names no fields' };
  }
  const properties = propertiesOf(schema);
  if (properties.length > MAX_FIELDS) return { kind: 'json', why: `its schema has ${properties.length} fields` };
  const required = requiredOf(schema);
  const fields = properties.map(([name, property]) => fieldOf(name, property, required.has(name), inputSchema));
  // Required ones first, each group in the order of the schema.
  const sorted = [...fields.filter((field) => field.required), ...fields.filter((field) => !field.required)];
  const rules = combining.filter((key) => schema[key] !== undefined);
  const note =
    rules.length === 0 ? undefined : `The schema has more rules (${rules.join(', ')}): the server checks them.`;
  return { kind: 'fields', fields: sorted, note };
}

function fieldOf(name: string, given: Schema, required: boolean, root: Schema): FormField {
  const schema = withoutNull(resolved(given, root), root);
  const choices = choicesOf(schema, root);
  const kind = kindOf(schema, choices);
  const described = textAt(schema, 'description') ?? textAt(schema, 'title') ?? '';
  const secret =
    kind === 'text' && (isSecretName(name) || schema['format'] === 'password' || schema['writeOnly'] === true);
  return {
    name,
    kind,
    required,
    schema,
    type: typeWords(schema, root),
    facts: kind === 'choice' ? [] : factsOf(schema),
    description: described.trim(),
    choices,
    initial: initialOf(schema, kind, choices),
    secret,
  };
}

/** `accessToken` and `API_KEY` as well as `token`. */
export function isSecretName(name: string): boolean {
  const words = name.replace(/([a-z])([A-Z])/g, '$1_$2');
  return secretName.test(words) && !placeName.test(words);
}

/** The one variant that is not `null`, of what may be left empty. */
function withoutNull(schema: Schema, root: Schema): Schema {
  for (const key of ['anyOf', 'oneOf'] as const) {
    const variants = schema[key];
    if (!Array.isArray(variants)) continue;
    const others = variants.filter(isSchema).filter((variant) => typesOf(variant).join() !== 'null');
    const [only] = others;
    if (others.length === 1 && only !== undefined && variants.length === 2) {
      const { [key]: _variants, ...beside } = schema;
      return { ...resolved(only, root), ...beside };
    }
  }
  return schema;
}

function choicesOf(schema: Schema, root: Schema): readonly Choice[] {
  if ('const' in schema) return [choice(schema['const'] as Json)];
  const values = schema['enum'];
  if (Array.isArray(values)) return (values as readonly Json[]).map((value) => choice(value));
  const variants = schema['oneOf'] ?? schema['anyOf'];
  if (Array.isArray(variants) && variants.length > 0) {
    const found = variants.map((variant) => (isSchema(variant) ? resolved(variant, root) : {}));
    if (found.every((variant) => 'const' in variant)) return found.map((variant) => choice(variant['const'] as Json));
  }
  const types = typesOf(schema).filter((type) => type !== 'null');
  return types.join() === 'boolean' ? [choice(true), choice(false)] : [];
}

function choice(value: Json): Choice {
  return { label: textOf(value), value };
}

function kindOf(schema: Schema, choices: readonly Choice[]): FieldKind {
  if ('const' in schema) return 'const';
  const types = typesOf(schema).filter((type) => type !== 'null');
  if (choices.length > 0) return types.join() === 'boolean' && !Array.isArray(schema['enum']) ? 'boolean' : 'choice';
  switch (types.join()) {
    case 'string':
      return 'text';
    case 'number':
    case 'integer':
      return types.join() === 'integer' ? 'integer' : 'number';
    default:
      return 'json';
  }
}

function initialOf(schema: Schema, kind: FieldKind, choices: readonly Choice[]): string {
  if (kind === 'const') return choices[0]?.label ?? '';
  const { default: value } = schema;
  if (value === undefined || value === null) return '';
  const text = kind === 'json' ? JSON.stringify(value) : textOf(value as Json);
  if (kind === 'choice' || kind === 'boolean') return choices.some(({ label }) => label === text) ? text : '';
  return text;
}

/** A string is itself, anything else its JSON. */
export function textOf(value: Json): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}
