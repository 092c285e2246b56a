import { describe, expect, it } from 'vitest';
import { describeInstance, person } from '../../../src/tui/kit/describe.ts';
import { anInstance, fixtureNow } from '../../support/builders/console-builders.ts';

const failing = (code: string, message: string, runtime: 'process' | 'remote' = 'remote') =>
  describeInstance(anInstance({ phase: 'error', runtime, failure: { code, message } }), fixtureNow);

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
    expect(failing('UNREACHABLE', 'https://mcp.example.com/mcp: ECONNREFUSED 192.0.2.1:443')).toMatchObject({
      reason: 'UNREACHABLE ECONNREFUSED 192.0.2.1:443',
      step: 'enter why',
    });
    expect(failing('HTTP_STATUS', 'https://mcp.example.com/mcp answered HTTP 503: busy').reason).toBe(
      'HTTP_STATUS answered HTTP 503: busy',
    );
  });

  it('names what helps where there is no log', () => {
    expect(failing('OAUTH_REQUIRED', 'https://mcp.example.com/mcp wants a login').step).toBe('mcptui login');
    expect(failing('STDIO_EXIT 1', 'the process ended', 'process').step).toBe('l logs');
  });
});
