/** JSON Schemas that anybody may have written, as text and as forms: bounded, cleaned, never a hang. */
import { describe, expect, it } from 'vitest';
import type { Json } from '../../../../src/kernel/json.ts';
import { formOf } from '../../../../src/tui/overlays/form/fields.ts';
import type { FormField } from '../../../../src/tui/state/form-field.ts';
import { schemaLines } from '../../../../src/tui/overlays/form/schema-lines.ts';
import { fill, valueOf } from '../../../../src/tui/overlays/form/values.ts';

const textOf = (schema: unknown, width = 80): readonly string[] =>
  schemaLines(schema, width).map((line) => line.map((span) => (typeof span === 'string' ? span : span[0])).join(''));

function fieldsOf(schema: unknown): readonly FormField[] {
  const form = formOf(schema);
  if (form.kind === 'json') throw new Error(form.why);
  return form.fields;
}

const object = (properties: Record<string, unknown>, more: Record<string, unknown> = {}): object => ({
  type: 'object',
  properties,
  ...more,
});

describe('schemaLines', () => {
  it('tells names, types, what is required, allowed and the default', () => {
    const lines = textOf(
      object(
        {
          path: { type: 'string', description: 'Where\nit is', minLength: 1, format: 'uri' },
          mode: { enum: ['r', 'w'], default: 'r' },
          count: { type: ['integer', 'null'], minimum: 0, exclusiveMaximum: 10 },
          fixed: { const: 4 },
        },
        { required: ['path', 'ghost'], additionalProperties: false },
      ),
    );
    expect(lines).toEqual([
      '* path  string  at least 1 character · format uri',
      '    Where',
      '    it is',
      '  mode  enum  "r" | "w" · default "r"',
      '  count  integer or null  ≥ 0 · < 10',
      '  fixed  constant  4',
      '* ghost  required, not described',
      'nothing else',
    ]);
  });

  it('goes into objects, lists and variants, and follows local references', () => {
    const lines = textOf({
      $defs: { Point: { type: 'object', properties: { x: { type: 'number' } }, required: ['x'] } },
      type: 'object',
      properties: {
        points: { type: 'array', items: { $ref: '#/$defs/Point' } },
        at: { anyOf: [{ $ref: '#/$defs/Point' }, { type: 'null' }] },
      },
    }).join('\n');
    expect(lines).toContain('points  array of object\n  * x  number');
    expect(lines).toMatch(/at {2}choice\n {4}one of:\n {4}- object\n {6}\* x {2}number\n {4}- null/);
  });

  it.each([
    ['a tree that holds itself', { $defs: { N: object({ next: { $ref: '#/$defs/N' } }) }, $ref: '#/$defs/N' }],
    ['a list of itself without an end', { items: { $ref: '#' } }],
    ['references in a circle', { $ref: '#/$defs/a', $defs: { a: { $ref: '#/$defs/b' }, b: { $ref: '#/$defs/a' } } }],
    ['variants that are all itself', { anyOf: Array.from({ length: 30 }, () => ({ $ref: '#' })) }],
    [
      'objects in many ways in itself',
      object(Object.fromEntries('a b c d e f g h i j k l'.split(' ').map((n) => [n, { $ref: '#' }]))),
    ],
    [
      '100,000 properties',
      object(Object.fromEntries(Array.from({ length: 1e5 }, (_, n) => [`p${n}`, { type: 'string' }]))),
    ],
    ['100,000 choices', object({ one: { enum: Array.from({ length: 1e5 }, (_, n) => `v${n}`) } })],
    ['a description of a million letters', object({ one: { type: 'string', description: 'wörd '.repeat(2e5) } })],
    ['deep nesting', Array.from({ length: 500 }).reduce<object>((inner) => object({ inner }), { type: 'string' })],
  ])('ends soon and stays short: %s', (_what, schema) => {
    expect(textOf(schema).length).toBeLessThanOrEqual(2002);
    formOf(schema);
  });

  it('says what is no schema, and makes every word harmless', () => {
    expect(textOf(undefined)).toEqual(['  not given']);
    expect(textOf([1])).toEqual(['  this is no schema: [1]']);
    const nasty = '\u001B[2J\u202E\u0000';
    const all = textOf(
      object(
        { [nasty]: { type: nasty, description: nasty, enum: [nasty], default: nasty, pattern: nasty, $ref: nasty } },
        { required: [`${nasty}!`] },
      ),
    ).join('\n');
    expect(all).not.toMatch(/[^\P{C}\n]/u);
    expect(all).toContain('\\x1b[2J\\u202e');
  });

  it('takes schemas of schemas that are nonsense', () => {
    for (const nonsense of [
      null,
      7,
      'x',
      true,
      [],
      { type: 7, properties: [1], required: 'x', enum: {}, items: 3, oneOf: 'no' },
    ]) {
      expect(() => textOf(nonsense)).not.toThrow();
      expect(() => textOf(object({ a: nonsense }))).not.toThrow();
      expect(() => formOf(nonsense)).not.toThrow();
      expect(() => formOf(object({ a: nonsense }))).not.toThrow();
    }
  });
});

