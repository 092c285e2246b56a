/** The built program imports servers of clients, connects the clients, runs the servers for their agents, and undoes it. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import pty from '@lydell/node-pty';
import { afterEach, describe, expect, it } from 'vitest';
import { until } from '../support/until.ts';
import { clientHome, type ClientHome } from '../support/worlds/client-homes.ts';
import { listedTools, type LaunchEntry } from '../support/worlds/listed-tools.ts';
import { aHome, bin, textEnv, type Finished, type Home } from '../support/worlds/run-mcptui.ts';

let clients: ClientHome | undefined;
let home: Home | undefined;
afterEach(async () => {
  await home?.close();
  clients?.close();
  home = undefined;
  clients = undefined;
});

function open(which: 0 | 1 | 2): { readonly clients: ClientHome; readonly home: Home } {
  clients = clientHome(which);
  home = aHome({ HOME: clients.folder, XDG_CONFIG_HOME: undefined, XDG_DATA_HOME: undefined, CODEX_HOME: undefined });
  return { clients, home };
}

interface Row {
  readonly name: string;
  readonly state: string;
  readonly client: string;
  readonly changes: readonly string[];
}

const real = (name: string, ...args: readonly string[]): LaunchEntry => ({
  command: process.execPath,
  args: [createRequire(import.meta.url).resolve(`@modelcontextprotocol/server-${name}/dist/index.js`), ...args],
});

/** A file of Cursor with three servers that run. */
function withRealServers({ folder }: ClientHome): string {
  const file = path.join(folder, '.cursor/mcp.json');
  mkdirSync(path.dirname(file), { recursive: true });
  const mcpServers = {
    Everything: real('everything'),
    'My Files': real('filesystem', folder),
    memory: { ...real('memory'), env: { NOTES_TOKEN: 'hush-hush-123' }, autoApprove: ['*'] },
  };
  writeFileSync(file, `// mine\r\n${JSON.stringify({ mcpServers }, null, 3)}\r\n`);
  return file;
}

