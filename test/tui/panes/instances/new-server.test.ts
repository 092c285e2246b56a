/** Pane 1, `n`: a new server in one form. */
import { afterEach, describe, expect, it } from 'vitest';
import { McptuiError } from '../../../../src/kernel/errors.ts';
import { guessedKind, proposedName } from '../../../../src/tui/panes/instances/new-server/source.ts';
import { anInstance } from '../../../support/worlds/fixture-engine.ts';
import { openApp, type OpenApp, type OpenAppOptions } from '../../../support/worlds/open-app.tsx';

let app: OpenApp;
afterEach(() => app?.close());

const fs = anInstance({ id: 'ins_fs', name: 'fs-1', server: 'fs', serverId: 'srv_fs', phase: 'running' });
const enter = '\r';
const tab = '\t';
const esc = '\u001B';
const ctrlS = '\u0013';
const ctrlU = '\u0015';

async function open(options: OpenAppOptions = {}): Promise<void> {
  app = await openApp({ instances: [fs], ...options });
  await app.press('n');
}
async function type(text: string): Promise<void> {
  await app.press(...Array.from(text));
  await app.settle();
}
/** Goes to the field of this name. */
async function to(name: string): Promise<void> {
  for (let step = 0; step < 30 && !app.line('▸').includes(` ${name} `); step += 1) await app.press(tab);
}

describe('newServer', () => {
  it('creates a package with what runs, enter, enter: the command stands there before', async () => {
    await open();
    await type('npm:@modelcontextprotocol/server-memory');
    expect(app.line('kind ')).toContain('package');
    expect(app.line('name ')).toContain('memory');
    await app.press(enter);
    expect(app.line('▸')).toContain('create and start it');
    expect(app.screen()).toContain('mcptui create server memory --package npm:@modelcontextprotocol/server-memory');
    expect(app.engine.asked).toEqual([]);
    await app.press(enter);
    await app.settle();
    expect(app.engine.asked).toEqual(['createServer memory']);
    expect(app.screen()).not.toContain('New server');
  });

  it('does not take a return for two that was pressed at once', async () => {
    await open();
    await type('npm:x');
    await app.send('\r');
    await app.send('\r');
    await app.settle();
    expect(app.engine.asked).toEqual([]);
  });

  it('shows the fields that the kind needs, and a chosen kind stays', async () => {
    await open();
    await type('https://mcp.example.com/mcp');
    expect(app.line('name ')).toContain('example');
    expect(app.line('header ')).toContain('K=V words');
    expect(app.screen()).not.toContain(' cwd ');
    await app.press(ctrlU);
    await type('gitea/mcp:1.4');
    expect(app.line('kind ')).toContain('image');
    expect(app.line('name ')).toContain('gitea');
    expect(app.screen()).toContain('memory');
    await app.press(tab, 'c');
    expect(app.line('kind ')).toContain('command');
    await app.press('\u001B[Z');
    await type('x');
    expect(app.line('kind ')).toContain('command');
    expect(app.line(' cwd ')).toContain('folder');
  });

  it('says as one types what the schema refuses, and what a field cannot be', async () => {
    await open();
    await type('npm:x /srv/docs');
    await to('replicas');
    await type('99');
    expect(app.screen()).toContain('--replicas: use 64 or less');
    await app.press(ctrlU);
    await type('2');
    expect(app.screen()).not.toContain('✗');
    await to('env');
    await type('TOK');
    expect(app.line('▸')).toContain('✗ TOK is not NAME=VALUE');
    await type('EN=secret:file/gitea MODE=fast');
    expect(app.screen()).not.toContain('✗');
    expect(app.screen()).toContain('--env TOKEN=secret:file/gitea --env MODE=fast --replicas 2 -- /srv/docs');
    await to('name');
    await app.press(ctrlU);
    await type('fs');
    expect(app.screen()).toContain('✗ server fs exists');
  });

  it('proposes the folder of the console where a word means it', async () => {
    await open();
    await type('npm:@x/files .');
    expect(app.line(' cwd ')).toContain('/home/ann/work');
    expect(app.screen()).toContain('--cwd /home/ann/work -- .');
  });

  it('keeps all that was typed when the engine refuses, and for the next time', async () => {
    await open();
    app.engine.failWith(new McptuiError('unavailable', 'no room on the disk'));
    await type('npm:x');
    await app.press(ctrlS);
    await app.settle();
    expect(app.screen()).toContain('New server');
    expect(app.screen()).toContain('✗ no room on the disk');
    expect(app.line('runs ')).toContain('npm:x');
    await app.press(esc, 'n');
    expect(app.line('runs ')).toContain('npm:x');
    expect(app.line('name ')).toContain('x');
  });

  it('does not look into what was pasted by mistake', async () => {
    await open();
    await app.send(`\u001B[200~${'./x '.repeat(250_000)}\u001B[201~`);
    await app.settle();
    expect(app.line('▸')).toContain('✗ longer than 8192 characters');
    await app.press(ctrlU);
    await app.send(`\u001B[200~${'./x '.repeat(300)}\u001B[201~`);
    await app.settle();
    expect(app.line('▸')).toContain('✗ more than 256 words');
  });

  it('is read to its end at 80x24', async () => {
    await open({ columns: 80, rows: 24 });
    await type('npm:@modelcontextprotocol/server-filesystem /srv/docs');
    await app.press(enter);
    expect(app.screen()).toContain('create and start it');
    expect(app.screen()).toContain('-- /srv/docs');
  });

  it('is gone in a read-only console', async () => {
    await open({ readOnly: true });
    expect(app.screen()).not.toContain('New server');
    expect(app.screen()).toContain('read-only');
  });
});

describe('guessedKind', () => {
  it.each([
    ['npm:@x/y', 'package'],
    ['pypi:mcp-server-time', 'package'],
    ['https://mcp.example.com/mcp', 'url'],
    ['gitea/mcp:1.4', 'image'],
    ['ghcr.io/github/github-mcp-server', 'image'],
    ['mcptui-test:latest', 'image'],
    ['/opt/files', 'command'],
    ['./files', 'command'],
    ['npx', 'command'],
  ])('takes %s for kind %s', (word, kind) => {
    expect(guessedKind([word])).toBe(kind);
  });
});

describe('proposedName', () => {
  it.each([
    [['npm:@modelcontextprotocol/server-filesystem@1.2', '/srv'], 'filesystem'],
    [['pypi:mcp-server-time==1.0'], 'time'],
    [['https://mcp.example.com/mcp'], 'example'],
    [['gitea/mcp:1.4'], 'gitea'],
    [['ghcr.io/github/github-mcp-server'], 'github'],
    [['npx', '-y', '@upstash/context7-mcp@latest'], 'context7'],
    [['/opt/files-server', '/srv'], 'files'],
    [['node', '/srv/node_modules/@x/server-notes/dist/index.js', '.'], 'notes'],
    [['python3', './weather/main.py'], 'weather'],
    [['docker', 'run', '-i', '--rm', '-e', 'TOKEN', 'ghcr.io/github/github-mcp-server'], 'github'],
    [['node'], 'node'],
    [['http://127.0.0.1:3000/mcp'], 'remote'],
  ])('calls a server of %j %s', (words, name) => {
    expect(proposedName(words, new Set())).toBe(name);
  });

  it('counts on where the name is taken, and proposes none of nothing', () => {
    expect(proposedName(['npm:fs'], new Set(['fs', 'fs-2']))).toBe('fs-3');
    expect(proposedName([], new Set())).toBeUndefined();
  });
});
