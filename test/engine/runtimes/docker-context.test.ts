import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { withContext } from '../../../src/engine/runtimes/docker/docker-context.ts';

let home: string;
beforeEach(() => {
  home = mkdtempSync(path.join(tmpdir(), 'mcptui-context-'));
});
afterEach(() => rmSync(home, { recursive: true, force: true }));

const inDocker = (...parts: string[]): string => path.join(home, '.docker', ...parts);
const idOf = (name: string): string => createHash('sha256').update(name).digest('hex');

function aContext(name: string, host: string): void {
  mkdirSync(inDocker('contexts/meta', idOf(name)), { recursive: true });
  const meta = { Name: name, Metadata: {}, Endpoints: { docker: { Host: host, SkipTLSVerify: false } } };
  writeFileSync(inDocker('contexts/meta', idOf(name), 'meta.json'), JSON.stringify(meta));
}

function use(name: string): void {
  mkdirSync(inDocker(), { recursive: true });
  writeFileSync(inDocker('config.json'), JSON.stringify({ auths: {}, currentContext: name }));
}

describe('withContext', () => {
  it('takes the host of the context in use, and of DOCKER_CONTEXT before it', () => {
    aContext('rootless', 'unix:///run/user/1000/docker.sock');
    aContext('other', 'tcp://127.0.0.1:2375');
    use('rootless');
    expect(withContext({ HOME: home }).DOCKER_HOST).toBe('unix:///run/user/1000/docker.sock');
    expect(withContext({ HOME: home, DOCKER_CONTEXT: 'other' }).DOCKER_HOST).toBe('tcp://127.0.0.1:2375');
    expect(withContext({ HOME: home, DOCKER_CONTEXT: 'default' }).DOCKER_HOST).toBeUndefined();
    expect(withContext({ DOCKER_CONFIG: inDocker() }).DOCKER_HOST).toBe('unix:///run/user/1000/docker.sock');
  });

  it('leaves DOCKER_HOST as it is, and an environment without contexts', () => {
    use('nowhere');
    const env = { HOME: home, DOCKER_HOST: 'unix:///x.sock' };
    expect(withContext(env)).toBe(env);
    writeFileSync(inDocker('config.json'), 'no JSON');
    expect(withContext({ HOME: home })).toEqual({ HOME: home });
    expect(withContext({ HOME: '/nowhere' })).toEqual({ HOME: '/nowhere' });
  });

  it('names a context that is not there, and the way out', () => {
    use('gone');
    expect(() => withContext({ HOME: home })).toThrow(/config\.json names the docker context gone/);
    expect(() => withContext({ HOME: home, DOCKER_CONTEXT: 'lost' })).toThrow(/^DOCKER_CONTEXT names .* lost/);
  });

  it('takes the keys of TLS that belong to it', () => {
    aContext('far', 'tcp://docker.example:2376');
    const keys = inDocker('contexts/tls', idOf('far'), 'docker');
    mkdirSync(keys, { recursive: true });
    writeFileSync(path.join(keys, 'key.pem'), '');
    expect(withContext({ HOME: home, DOCKER_CONTEXT: 'far' })).toMatchObject({
      DOCKER_TLS_VERIFY: '1',
      DOCKER_CERT_PATH: keys,
    });
  });
});
