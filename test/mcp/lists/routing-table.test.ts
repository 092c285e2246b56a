import { describe, expect, it } from 'vitest';
import { roomFor } from '../../../src/mcp/lists/qualified-name.ts';
import { buildNameTable, type ServerItems } from '../../../src/mcp/lists/routing-table.ts';

const part = (more: Partial<ServerItems>, ...names: unknown[]): ServerItems => ({
  server: 'a',
  prefix: 'a',
  items: names.map((name) => ({ name, description: 'its own' })),
  ...more,
});

describe('buildNameTable', () => {
  it('puts what agents should know of a server in front of each description', () => {
    const { items } = buildNameTable([
      {
        ...part({ context: 'for tickets' }),
        items: [
          { name: 'x', description: 'its own' },
          { name: 'y' },
          { name: 'z', description: '' },
          { name: 'w', description: 7 },
        ],
      },
    ]);
    expect(items.map(({ name, description }) => [name, description])).toEqual([
      ['a__x', '[a: for tickets] its own'],
      ['a__y', '[a: for tickets]'],
      ['a__z', '[a: for tickets]'],
      ['a__w', '[a: for tickets]'],
    ]);
  });

  it('passes an item on as it is, the very object, where nothing of it differs', () => {
    const item = { name: 'x' };
    const { items } = buildNameTable([{ ...part({ prefix: '' }), items: [item] }]);
    expect(items[0]).toBe(item);
    const told = buildNameTable([{ ...part({ prefix: '', context: 'c' }), items: [item] }]);
    expect(told.items[0]).toEqual({ name: 'x', description: '[a: c]' });
  });

  it('leaves out what has no name, and lists a name once that a server lists twice', () => {
    const { items, conflicts } = buildNameTable([part({}, 'x', 7, undefined, 'x')]);
    expect(items.map(({ name }) => name)).toEqual(['a__x']);
    expect(conflicts).toEqual([]);
  });

  it('keeps the names of a server without a prefix as they are, also those that would be alike', () => {
    const { items, altered } = buildNameTable([part({ prefix: '' }, 'a:b', 'a b', 'a_b')]);
    expect(items.map(({ name }) => name)).toEqual(['a:b', 'a b', 'a_b']);
    expect(altered.size).toBe(0);
  });

  it('says why a name ends in a hash', () => {
    const { altered } = buildNameTable([part({}, 'x'.repeat(80), 'a:b', 'a b')]);
    expect([...altered.values()].toSorted()).toEqual(['alike', 'cut']);
  });

  it('names each server once that claims a name', () => {
    const { conflicts } = buildNameTable([
      part({ server: 'one', prefix: 'p' }, 'x'),
      part({ server: 'two', prefix: 'p' }, 'x'),
      part({ server: 'three', prefix: 'p' }, 'x'),
    ]);
    expect(conflicts).toEqual([{ name: 'p__x', servers: ['one', 'two', 'three'] }]);
  });
});

describe('roomFor', () => {
  it('is the limit without what clients put in front', () => {
    expect(roomFor({ limit: 64, clientPrefix: undefined })).toBe(64);
    expect(roomFor({ limit: 64, clientPrefix: 'mcp__mcptui__' })).toBe(51);
  });
});