describe('formOf', () => {
  it('has a field of the right kind for each property, required ones first', () => {
    const fields = fieldsOf(
      object(
        {
          n: { type: 'number', default: 1.5 },
          i: { type: 'integer' },
          b: { type: 'boolean', default: false },
          e: { type: 'string', enum: ['a', 'b'], default: 'b' },
          c: { const: 'v1' },
          o: { type: 'object' },
          l: { type: 'array', items: { type: 'string' }, default: [] },
          t: { type: 'string', title: 'Text' },
          optional: { anyOf: [{ type: 'string' }, { type: 'null' }], default: null },
          titled: { oneOf: [{ const: 1, title: 'one' }, { const: 2 }] },
          ref: { $ref: '#/$defs/E' },
        },
        { required: ['t', 'i'], $defs: { E: { enum: [1, 'x', null] } } },
      ),
    );
    expect(fields.map(({ name, kind, initial }) => `${name} ${kind} ${initial}`)).toEqual([
      'i integer ',
      't text ',
      'n number 1.5',
      'b boolean false',
      'e choice b',
      'c const v1',
      'o json ',
      'l json []',
      'optional text ',
      'titled choice ',
      'ref choice ',
    ]);
  });

  it.each([
    ['names no fields', { type: 'object' }],
    ['no valid schema', 'x'],
    ['does not describe an object', { type: 'string' }],
    ['has 201 fields', object(Object.fromEntries(Array.from({ length: 201 }, (_, n) => [`p${n}`, {}])))],
  ])('leaves to JSON a schema that %s', (why, schema) => {
    const form = formOf(schema);
    expect(form).toMatchObject({ kind: 'json', why: expect.stringContaining(why) });
  });

  it('takes a tool without arguments, and names rules that it does not know', () => {
    expect(formOf(object({}))).toMatchObject({ kind: 'fields', fields: [] });
    const form = formOf(object({ a: {} }, { oneOf: [{}], if: {} }));
    expect(form).toMatchObject({ note: expect.stringContaining('oneOf, if') });
  });

  it('knows what looks like a secret', () => {
    const names = [
      'token',
      'apiKey',
      'API_KEY',
      'accessToken',
      'password',
      'client-secret',
      'tokens',
      'nextPageToken',
      'keyboard',
      'path',
    ];
    const fields = fieldsOf(object(Object.fromEntries(names.map((name) => [name, { type: 'string' }]))));
    expect(fields.filter(({ secret }) => secret).map(({ name }) => name)).toEqual([
      'token',
      'apiKey',
      'API_KEY',
      'accessToken',
      'password',
      'client-secret',
    ]);
  });
});

