/** Properties of the table of names: whatever servers call their tools, each name leads to one of them. */
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MAX_NAME_LENGTH, qualifyName } from '../../../src/mcp/lists/qualified-name.ts';
import { buildNameTable, type ServerItems } from '../../../src/mcp/lists/routing-table.ts';

const name = fc.oneof(
  fc.string({ unit: 'grapheme', maxLength: 90 }),
  fc.constantFrom('read', 'Read', 'read file', 'read:file', 'read_file', '__proto__', 'constructor', 'a'.repeat(80)),
);
const prefix = fc.oneof(fc.stringMatching(/^[a-z0-9-]{1,40}$/), fc.constantFrom('a', 'b', 'a__b'));
const parts = fc
  .array(fc.record({ prefix, names: fc.array(name, { maxLength: 8 }) }), { maxLength: 4 })
  .map((servers) =>
    servers.map<ServerItems>((one, index) => ({
      server: `server-${index}`,
      prefix: one.prefix,
      items: one.names.map((text) => ({ name: text, inputSchema: { type: 'object' } })),
    })),
  );

describe('buildNameTable', () => {
  it('lists each name once, as models take it, and each leads to the item of its server', () => {
    fc.assert(
      fc.property(parts, (servers) => {
        const { routes, items } = buildNameTable(servers);
        expect(items.map((item) => item['name'])).toEqual([...routes.keys()]);
        for (const [exposed, route] of routes) {
          expect(exposed).toMatch(/^[A-Za-z0-9_-]+$/);
          expect(exposed.length).toBeLessThanOrEqual(MAX_NAME_LENGTH);
          const owner = servers.find(({ server }) => server === route.server);
          expect(owner?.items).toContain(route.item);
          expect(route.item['name']).toBe(route.name);
        }
      }),
    );
  });

  it('loses no tool of a server without naming who has taken its name', () => {
    fc.assert(
      fc.property(parts, (servers) => {
        const { routes, conflicts } = buildNameTable(servers);
        const lost = servers.flatMap(({ server, items }) => {
          const reached = new Set([...routes.values()].filter((route) => route.server === server).map((r) => r.name));
          return items.some((item) => !reached.has(String(item['name']))) ? [server] : [];
        });
        for (const server of lost)
          expect(conflicts.some(({ servers: claiming }) => claiming.includes(server))).toBe(true);
      }),
    );
  });

  it('does not depend on what comes behind: the first server keeps its names', () => {
    fc.assert(
      fc.property(parts, (servers) => {
        const [first] = servers;
        if (first === undefined) return;
        const alone = buildNameTable([first]).routes;
        const together = buildNameTable(servers).routes;
        for (const exposed of alone.keys()) expect(together.get(exposed)?.server).toBe(first.server);
      }),
    );
  });
});

describe('qualifyName', () => {
  it('gives the same name for the same tool, and other names for tools that are cut', () => {
    fc.assert(
      fc.property(prefix, name, name, (front, one, other) => {
        const first = qualifyName(front, one);
        expect(qualifyName(front, one)).toEqual(first);
        const second = qualifyName(front, other);
        const areCut = one !== other && first.isCut && second.isCut;
        expect(areCut && second.name === first.name).toBe(false);
      }),
    );
  });
});
