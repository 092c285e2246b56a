/** Text in definitions that something else was to replace: refused with the right form, or taken as it stands when that is said. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { McptuiError } from '../../../src/kernel/errors.ts';
import type { ServerDraft } from '../../../src/engine/index.ts';
import { engineHarness, type Harness } from '../../support/worlds/engine-harness.ts';

describe('createServer', () => {
  let harness: Harness;

  beforeEach(async () => {
    harness = await engineHarness();
  });
  afterEach(() => harness.close());

  async function refusal(draft: Partial<ServerDraft>): Promise<{ readonly message: string; readonly hint: string }> {
    const whole = { name: 'x', runtime: 'process', source: { kind: 'command', command: ['server'] }, ...draft };
    const error: unknown = await harness.engine.commands.createServer(whole as ServerDraft).then(
      () => undefined,
      (thrown: unknown) => thrown,
    );
    if (!(error instanceof McptuiError)) return { message: '', hint: '' };
    expect(error.code).toBe('invalid');
    return { message: error.message, hint: error.hint ?? '' };
  }
  const withEnv = (value: string): Promise<{ readonly message: string; readonly hint: string }> =>
    refusal({ env: [{ name: 'TOKEN', value }] });
  const withCommand = (...command: string[]): Promise<{ readonly message: string; readonly hint: string }> =>
    refusal({ source: { kind: 'command', command } });
  const withUrl = (url: string): Promise<{ readonly message: string; readonly hint: string }> =>
    refusal({ runtime: 'remote', source: { kind: 'url', url } });

  it.each([
    ['${GH_TOKEN}', /--env 'TOKEN=secret:env\/GH_TOKEN'/],
    ['${env:GH}', /--env 'TOKEN=secret:env\/GH'/],
    ['${GH:-none}', /secret:env\/GH/],
    ['${{ secrets.GH }}', /secret:env\/GH/],
    ['{{token}}', /secret:env\/token/],
    ['$GH', /--env 'TOKEN=secret:env\/GH'/],
    ['%GH_TOKEN%', /secret:env\/GH_TOKEN/],
    ['Bearer $GH', /--env 'TOKEN=Bearer \{secret:env\/GH\}'/],
    ['${input:gh-token}', /mcptui create secret gh-token, then --env 'TOKEN=secret:file\/gh-token'/],
    ['<YOUR_TOKEN>', /mcptui create secret your_token/],
    ['your-api-key-here', /put the value there/],
    ['Bearer YOUR_TOKEN', /put the value there/],
    ['Bearer <token>', /put the value there/],
    ['~/keys/one', /write the whole path/],
    ['postgres://u:secret:env/TOK@h/db', /--env 'TOKEN=postgres:\/\/u:\{secret:env\/TOK\}@h\/db'/],
    ['${secret:env/TOK}', /--env 'TOKEN=secret:env\/TOK'/],
  ])('refuses %s as the value of a variable, with the right form', async (value, hint) => {
    const refused = await withEnv(value);
    expect(refused.message).toMatch(/^server x: --env TOKEN /);
    expect(refused.hint).toMatch(hint);
    expect(refused.hint).toMatch(/--literal/);
  });

  it.each(['$5', 'pa$$', 'a<b', 'x > y', '100%', 'a~b', '{"a":"b"}', 'user@host:~/x', ''])(
    'takes %s as a value',
    async (value) => {
      expect(await withEnv(value)).toEqual({ message: '', hint: '' });
    },
  );

  it.each([
    [['~/bin/server'], /argument 1 begins a path with ~/],
    [['server', '~/notes'], /argument 2/],
    [['server', '--root=~/notes'], /argument 2/],
    [['server', '$HOME/x'], /argument 2 holds \$HOME/],
    [['server', '${workspaceFolder}'], /\$\{workspaceFolder\}/],
    [['server', '<DIR>'], /<DIR>/],
    [['server', '--api-key', 'secret:env/TOK'], /argument 3 holds secret:env\/TOK/],
    [['server', '--api-key=secret:file/tok'], /argument 2/],
    [['docker', 'run', '-e', 'TOKEN=$TOK', 'image'], /\$TOK/],
  ])('refuses the command %j', async (command, words) => {
    expect((await withCommand(...command)).message).toMatch(words);
  });

  it('says that arguments are seen by everybody', async () => {
    const { hint } = await withCommand('server', '--api-key', 'secret:env/TOK');
    expect(hint).toMatch(/read by everybody on this machine.*--env NAME=secret:env\/TOK/);
  });

  it.each([[['sh', '-c', 'echo $HOME']], [['bash', '-lc', 'cat ~/x']], [['node', '-e', 'log(`${x}`)']]])(
    'leaves the program of %j alone',
    async (command) => {
      expect(await withCommand(...command)).toEqual({ message: '', hint: '' });
    },
  );

  it.each([
    ['https://h.example/${TENANT}/mcp', /--url 'https:\/\/h.example\/\{secret:env\/TENANT\}\/mcp'/],
    ['https://h.example/mcp?k=${secret:env/K}', /--url 'https:\/\/h.example\/mcp\?k=\{secret:env\/K\}'/],
    ['https://h.example/<TENANT>/mcp', /put the value there/],
    ['https://u:secret:env/P@h.example/mcp', /--header 'Authorization=Basic/],
    ['https://{secret:env/HOST}/mcp', /--header/],
    ['https://secret:env/HOST/mcp', /--header/],
    ['https://${input:host}/mcp', /mcptui create secret host/],
    ['https://$HOST:8080/mcp', /secret:env\/HOST/],
    ['https://h.example/{tenant}/mcp', /put the value there/],
  ])('refuses the URL %s', async (url, hint) => {
    expect((await withUrl(url)).hint).toMatch(hint);
  });

  it('refuses a header with a variable in it', async () => {
    const headers = [{ name: 'Authorization', value: 'Bearer ${T}' }];
    const source = { kind: 'url' as const, url: 'https://h.example/mcp', headers };
    expect((await refusal({ runtime: 'remote', source })).hint).toMatch(/Authorization=Bearer \{secret:env\/T\}/);
  });

  it.each([
    [{ oauth: { clientId: 'secret:env/ID' } }, /--oauth-client-id holds secret:env\/ID/],
    [{ oauth: { clientId: '<CLIENT_ID>' } }, /--oauth-client-id holds <CLIENT_ID>/],
    [{ oauth: { scope: '${SCOPE}' } }, /--oauth-scope holds \$\{SCOPE\}/],
  ])('refuses a URL with %j', async (extra, words) => {
    const source = { kind: 'url' as const, url: 'https://h.example/mcp', ...extra };
    expect((await refusal({ runtime: 'remote', source })).message).toMatch(words);
  });

  it('refuses a reference in the arguments of a probe', async () => {
    const health = { tool: 'whoami', args: { auth: { token: 'secret:file/t' } } };
    expect((await refusal({ health })).message).toMatch(/--probe-args holds secret:file\/t/);
  });

  it('takes all of them as they stand when that is said', async () => {
    const source = { kind: 'command' as const, command: ['server', '~/x', '${A}', 'secret:env/B'] };
    expect(await refusal({ source, env: [{ name: 'A', value: '$B' }], literal: true })).toEqual({
      message: '',
      hint: '',
    });
    const [server] = harness.db.collection('servers').all();
    expect(server?.source).toMatchObject({ command: ['server', '~/x', '${A}', 'secret:env/B'] });
    expect(JSON.stringify(server)).not.toContain('literal');
  });

  it.each([
    ['GitHub', 'github'],
    ['my_server', 'my-server'],
    ['@scope/My.Server', 'scope-my-server'],
    ['a'.repeat(40), 'a'.repeat(32)],
    ['-x-', 'x'],
  ])('suggests a name in place of %s: %s', async (name, mapped) => {
    const { message, hint } = await refusal({ name });
    expect(message).toContain(`"${name}" cannot be the name of a server`);
    expect(hint.startsWith(`mcptui create server ${mapped} `)).toBe(true);
  });

  it('suggests a name in place of a project that cannot be', async () => {
    const { message, hint } = await refusal({ project: 'My Project' });
    expect(message).toMatch(/^server x: --project: use 1 to 32/);
    expect(hint).toBe('--project my-project');
  });

  it.each([
    [{ startTimeoutMs: 1 }, '--start-timeout: use 10ms or more'],
    [{ health: { timeoutMs: 1e12 } }, '--probe-timeout: use 24h or less'],
    [{ replicas: 99 }, '--replicas: use 64 or less'],
    [
      { env: [{ name: 'FOO-BAR', value: 'x' }] },
      '--env "FOO-BAR": use letters, digits and _, not a digit first; another name goes after --: -- env NAME=VALUE COMMAND',
    ],
    [
      { source: { kind: 'package', package: 'bunx:x', args: [] } },
      '--package: use npm:SPEC or pypi:SPEC; another runner, or one with flags of its own, goes after --: -- npx -y SPEC',
    ],
    [{ source: { kind: 'image', image: 'A B' }, runtime: 'docker' }, '--image: not an image reference'],
    [{ source: { kind: 'command', command: ['a'], cwd: 'x' } }, '--cwd: must be an absolute path'],
  ] as const)('names flags and not fields: %j', async (draft, words) => {
    expect((await refusal(draft as Partial<ServerDraft>)).message).toBe(`server x: ${words}`);
  });
});
