/** What becomes of entries of clients' files. */
import { describe, expect, it } from 'vitest';
import type { Draft, ImportItem } from '../../src/clients/import/draft.ts';
import { planImport, type FoundFile, type ImportContext } from '../../src/clients/import/plan.ts';
import { readText } from '../../src/clients/import/read-files.ts';
import { changeWords, shownItem } from '../../src/clients/import/words.ts';
import { placeIn, type Scope } from '../../src/clients/places.ts';
import { clientNamed } from '../../src/clients/table.ts';

const around: ImportContext = {
  env: { HOME: '/home/ann', GITHUB_PAT: 'x', REGION: 'eu', LONG_TOKEN: 'value-of-a-token' },
  home: '/home/ann',
  folder: '/srv/shop',
  existing: [],
  secrets: [],
  project: 'default',
  start: false,
  literal: false,
};

type Entries = Readonly<Record<string, unknown>>;

function file(
  client: string,
  entries: Entries,
  scope: Scope = 'user',
  questions: Readonly<Record<string, string>> = {},
): FoundFile {
  const found = clientNamed(client);
  if (found === undefined) throw new Error(`no client ${client}`);
  const name = scope === 'project' ? `/srv/shop/${found.project[0] ?? ''}` : `/home/ann/${client}`;
  return {
    place: placeIn(found, scope, name),
    entries: Object.entries(entries).map(([entry, value]) => ({ name: entry, value })),
    questions: new Map(Object.entries(questions)),
  };
}

function one(client: string, value: unknown, more: Partial<ImportContext> = {}, scope?: Scope): ImportItem {
  const [item] = planImport([file(client, { s: value }, scope)], { ...around, ...more });
  if (item === undefined) throw new Error('no item');
  return item;
}

function draft(client: string, value: unknown, more: Partial<ImportContext> = {}, scope?: Scope): Draft {
  const item = one(client, value, more, scope);
  if (item.draft === undefined) throw new Error(`refused: ${item.reason}`);
  return item.draft;
}
const source = (client: string, value: unknown): Draft['source'] => draft(client, value).source;
const refusal = (client: string, value: unknown, more: Partial<ImportContext> = {}): string | undefined =>
  one(client, value, more).reason;

