/** The built program sets itself up: what it will do first, then each step that is not left out. */
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { clientHome, type ClientHome } from '../support/worlds/client-homes.ts';
import { aHome, type Home } from '../support/worlds/run-mcptui.ts';

let clients: ClientHome;
let home: Home;
beforeEach(() => {
  clients = clientHome(1);
  home = aHome({
    HOME: clients.folder,
    SHELL: '/bin/bash',
    XDG_CONFIG_HOME: undefined,
    XDG_DATA_HOME: undefined,
    CODEX_HOME: undefined,
  });
});
afterEach(async () => {
  await home.close();
  clients.close();
});

const completion = (): string => path.join(clients.folder, '.local/share/bash-completion/completions/mcptui');

describe('mcptui init', () => {
  it('asks, and so does nothing without a terminal unless --yes is given', async () => {
    const before = clients.bytes();
    expect(await home.mcptui(['init'])).toMatchObject({ code: 2, stderr: expect.stringContaining('--yes') });
    expect(clients.bytes()).toEqual(before);
    expect(existsSync(path.join(home.folder, 'data'))).toBe(false);
  });

  it('imports, connects and completes, and leaves out what is not wanted', async () => {
    const { code, stdout, stderr } = await home.mcptui(['init', '--yes', '--no-service']);
    expect({ code, stderr }).toMatchObject({ code: 0, stderr: expect.stringContaining('in 4 steps:') });
    expect(stderr).not.toContain('service');
    expect(stdout).toContain('is connected:');
    expect((await home.json<readonly unknown[]>(['get', 'servers'])).length).toBeGreaterThan(0);
    const rows = await home.json<readonly { readonly state: string }[]>(['connect', '--list']);
    expect(rows.filter(({ state }) => state === 'connected').length).toBeGreaterThan(1);
    expect(readFileSync(completion(), 'utf8')).toContain('mcptui');
  });

  it('does only what is left', async () => {
    const before = clients.bytes();
    const flags = ['--no-import', '--no-connect', '--no-completion', '--no-service'];
    expect(await home.mcptui(['init', '--yes', ...flags])).toMatchObject({
      code: 0,
      stdout: expect.stringContaining(`${path.join(home.folder, 'data')} made`),
    });
    expect(clients.bytes()).toEqual(before);
    expect(existsSync(completion())).toBe(false);
  });
});
