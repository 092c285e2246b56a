import { describe, expect, it } from 'vitest';
import { flatten, pathText, unflatten, type Fields } from '../../../src/engine/apply/fields.ts';
import { merge, ownersAfter, valueHash, type Owners } from '../../../src/engine/apply/merge.ts';

const owned = (fields: Readonly<Record<string, Readonly<Record<string, unknown>>>>): Owners =>
  Object.fromEntries(
    Object.entries(fields).map(([path, by]) => [
      path,
      Object.fromEntries(Object.entries(by).map(([manager, value]) => [manager, valueHash(value)])),
    ]),
  );

interface Row {
  readonly fact: string;
  readonly live?: Fields;
  readonly defaults?: Fields;
  readonly owners?: Owners;
  readonly wanted: Fields;
  readonly force?: true;
  readonly fields?: Fields;
  readonly changed?: readonly string[];
  /** `env.A by web`, `env.A by hand`. */
  readonly conflicts?: readonly string[];
}

const rows: readonly Row[] = [
  { fact: 'what is not there is made as it is wanted', wanted: { a: 1 }, fields: { a: 1 }, changed: ['a'] },
  { fact: 'the same changes nothing', live: { a: 1, b: 2 }, wanted: { a: 1 }, fields: { a: 1, b: 2 }, changed: [] },
  {
    fact: 'an own field is changed',
    live: { a: 1 },
    owners: owned({ '/a': { me: 1 } }),
    wanted: { a: 2 },
    fields: { a: 2 },
    changed: ['a'],
  },
  { fact: 'a field that nobody has set is free', live: {}, wanted: { a: 2 }, fields: { a: 2 }, changed: ['a'] },
  {
    fact: 'a field that is as it is by default is free',
    live: { a: 1 },
    defaults: { a: 1 },
    wanted: { a: 2 },
    fields: { a: 2 },
    changed: ['a'],
  },
  { fact: 'a field that somebody set by hand is theirs', live: { a: 1 }, wanted: { a: 2 }, conflicts: ['a by hand'] },
  {
    fact: 'an own field that was changed by hand since is theirs',
    live: { a: 9 },
    owners: owned({ '/a': { me: 1 } }),
    wanted: { a: 2 },
    conflicts: ['a by hand'],
  },
  {
    fact: 'also when it was changed back to the default',
    live: { a: 0 },
    defaults: { a: 0 },
    owners: owned({ '/a': { me: 1 } }),
    wanted: { a: 1 },
    conflicts: ['a by hand'],
  },
  {
    fact: 'a field of another manager is a conflict',
    live: { a: 1 },
    owners: owned({ '/a': { web: 1 } }),
    wanted: { a: 2 },
    conflicts: ['a by web'],
  },
  {
    fact: 'a field that two have is both of theirs',
    live: { a: 1 },
    owners: owned({ '/a': { me: 1, web: 1 } }),
    wanted: { a: 2 },
    conflicts: ['a by web'],
  },
  {
    fact: 'force decides a conflict',
    live: { a: 1 },
    owners: owned({ '/a': { web: 1 } }),
    wanted: { a: 2 },
    force: true,
    fields: { a: 2 },
    changed: ['a'],
  },
  {
    fact: 'an own field that is not wanted any more goes',
    live: { a: 1, b: 2 },
    owners: owned({ '/b': { me: 2 } }),
    wanted: { a: 1 },
    fields: { a: 1 },
    changed: ['b'],
  },
  {
    fact: 'unless another manager has it too',
    live: { b: 2 },
    owners: owned({ '/b': { me: 2, web: 2 } }),
    wanted: {},
    fields: { b: 2 },
    changed: [],
  },
  {
    fact: 'or somebody has changed it by hand',
    live: { b: 3 },
    owners: owned({ '/b': { me: 2 } }),
    wanted: {},
    fields: { b: 3 },
    changed: [],
  },
  {
    fact: 'entries of an object are fields of their own',
    live: { env: { A: '1', B: '2' } },
    owners: owned({ '/env/A': { me: '1' } }),
    wanted: { env: { A: '3' } },
    fields: { env: { A: '3', B: '2' } },
    changed: ['env.A'],
  },
  {
    fact: 'a list is one field',
    live: { args: ['a', 'b'] },
    owners: owned({ '/args': { me: ['a', 'b'] } }),
    wanted: { args: ['a'] },
    fields: { args: ['a'] },
    changed: ['args'],
  },
  {
    fact: 'another kind takes what stood beside it away',
    live: { source: { kind: 'command', command: ['x'] } },
    owners: owned({ '/source/kind': { me: 'command' }, '/source/command': { me: ['x'] } }),
    wanted: { source: { kind: 'url', url: 'https://x' } },
    fields: { source: { kind: 'url', url: 'https://x' } },
    changed: ['source.kind', 'source.command', 'source.url'],
  },
];

describe('merge', () => {
  it.each(rows)(
    '$fact',
    ({ live, defaults = {}, owners = {}, wanted, force = false, fields, changed, conflicts = [] }) => {
      const merged = merge({ live, defaults, owners, wanted, manager: 'me', force });
      const said = merged.conflicts.map(({ path, managers }) => `${pathText(path)} by ${managers[0] ?? 'hand'}`);
      expect(said).toEqual(conflicts);
      if (fields === undefined) return;
      expect(merged.fields).toEqual(fields);
      expect(merged.changed.map(pathText).toSorted()).toEqual([...(changed ?? [])].toSorted());
    },
  );

  it('owns what it names, together with those who want the same', () => {
    const owners = owned({ '/a': { web: 1 }, '/b': { web: 2 } });
    const { named } = merge({
      live: { a: 1, b: 2 },
      defaults: {},
      owners,
      wanted: { a: 1 },
      manager: 'me',
      force: false,
    });
    expect(ownersAfter(named, { a: 1, b: 2 }, owners, 'me')).toEqual(
      owned({ '/a': { web: 1, me: 1 }, '/b': { web: 2 } }),
    );
  });
});

describe('flatten', () => {
  it('is undone by unflatten, whatever the names are', () => {
    const document = {
      'a/b': { '~1': [1, { c: 2 }], __proto: 1 },
      ['__proto__']: { x: 'y' },
      constructor: { z: null },
    };
    expect(unflatten(flatten(document))).toEqual(document);
    expect(({} as Record<string, unknown>)['x']).toBeUndefined();
  });
});