describe('planImport: programs', () => {
  it('makes a package of npx and uvx, and leaves runners with flags of their own', () => {
    expect(source('cursor', { command: 'npx', args: ['-y', '@x/github@1.2', '--read'] })).toEqual({
      kind: 'package',
      package: 'npm:@x/github@1.2',
      args: ['--read'],
    });
    expect(source('cursor', { command: '/usr/bin/uvx', args: ['mcp-server-git==1.0'] })).toMatchObject({
      package: 'pypi:mcp-server-git==1.0',
    });
    expect(source('cursor', { command: 'cmd', args: ['/c', 'npx', '-y', 'x'] })).toMatchObject({ package: 'npm:x' });
    expect(source('cursor', { command: 'npx', args: ['-p', 'x', 'y'] })).toEqual({
      kind: 'command',
      command: ['npx', '-p', 'x', 'y'],
    });
    expect(source('cursor', { command: 'uvx', args: ['--from', 'x', 'y'] })).toMatchObject({ kind: 'command' });
    expect(source('opencode', { type: 'local', command: ['bun', 'x', 'y'] })).toEqual({
      kind: 'command',
      command: ['bun', 'x', 'y'],
    });
    expect(source('zed', { command: { path: 'node', args: ['/a.js'] } })).toEqual({
      kind: 'command',
      command: ['node', '/a.js'],
    });
    expect(source('goose', { type: 'stdio', cmd: 'node', args: ['/a.js'] })).toEqual({
      kind: 'command',
      command: ['node', '/a.js'],
    });
  });

  it('makes an image of docker run, with its variables and network', () => {
    const value = {
      command: 'docker',
      args: [
        'run',
        '-i',
        '--rm',
        '-e',
        'GITHUB_TOKEN',
        '--env=MODE=ro',
        '-e',
        'REGION',
        'ghcr.io/github/mcp:1',
        'stdio',
      ],
      env: { GITHUB_TOKEN: 'abcdefgh' },
    };
    const item = one('cursor', value);
    expect(item.draft).toMatchObject({
      runtime: 'docker',
      network: 'bridge',
      source: { kind: 'image', image: 'ghcr.io/github/mcp:1', command: ['stdio'] },
      env: [
        { name: 'GITHUB_TOKEN', secret: { backend: 'file', path: 'github-token' } },
        { name: 'MODE', value: 'ro' },
        { name: 'REGION', secret: { backend: 'env', path: 'REGION' } },
      ],
    });
    expect(item.secrets).toEqual([{ name: 'github-token', value: 'abcdefgh', of: 'GITHUB_TOKEN' }]);
  });

  it('takes folders, user, entrypoint, folder of work and pull of docker run, and leaves what ours have not', () => {
    const flags = [
      '-v',
      '${HOME}/notes:/data:ro',
      '--mount',
      'type=bind,src=./out,dst=/out',
      '-u',
      '1000:1000',
      '-w',
      '/out',
    ];
    const args = ['run', '-i', ...flags, '--entrypoint=/bin/serve', '--pull=never', 'x/y', '--fast'];
    expect(source('cursor', { command: 'docker', args })).toEqual({
      kind: 'image',
      image: 'x/y',
      command: ['--fast'],
      entrypoint: ['/bin/serve'],
      cwd: '/out',
      user: '1000:1000',
      pull: 'never',
      mounts: [
        { source: '/home/ann/notes', target: '/data', readOnly: true },
        { source: '/srv/shop/out', target: '/out', readOnly: false },
      ],
    });
    for (const flag of [
      ['-v', 'volume:/data'],
      ['-u', 'root'],
      ['--privileged', 'x'],
      ['--network', 'host'],
      ['-p', '80:80'],
    ]) {
      const item = one('cursor', { command: 'docker', args: ['run', '-i', ...flag, 'x/y'] });
      expect(item.draft?.source).toEqual({ kind: 'command', command: ['docker', 'run', '-i', ...flag, 'x/y'] });
      expect(item.notes[0]).toContain(`docker run ${flag[0] ?? ''} stays the command that it is`);
    }
  });

  it('connects to the URL that mcp-remote is a bridge to', () => {
    const args = ['-y', 'mcp-remote', 'https://mcp.example.com/mcp', '--header', 'Authorization: Bearer abcdefghij'];
    expect(draft('claude-desktop', { command: 'npx', args })).toMatchObject({
      runtime: 'remote',
      source: {
        url: 'https://mcp.example.com/mcp',
        headers: [{ name: 'Authorization', prefix: 'Bearer ', secret: { backend: 'file', path: 's-authorization' } }],
      },
    });
    expect(
      source('claude-desktop', {
        command: 'npx',
        args: ['mcp-remote', 'https://x.example/mcp', '--static-oauth', 'x'],
      }),
    ).toMatchObject({
      kind: 'package',
    });
  });

  it('runs servers of a project in its folder, and refuses a folder that nobody knows', () => {
    const value = { command: 'node', args: ['./server.js'] };
    expect(draft('claude-code', value, {}, 'project').source).toMatchObject({ cwd: '/srv/shop' });
    expect(refusal('cursor', value)).toContain('./server.js means the folder that its client happened to run in');
    expect(source('cursor', { command: 'node', args: ['${workspaceFolder}/a.js'], cwd: '~/x' })).toEqual({
      kind: 'command',
      command: ['node', '/srv/shop/a.js'],
      cwd: '/home/ann/x',
    });
  });
});

