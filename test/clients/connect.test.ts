/** Connecting and disconnecting clients: real files in real folders. */
import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { connect, disconnect, planConnect, planDisconnect } from '../../src/clients/connect.ts';
import { Connections } from '../../src/clients/connections.ts';
import { isOurs, ourEntry, OUR_NAME } from '../../src/clients/our-entry.ts';
import { foundPlaces, placeIn, placeOf, type ClientPlace, type Machine } from '../../src/clients/places.ts';
import { connectionRows } from '../../src/clients/status.ts';
import { clientNamed, clients, type Client } from '../../src/clients/table.ts';
import { clientHome, type ClientHome } from '../support/worlds/client-homes.ts';

let home: ClientHome;
let connections: Connections;
let machine: Machine;

function open(which: 0 | 1 | 2): void {
  home = clientHome(which);
  connections = new Connections(path.join(home.folder, 'state'));
  machine = { env: {}, home: home.folder, platform: 'linux', folder: path.join(home.folder, 'work') };
}
beforeEach(() => open(0));
afterEach(() => home.close());

function clientOf(name: string): Client {
  const client = clientNamed(name);
  if (client === undefined) throw new Error(`no client ${name}`);
  return client;
}

function placed(name: string): ClientPlace {
  const place = placeOf(clientOf(name), 'user', machine);
  if (place === undefined) throw new Error(`no place for ${name}`);
  return place;
}

const entryOf = ({ client }: ClientPlace, project = 'ops'): unknown =>
  ourEntry(client.dialect, {
    command: ['/usr/bin/node', '/opt/bin/mcptui.js', 'proxy', '--project', project],
    env: { A: '1' },
  });

async function connected(place: ClientPlace, project?: string, replaced: readonly string[] = []): Promise<void> {
  await connect(await planConnect(place, entryOf(place, project), replaced), connections, { now: 1_764_000_000_000 });
}

async function disconnected(place: ClientPlace): Promise<void> {
  await disconnect(await planDisconnect(place, connections), connections);
}

async function stateOf(name: string): Promise<string> {
  const rows = await connectionRows(machine, connections);
  return rows.find((row) => row.client === name && row.scope === 'user')?.state ?? 'no row';
}

