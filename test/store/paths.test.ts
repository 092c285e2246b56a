import { describe, expect, it } from 'vitest';
import { resolvePaths } from '../../src/store/paths.ts';

describe('resolvePaths', () => {
  it('follows the XDG folders, and their defaults', () => {
    expect(resolvePaths({}, '/home/ann')).toEqual({
      configDir: '/home/ann/.config/mcptui',
      dataDir: '/home/ann/.local/share/mcptui',
      secretsDir: '/home/ann/.local/share/mcptui/secrets',
      stateDir: '/home/ann/.local/state/mcptui',
      runtimeDir: '/home/ann/.local/state/mcptui',
      socketPath: '/home/ann/.local/state/mcptui/engine.sock',
    });
    const xdg = { XDG_CONFIG_HOME: '/c', XDG_DATA_HOME: '/d', XDG_STATE_HOME: '/s', XDG_RUNTIME_DIR: '/run/user/7' };
    expect(resolvePaths(xdg, '/home/ann')).toMatchObject({
      configDir: '/c/mcptui',
      dataDir: '/d/mcptui',
      stateDir: '/s/mcptui',
      socketPath: '/run/user/7/mcptui/engine.sock',
    });
  });

  it('ignores relative XDG folders, as the specification has it', () => {
    expect(resolvePaths({ XDG_DATA_HOME: 'data' }, '/home/ann').dataDir).toBe('/home/ann/.local/share/mcptui');
  });

  it('puts everything under MCPTUI_HOME, whatever XDG says', () => {
    const paths = resolvePaths({ MCPTUI_HOME: '/demo', XDG_DATA_HOME: '/d', XDG_RUNTIME_DIR: '/run' }, '/home/ann');
    for (const path of Object.values(paths)) expect(path).toMatch(/^\/demo\//);
    expect(paths.socketPath).toBe('/demo/run/engine.sock');
  });

  it('lets single folders and the socket be set', () => {
    const env = { MCPTUI_HOME: '/demo', MCPTUI_CONFIG_DIR: '/c', MCPTUI_STATE_DIR: '/s', MCPTUI_SOCKET: '/x.sock' };
    expect(resolvePaths(env, '/home/ann')).toMatchObject({
      configDir: '/c',
      stateDir: '/s',
      socketPath: '/x.sock',
      dataDir: '/demo/data',
    });
  });

  it('gives a data folder of its own a socket of its own', () => {
    expect(resolvePaths({ MCPTUI_DATA_DIR: '/other', XDG_RUNTIME_DIR: '/run' }, '/home/ann').socketPath).toBe(
      '/other/engine.sock',
    );
  });
});
