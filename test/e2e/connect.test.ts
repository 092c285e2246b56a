/** The built program connects clients of a home folder, and their entries really start the proxy. */
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import pty from '@lydell/node-pty';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { until } from '../support/until.ts';
import { clientHome, type ClientHome } from '../support/worlds/client-homes.ts';
import { listedTools, type LaunchEntry } from '../support/worlds/listed-tools.ts';
import { aHome, bin, contractServer, textEnv, type Finished, type Home } from '../support/worlds/run-mcptui.ts';

let clients: ClientHome;
let home: Home;
beforeEach(() => {
  clients = clientHome(0);
  home = aHome({ HOME: clients.folder, XDG_CONFIG_HOME: undefined, XDG_DATA_HOME: undefined, CODEX_HOME: undefined });
});
afterEach(async () => {
  await home.close();
  clients.close();
});

const fileOf = (client: string): string => clients.files.get(client) ?? '';
const run = (...args: readonly string[]): Promise<Finished> => home.mcptui(args);

function entryIn(client: string): LaunchEntry {
  const { mcpServers } = JSON.parse(readFileSync(fileOf(client), 'utf8')) as {
    mcpServers: Record<string, LaunchEntry>;
  };
  return mcpServers['mcptui'] as LaunchEntry;
}

describe('mcptui connect', () => {
  it('shows the change without a secret, asks, and needs --yes where nobody can answer', async () => {
    const before = clients.bytes();
    const { code, stderr } = await run('connect', 'claude-desktop');
    expect(code).toBe(2);
    expect(stderr).toContain('needs --yes without a terminal');
    expect(stderr).toContain('+    "mcptui": {');
    expect(stderr).not.toContain('51Hx9vQ2eZvKYlo2C0aa');
    const dry = await run('connect', 'codex', '--dry-run');
    expect(dry).toMatchObject({ code: 0, stderr: '' });
    expect(dry.stdout).toContain('+[mcp_servers.mcptui]');
    expect(clients.bytes()).toEqual(before);
  });

  it('connects every client, serves its agents, and disconnects to the byte', async () => {
    await run('create', 'project', 'ops');
    await run('create', 'server', 'fs', '-p', 'ops', '--', process.execPath, contractServer);
    await home.daemon();
    const before = clients.bytes();
    const names = [...clients.files.keys()];
    for (const name of names) {
      expect(await run('connect', name, '--project', 'ops', '--yes')).toMatchObject({ code: 0 });
    }
    const rows = await home.json<readonly { client: string; state: string; project?: string }[]>(['connect', '--list']);
    expect(rows.filter(({ state }) => state === 'connected').map(({ client }) => client)).toEqual(names);
    expect(rows.find(({ client }) => client === 'codex')).toMatchObject({ project: 'ops', projectGone: false });
    expect(await listedTools(entryIn('claude-desktop'), ['fs__'])).toContain('fs__echo');
    for (const name of names) expect(await run('disconnect', name, '--yes')).toMatchObject({ code: 0 });
    expect(clients.bytes()).toEqual(before);
  });

  it('proves an agent by a ticket that is in the entry alone, and forgets it', async () => {
    await run('create', 'agent', 'reviewer');
    const { stdout, stderr, code } = await run('connect', 'claude-desktop', '--agent', 'reviewer', '--yes');
    expect(code).toBe(0);
    const ticket = entryIn('claude-desktop').env?.['MCPTUI_TICKET'] ?? '';
    expect(ticket.length).toBeGreaterThan(20);
    expect(stdout + stderr).not.toContain(ticket);
    expect((await run('get', 'tokens', '-o', 'name')).stdout).toContain('token/claude-desktop-reviewer');
    await run('disconnect', 'claude-desktop', '--yes');
    expect((await run('get', 'tokens', '-o', 'json')).stdout.trim()).toBe('[]');
    expect((await run('connect', 'vscode', '--scope', 'project', '--agent', 'reviewer')).stderr).toContain('is shared');
  });

  it('names what there is not, and what is connected already', async () => {
    expect(await run('connect', 'cursr')).toMatchObject({ code: 6 });
    expect((await run('connect', 'cursr')).stderr).toContain('did you mean cursor?');
    expect(await run('connect', 'codex', '--project', 'nope', '--yes')).toMatchObject({ code: 6 });
    expect(await run('disconnect', 'codex', '--yes')).toMatchObject({ code: 6 });
    await run('connect', 'codex', '--yes');
    expect((await run('connect', 'codex', '--yes')).stdout).toContain('is connected already');
    expect(await run('--read-only', 'disconnect', 'codex', '--yes')).toMatchObject({ code: 3 });
  });

  it('refuses to write over what changed while it asked, with exit 7', async () => {
    const child = pty.spawn(process.execPath, [bin, 'connect', 'claude-desktop'], {
      env: textEnv(home.env),
      cols: 120,
      rows: 40,
    });
    let seen = '';
    child.onData((data) => (seen += data));
    const ended = new Promise<number>((resolve) => child.onExit(({ exitCode }) => resolve(exitCode)));
    await until(() => seen.includes('y/N'), 'the question', { now: () => seen });
    const changed = readFileSync(fileOf('claude-desktop'), 'utf8').replace('Alt+Space', 'Ctrl+Space');
    writeFileSync(fileOf('claude-desktop'), changed);
    child.write('y\r');
    expect(await ended).toBe(7);
    expect(seen).toContain('has changed since it was shown');
    expect(readFileSync(fileOf('claude-desktop'), 'utf8')).toBe(changed);
  });

  it('connects a file that is named', async () => {
    const file = path.join(home.folder, 'mcp.json');
    writeFileSync(file, '{}');
    await run('connect', 'mcp-json', '--file', file, '--yes');
    expect(readFileSync(file, 'utf8')).toContain('"proxy"');
    const list = await run('connect', '--list');
    expect(list.stdout).toMatch(/mcp-json +file +connected +default/);
    expect(await run('disconnect', 'mcp-json', '--file', file, '--yes')).toMatchObject({ code: 0 });
    expect(readFileSync(file, 'utf8')).toBe('{}');
  });
});
