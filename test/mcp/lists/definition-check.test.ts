/** Judged by the clients themselves: whatever a server lists, the SDKs' own schemas and validators take what is left of it. */
import * as core from '@modelcontextprotocol/core';
import { Client as ModernSdk, InMemoryTransport as ModernPipe } from '@modelcontextprotocol/client';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { InMemoryTransport } from '@modelcontextprotocol/sdk/inMemory.js';
import * as v1 from '@modelcontextprotocol/sdk/types.js';
import { AjvJsonSchemaValidator as Ajv } from '@modelcontextprotocol/sdk/validation/ajv';
import { describe, expect, it } from 'vitest';
import { LISTS } from '../../../src/mcp/lists/list-cache.ts';
import type { ListKind } from '../../../src/mcp/types/lists.ts';
import { KEY_OF, ListIntake } from '../../../src/mcp/lists/definition-check.ts';
import { DELETED, fails, odd, places, withOdd } from '../../support/builders/odd-values.ts';
import { seededRandom } from '../../support/builders/random.ts';

type Item = Record<string, unknown>;

const sound: Readonly<Record<ListKind, Item>> = {
  tools: {
    name: 'sound',
    title: 'Sound',
    description: 'All of it',
    inputSchema: {
      type: 'object',
      properties: { a: { type: 'string' } },
      required: ['a'],
      additionalProperties: false,
    },
    outputSchema: {
      type: 'object',
      properties: { b: { $ref: '#/$defs/n' } },
      $defs: { n: { type: ['number', 'null'] } },
    },
    annotations: { title: 'S', readOnlyHint: true, destructiveHint: false, idempotentHint: true, openWorldHint: false },
    icons: [{ src: 'https://x/i.png', mimeType: 'image/png', sizes: ['48x48'], theme: 'dark' }],
    execution: { taskSupport: 'optional' },
    _meta: { 'x/y': 1 },
    unheardOf: { of: [1, null] },
  },
  prompts: {
    name: 'sound',
    title: 'Sound',
    description: 'All of it',
    arguments: [{ name: 'a', title: 'A', description: 'An argument', required: true }],
    icons: [{ src: 'data:,' }],
    _meta: {},
  },
  resources: {
    uri: 'x://sound',
    name: 'sound',
    title: 'Sound',
    description: 'All of it',
    mimeType: 'text/plain',
    size: 12,
    annotations: { audience: ['user', 'assistant'], priority: 0.5, lastModified: '2025-01-12T15:00:58.123Z' },
    icons: [],
    _meta: {},
  },
  templates: {
    uriTemplate: 'x://{sound}',
    name: 'sound',
    description: 'All of it',
    mimeType: 'text/plain',
    annotations: { audience: [], priority: 1, lastModified: '2024-02-29T00:00:00+05:30' },
  },
};

const KINDS = Object.keys(sound) as ListKind[];

function* oddDefinitions(kind: ListKind): Iterable<unknown> {
  for (const path of places(sound[kind])) {
    for (const value of odd) if (path.length > 0 || value !== DELETED) yield withOdd(sound[kind], path, value);
  }
}

const schemas: Readonly<Record<ListKind, readonly { parse(value: unknown): unknown }[]>> = {
  tools: [v1.ListToolsResultSchema, core.ListToolsResultSchema],
  prompts: [v1.ListPromptsResultSchema, core.ListPromptsResultSchema],
  resources: [v1.ListResourcesResultSchema, core.ListResourcesResultSchema],
  templates: [v1.ListResourceTemplatesResultSchema, core.ListResourceTemplatesResultSchema],
};

function listOf(kind: ListKind, items: readonly unknown[]): object {
  return JSON.parse(JSON.stringify({ [LISTS[kind].key]: items })) as object;
}

type Sdk = Pick<Client, 'listTools' | 'listPrompts' | 'listResources' | 'listResourceTemplates' | 'close'>;

/** Clients of both SDKs, of a server that answers with this list. */
const clients: readonly (readonly [sdk: string, open: (result: object) => Promise<Sdk>])[] = [
  [
    'SDK 1',
    async (result) => {
      const [ours, theirs] = InMemoryTransport.createLinkedPair();
      await answering(theirs, result);
      const client = new Client({ name: 'judge', version: '1' });
      await client.connect(ours);
      return client;
    },
  ],
  [
    'SDK 2',
    async (result) => {
      const [ours, theirs] = ModernPipe.createLinkedPair();
      await answering(theirs, result);
      const client = new ModernSdk({ name: 'judge', version: '1' });
      await client.connect(ours);
      return client as unknown as Sdk;
    },
  ],
];

