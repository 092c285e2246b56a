import { describe, expect, it } from 'vitest';
import type { Failure } from '../../../src/engine/index.ts';
import { describeInstance, person } from '../../../src/tui/kit/describe.ts';
import { anInstance, fixtureNow } from '../../support/builders/console-builders.ts';
import { aFailure } from '../../support/builders/failures.ts';

const failing = (facts: Failure, runtime: 'process' | 'docker' | 'remote' = 'remote') =>
  describeInstance(anInstance({ phase: 'error', runtime, failure: aFailure(facts) }), fixtureNow);

const exited: Failure = { kind: 'exit', isInitialized: false, code: 1, signal: null, lastLines: [] };

describe('person', () => {
  it('tells an agent from a client that only says its name', () => {
    expect(['operator:ann', 'agent:reviewer', 'client:reviewer', 'engine'].map(person)).toEqual([
      'ann',
      'reviewer',
      '~reviewer',
      'engine',
    ]);
  });
});

describe('describeInstance', () => {
  it('says of a remote server the cause, not the URL that stands before it', () => {
    expect(
      failing({
        kind: 'unreachable',
        code: 'UNREACHABLE',
        message: 'https://mcp.example.com/mcp: ECONNREFUSED 192.0.2.1:443',
        brief: 'ECONNREFUSED 192.0.2.1:443',
      }),
    ).toMatchObject({
      reason: 'UNREACHABLE ECONNREFUSED 192.0.2.1:443',
      step: 'e edit',
    });
    expect(
      failing({
        kind: 'protocol',
        code: 'HTTP_STATUS',
        message: 'https://mcp.example.com/mcp answered HTTP 503: busy',
        brief: 'answered HTTP 503: busy',
      }).reason,
    ).toBe('HTTP_STATUS answered HTTP 503: busy');
  });

  it('names what helps where there is no log', () => {
    expect(failing({ kind: 'login', needs: 'login', message: 'it wants a login', hint: 'mcptui login x' }).step).toBe(
      'mcptui login x',
    );
    expect(failing(exited, 'process').step).toBe('l logs');
    const command = { kind: 'command', file: '/opt/serve', errno: 'EACCES' } as const;
    expect(failing(command, 'process').step).toBe('chmod +x /opt/serve');
    const image = { kind: 'image-unavailable', image: 'gitea/mcp', reason: 'no such image' } as const;
    expect(failing(image, 'docker').step).toBe('docker pull gitea/mcp');
  });

  it('names the key that sets the secret, and the variable that the engine was not started with', () => {
    const missing = (backend: 'env' | 'file', path: string) =>
      ({ name: 'TOKEN', backend, path, cause: 'not there', isMissing: true }) as const;
    const env = missing('env', 'GIT_TOKEN');
    expect(failing({ kind: 'secret', unresolved: [env] })).toMatchObject({
      step: 'start the engine with GIT_TOKEN set',
      key: 'u secret',
    });
    expect(failing({ kind: 'secret', unresolved: [env, missing('file', 'gitea')] }).step).toBe('u secret gitea');
  });
});
