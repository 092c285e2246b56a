import { describe, expect, it } from 'vitest';
import { secretNamesOf } from '../../../src/mcp/lists/schema-secrets.ts';

const names = (inputSchema: unknown): string[] => [...secretNamesOf({ name: 't', inputSchema })].toSorted();

describe('secretNamesOf', () => {
  it('finds what is marked by format or writeOnly, at any depth and in every branch', () => {
    expect(
      names({
        type: 'object',
        properties: {
          path: { type: 'string' },
          seed: { type: 'string', format: 'password' },
          note: { type: 'string', writeOnly: true },
          nested: { type: 'object', properties: { inner: { format: 'password' } } },
          list: { type: 'array', items: { properties: { each: { writeOnly: true } } } },
          either: { anyOf: [{ properties: { one: { format: 'password' } } }, { type: 'null' }] },
        },
        $defs: { D: { properties: { defined: { format: 'password' } } } },
      }),
    ).toEqual(['defined', 'each', 'inner', 'note', 'one', 'seed']);
  });

  it('takes schemas that are none, and gives up on those that are too deep or too large', () => {
    for (const schema of [undefined, null, 7, 'x', [], { properties: null }, { properties: { a: true } }]) {
      expect(names(schema)).toEqual([]);
    }
    let deep: object = { properties: { lost: { format: 'password' } } };
    for (let level = 0; level < 400; level += 1) deep = { items: deep };
    expect(names(deep)).toEqual([]);
    const wide = { enum: Array.from({ length: 100_000 }, (_, index) => index), properties: {} };
    expect(names(wide)).toEqual([]);
  });

  it('is asked once for each tool', () => {
    const tool = { name: 't', inputSchema: { properties: { a: { format: 'password' } } } };
    expect(secretNamesOf(tool)).toBe(secretNamesOf(tool));
  });
});
