/** What the description of the API promises: that it is OpenAPI, that every route is in it, that everything it names occurs. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createRequire } from 'node:module';
import { routes } from '../../../../src/engine/commands/routes/index.ts';
import { commandNames } from '../../../../src/engine/commands/table/index.ts';
import { operationsOf } from '../../../../src/engine/host/resources/match.ts';
import { undocumented } from '../../../support/worlds/documented.ts';
import { openApi } from '../../../../src/engine/host/resources/openapi.ts';
import { restWorld, type RestWorld } from '../../../support/worlds/rest-world.ts';

const operations = operationsOf(routes);
const text = openApi(operations, '1.2.3');

interface Document {
  readonly paths: Readonly<Record<string, Readonly<Record<string, { readonly operationId: string }>>>>;
}

/** The part of @redocly/openapi-core that is used here. */
interface Linter {
  createConfig(config: object): Promise<unknown>;
  lintFromString(given: { readonly source: string; readonly config: unknown }): Promise<
    readonly {
      readonly message: string;
      readonly ruleId: string;
      readonly location: readonly { readonly pointer: string }[];
    }[]
  >;
}

let world: RestWorld;

beforeAll(async () => {
  world = await restWorld();
});
afterAll(() => world.close());

describe('openApi', () => {
  it('passes the linter of OpenAPI 3.1', async () => {
    const linter = createRequire(import.meta.url)('@redocly/openapi-core') as Linter;
    const rules = {
      // The engine is reached where it listens; what a success answers is not described.
      'no-server-example.com': 'off',
      'operation-4xx-response': 'error',
      'no-empty-servers': 'error',
      'no-unused-components': 'off',
    };
    const config = await linter.createConfig({ extends: ['recommended-strict'], rules });
    const found = await linter.lintFromString({ source: text, config });
    expect(
      found.map(({ ruleId, message, location }) => [ruleId, message, location.map(({ pointer }) => pointer)]),
    ).toEqual([]);
  });

  it('holds every method of every route, and every command', () => {
    const { paths } = JSON.parse(text) as Document;
    const held = Object.entries(paths).flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
    );
    const wanted = [
      ...operations.map(({ method, path }) => `${method} /api/v1${path}`),
      ...commandNames.map((name) => `POST /api/v1/commands/${name}`),
    ];
    expect(held.toSorted()).toEqual([...new Set(wanted)].toSorted());
    expect(new Set(wanted).size).toBe(wanted.length);
  });

  it('is served to whoever may use the API, and HEAD and other methods are told what there is', async () => {
    const viewer = await world.token('viewer', { roles: ['viewer'] });
    const { status, headers, body } = await world.ask('GET /openapi.json', { token: viewer });
    expect([status, headers['content-type']]).toEqual([200, 'application/json']);
    expect(body).toMatchObject({ openapi: '3.1.0', info: { version: 'test' } });
    expect(await world.ask('HEAD /openapi.json')).toMatchObject({ status: 200, body: undefined });
    const posted = await world.ask('POST /openapi.json', { body: {} });
    expect([posted.status, posted.headers.allow]).toEqual([405, 'GET']);
  });

  it('leads from the type of a problem to what it means', async () => {
    const { body } = await world.ask('GET /prompts/none');
    const { type } = body as { readonly type: string };
    expect(await world.ask(`GET ${type.replace('/api/v1', '')}`)).toMatchObject({
      status: 200,
      body: { code: 'not-found', status: 404, docs: 'docs/api.md#not-found' },
    });
    expect(await world.ask('GET /problems/none')).toMatchObject({ status: 404 });
  });
});

describe('answers', () => {
  const document = JSON.parse(openApi(operationsOf(routes), 'test')) as Described;

  it('are described by the schema of their resource, which takes no other field', () => {
    const schemas = document.components.schemas;
    for (const name of [
      'ProjectDetail',
      'Agent',
      'Prompt',
      'PromptDetail',
      'Proposal',
      'Token',
      'Secret',
      'AuditSession',
    ]) {
      expect([name, schemas[name]?.additionalProperties]).toEqual([name, false]);
    }
    const refOf = (path: string): unknown =>
      document.paths[`/api/v1${path}`]?.get?.responses['200']?.content['application/json']?.schema;
    expect(refOf('/projects/{id}')).toEqual({ $ref: '#/components/schemas/ProjectDetail' });
    expect(refOf('/tokens')).toMatchObject({
      properties: { items: { items: { $ref: '#/components/schemas/Token' } } },
    });
    expect(
      undocumented('GET', '/tokens', { items: [{ name: 'ci', isOperator: false, createdAt: 1, hash: 'x' }] }),
    ).toContain('hash');
    expect(undocumented('GET', '/projects/ops', {})).toContain('instructions');
  });
});

interface Described {
  readonly components: { readonly schemas: Record<string, { readonly additionalProperties?: boolean }> };
  readonly paths: Record<
    string,
    {
      readonly get?: {
        readonly responses: Record<string, { readonly content: Record<string, { readonly schema: unknown }> }>;
      };
    }
  >;
}
