import { describe, expect, it } from 'vitest';
import { qualifyName } from '../../../src/mcp/lists/qualified-name.ts';
import { buildResourceTable, mapUri, templateServers, unmapUri } from '../../../src/mcp/lists/resource-table.ts';
import { TemplateMatcher } from '../../../src/mcp/lists/template-matcher.ts';
import { buildNameTable } from '../../../src/mcp/lists/routing-table.ts';

describe('qualifyName', () => {
  it('joins prefix and name by two underscores, with what model APIs take only', () => {
    expect(qualifyName('fs', 'read_file')).toEqual({ name: 'fs__read_file', isCut: false });
    expect(qualifyName('a.b', 'x/y z')).toEqual({ name: 'a_b__x_y_z', isCut: false });
    expect(qualifyName('', 'as/is')).toEqual({ name: 'as/is', isCut: false });
  });

  it('cuts at 64 characters and tells long names apart by a stable hash', () => {
    const one = qualifyName('s', `${'x'.repeat(100)}1`);
    const two = qualifyName('s', `${'x'.repeat(100)}2`);
    expect(one).toEqual({ name: expect.stringMatching(/^s__x{54}_[0-9a-f]{6}$/) as string, isCut: true });
    expect(one.name).toHaveLength(64);
    expect(one).not.toEqual(two);
    expect(qualifyName('s', `${'x'.repeat(100)}1`)).toEqual(one);
    expect(qualifyName('s', 'x'.repeat(61)).isCut).toBe(false);
    expect(qualifyName('s', 'x'.repeat(62)).isCut).toBe(true);
  });
});

describe('buildNameTable', () => {
  it('gives names of one server that are written alike a hash, all but the one that is written so, or the first', () => {
    const items = [{ name: 'a:b' }, { name: 'a b' }, { name: 'a_b' }, { name: 'c:d' }, { name: 'c d' }];
    const { routes, conflicts, altered } = buildNameTable([{ server: 's', prefix: 's', items }]);
    const names = [...routes].map(([exposed, { name }]) => [name, exposed]);
    expect(names).toEqual([
      ['a:b', expect.stringMatching(/^s__a_b_[0-9a-f]{6}$/)],
      ['a b', expect.stringMatching(/^s__a_b_[0-9a-f]{6}$/)],
      ['a_b', 's__a_b'],
      ['c:d', 's__c_d'],
      ['c d', expect.stringMatching(/^s__c_d_[0-9a-f]{6}$/)],
    ]);
    expect(new Set(names.map(([, exposed]) => exposed)).size).toBe(5);
    expect(conflicts).toEqual([]);
    expect([...altered.values()]).toEqual(['alike', 'alike', 'alike']);
    // Whatever the order in which the server lists them.
    const turned = buildNameTable([{ server: 's', prefix: 's', items: items.slice(0, 3).toReversed() }]).routes;
    for (const [exposed, { name }] of turned) expect(routes.get(exposed)?.name).toBe(name);
  });

  it('cuts at what is left of the limit', () => {
    const part = { server: 's', prefix: 's', items: [{ name: 'n'.repeat(60) }, { name: 'short' }] };
    expect([...buildNameTable([part]).altered.keys()]).toEqual([]);
    const { altered, routes } = buildNameTable([{ ...part, maxNameChars: 51 }]);
    expect([...altered]).toEqual([[expect.stringMatching(/^s__n+_[0-9a-f]{6}$/), 'cut']]);
    expect([...routes.keys()].map((name) => name.length)).toEqual([51, 8]);
  });

  it('routes names with the separator in them by the table', () => {
    const { routes, items } = buildNameTable([
      { server: 'a', prefix: 'a', items: [{ name: 'b__c' }] },
      { server: 'a__b', prefix: 'a__b', items: [{ name: 'd' }, { noName: 1 }] },
    ]);
    expect([...routes]).toEqual([
      ['a__b__c', { server: 'a', name: 'b__c', item: { name: 'b__c' } }],
      ['a__b__d', { server: 'a__b', name: 'd', item: { name: 'd' } }],
    ]);
    expect(items).toEqual([{ name: 'a__b__c' }, { name: 'a__b__d' }]);
  });

  it('names the servers that claim a name, also after sanitising, and lets the first have it', () => {
    const { routes, conflicts } = buildNameTable([
      { server: 'a', prefix: 'p', items: [{ name: 'x.y' }, { name: 'x_y' }] },
      { server: 'b', prefix: 'p', items: [{ name: 'x y' }] },
    ]);
    expect(routes.get('p__x_y')).toMatchObject({ server: 'a', name: 'x_y' });
    expect([...routes.values()].map(({ server, name }) => `${server} ${name}`)).toEqual(['a x.y', 'a x_y']);
    expect(conflicts).toEqual([{ name: 'p__x_y', servers: ['a', 'b'] }]);
  });
});