describe('planImport: remote servers', () => {
  it.each([
    ['claude-code', { type: 'http', url: 'https://a.example/mcp' }, 'streamable-http'],
    ['claude-code', { type: 'streamable-http', url: 'https://a.example/mcp' }, 'streamable-http'],
    ['cline', { type: 'streamableHttp', url: 'https://a.example/mcp' }, 'streamable-http'],
    ['goose', { type: 'streamable_http', uri: 'https://a.example/mcp' }, 'streamable-http'],
    ['windsurf', { serverUrl: 'https://a.example/mcp' }, 'streamable-http'],
    ['gemini', { httpUrl: 'https://a.example/mcp' }, 'streamable-http'],
    ['gemini', { url: 'https://a.example/mcp' }, 'sse'],
    ['kimi', { transport: 'sse', url: 'https://a.example/mcp' }, 'sse'],
    ['opencode', { type: 'remote', url: 'https://a.example/v1/sse' }, 'sse'],
    ['continue', { name: 's', type: 'sse', url: 'https://a.example/mcp' }, 'sse'],
  ])('reads %s %j as %s', (client, value, transport) => {
    expect(source(client, value)).toMatchObject({ kind: 'url', transport });
  });

  it('takes headers of every kind, and puts secrets into references', () => {
    expect(
      source('codex', {
        url: 'https://a.example/mcp',
        bearer_token_env_var: 'GITHUB_PAT',
        http_headers: { 'X-Team': 'shop' },
      }),
    ).toMatchObject({
      headers: [
        { name: 'X-Team', value: 'shop' },
        { name: 'Authorization', prefix: 'Bearer ', secret: { backend: 'env', path: 'GITHUB_PAT' } },
      ],
    });
    const item = one('cursor', {
      url: 'https://a.example/s/aB3dE5fG7hI9jK1lM3nO5p/mcp?api_key=hush1234&x=1',
      headers: { 'X-Api-Key': '${env:GITHUB_PAT}' },
    });
    expect(item.draft?.source).toMatchObject({
      url: 'https://a.example/s/{secret:file/s-url-path}/mcp?api_key={secret:file/s-api-key}&x=1',
      headers: [{ name: 'X-Api-Key', secret: { backend: 'env', path: 'GITHUB_PAT' } }],
    });
    expect(item.secrets.map(({ value }) => value)).toEqual(['aB3dE5fG7hI9jK1lM3nO5p', 'hush1234']);
    expect(JSON.stringify(shownItem(item))).not.toContain('hush1234');
  });

  it('allows an address of this machine, since the file names it', () => {
    const item = one('cursor', { url: 'http://localhost:3000/mcp' });
    expect(item.draft?.source).toMatchObject({ allowPrivate: true });
    expect(changeWords(item)).toContain('it may connect to localhost, which is no public address');
  });
});