describe('mcptui import', () => {
  it.each([0, 1, 2] as const)(
    'imports five clients of home %i, connects and disconnects them to the byte',
    async (which) => {
      const world = open(which);
      const before = world.clients.bytes();
      const planned = await world.home.json<readonly Row[]>(['import', '--dry-run']);
      const fresh = planned.filter(({ state }) => state === 'new');
      expect(new Set(planned.map(({ client }) => client))).toEqual(new Set(world.clients.files.keys()));
      expect(fresh.length).toBeGreaterThan(7);
      const { code, stdout, stderr } = await world.home.mcptui(['import', '--yes']);
      expect(code).toBe(0);
      for (const secret of ['51Hx9vQ2eZvKYlo2C0aa', '9f8e7d6c5b4a', 'hunter22'])
        expect(stdout + stderr).not.toContain(secret);
      // What a person would have to type is left out.
      const asking = fresh.filter(({ changes }) => changes.some((change) => change.startsWith('asks for')));
      const servers = await world.home.json<readonly { name: string; replicas: number }[]>(['get', 'servers']);
      const wanted = fresh.filter((row) => !asking.includes(row)).map(({ name }) => name);
      expect(servers.map(({ name }) => name).toSorted()).toEqual(wanted.toSorted());
      expect(servers.every(({ replicas }) => replicas === 0)).toBe(true);
      for (const client of world.clients.files.keys()) await world.home.mcptui(['connect', client, '--yes']);
      for (const client of world.clients.files.keys()) {
        expect(await world.home.mcptui(['disconnect', client, '--yes'])).toMatchObject({ code: 0 });
      }
      expect(world.clients.bytes()).toEqual(before);
    },
  );

  it('keeps secrets in the encrypted file, and shows none', async () => {
    const world = open(0);
    const { stdout, stderr } = await world.home.mcptui([
      'import',
      'claude-desktop',
      '--server',
      'My Files',
      '--yes',
      '-o',
      'json',
    ]);
    expect(JSON.parse(stdout.slice(0, stdout.lastIndexOf(']') + 1))).toMatchObject([
      { name: 'my-files', entry: 'My Files', secrets: [{ name: 'file/files-api-key', of: 'FILES_API_KEY' }] },
    ]);
    const shown = [stdout, stderr];
    for (const verb of [
      ['get', 'servers'],
      ['describe', 'server', 'my-files'],
      ['get', 'audit'],
      ['get', 'secrets'],
    ]) {
      shown.push((await world.home.mcptui([...verb, '-o', 'json'])).stdout);
    }
    expect(shown.join('\n')).not.toContain('51Hx9vQ2eZvKYlo2C0aa');
    expect(shown[3]).toContain('files-api-key');
  });

  it('moves the servers of a client behind ours, where its agents find them, and puts them back', async () => {
    const world = open(1);
    const file = withRealServers(world.clients);
    const before = readFileSync(file);
    await world.home.daemon();
    const { code, stderr, stdout } = await world.home.mcptui(['connect', 'cursor', '--replace', '--yes']);
    expect(stdout + stderr).not.toContain('hush-hush');
    expect(code).toBe(0);
    expect(stderr).toContain('3 new, 0 the same, 0 refused');
    const text = readFileSync(file, 'utf8').replace('// mine\r\n', '');
    const { mcpServers } = JSON.parse(text) as { mcpServers: Record<string, LaunchEntry> };
    expect(Object.keys(mcpServers)).toEqual(['mcptui']);
    const tools = await listedTools(mcpServers['mcptui'] as LaunchEntry, ['everything__', 'my-files__', 'memory__']);
    expect(tools).toContain('my-files__list_directory');
    expect(await world.home.mcptui(['disconnect', 'cursor', '--yes'])).toMatchObject({ code: 0 });
    expect(readFileSync(file)).toEqual(before);
  });

  it('leaves a server in its client when it cannot be taken', async () => {
    const world = open(1);
    const file = path.join(world.clients.folder, '.kiro/settings/mcp.json');
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(
      file,
      JSON.stringify({ mcpServers: { good: { command: 'x' }, odd: { command: 'y', args: ['--token', 'hush-hush'] } } }),
    );
    const { stderr } = await world.home.mcptui(['connect', 'kiro', '--replace', '--yes']);
    expect(stderr).toContain('argument 2 holds a secret');
    expect(Object.keys((JSON.parse(readFileSync(file, 'utf8')) as { mcpServers: object }).mcpServers)).toEqual([
      'odd',
      'mcptui',
    ]);
  });

  it('reads a file and stdin, and tells what it cannot', async () => {
    const world = open(0);
    const run = (args: readonly string[], input?: string): Promise<Finished> =>
      world.home.mcptui(['import', ...args], input === undefined ? {} : { input });
    const pasted = await run(['-', '--yes', '-p', 'ops', '--start'], '{"a": {"command": "npx", "args": ["-y", "x"]}}');
    expect(pasted).toMatchObject({ code: 0, stdout: 'server a created in project ops\n' });
    expect(await run(['-', '--dry-run'], '{"mcpServers": {"a": }}')).toMatchObject({ code: 2 });
    expect((await run(['-', '--dry-run'], '{"mcpServers": {"a": }}')).stderr).toContain('stdin:1:22: value expected');
    expect(await run(['nobody'])).toMatchObject({ code: 6 });
    expect(await run(['kimi'])).toMatchObject({ code: 6 });
    expect(await run(['codex', '--server', 'nope', '--dry-run'])).toMatchObject({ code: 6 });
    expect(await run(['codex'])).toMatchObject({ code: 2 });
    expect(await world.home.mcptui(['--read-only', 'import', 'codex', '--yes'])).toMatchObject({ code: 3 });
  });

  it('asks on a terminal for what the client would have asked', async () => {
    const world = open(0);
    const args = ['import', 'vscode', '--server', 'perplexity', '--yes'];
    const child = pty.spawn(process.execPath, [bin, ...args], { env: textEnv(world.home.env), cols: 100, rows: 30 });
    let seen = '';
    child.onData((data) => (seen += data));
    const ended = new Promise<number>((resolve) => child.onExit(({ exitCode }) => resolve(exitCode)));
    await until(() => seen.includes('Perplexity key (not shown)'), 'the question', { now: () => seen });
    child.write('typed-by-ann\r');
    expect(await ended).toBe(0);
    expect(seen).not.toContain('typed-by-ann');
    const secrets = await world.home.json<readonly { id: string; servers: readonly string[] }[]>(['get', 'secrets']);
    expect(secrets).toMatchObject([{ id: 'file/perplexity-key', servers: ['perplexity'] }]);
  });
});