describe('buildResourceTable', () => {
  it('maps what a second server claims, and only that', () => {
    const table = buildResourceTable(
      [
        { server: 'a', prefix: 'a', items: [{ uri: 'x://1' }, { uri: 'x://1' }] },
        { server: 'b', prefix: 'b', items: [{ uri: 'x://1' }, { uri: 'x://2' }] },
      ],
      [],
    );
    expect(table.resources.map(({ uri }) => uri)).toEqual(['x://1', 'x://1', 'mcptui+b:x://1', 'x://2']);
    expect([...table.mapped]).toEqual(['b']);
    expect(unmapUri(mapUri('b', 'x://1?y=mcptui+c:z'))).toEqual({ server: 'b', uri: 'x://1?y=mcptui+c:z' });
    expect(unmapUri('x://1')).toBeUndefined();
  });
});

describe('TemplateMatcher', () => {
  it.each([
    ['demo://{id}', ['demo://1', 'demo://'], ['demo://1/2', 'other://1', 'demo://1?x']],
    ['file:///{+path}', ['file:///a/b.txt'], ['http:///a']],
    ['x://a.b/{id}{?q,r}{#frag}', ['x://a.b/1', 'x://a.b/1?q=2&r=3#z'], ['x://aXb/1', 'x://a.b/1/2']],
    ['x://{a}{/b*}{.ext}{;p}', ['x://1/2/3.txt;p=1'], ['x:/1']],
    ['x://{+a}/{b}', ['x://1/2/3', 'x://1/'], ['x://1', 'x://1/2?3']],
    ['x://{a}-{b}.json', ['x://1-2-3.json', 'x://-.json'], ['x://12.json', 'x://1-2.json5']],
    ['x://fixed', ['x://fixed'], ['x://fixed/1']],
  ])('%s', (template, good, bad) => {
    const matcher = TemplateMatcher.of(template);
    expect(good.filter((uri) => matcher?.test(uri))).toEqual(good);
    expect(bad.filter((uri) => matcher?.test(uri))).toEqual([]);
  });

  it.each([
    'x://{id',
    'x://}',
    'x://{}',
    'x://{+}',
    'x://{a{b}}',
    '{+x}',
    '{scheme}://a',
    '/a/{b}',
    'x://'.padEnd(2_049, 'a'),
  ])('matches nothing for a template that is not well formed, too long or without a scheme: %s', (template) =>
    expect(TemplateMatcher.of(template)).toBeUndefined(),
  );

  it('takes no longer for templates that would make a pattern go back and forth', () => {
    const matcher = TemplateMatcher.of(`x://${'{+a}{b}'.repeat(16)}z`);
    const uri = `x://${'a'.repeat(2_000)}`;
    expect(matcher?.test(uri)).toBe(false);
    expect(matcher?.cost(uri)).toBeLessThan(100_000);
    expect(matcher?.test(`${uri}z`)).toBe(true);
    expect(matcher?.test(`x://${'a'.repeat(3_000)}z`)).toBe(false);
  });
});

describe('templateServers', () => {
  it('looks at so many templates only that it takes no time that others would notice', () => {
    const items = Array.from({ length: 10_000 }, (_, index) => ({ uriTemplate: `x://${'{+a}'.repeat(30)}${index}!` }));
    const table = buildResourceTable([], [{ server: 'a', prefix: 'a', items }]);
    expect(templateServers(table, `x://${'a'.repeat(2_000)}`)).toEqual([]);
  });
});