describe('planImport: variables and secrets', () => {
  const env = (client: string, value: string, name = 'V', more: Partial<ImportContext> = {}): unknown =>
    draft(client, { command: 'x', env: { [name]: value } }, more).env[0];

  it.each([
    ['claude-code', '${REGION}', { secret: { backend: 'env', path: 'REGION' } }],
    ['claude-code', '${NOT_SET:-eu-1}', { value: 'eu-1' }],
    ['claude-code', '${REGION:-us}', { secret: { backend: 'env', path: 'REGION' } }],
    ['cursor', '${env:REGION}', { secret: { backend: 'env', path: 'REGION' } }],
    ['gemini', '$REGION', { secret: { backend: 'env', path: 'REGION' } }],
    ['gemini', '$NOT_SET', { value: '' }],
    ['gemini', '$NOT_SET_TOKEN', { secret: { backend: 'env', path: 'NOT_SET_TOKEN' } }],
    ['opencode', '{env:REGION}', { secret: { backend: 'env', path: 'REGION' } }],
    ['continue', '${{ secrets.KEY }}', { secret: { backend: 'file', path: 'key' } }],
    ['claude-code', 'a-${REGION}-b', { template: 'a-{secret:env/REGION}-b' }],
    ['claude-code', '~/notes', { value: '/home/ann/notes' }],
    ['claude-code', '', { value: '' }],
    ['claude-code', 'plain', { value: 'plain' }],
  ])('reads %s %s', (client, value, expected) => {
    expect(env(client, value)).toEqual({ name: 'V', ...expected });
  });

  it('keeps each secret once, by the name of what it is for', () => {
    const items = planImport(
      [
        file('cursor', {
          github: { command: 'a', env: { API_KEY: 'first-value' } },
          gitlab: { command: 'b', env: { API_KEY: 'second-value' } },
          again: { command: 'c', env: { KEY_TOKEN: 'first-value' } },
        }),
      ],
      { ...around, secrets: ['token'] },
    );
    expect(items.flatMap(({ secrets }) => secrets.map(({ name }) => name))).toEqual([
      'api-key',
      'gitlab-api-key',
      'api-key',
    ]);
  });

  it('asks for what the client asks for, unless it is kept already', () => {
    const value = { type: 'stdio', command: 'x', env: { K: '${input:my-key}' } };
    const questions = { 'my-key': 'The key' };
    const [item] = planImport([file('vscode', { s: value }, 'user', questions)], around);
    expect(item?.needs).toEqual([{ secret: 'my-key', title: 'The key' }]);
    const [known] = planImport([file('vscode', { s: value }, 'user', questions)], { ...around, secrets: ['my-key'] });
    expect(known?.needs).toEqual([]);
  });

  it('keeps secrets out of arguments, unless texts are meant as they stand', () => {
    const value = { command: 'x', args: ['--api-key', 'hush-hush-1'] };
    expect(refusal('cursor', value)).toBe(
      'argument 2 holds a secret, which mcptui keeps out of arguments; --literal takes it as it stands',
    );
    expect(draft('cursor', value, { literal: true })).toMatchObject({
      literal: true,
      source: { command: ['x', '--api-key', 'hush-hush-1'] },
    });
    expect(refusal('cursor', { command: 'x', args: ['${LONG_TOKEN}'] })).toContain(
      'argument 1 needs the secret ${LONG_TOKEN}',
    );
    expect(refusal('cursor', { command: 'x', args: ['${NOT_SET}'] })).toBe(
      'argument 1 needs ${NOT_SET}, which is not set here',
    );
    expect(refusal('vscode', { command: 'x', args: ['${input:a}'] })).toContain('mcptui puts no secret there');
  });
});