describe('what was typed', () => {
  const [field] = fieldsOf(object({ v: { type: 'integer', minimum: 1, maximum: 5 } }, { required: ['v'] }));
  const value = (schema: object, text: string, required = false): Json | undefined | string => {
    const [one] = fieldsOf(object({ v: schema }, required ? { required: ['v'] } : {}));
    const found = valueOf(one!, text);
    return found === undefined ? undefined : 'value' in found ? found.value : `✗ ${found.problem}`;
  };

  it.each([
    ['', '✗ required'],
    ['x', '✗ not a number'],
    ['1.5', '✗ not a whole number'],
    ['0', '✗ at least 1'],
    ['6', '✗ at most 5'],
    ['Infinity', '✗ not a number'],
    [' 3 ', 3],
  ])('is checked as a number: %j', (text, expected) => {
    const found = valueOf(field!, text);
    expect(found !== undefined && 'value' in found ? found.value : `✗ ${found?.problem}`).toBe(expected);
  });

  it('is checked by its kind, and left out when it is empty and may be', () => {
    expect(value({ type: 'string' }, '')).toBeUndefined();
    expect(value({ type: 'string' }, ' as it is ')).toBe(' as it is ');
    expect(value({ type: 'string', minLength: 3 }, 'ab')).toBe('✗ at least 3 characters');
    expect(value({ type: 'string', maxLength: 1 }, '👍')).toBe('👍');
    expect(value({ enum: [1, 'x'] }, '1')).toBe(1);
    expect(value({ enum: [1, 'x'] }, 'y')).toBe('✗ none of the choices');
    expect(value({ type: 'boolean' }, 'false')).toBe(false);
    expect(value({ const: { a: 1 } }, 'anything')).toEqual({ a: 1 });
    expect(value({ type: 'array' }, '[1, 2]')).toEqual([1, 2]);
    expect(value({ type: 'array' }, '{}')).toBe('✗ must be array');
    expect(value({ type: 'object' }, '{"a"')).toMatch(/✗ not JSON/);
    expect(value({}, '7')).toBe(7);
  });

  const list = (items: object, more: object = {}): object => ({ type: 'array', items, ...more });
  const person = object({ name: { type: 'string' }, age: { type: 'integer' } }, { required: ['name'] });

  it.each([
    [list({ type: 'string' }), 'bug, ui', ['bug', 'ui']],
    [list({ type: 'string' }), '["a, b"]', ['a, b']],
    [list({ type: 'string' }), '"quoted", ui,', ['quoted', 'ui']],
    [list({ type: 'integer' }), '1, 2', [1, 2]],
    [list({ type: 'integer' }), '1, x', '✗ not JSON: text stands in "…", lists in [ ], objects in { }'],
    [list({ type: 'integer' }), '[1, 1.5]', '✗ [1] must be integer'],
    [list({ type: 'string' }, { minItems: 2 }), 'bug', '✗ at least 2 of them'],
    [list(person), '[{"name":"a"},{"age":3}]', '✗ [1].name is required'],
    [person, '{"email":"x"}', '✗ name is required'],
    [person, '{"name":"a","age":"x"}', '✗ age must be integer'],
    [object({ who: person }), '{"who":{"age":1}}', '✗ who.name is required'],
    [object({ how: { enum: ['a', 'b'] } }), '{"how":"c"}', '✗ how is none of a, b'],
    [object({ at: { type: 'string', format: 'date' } }), '{"at":"soon"}', '✗ at is no date, such as 2026-11-29'],
  ])('is checked within: %j with %j', (schema, text, expected) => {
    expect(value(schema, text)).toEqual(expected);
  });

  it.each([
    ['date', '2026-02-28', true],
    ['date', '2026-13-45', false],
    ['date', '2026-02-30', false],
    ['date-time', '2026-11-29T14:02:11Z', true],
    ['date-time', '2026-11-29 14:02', false],
    ['time', '14:02:11+01:00', true],
    ['time', '2 pm', false],
    ['uri', 'https://example.com/x', true],
    ['uri', 'not a url', false],
    ['email', 'ann@example.com', true],
    ['email', 'ann', false],
    ['ipv4', 'anything', true],
  ])('is checked by its format %s: %s', (format, text, isGood) => {
    const found = value({ type: 'string', format }, text);
    expect(typeof found === 'string' && found.startsWith('✗')).toBe(!isGood);
  });

  it('is looked at no deeper than people type, and through no reference', () => {
    const deep = '['.repeat(2_000) + ']'.repeat(2_000);
    const recursive: Record<string, unknown> = { type: 'array' };
    recursive['items'] = recursive;
    expect(Array.isArray(value(recursive, deep))).toBe(true);
    expect(value(object({ a: { $ref: '#/$defs/A' } }), '{"a":7}')).toEqual({ a: 7 });
  });

  it('never runs a pattern that a server wrote', () => {
    expect(value({ type: 'string', pattern: '^(a+)+$' }, `${'a'.repeat(50)}!`)).toContain('aaa');
  });

  it('cannot reach the prototype of the arguments', () => {
    const schema = JSON.parse(
      '{"type":"object","properties":{"__proto__":{"type":"object"},"a":{"type":"string"}}}',
    ) as object;
    const filled = fill(fieldsOf(schema), new Map([['__proto__', '{"polluted":true}']]));
    expect(filled.kind === 'args' && JSON.stringify(filled.args)).toBe('{"__proto__":{"polluted":true}}');
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
  });
});