async function answering(pipe: InMemoryTransport | ModernPipe, result: object): Promise<void> {
  const hello = {
    protocolVersion: '2025-11-25',
    capabilities: { tools: {}, prompts: {}, resources: {} },
    serverInfo: { name: 'x', version: '1' },
  };
  const onmessage = (message: unknown): void => {
    const { id, method } = message as { id?: number; method: string };
    if (id !== undefined)
      void pipe.send({ jsonrpc: '2.0', id, result: method === 'initialize' ? hello : result } as never);
  };
  Object.assign(pipe, { onmessage });
  await pipe.start();
}

async function shownBy(client: Sdk, kind: ListKind): Promise<readonly unknown[]> {
  switch (kind) {
    case 'tools':
      return (await client.listTools()).tools;
    case 'prompts':
      return (await client.listPrompts()).prompts;
    case 'resources':
      return (await client.listResources()).resources;
    case 'templates':
      return (await client.listResourceTemplates()).resourceTemplates;
  }
}

describe('ListIntake', () => {
  it.each(KINDS)('passes what clients can read as it is: %s', (kind) => {
    const intake = new ListIntake(kind);
    const plain = { [kind === 'resources' ? 'uri' : kind === 'templates' ? 'uriTemplate' : 'name']: 'x:1', name: 'x' };
    const least = kind === 'tools' ? { name: 'x', inputSchema: { type: 'object' } } : plain;
    expect(intake.add([sound[kind], least])).toBe(2);
    expect(intake.items[0]).toBe(sound[kind]);
    expect(intake.items[1]).toBe(least);
    expect(intake.oddities).toEqual([]);
  });

  it.each(KINDS)(
    'leaves nothing in a list that costs a client the rest of it: %s',
    (kind) => {
      let count = 0;
      const refused: unknown[] = [];
      const untold: unknown[] = [];
      const compiled = new Set<string>();
      for (const given of oddDefinitions(kind)) {
        const intake = new ListIntake(kind);
        intake.add([given]);
        const list = listOf(kind, intake.items);
        count += 1;
        if (schemas[kind].some((schema) => fails(() => schema.parse(list)))) refused.push(given);
        for (const { outputSchema } of intake.items as { outputSchema?: object }[]) {
          const text = JSON.stringify(outputSchema);
          if (outputSchema === undefined || compiled.has(text)) continue;
          compiled.add(text);
          if (fails(() => new Ajv().getValidator(outputSchema))) refused.push(given);
        }
        const isChanged = intake.items.length === 0 || intake.items[0] !== given;
        // Each change is told, and nothing else is.
        if (intake.oddities.length !== (isChanged ? 1 : 0)) untold.push(given);
      }
      expect({ refused, untold }).toEqual({ refused: [], untold: [] });
      expect(count).toBeGreaterThan(300);
    },
    60_000,
  );

  it('keeps an output schema only if a validator can be made of it, whatever its keywords are', () => {
    const random = seededRandom(10);
    const keywords =
      '$ref $id $schema $anchor $defs definitions type enum const nullable properties patternProperties items prefixItems ' +
      'additionalItems additionalProperties contains propertyNames not if then else allOf anyOf oneOf required pattern format ' +
      'minimum exclusiveMinimum multipleOf maxLength minItems uniqueItems dependencies dependentRequired dependentSchemas ' +
      'unevaluatedProperties contentSchema discriminator id $async $comment default examples formatMinimum minContains x-y';
    const values = [
      odd.filter((value) => value !== DELETED),
      [
        'string',
        'object',
        '#',
        '#/properties/a',
        '#/$defs/a',
        '#/x-y/a',
        '#/a%',
        '#foo',
        '^a$',
        '(',
        'date-time',
        'http://x/y',
      ],
      [['string', 'null'], ['a', 'a'], ['string', 'string'], [true], [{ type: 'string' }], { a: ['b'] }, { '(': {} }],
    ].flat() as readonly unknown[];
    const schema = (depth: number): object => {
      const entries = Array.from({ length: 1 + random.below(3) }, () => {
        const key = random.pick(keywords.split(' '));
        const pick = random.below(depth === 0 ? 1 : 4);
        if (pick === 0) return [key, random.pick(values)];
        if (pick === 1) return [key, schema(depth - 1)];
        return pick === 2 ? [key, { a: schema(depth - 1) }] : [key, [schema(depth - 1)]];
      });
      return Object.fromEntries(entries) as object;
    };
    let kept = 0;
    const refused: unknown[] = [];
    for (let round = 0; round < 2_000; round += 1) {
      const given = schema(2);
      const intake = new ListIntake('tools');
      intake.add([{ name: 'x', inputSchema: { type: 'object' }, outputSchema: { type: 'object', ...given } }]);
      const outputSchema = (intake.items[0] as { outputSchema?: object } | undefined)?.outputSchema;
      if (outputSchema === undefined) continue;
      kept += 1;
      if (fails(() => new Ajv().getValidator(JSON.parse(JSON.stringify(outputSchema)) as never)))
        refused.push(outputSchema);
    }
    expect(refused).toEqual([]);
    expect(kept).toBeGreaterThan(100);
  }, 60_000);

  it.each(KINDS.flatMap((kind) => clients.map(([sdk, open]) => [kind, sdk, open] as const)))(
    'leaves a list that clients show whole: %s, %s',
    async (kind, _sdk, open) => {
      const intake = new ListIntake(kind);
      let number = 0;
      for (const given of oddDefinitions(kind)) {
        number += 1;
        const key = KEY_OF[kind];
        const isNamed = typeof (given as Item | null)?.[key] === 'string';
        intake.add([isNamed ? { ...(given as Item), [key]: `n${number}` } : given]);
      }
      const result = listOf(kind, intake.items);
      expect(intake.items.length).toBeGreaterThan(200);
      const client = await open(result);
      expect(await shownBy(client, kind)).toHaveLength(intake.items.length);
      await client.close();
    },
    60_000,
  );

  it('says what it has left out or changed, and why', () => {
    const intake = new ListIntake('tools');
    const type = 'object';
    intake.add([
      { name: 'a', inputSchema: null, description: 5, annotations: { readOnlyHint: 'yes' } },
      { name: 'b', inputSchema: { type: 'string' } },
      { inputSchema: { type } },
      'c',
      { name: 'd', inputSchema: { type, required: 'x', properties: { x: true } } },
      { name: 'd', inputSchema: { type } },
    ]);
    expect(intake.items.map(({ name }) => name)).toEqual(['a', 'd']);
    expect(intake.items[0]).toEqual({ name: 'a', inputSchema: { type }, annotations: {} });
    expect(intake.items[1]).toEqual({ name: 'd', inputSchema: { type, required: ['x'], properties: { x: {} } } });
    expect(intake.oddities.map(({ name, problem, isLeftOut }) => [name, isLeftOut, problem])).toEqual([
      [
        'a',
        false,
        'description is a number, not a string: dropped; annotations.readOnlyHint is a string, not true or false: dropped; ' +
          'inputSchema is null: read as {"type":"object"}',
      ],
      ['b', true, 'inputSchema is of type string, but arguments are an object'],
      ['#3', true, 'it has no name'],
      ['#4', true, 'it is a string, not an object'],
      [
        'd',
        false,
        'inputSchema.properties.x is a boolean: read as {}; inputSchema.required is a string: read as a list of one',
      ],
      ['d', true, 'the server lists another one of this name first'],
    ]);
  });

  it('counts a page that comes again as nothing new, and tells of no more than 200 definitions', () => {
    const intake = new ListIntake('resources');
    const page = [{ uri: 'x:1', name: 'one' }, { uri: 'x:2' }];
    expect(intake.add(page)).toBe(2);
    expect(intake.add(structuredClone(page))).toBe(0);
    expect(intake.items).toEqual([page[0], { uri: 'x:2', name: 'x:2' }]);
    intake.add(Array.from({ length: 300 }, (_, index) => ({ uri: `x:n${index}` })));
    expect(intake.items).toHaveLength(302);
    expect(intake.oddities).toHaveLength(201);
    expect(intake.oddities.at(-1)).toMatchObject({ name: '101 more' });
  });
});
