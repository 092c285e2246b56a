import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { routes } from '../../../../src/engine/commands/routes/index.ts';
import { lookUp, operationsOf } from '../../../../src/engine/host/resources/match.ts';

const operations = operationsOf(routes);

describe('lookUp', () => {
  it('finds each operation by its own path', () => {
    const missed = operations.filter((operation) => {
      const segments = operation.path
        .slice(1)
        .split('/')
        .map((part) => part.replace(/[{}]/g, ''));
      const found = lookUp(operations, operation.method, segments);
      return found.kind !== 'found' || found.found.route !== operation.route || found.found.as !== operation.as;
    });
    expect(missed.map(({ method, path }) => `${method} ${path}`)).toEqual([]);
  });

  it('leads every body to fields that are named', () => {
    const open = operations.filter(({ route }) => route.kind === 'call' && route.body?.def.catchall === undefined);
    const withBody = open.filter(({ route }) => route.kind === 'call' && route.body !== undefined);
    expect(withBody.map(({ path }) => path)).toEqual([]);
    expect(z.strictObject({}).def.catchall).toBeDefined();
  });
});
