import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { credentialsFor, registryOf } from '../../../src/engine/runtimes/docker/registry-credentials.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'mcptui-docker-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const config = (value: unknown): void => writeFileSync(path.join(folder, 'config.json'), JSON.stringify(value));
const helper = (name: string, script: string): void => {
  const file = path.join(folder, `docker-credential-${name}`);
  writeFileSync(file, `#!/bin/sh\n${script}\n`);
  chmodSync(file, 0o755);
};
const of = (image: string) =>
  credentialsFor(image, { DOCKER_CONFIG: folder, HOME: folder, PATH: `${folder}:${process.env.PATH ?? ''}` });
const basic = (user: string, password: string): string => Buffer.from(`${user}:${password}`).toString('base64');

describe('registryOf', () => {
  it.each([
    ['node', 'https://index.docker.io/v1/'],
    ['acme/tool:1', 'https://index.docker.io/v1/'],
    ['docker.io/acme/tool', 'https://index.docker.io/v1/'],
    ['ghcr.io/acme/tool@sha256:0', 'ghcr.io'],
    ['localhost/x', 'localhost'],
    ['registry:5000/x', 'registry:5000'],
  ])('of %s is %s', (image, registry) => {
    expect(registryOf(image)).toBe(registry);
  });
});

describe('credentialsFor', () => {
  it('reads those that docker login has written', async () => {
    config({
      auths: { 'ghcr.io': { auth: basic('ann', 'pa:ss') }, 'https://index.docker.io/v1/': { identitytoken: 't' } },
    });
    expect(await of('ghcr.io/acme/tool')).toEqual({ username: 'ann', password: 'pa:ss', serveraddress: 'ghcr.io' });
    expect(await of('acme/tool')).toEqual({ identitytoken: 't', serveraddress: 'https://index.docker.io/v1/' });
    expect(await of('quay.io/acme/tool')).toBeUndefined();
  });

  it('asks the helper of the registry, else that of all', async () => {
    config({ credsStore: 'all', credHelpers: { 'gcr.io': 'gcloud' } });
    helper('all', 'read r; echo "{\\"ServerURL\\":\\"$r\\",\\"Username\\":\\"<token>\\",\\"Secret\\":\\"of-$r\\"}"');
    helper('gcloud', 'read r; echo "{\\"Username\\":\\"g\\",\\"Secret\\":\\"s\\"}"');
    expect(await of('gcr.io/x/y')).toEqual({ username: 'g', password: 's', serveraddress: 'gcr.io' });
    expect(await of('ghcr.io/x/y')).toEqual({ identitytoken: 'of-ghcr.io', serveraddress: 'ghcr.io' });
  });

  it.each([
    ['a helper that fails', { credsStore: 'bad' }, 'exit 1'],
    ['a helper that prints something else', { credsStore: 'bad' }, 'echo not json'],
    ['a helper that is no name', { credsStore: '../../bin/sh' }, 'true'],
    ['a config that is no object', [], 'true'],
    ['credentials of another form', { auths: { 'ghcr.io': { auth: 7 } } }, 'true'],
  ])('pulls without any for %s', async (_what, value, script) => {
    config(value);
    helper('bad', script);
    expect(await of('ghcr.io/x/y')).toBeUndefined();
  });

  it('pulls without any where there is no config', async () => {
    expect(await of('ghcr.io/x/y')).toBeUndefined();
  });
});
