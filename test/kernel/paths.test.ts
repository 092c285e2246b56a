import { describe, expect, it } from 'vitest';
import { placingEnv, resolvePaths } from '../../src/kernel/paths.ts';

describe('resolvePaths', () => {
  it('follows the XDG folders, and their defaults', () => {
    expect(resolvePaths({}, '/home/ann')).toEqual({
      configDir: '/home/ann/.config/mcptui',
      dataDir: '/home/ann/.local/share/mcptui',
      secretsDir: '/home/ann/.local/share/mcptui/secrets',
      stateDir: '/home/ann/.local/state/mcptui',
      socketPath: '/home/ann/.local/state/mcptui/engine.sock',
      socketPaths: ['/home/ann/.local/state/mcptui/engine.sock', '/home/ann/.local/share/mcptui/engine.sock'],
      dataFrom: 'standard',
      standardDataDir: '/home/ann/.local/share/mcptui',
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
    for (const path of [paths.configDir, paths.dataDir, paths.stateDir, paths.secretsDir]) {
      expect(path).toMatch(/^\/demo\//);
    }
    expect(paths.dataFrom).toBe('setting');
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

  it('has other places for a socket that no setting names', () => {
    const xdg = { XDG_RUNTIME_DIR: '/run/user/7', XDG_DATA_HOME: '/d', XDG_STATE_HOME: '/s' };
    const { socketPaths, dataFrom } = resolvePaths(xdg, '/home/ann');
    expect(socketPaths).toEqual(['/run/user/7/mcptui/engine.sock', '/s/mcptui/engine.sock', '/d/mcptui/engine.sock']);
    expect(dataFrom).toBe('xdg');
    expect(resolvePaths({ ...xdg, MCPTUI_SOCKET: '/x.sock' }, '/home/ann').socketPaths).toEqual(['/x.sock']);
  });

  it('puts a socket whose path is over 107 bytes in a short place, which differs from folder to folder', () => {
    const socketOf = (home: string): string => resolvePaths({ MCPTUI_HOME: home }, '/home/ann').socketPath;
    // The path is HOME/run/engine.sock; ü has two bytes.
    const longest = `/${'ü'.repeat(45)}`;
    expect(socketOf(longest)).toBe(`${longest}/run/engine.sock`);
    const [one, other] = [socketOf(`${longest}x`), socketOf(`${longest}y`)];
    expect(one).toMatch(/^\/tmp\/mcptui-\d+\/[0-9a-f]{8}\.sock$/);
    expect(other).not.toBe(one);
    expect(socketOf(`${longest}x`)).toBe(one);
  });
});

describe('placingEnv', () => {
  it('has the settings of folders that are there, absolute', () => {
    expect(placingEnv({ MCPTUI_HOME: 'h', MCPTUI_SOCKET: '/s', MCPTUI_DATA_DIR: '', PATH: '/bin' })).toEqual({
      MCPTUI_HOME: `${process.cwd()}/h`,
      MCPTUI_SOCKET: '/s',
    });
  });
});