describe('connect', () => {
  it.each([0, 1, 2] as const)('connects five clients of home %i, and disconnects them to the byte', async (which) => {
    home.close();
    open(which);
    const before = home.bytes();
    const places = [...home.files.keys()].map(placed);
    expect(places.map(({ file }) => file)).toEqual([...home.files.values()]);
    for (const place of places) await connected(place);
    for (const place of places) expect(await stateOf(place.client.name)).toBe('connected');
    const after = home.bytes();
    for (const [index, bytes] of before.entries()) expect(after[index]).not.toBe(bytes);
    for (const place of places) await disconnected(place);
    expect(home.bytes()).toEqual(before);
    for (const place of places) expect(await stateOf(place.client.name)).toBe('not connected');
  });

  it('takes its entry out alone when the file has changed since', async () => {
    const place = placed('claude-desktop');
    const before = readFileSync(place.file, 'utf8');
    await connected(place);
    writeFileSync(place.file, readFileSync(place.file, 'utf8').replace('Alt+Space', 'Ctrl+Space'));
    const plan = await planDisconnect(place, connections);
    expect(plan.isExact).toBe(false);
    await disconnect(plan, connections);
    expect(readFileSync(place.file, 'utf8')).toBe(before.replace('Alt+Space', 'Ctrl+Space'));
  });

  it('takes the own servers of a client out, and puts all of them back', async () => {
    const place = placed('claude-desktop');
    const before = readFileSync(place.file, 'utf8');
    await connected(place, 'ops', ['filesystem', 'My Files']);
    expect(Object.keys((JSON.parse(readFileSync(place.file, 'utf8')) as { mcpServers: object }).mcpServers)).toEqual([
      OUR_NAME,
    ]);
    await disconnected(place);
    expect(readFileSync(place.file, 'utf8')).toBe(before);

    await connected(place, 'ops', ['filesystem', 'My Files']);
    writeFileSync(place.file, readFileSync(place.file, 'utf8').replace('Alt+Space', 'Ctrl+Space'));
    await disconnected(place);
    expect(JSON.parse(readFileSync(place.file, 'utf8'))).toEqual(JSON.parse(before.replace('Alt+Space', 'Ctrl+Space')));
  });

  it('brings back what was before the first time when it is connected anew', async () => {
    const place = placed('codex');
    const before = home.bytes();
    await connected(place);
    await connected(place, 'web');
    expect(readFileSync(place.file, 'utf8')).toContain('"web"');
    await disconnected(place);
    expect(home.bytes()).toEqual(before);

    await connected(place);
    writeFileSync(place.file, readFileSync(place.file, 'utf8').replace('gpt-5"', 'gpt-6"'));
    await connected(place, 'web');
    await disconnected(place);
    expect(readFileSync(place.file, 'utf8')).toBe((before[3] ?? '').replace('gpt-5"', 'gpt-6"'));
  });

  it('writes nothing over a file that has changed since it was shown', async () => {
    const place = placed('vscode');
    const plan = await planConnect(place, entryOf(place));
    const changed = `${readFileSync(place.file, 'utf8')}\n`;
    writeFileSync(place.file, changed);
    await expect(connect(plan, connections, { now: 0 })).rejects.toMatchObject({ code: 'conflict' });
    expect(readFileSync(place.file, 'utf8')).toBe(changed);
    expect(await stateOf('vscode')).toBe('not connected');
    expect(readdirSync(path.dirname(place.file))).toEqual(['mcp.json']);
  });

  it('makes a file that was not there, for its owner alone, and removes it again', async () => {
    mkdirSync(path.join(home.folder, '.kiro'));
    const place = placed('kiro');
    expect(existsSync(place.file)).toBe(false);
    await connected(place);
    expect(statSync(place.file).mode & 0o777).toBe(0o600);
    await disconnected(place);
    expect(existsSync(place.file)).toBe(false);
  });

  it('keeps the mode and a symbolic link, and backs up for the owner alone', async () => {
    const place = placed('claude-code');
    const real = path.join(home.folder, 'dotfiles.json');
    renameSync(place.file, real);
    chmodSync(real, 0o640);
    symlinkSync(real, place.file);
    const before = readFileSync(real, 'utf8');
    await connected(place);
    expect(lstatSync(place.file).isSymbolicLink()).toBe(true);
    expect(statSync(real).mode & 0o777).toBe(0o640);
    const state = path.join(home.folder, 'state');
    expect(statSync(state).mode & 0o777).toBe(0o700);
    const kept = readdirSync(state);
    for (const name of kept) expect(statSync(path.join(state, name)).mode & 0o777).toBe(0o600);
    const backup = kept.find((name) => /^claude-code-[0-9a-f]{12}-2025-11-24T\d{6}-\d{3}Z\.bak$/.test(name));
    expect(readFileSync(path.join(state, backup ?? ''), 'utf8')).toBe(before);
    await disconnected(place);
    expect(readFileSync(real, 'utf8')).toBe(before);
  });

  it('refuses a file that it cannot read as the client does, and leaves it', async () => {
    const place = placed('goose');
    writeFileSync(place.file, 'extensions:\n  a: 1\n  a: 2\n');
    await expect(planConnect(place, {})).rejects.toThrow('config.yaml:3:3: map keys must be unique');
    writeFileSync(place.file, Buffer.from([0x61, 0xff]));
    await expect(planConnect(place, {})).rejects.toThrow('is not UTF-8 text');
    expect(await stateOf('goose')).toBe('unreadable');
  });

  it('refuses what is no file, and a link that leads nowhere', async () => {
    const folder = placeIn(clientOf('cursor'), 'file', home.folder);
    await expect(planConnect(folder, {})).rejects.toThrow('is not a file');
    const link = path.join(home.folder, 'link.json');
    symlinkSync(path.join(home.folder, 'nowhere.json'), link);
    await expect(connected(placeIn(clientOf('cursor'), 'file', link))).rejects.toThrow('a link that leads nowhere');
  });
});

describe('planDisconnect', () => {
  it('takes out an entry that was written by hand', async () => {
    const place = placed('claude-desktop');
    const plan = await planConnect(place, entryOf(place));
    const before = plan.before.text;
    writeFileSync(place.file, plan.after);
    expect(await stateOf('claude-desktop')).toBe('by hand');
    await disconnected(place);
    expect(readFileSync(place.file, 'utf8')).toBe(before);
  });

  it('knows when there is nothing of ours', async () => {
    await expect(planDisconnect(placed('claude-desktop'), connections)).rejects.toMatchObject({ code: 'not-found' });
  });
});

