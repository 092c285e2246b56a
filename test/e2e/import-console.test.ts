/** In a real terminal: servers of agents' clients are looked at, imported and connected from the console's start page. */
import { readFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { until } from '../support/until.ts';
import { clientHome, type ClientHome } from '../support/worlds/client-homes.ts';
import { openTui, type Tui } from '../support/worlds/open-tui.ts';
import { aHome, bin, textEnv, type Home } from '../support/worlds/run-mcptui.ts';

let clients: ClientHome;
let home: Home;
beforeEach(async () => {
  clients = clientHome(0);
  home = aHome({ HOME: clients.folder, XDG_CONFIG_HOME: undefined, XDG_DATA_HOME: undefined, CODEX_HOME: undefined });
  await home.daemon();
});
afterEach(async () => {
  await home.close();
  clients.close();
});

function open(...args: readonly string[]): Tui {
  return openTui(process.execPath, [bin, ...args], { columns: 120, rows: 36, env: textEnv(home.env) });
}

describe('the import of the console', () => {
  it('imports what is chosen, asks for what only a person knows, and connects the clients', async () => {
    const before = clients.bytes();
    await using tui = open();
    await tui.see('Import what your clients have');
    await tui.press('I');
    const list = await tui.see('5 clients · 9 new · 0 the same · 1 refused');
    expect(list).toMatch(/\[x\] my-files +claude-desktop user +command/);
    expect(list).toMatch(/\[ \] perplexity .*✗ needs Perplexity key: n to type it/);
    expect(list).toContain('i import 8');
    await tui.press('enter');
    await tui.see('https://api.githubcopilot.com/mcp/');
    await tui.press('esc', ' ');
    await tui.see('i import 7');
    await tui.press('j', 'j', 'j', 'j', 'j', ' ');
    await tui.see('asks for Perplexity key: n to type it');
    await tui.press('n', ...Array.from('typed-by-ann'), 'enter');
    await tui.see('i import 8');
    await tui.press('c');
    const question = await tui.see('Import 8 servers and connect 5 clients?');
    expect(question).toContain('"mcptui": {');
    expect(clients.bytes()).toEqual(before);
    await tui.still(400);
    await tui.press('y');
    await tui.see(/Goose connected · 8 servers imported, stopped/);
    for (const file of clients.files.values()) expect(readFileSync(file, 'utf8')).toContain('mcptui');
    const servers = await home.json<readonly { name: string; replicas: number }[]>(['get', 'servers']);
    expect(servers.map(({ name }) => name)).not.toContain('github');
    expect(servers).toHaveLength(8);
    for (const secret of ['51Hx9vQ2eZvKYlo2C0aa', 'typed-by-ann', '9f8e7d6c5b4a'])
      expect(tui.output).not.toContain(secret);
    for (const client of clients.files.keys()) await home.mcptui(['disconnect', client, '--yes']);
    expect(clients.bytes()).toEqual(before);
  });

  it('opens by its name, starts what it imports when that is asked for, and says what is there already', async () => {
    await home.mcptui(['import', 'codex', '--yes']);
    await using tui = open();
    await tui.see('0 replicas');
    await tui.press(':', ...Array.from('import'), 'enter');
    await tui.see('7 new · 2 the same');
    await tui.press('s');
    await tui.see('s start: yes');
    await tui.press('i');
    expect(await tui.see(/6 servers imported/)).not.toContain('stopped ·');
    await until(
      async () =>
        (await home.json<readonly { server: string }[]>(['get', 'instances'])).some(
          ({ server }) => server === 'my-files',
        ),
      'an instance of my-files',
    );
  });

  it('changes nothing in a console that only reads', async () => {
    const before = clients.bytes();
    await using tui = open('--read-only');
    await tui.see('Import what your clients have');
    await tui.press('I');
    await tui.see('9 new');
    await tui.press('i');
    await tui.see('the console is read-only');
    await tui.press('c');
    await tui.press('esc');
    await tui.see('Import what your clients have');
    expect(clients.bytes()).toEqual(before);
    expect((await home.mcptui(['get', 'servers', '-o', 'json'])).stdout.trim()).toBe('[]');
  });
});
