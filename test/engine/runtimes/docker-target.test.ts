import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { dockerAddress, dockerTarget } from '../../../src/engine/runtimes/docker/docker-target.ts';

const at = (DOCKER_HOST: string, more: Record<string, string> = {}) => dockerTarget({ DOCKER_HOST, ...more });

describe('dockerTarget', () => {
  it.each([
    ['', { socketPath: '/var/run/docker.sock' }],
    ['unix://', { socketPath: '/var/run/docker.sock' }],
    ['unix:///run/user/1000/docker.sock', { socketPath: '/run/user/1000/docker.sock' }],
    ['tcp://127.0.0.1', { host: '127.0.0.1', port: 2375, protocol: 'http' }],
    ['tcp://localhost:80', { host: 'localhost', port: 80, protocol: 'http' }],
    ['tcp://[::1]:4000', { host: '[::1]', port: 4000, protocol: 'http' }],
    ['http://127.0.0.1:2375/docker', { host: '127.0.0.1', port: 2375, protocol: 'http', pathPrefix: '/docker' }],
    ['https://docker.example', { host: 'docker.example', port: 443, protocol: 'https' }],
  ])('takes %j', (host, target) => {
    expect(at(host)).toEqual(target);
  });

  it.each([
    ['ssh://user@host', 'ssh is not spoken here', 'ssh -nNT -L'],
    ['npipe:////./pipe/docker_engine', 'not supported: npipe', 'unix, tcp, http or https'],
    ['fd://', 'not supported: fd', 'unix, tcp, http or https'],
    ['127.0.0.1:2375', 'names no scheme', 'tcp://127.0.0.1:2375'],
    ['/var/run/docker.sock', 'names no scheme', 'unix:///var/run/docker.sock'],
    ['tcp://', 'is no address', 'tcp://HOST:PORT'],
    ['tcp://[::1', 'is no address', 'tcp://HOST:PORT'],
    ['tcp://me:canary@127.0.0.1:2375', 'holds a user name', 'leave it out'],
    ['tcp://10.0.0.7:2375', 'plain TCP to another machine', 'MCPTUI_DOCKER_PLAIN_TCP=1'],
    ['tcp://127.evil.example:2375', 'plain TCP to another machine', 'MCPTUI_DOCKER_PLAIN_TCP=1'],
    ['http://docker.example', 'plain TCP to another machine', 'MCPTUI_DOCKER_PLAIN_TCP=1'],
  ])('refuses %j by name, with the way out', (host, why, hint) => {
    expect(() => at(host)).toThrow(expect.objectContaining({ message: expect.stringContaining(why) as string }));
    expect(() => at(host)).toThrow(expect.objectContaining({ hint: expect.stringContaining(hint) as string }));
    expect(() => at(host)).not.toThrow(/canary/);
  });

  it('goes to another machine in plain when that is asked for', () => {
    expect(at('tcp://docker:2375', { MCPTUI_DOCKER_PLAIN_TCP: '1' })).toMatchObject({
      host: 'docker',
      protocol: 'http',
    });
  });

  it('reads the keys of TLS, and names a file that is missing', () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'mcptui-docker-tls-'));
    const env = { DOCKER_TLS_VERIFY: '1', DOCKER_CERT_PATH: folder };
    try {
      for (const name of ['ca', 'cert']) writeFileSync(path.join(folder, `${name}.pem`), name);
      expect(() => at('tcp://docker.example', env)).toThrow(path.join(folder, 'key.pem'));
      writeFileSync(path.join(folder, 'key.pem'), 'key');
      expect(at('tcp://docker.example', env)).toEqual({
        host: 'docker.example',
        port: 2376,
        protocol: 'https',
        ca: Buffer.from('ca'),
        cert: Buffer.from('cert'),
        key: Buffer.from('key'),
      });
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});

describe('dockerAddress', () => {
  it('leaves out credentials', () => {
    expect(dockerAddress({ DOCKER_HOST: 'tcp://me:secret@h:1' })).toBe('tcp://h:1');
  });
});