describe('planImport: names, twins and what is dropped', () => {
  it('proposes names, numbers those that are taken, and merges the same', () => {
    const items = planImport(
      [
        file('cursor', { 'My Files': { command: 'a' }, github: { command: 'b' } }),
        file('claude-desktop', { my_files: { command: 'c' }, GitHub: { command: 'b' }, 日本: { command: 'd' } }),
      ],
      {
        ...around,
        existing: [{ name: 'github', project: 'web', source: { kind: 'command', command: ['z'] }, env: [] }],
      },
    );
    expect(items.map(({ name, state, reason }) => [name, state, reason])).toEqual([
      ['my-files', 'new', undefined],
      ['github-2', 'new', undefined],
      ['my-files-2', 'new', undefined],
      ['github-2', 'same', 'the same as github-2 of Cursor'],
      ['日本', 'refused', 'nothing of its name can be a name here'],
    ]);
    expect(items[0]?.notes).toEqual(['renamed from "My Files"']);
  });

  it('knows a server that is there already, though its secrets are not shown', () => {
    const existing = [
      {
        name: 'pg',
        project: 'default',
        source: { kind: 'command', command: ['pg', '--password', '[masked]'] },
        env: [{ name: 'A' }],
      },
      {
        name: 'web',
        project: 'default',
        source: { kind: 'url', url: 'https://a.example/…/mcp', headers: [] },
        env: [],
      },
    ] as const;
    const pg = { command: 'pg', args: ['--password', 'hush-hush'], env: { A: '1' } };
    expect(one('cursor', pg, { existing, literal: true })).toMatchObject({ state: 'same', name: 'pg' });
    expect(one('cursor', { url: 'https://a.example/x/mcp' }, { existing })).toMatchObject({
      state: 'same',
      name: 'web',
    });
    expect(one('cursor', { url: 'https://b.example/x/mcp' }, { existing }).state).toBe('new');
    expect(one('cursor', pg, { existing, literal: true, project: 'ops' }).state).toBe('new');
  });

  it('says what it drops, and starts nothing that is disabled', () => {
    const value = {
      command: 'x',
      trust: true,
      alwaysAllow: ['a'],
      autoApprove: [],
      disabledTools: ['b'],
      envFile: '.env',
      disabled: true,
      odd: 1,
    };
    const item = one('cursor', value, { start: true });
    expect(item.notes).toEqual([
      'trust is dropped: nothing is approved in advance here',
      'alwaysAllow is dropped: nothing is approved in advance here',
      'disabledTools is not taken: tools are hidden by roles here',
      'envFile is not read: give its variables with mcptui set env',
      'odd is not taken: mcptui has nothing like it',
      'it is disabled there: it stays stopped',
    ]);
    expect(item.draft?.replicas).toBe(0);
    expect(draft('cursor', { command: 'x' }).replicas).toBe(0);
    expect(draft('cursor', { command: 'x' }, { start: true }).replicas).toBe(1);
  });

  it('takes times in their units', () => {
    expect(draft('cline', { command: 'x', timeout: 60 }).calls).toEqual({ ceilingMs: 60_000 });
    expect(draft('gemini', { command: 'x', timeout: 5_000 }).calls).toEqual({ ceilingMs: 5_000 });
    expect(draft('codex', { command: 'x', startup_timeout_sec: 20, tool_timeout_sec: 90.5 })).toMatchObject({
      startTimeoutMs: 20_000,
      calls: { ceilingMs: 90_500 },
    });
  });

  it('leaves our own entry out, and refuses what is no server', () => {
    expect(planImport([file('cursor', { mcptui: { command: 'mcptui', args: ['proxy'] } })], around)).toEqual([]);
    expect(refusal('goose', { type: 'builtin', name: 'developer' })).toContain('of type builtin');
    expect(refusal('cursor', { type: 'carrier-pigeon', url: 'https://a.example' })).toBe(
      'its type carrier-pigeon is not known',
    );
    expect(refusal('cursor', {})).toBe('it has neither a command nor a URL');
    expect(refusal('cursor', 'npx')).toBe('it is npx, not a server');
    expect(refusal('cursor', { url: 'not a url' })).toBe('its URL is not one');
  });
});

describe('readText', () => {
  it.each([
    ['x.json', '{"mcpServers": {"a": {"command": "x"}}}', 'mcp-json'],
    ['x.json', '{"servers": {"a": {"command": "x"}}, "inputs": []}', 'vscode'],
    ['settings.json', '{"mcp": {"servers": {"a": {"command": "x"}}}}', 'vscode'],
    ['x.jsonc', '{"context_servers": {"a": {"command": "x"}}}', 'zed'],
    ['x.json', '{"mcp": {"a": {"type": "local", "command": ["x"]}}}', 'opencode'],
    ['stdin', '{"a": {"command": "x"}, "other": 1}', 'mcp-json'],
    ['stdin', '[mcp_servers.a]\ncommand = "x"\n', 'codex'],
    ['stdin', 'extensions:\n  a:\n    cmd: x\n', 'goose'],
    ['x.yaml', 'mcpServers:\n  - name: a\n    command: x\n', 'continue'],
  ])('finds the servers of %s %s', async (name, text, client) => {
    const found = await readText(name, text);
    expect(found.place.client.name).toBe(client);
    expect(found.entries.map((entry) => entry.name)).toEqual(['a']);
  });

  it('names the place of what is wrong', async () => {
    await expect(readText('x.json', '{"a": ')).rejects.toThrow('x.json:1:7: value expected');
  });
});