describe('connectionRows', () => {
  it('tells what has changed since', async () => {
    const place = placed('claude-desktop');
    await connected(place);
    const text = readFileSync(place.file, 'utf8');
    writeFileSync(place.file, text.replace('"ops"', '"web"'));
    expect(await stateOf('claude-desktop')).toBe('changed');
    const [row] = (await connectionRows(machine, connections)).filter(({ client }) => client === 'claude-desktop');
    expect(row).toMatchObject({ project: 'web', servers: 2, connectedAt: 1_764_000_000_000 });
    writeFileSync(place.file, '{"mcpServers": {}}');
    expect(await stateOf('claude-desktop')).toBe('entry gone');
    renameSync(place.file, `${place.file}.old`);
    expect(await stateOf('claude-desktop')).toBe('file gone');
  });

  it('shows a client that is installed and has no file yet', async () => {
    mkdirSync(path.join(home.folder, '.lmstudio'));
    expect(await stateOf('lmstudio')).toBe('not connected');
    expect(await stateOf('kimi')).toBe('no row');
  });
});

describe('foundPlaces', () => {
  it('finds profiles, the files of a project and servers of one project in the file of the user', () => {
    const profile = path.join(home.folder, '.config/Code/User/profiles/1a2b/mcp.json');
    mkdirSync(path.dirname(profile), { recursive: true });
    writeFileSync(profile, '{}');
    mkdirSync(path.join(home.folder, 'work/.vscode'), { recursive: true });
    writeFileSync(path.join(home.folder, 'work/.vscode/mcp.json'), '{}');
    const found = foundPlaces(machine).map(
      ({ client, scope, file }) => `${client.name} ${scope} ${path.relative(home.folder, file)}`,
    );
    expect(found).toEqual([
      'claude-code user .claude.json',
      'claude-code local .claude.json',
      'claude-desktop user .config/Claude/claude_desktop_config.json',
      'vscode user .config/Code/User/mcp.json',
      'vscode user .config/Code/User/profiles/1a2b/mcp.json',
      'vscode project work/.vscode/mcp.json',
      'codex user .codex/config.toml',
      'goose user .config/goose/config.yaml',
    ]);
  });

  it('looks where variables and the system say', () => {
    const at = (name: string, changed: Partial<Machine>): string | undefined =>
      placeOf(clientOf(name), 'user', { ...machine, ...changed })?.file;
    expect(at('codex', { env: { CODEX_HOME: '/srv/codex' } })).toBe('/srv/codex/config.toml');
    expect(at('claude-code', { env: { CLAUDE_CONFIG_DIR: '/srv/claude' } })).toBe('/srv/claude/.claude.json');
    expect(at('zed', { env: { XDG_CONFIG_HOME: '/srv/xdg' } })).toBe('/srv/xdg/zed/settings.json');
    expect(at('claude-desktop', { platform: 'darwin', home: '/Users/ann' })).toBe(
      '/Users/ann/Library/Application Support/Claude/claude_desktop_config.json',
    );
  });

  it('knows the second spelling of Claude Desktop on Linux', () => {
    const old = path.join(home.folder, '.config/Claude');
    renameSync(old, path.join(home.folder, '.config/claude'));
    expect(placed('claude-desktop').file).toContain('.config/claude/claude_desktop_config.json');
  });
});

describe('isOurs', () => {
  it('tells our entry in the words of every client', () => {
    for (const { dialect } of clients) {
      for (const command of [
        ['mcptui', 'proxy'],
        ['/usr/bin/node', '/x/mcptui/bin/mcptui.js', 'proxy', '-p', 'a'],
      ] as const)
        expect(isOurs(ourEntry(dialect, { command: [...command], env: {} }))).toBe(true);
    }
    expect(isOurs({ command: 'npx', args: ['mcptui', 'proxy'] })).toBe(true);
    expect(isOurs({ command: 'my-mcptui-like', args: ['proxy'] })).toBe(false);
    expect(isOurs({ command: 'mcptui', args: ['call'] })).toBe(false);
    expect(isOurs('mcptui proxy')).toBe(false);
  });
});
