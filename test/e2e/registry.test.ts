/** Servers of a registry are found and imported: over HTTP, out of the cache while it is away, and from a file. */
import { writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { aHome, type Finished, type Home } from '../support/worlds/run-mcptui.ts';

const weather = {
  name: 'io.github.example/weather',
  description: 'Weather of anywhere',
  version: '1.2.0',
  packages: [
    {
      registryType: 'npm',
      identifier: '@example/weather',
      version: '1.2.0',
      transport: { type: 'stdio' },
      environmentVariables: [{ name: 'API_KEY', isRequired: true, isSecret: true }],
    },
  ],
};

let home: Home;
let registry: Server;
let url: string;
let asked: string[];
beforeEach(async () => {
  home = aHome();
  asked = [];
  registry = createServer((request, response) => {
    asked.push(request.url ?? '');
    const isKnown = request.url?.includes('weather') === true;
    response.writeHead(isKnown ? 200 : 404, { 'content-type': 'application/json' });
    const isOne = request.url?.includes('/versions/') === true;
    response.end(
      JSON.stringify(isOne ? { server: weather } : { servers: [{ server: weather }], metadata: { count: 1 } }),
    );
  });
  await new Promise<void>((resolve) => registry.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(registry.address() as AddressInfo).port}`;
});
afterEach(async () => {
  registry.close();
  await home.close();
});

const run = (args: readonly string[], env: NodeJS.ProcessEnv = { MCPTUI_REGISTRY: url }): Promise<Finished> =>
  home.mcptui(args, { env });

describe('mcptui search', () => {
  it('asks no registry that is not named', async () => {
    const { code, stderr } = await run(['search', 'weather'], { MCPTUI_REGISTRY: '' });
    expect(code).toBe(2);
    expect(stderr).toContain('MCPTUI_REGISTRY=https://registry.modelcontextprotocol.io');
    expect(asked).toEqual([]);
  });

  it('lists what the registry has, and asks it once', async () => {
    expect((await run(['search', 'weather'])).stdout).toMatch(
      /io\.github\.example\/weather +1\.2\.0 +npm +Weather of anywhere/,
    );
    registry.close();
    registry.closeAllConnections();
    expect((await run(['search', 'weather', '-o', 'name'])).stdout.trim()).toBe('io.github.example/weather');
    expect(asked).toEqual(['/v0.1/servers?search=weather&version=latest&limit=50']);
    const away = await run(['search', 'other']);
    expect(away.code).toBe(4);
    expect(away.stderr).toContain('cannot be asked');
  });

  it('looks into a file in its place', async () => {
    const file = path.join(home.folder, 'servers.json');
    writeFileSync(file, JSON.stringify({ servers: [{ server: weather }] }));
    const found = await run(['search', 'WEATHER', '--registry-file', file, '-o', 'json'], { MCPTUI_REGISTRY: '' });
    expect(JSON.parse(found.stdout)).toMatchObject([{ name: 'io.github.example/weather' }]);
  });
});

describe('mcptui import --registry', () => {
  it('says what it needs, takes a reference to a secret, and creates the server stopped', async () => {
    const name = 'io.github.example/weather';
    const missing = await run(['import', '--registry', name, '--yes']);
    expect(missing.code).toBe(2);
    expect(missing.stderr).toContain('--set API_KEY=secret:file/NAME, after mcptui create secret NAME');
    await home.mcptui(['create', 'secret', 'weather-key'], { input: 'hush-hush-1' });
    const done = await run([
      'import',
      '--registry',
      `${name}@1.2.0`,
      '--set',
      'API_KEY=secret:file/weather-key',
      '--yes',
    ]);
    expect(done).toMatchObject({ code: 0, stdout: 'server weather created in project default\n' });
    const servers = await home.json<readonly object[]>(['get', 'servers']);
    expect(servers).toMatchObject([
      { name: 'weather', replicas: 0, source: { package: 'npm:@example/weather@1.2.0' } },
    ]);
    expect(asked).toContain('/v0.1/servers/io.github.example%2Fweather/versions/1.2.0');
    expect(await run(['import', '--registry', 'a/nothing'])).toMatchObject({ code: 6 });
  });
});
