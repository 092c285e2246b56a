import { describe, expect, it } from 'vitest';
import { parse } from '../../../src/mcp/proxy/main.ts';
import { enginePaths } from '../../../src/mcp/proxy/paths.ts';
import { resolvePaths } from '../../../src/store/paths.ts';

describe('enginePaths', () => {
  it.each([
    {},
    { MCPTUI_HOME: '/h' },
    { MCPTUI_HOME: 'relative' },
    { MCPTUI_HOME: '' },
    { MCPTUI_SOCKET: '/s/x.sock', MCPTUI_HOME: '/h' },
    { MCPTUI_DATA_DIR: '/d', MCPTUI_HOME: '/h' },
    { MCPTUI_STATE_DIR: '/st' },
    { MCPTUI_STATE_DIR: '/st', XDG_RUNTIME_DIR: '/run/user/1' },
    { XDG_RUNTIME_DIR: 'relative', XDG_STATE_HOME: '/xs' },
    { XDG_RUNTIME_DIR: '/run/user/1', XDG_STATE_HOME: '/xs' },
  ])('agrees with the store for %j', (env) => {
    const { configDir, dataDir, socketPath, stateDir } = resolvePaths(env, '/home/u');
    expect(enginePaths(env, () => '/home/u')).toEqual({ configDir, dataDir, socketPath, stateDir });
  });
});

describe('parse', () => {
  it('takes each name from its flag, else from its variable', () => {
    // The engine knows which project an agent works in.
    expect(parse([], {})).toEqual({ identity: { project: '' }, mayStart: true });
    expect(parse([], { MCPTUI_PROJECT: 'ops', MCPTUI_AGENT: 'ann', MCPTUI_PERSONALITY: '' })).toEqual({
      identity: { project: 'ops', agent: 'ann' },
      mayStart: true,
    });
    const argv = ['--agent', 'bob', '--personality=a=b', '--no-start'];
    expect(parse(argv, { MCPTUI_AGENT: 'ann', MCPTUI_PERSONALITY: 'old' })).toEqual({
      identity: { project: '', agent: 'bob', personality: 'a=b' },
      mayStart: false,
    });
  });

  it('says what is wrong with the rest', () => {
    expect(parse(['--agent'], {})).toMatch(/^mcptui proxy: --agent needs a name\nusage: /);
    expect(parse(['--agents', 'x'], {})).toMatch(/^mcptui proxy: unknown argument --agents\nusage: /);
    expect(parse(['--help'], {})).toMatch(/^usage: mcptui proxy .*--personality X/);
  });
});
