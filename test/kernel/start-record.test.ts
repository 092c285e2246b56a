import { describe, expect, it } from 'vitest';
import { daemonEnvironment, parseStartRecord, starterOf, surroundingsOf } from '../../src/kernel/start-record.ts';

describe('starterOf', () => {
  it.each([
    [{}, 'operator'],
    [{ SYSTEMD_EXEC_PID: '7' }, 'service'],
    [{ SYSTEMD_EXEC_PID: '8', INVOCATION_ID: 'x' }, 'operator'],
    [{ MCPTUI_SUPERVISED: '1' }, 'service'],
    [{ MCPTUI_STARTED_BY: 'agent', SYSTEMD_EXEC_PID: '8' }, 'agent'],
    [{ MCPTUI_STARTED_BY: 'nobody' }, 'operator'],
  ])('reads %j as %s', (env, by) => {
    expect(starterOf(env, 7)).toBe(by);
  });
});

describe('daemonEnvironment', () => {
  it('takes where things are from the last operator, and nothing from the agent but who the user is', () => {
    const agent = {
      HOME: '/h',
      PATH: '/bin',
      DOCKER_HOST: 'tcp://evil',
      API_KEY: 'k',
      NODE_OPTIONS: '-r x',
      MCPTUI_INSTANCE: 'm',
    };
    const surroundings = surroundingsOf({
      PATH: '/usr/bin',
      DOCKER_HOST: 'unix:///d.sock',
      API_KEY: 'k2',
      HTTPS_PROXY: 'http://p',
    });
    const record = parseStartRecord(JSON.stringify({ startedBy: 'operator', surroundings }));
    expect(daemonEnvironment(agent, record)).toEqual({
      HOME: '/h',
      PATH: '/usr/bin',
      DOCKER_HOST: 'unix:///d.sock',
      HTTPS_PROXY: 'http://p',
      MCPTUI_STARTED_BY: 'agent',
    });
    expect(daemonEnvironment(agent, undefined)).toEqual({ HOME: '/h', PATH: '/bin', MCPTUI_STARTED_BY: 'agent' });
  });
});

describe('parseStartRecord', () => {
  it.each(['', '{', 'null', '[]', '{"surroundings":3}'])('makes nothing bad of %j', (text) => {
    expect(parseStartRecord(text)?.surroundings ?? {}).toEqual({});
  });
});
