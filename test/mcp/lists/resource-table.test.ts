import { describe, expect, it } from 'vitest';
import { buildResourceTable, mapUri, templateServers, unmapUri } from '../../../src/mcp/lists/resource-table.ts';
import type { ServerItems } from '../../../src/mcp/lists/routing-table.ts';

const resources = (server: string, ...uris: unknown[]): ServerItems => ({
  server,
  prefix: server,
  items: uris.map((uri) => ({ uri })),
});
const templates = (server: string, ...all: unknown[]): ServerItems => ({
  server,
  prefix: server,
  items: all.map((uriTemplate) => ({ uriTemplate })),
});

describe('unmapUri', () => {
  it('is the way back of mapUri, of URIs with anything in them', () => {
    for (const uri of ['file:///x', 'a:b:c', '', 'x://\ny', 'mcptui+other:x://y']) {
      expect(unmapUri(mapUri('git', uri))).toEqual({ server: 'git', uri });
    }
  });

  it.each(['file:///x', 'xmcptui+a:b', 'mcptui+:b', 'mcptui+a', 'mcptui:a:b'])('leaves %s alone', (uri) => {
    expect(unmapUri(uri)).toBeUndefined();
  });
});

describe('buildResourceTable', () => {
  it('leaves out what has no URI, and lists one twice that a server lists twice', () => {
    const table = buildResourceTable([resources('a', 'x://1', 7, undefined, 'x://1')], []);
    expect(table.resources).toEqual([{ uri: 'x://1' }, { uri: 'x://1' }]);
    expect([...table.owners]).toEqual([['x://1', 'a']]);
    expect(table.mapped.size).toBe(0);
  });

  it('maps templates as it maps URIs, and reads those of their owner only', () => {
    const table = buildResourceTable([], [templates('a', 'x://{id}'), templates('b', 'x://{id}', 'y://{id}', 5)]);
    expect(table.templates.map(({ uriTemplate }) => uriTemplate)).toEqual([
      'x://{id}',
      'mcptui+b:x://{id}',
      'y://{id}',
    ]);
    expect([...table.templateOwners]).toEqual([
      ['x://{id}', 'a'],
      ['y://{id}', 'b'],
    ]);
    expect([...table.mapped]).toEqual(['b']);
    expect(table.matchers.map(({ server }) => server)).toEqual(['a', 'b']);
  });
});

describe('templateServers', () => {
  it('names each server once that has a template of the URI', () => {
    const table = buildResourceTable([], [templates('a', 'x://{id}', 'x://{id}/{part}'), templates('b', 'x://{a}/p')]);
    expect(templateServers(table, 'x://7')).toEqual(['a']);
    expect(templateServers(table, 'x://7/p')).toEqual(['a', 'b']);
    expect(templateServers(table, 'y://7')).toEqual([]);
  });
});
