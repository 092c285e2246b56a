/**
 * The whole way in, and the way to keep it: what five clients of a home have is imported, run behind one entry of each, written as
 * text, applied into an empty folder, and taken back to the byte.
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { clientHome, type ClientHome } from '../support/worlds/client-homes.ts';
import { listedTools, type LaunchEntry } from '../support/worlds/listed-tools.ts';
import { aHome, type Home } from '../support/worlds/run-mcptui.ts';

const closers: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).toReversed()) await close();
});

const real = (name: string, ...args: readonly string[]): LaunchEntry => ({
  command: process.execPath,
  args: [createRequire(import.meta.url).resolve(`@modelcontextprotocol/server-${name}/dist/index.js`), ...args],
});

/** A sixth client, whose three servers run. */
function addRunning({ folder }: ClientHome): string {
  const file = path.join(folder, '.lmstudio/mcp.json');
  mkdirSync(path.dirname(file), { recursive: true });
  const mcpServers = {
    'Way Everything': real('everything'),
    'way-notes': { ...real('memory'), env: { NOTES_API_KEY: 'sk-1234567890abcdefghij' } },
    'way-docs': real('filesystem', folder),
  };
  writeFileSync(file, `{\r\n\t// mine\r\n\t"mcpServers": ${JSON.stringify(mcpServers)}\r\n}\r\n`);
  return file;
}

async function exported(home: Home): Promise<string> {
  const { code, stdout, stderr } = await home.mcptui(['export']);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  return stdout;
}

describe('the whole way', () => {
  it.each([0, 1, 2] as const)('of home %i ends where it began', async (which) => {
    const clients = clientHome(which);
    closers.push(() => clients.close());
    const running = addRunning(clients);
    const env = { HOME: clients.folder, XDG_CONFIG_HOME: undefined, XDG_DATA_HOME: undefined, CODEX_HOME: undefined };
    const home = aHome(env);
    closers.push(() => home.close());
    const bytes = (): readonly string[] => [...clients.bytes(), readFileSync(running, 'latin1')];
    const before = bytes();
    const names = [...clients.files.keys(), 'lmstudio'];

    expect(await home.mcptui(['import', '--yes'])).toMatchObject({ code: 0 });
    await home.daemon();
    for (const name of ['way-everything', 'way-notes', 'way-docs']) await home.mcptui(['scale', name, '1']);
    await home.healthy(3);
    for (const name of names) expect(await home.mcptui(['connect', name, '--yes'])).toMatchObject({ code: 0 });
    const rows = await home.json<readonly { readonly client: string; readonly state: string }[]>(['connect', '--list']);
    expect(
      rows
        .filter(({ state }) => state === 'connected')
        .map(({ client }) => client)
        .toSorted(),
    ).toEqual(names.toSorted());
    const { mcpServers } = JSON.parse(readFileSync(running, 'utf8').replace('// mine', '')) as {
      readonly mcpServers: Readonly<Record<string, LaunchEntry>>;
    };
    const tools = await listedTools(mcpServers['mcptui'] as LaunchEntry, [
      'way-everything__',
      'way-notes__',
      'way-docs__',
    ]);
    expect(tools).toEqual(expect.arrayContaining(['way-docs__list_directory', 'way-notes__read_graph']));

    const text = await exported(home);
    expect(text).not.toContain('sk-1234567890abcdefghij');
    const empty = aHome();
    closers.push(() => empty.close());
    expect(await empty.mcptui(['apply', '-f', '-'], { input: text })).toMatchObject({ code: 0 });
    expect(await exported(empty)).toBe(text);
    expect((await home.mcptui(['plan', '-f', '-'], { input: text })).code).toBe(0);

    for (const name of names) expect(await home.mcptui(['disconnect', name, '--yes'])).toMatchObject({ code: 0 });
    expect(bytes()).toEqual(before);
  });
});
