/** What becomes of servers that a registry describes. */
import { describe, expect, it } from 'vitest';
import { planRegistry, type RegistryPlan } from '../../src/clients/registry/plan-registry.ts';
import { registryServers } from '../../src/clients/registry/server-json.ts';

const weather = {
  $schema: 'https://static.modelcontextprotocol.io/schemas/2025-12-11/server.schema.json',
  name: 'io.github.example/weather-mcp',
  description: 'Weather of anywhere',
  version: '1.2.0',
  packages: [
    { registryType: 'mcpb', identifier: 'https://example.com/x.mcpb', transport: { type: 'stdio' } },
    {
      registryType: 'npm',
      registryBaseUrl: 'https://registry.npmjs.org',
      identifier: '@example/weather',
      version: '1.2.0',
      transport: { type: 'stdio' },
      packageArguments: [
        { type: 'positional', value: 'serve' },
        { type: 'named', name: '--units', default: 'metric', choices: ['metric', 'imperial'] },
        { type: 'named', name: '--place', isRequired: true, description: 'Where you are' },
        { type: 'named', name: '--verbose' },
      ],
      environmentVariables: [
        { name: 'API_KEY', isRequired: true, isSecret: true, description: 'Key of the weather service' },
        { name: 'LOG_LEVEL', default: 'info' },
        { name: 'CACHE' },
      ],
    },
    {
      registryType: 'oci',
      identifier: 'ghcr.io/example/weather:1.2.0',
      transport: { type: 'stdio' },
      runtimeArguments: [
        { type: 'named', name: '-v', value: '{folder}:/data:ro', variables: { folder: { isRequired: true } } },
      ],
    },
  ],
  remotes: [
    {
      type: 'streamable-http',
      url: 'https://{tenant}.example.com/mcp',
      variables: { tenant: { default: 'eu', choices: ['eu', 'us'] } },
      headers: [
        { name: 'Authorization', value: 'Bearer {token}', variables: { token: { isRequired: true, isSecret: true } } },
      ],
    },
  ],
};

function plan(value: unknown, answers: Readonly<Record<string, string>> = {}, as?: string): RegistryPlan {
  const [server] = registryServers(value);
  if (server === undefined) throw new Error('no server');
  return planRegistry(server, {
    taken: [],
    secrets: [],
    project: 'default',
    start: false,
    ...(as === undefined ? {} : { as }),
    answers: new Map(Object.entries(answers)),
    origin: 'https://registry.example.com',
  });
}

describe('planRegistry', () => {
  it('takes the first package that can be run, and asks for what is required', () => {
    const { questions } = plan(weather);
    expect(questions).toEqual([
      { id: '--place', title: '--place: Where you are', isSecret: false, choices: [] },
      { id: 'API_KEY', title: 'API_KEY: Key of the weather service', isSecret: true, choices: [] },
    ]);
    const { item, questions: none } = plan(weather, { '--place': 'Bern', API_KEY: 'hush-hush' });
    expect(none).toEqual([]);
    expect(item).toMatchObject({
      name: 'weather-mcp',
      state: 'new',
      secrets: [{ name: 'weather-mcp-api-key', value: 'hush-hush', of: 'API_KEY' }],
      draft: {
        replicas: 0,
        context: 'Weather of anywhere',
        source: { package: 'npm:@example/weather@1.2.0', args: ['serve', '--units', 'metric', '--place', 'Bern'] },
        env: [
          { name: 'API_KEY', secret: { backend: 'file', path: 'weather-mcp-api-key' } },
          { name: 'LOG_LEVEL', value: 'info' },
        ],
      },
    });
  });

  it('takes a reference in place of a secret', () => {
    const { item } = plan(weather, { '--place': 'x', API_KEY: 'secret:openbao/kv/weather#key' });
    expect(item.secrets).toEqual([]);
    expect(item.draft?.env[0]).toEqual({ name: 'API_KEY', secret: { backend: 'openbao', path: 'kv/weather#key' } });
  });

  it('runs an image with the flags that docker would get, and connects to an address', () => {
    expect(plan(weather, { folder: '/srv/data' }, 'oci').item.draft).toMatchObject({
      runtime: 'docker',
      source: {
        image: 'ghcr.io/example/weather:1.2.0',
        mounts: [{ source: '/srv/data', target: '/data', readOnly: true }],
      },
    });
    expect(plan(weather, { token: 'hush-hush' }, 'remote').item.draft).toMatchObject({
      runtime: 'remote',
      source: {
        url: 'https://eu.example.com/mcp',
        transport: 'streamable-http',
        headers: [{ name: 'Authorization', prefix: 'Bearer ', secret: { backend: 'file', path: 'weather-mcp-token' } }],
      },
    });
    expect(plan(weather, {}, 'remote').questions.map(({ id }) => id)).toEqual(['token']);
  });

  it.each([
    [{ packages: [{ registryType: 'nuget', identifier: 'x' }] }, 'it is a package of nuget, which mcptui does not run'],
    [
      { packages: [{ registryType: 'npm', identifier: 'x', transport: { type: 'sse' } }] },
      'its npm package speaks sse',
    ],
    [
      { packages: [{ registryType: 'npm', identifier: 'x', registryBaseUrl: 'https://npm.corp' }] },
      'is in https://npm.corp',
    ],
    [
      {
        packages: [
          {
            registryType: 'npm',
            identifier: 'x',
            packageArguments: [{ type: 'named', name: '--key', isSecret: true, value: 'abc' }],
          },
        ],
      },
      'it needs a secret in an argument',
    ],
    [{}, 'it has neither a package nor an address'],
  ])('says why %j cannot be run', (more, reason) => {
    const { item } = plan({ name: 'a/b', version: '1', ...more });
    expect(item.state).toBe('refused');
    expect(item.reason).toContain(reason);
  });
});

describe('registryServers', () => {
  it('reads an answer of the registry, a list and a single server, and leaves out what is none', () => {
    const meta = { 'io.modelcontextprotocol.registry/official': { status: 'deprecated' } };
    expect(
      registryServers({ servers: [{ server: weather, _meta: meta }, { server: { name: 'no-slash' } }, 7] }),
    ).toMatchObject([{ name: weather.name, status: 'deprecated' }]);
    expect(registryServers([weather])).toHaveLength(1);
    expect(registryServers(weather)).toHaveLength(1);
    expect(registryServers('x')).toEqual([]);
  });
});
