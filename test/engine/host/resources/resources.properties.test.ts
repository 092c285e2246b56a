/** Whatever is sent to whatever route, the answer is one of those that are documented, and never a bug. */
import * as fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { routes } from '../../../../src/engine/commands/routes/index.ts';
import { operationsOf, type Operation } from '../../../../src/engine/host/resources/match.ts';
import { mergePatch } from '../../../../src/engine/host/resources/merge-patch.ts';
import { problemsOf } from '../../../../src/engine/host/resources/openapi.ts';
import { pageOf } from '../../../../src/engine/host/resources/pages.ts';
import { problems } from '../../../../src/engine/host/resources/problem.ts';
import { restWorld, type RestWorld } from '../../../support/worlds/rest-world.ts';

let world: RestWorld;

beforeAll(async () => {
  world = await restWorld();
  await world.ask('POST /projects', { body: { name: 'ops' } });
  await world.ask('POST /prompts', { body: { name: 'rules', project: 'ops', text: 'x' } });
});
afterAll(() => world.close());

/** Names of the fields that a body has, beside others, with values of every type. */
function bodyOf({ route }: Operation): fc.Arbitrary<unknown> {
  const names = route.kind === 'call' ? Object.keys(route.body?.shape ?? {}) : [];
  const name = fc.constantFrom(...names, 'content', 'text', '__proto__', 'constructor', 'colour');
  const text = fc.constantFrom(
    '',
    'rules',
    'prompt',
    'project',
    'ops',
    '(set)',
    'secret:file/x',
    '\u0000',
    '\ud800',
    '---\nx: [\n---\n',
  );
  const value = fc.oneof({ weight: 3, arbitrary: text }, { weight: 1, arbitrary: fc.jsonValue({ maxDepth: 3 }) });
  return fc.oneof(
    { weight: 4, arbitrary: fc.dictionary(name, value, { maxKeys: 6 }) },
    { weight: 1, arbitrary: fc.jsonValue({ maxDepth: 2 }) },
  );
}

const asked = fc.constantFrom(...operationsOf(routes)).chain((operation) =>
  fc.record({
    operation: fc.constant(operation),
    id: fc.constantFrom(
      'rules',
      'ops',
      'default',
      'admin',
      'none',
      'project:ops/rules',
      '__proto__',
      '\u0000',
      'x'.repeat(300),
    ),
    body: bodyOf(operation),
    query: fc.constantFrom(
      '',
      '',
      '?limit=5',
      '?before=7&limit=2',
      '?against=live',
      '?resourceType=prompt&resourceId=rules',
      '?x=1',
    ),
    match: fc.constantFrom(undefined, undefined, '*', '"1"', 'W/"1"', 'x'),
  }),
);

describe('every route', () => {
  it('answers any input with a documented status, and no bug', async () => {
    await fc.assert(
      fc.asyncProperty(asked, async ({ operation, id, body, query, match }) => {
        const { method, path } = operation;
        const where = path.replaceAll(/\{\w+\}/g, encodeURIComponent(id)) + query;
        const sent = method === 'GET' || method === 'DELETE' ? {} : { body: JSON.stringify(body) };
        const headers = match === undefined ? {} : { 'if-match': match };
        const { status } = await world.ask(`${method} ${where}`, { ...sent, headers });
        const documented = problemsOf(operation).map((code) => problems[code][0] as number);
        expect([200, 201, 204, ...documented.filter((one) => one !== 500)]).toContain(status);
      }),
      { numRuns: 400 },
    );
    expect(world.harness.engine.view().info.bugs).toBe(0);
  });
});

describe('mergePatch', () => {
  it('gives the patch itself where nothing was, without nulls, and changes nothing when it is empty', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (document) => {
        expect(mergePatch(document, {})).toEqual(document);
        expect(JSON.stringify(mergePatch(document, document))).not.toContain('[object');
      }),
    );
    expect(mergePatch({ a: { b: 1, c: 2 }, d: [1] }, { a: { b: null }, d: [2], e: 3 })).toEqual({
      a: { c: 2 },
      d: [2],
      e: 3,
    });
  });
});

describe('pageOf', () => {
  it('gives every row once, whatever the limit is', () => {
    const row = fc.record({ id: fc.string({ minLength: 1 }), createdAt: fc.nat(5) });
    fc.assert(
      fc.property(fc.uniqueArray(row, { selector: ({ id }) => id }), fc.integer({ min: 1, max: 7 }), (rows, limit) => {
        const seen: unknown[] = [];
        let cursor: string | undefined;
        do {
          const page = pageOf(rows, cursor === undefined ? { limit } : { limit, cursor });
          seen.push(...page.items);
          cursor = page.next;
        } while (cursor !== undefined);
        expect(seen).toHaveLength(rows.length);
        expect(new Set(seen)).toEqual(new Set(rows));
      }),
    );
  });
});
