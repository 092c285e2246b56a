/** `call` and `get tools|resources|prompts|upstreams` as scripts use them: output, exit codes, errors with the next step. */
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { AuditEventView, InstanceView, UpstreamView } from '../../src/engine/index.ts';
import { aHome, bin, contractServer, type Home } from '../support/worlds/run-mcptui.ts';

const everything = fileURLToPath(
  new URL('../../node_modules/@modelcontextprotocol/server-everything/dist/index.js', import.meta.url),
);

interface ToolRow {
  readonly server: string;
  readonly name: string;
  readonly exposed: string;
  readonly tokens: number;
  readonly definition: { readonly inputSchema: object };
}

/** Tells on stderr what is asked of its one tool, which never answers. */
const slowServer = `
  const { createInterface } = require('node:readline');
  const results = {
    initialize: ({ protocolVersion }) => ({ protocolVersion, capabilities: { tools: {} }, serverInfo: { name: 's', version: '1' } }),
    'tools/list': () => ({ tools: [{ name: 'wait', inputSchema: { type: 'object' } }] }),
  };
  createInterface({ input: process.stdin }).on('line', (line) => {
    const { id, method, params } = JSON.parse(line);
    if (method === 'tools/call') console.error('called');
    if (method === 'notifications/cancelled') console.error('cancelled');
    const result = results[method];
    if (result) process.stdout.write(JSON.stringify({ jsonrpc: '2.0', id, result: result(params) }) + '\\n');
  });
`;

let home: Home;
beforeAll(async () => {
  home = aHome();
  const { execPath } = process;
  await home.mcptui(['create', 'server', 'fs', '--', execPath, contractServer]);
  await home.mcptui(['create', 'server', 'every', '--', execPath, everything]);
  await home.mcptui(['create', 'server', 'down', '--env', 'T=secret:env/NOT_THERE_AT_ALL', '--', execPath, everything]);
  await home.daemon();
  const running = async (): Promise<void> => {
    const rows = await home.json<InstanceView[]>(['get', 'instances']);
    if (rows.filter(({ tools }) => tools !== undefined).length < 2) throw new Error(JSON.stringify(rows));
  };
  await vi.waitFor(running, { timeout: 60_000, interval: 100 });
}, 60_000);
afterAll(() => home.close());

describe('mcptui call', () => {
  it('prints the text of the result, and the whole of it as JSON', async () => {
    const args = JSON.stringify({ message: 'hi' });
    expect(await home.mcptui(['call', 'every', 'echo', '--args', args])).toMatchObject({
      code: 0,
      stdout: 'Echo: hi\n',
    });
    expect(await home.json(['call', 'every', 'echo', '--arg', 'message=hi'])).toEqual({
      content: [{ type: 'text', text: 'Echo: hi' }],
    });
  });

  it('takes arguments from stdin, and typed ones one by one', async () => {
    const done = await home.mcptui(['call', 'fs', 'echo', '--args', '-', '--arg', 'n:=3', '--arg', 'eq=a=b'], {
      input: '{"from": "stdin", "n": 1}',
    });
    expect(done.stdout).toBe('{"from":"stdin","n":3,"eq":"a=b"}\n');
  });

  it('makes escape sequences of a result visible', async () => {
    const done = await home.mcptui(['call', 'every', 'echo', '--arg', 'message:="\\u001b[31mred\\u202e"']);
    expect(done.stdout).toBe('Echo: \\x1b[31mred\\u202e\n');
  });

  it('shows structured content once, and pictures and links as a line', async () => {
    const structured = await home.mcptui(['call', 'every', 'get-structured-content', '--arg', 'location=New York']);
    expect(structured.stdout).toMatch(/^\[structured content\]\n\{\n {2}"temperature": \d+/);
    const image = await home.mcptui(['call', 'every', 'get-tiny-image']);
    expect(image.stdout).toMatch(/\[image image\/png \d+(\.\d+)? K?i?B\]/);
    const links = await home.mcptui(['call', 'every', 'get-resource-links', '--arg', 'count:=2']);
    expect(links.stdout).toMatch(/→ demo:\/\//);
  });

  it.each([
    ['a failure of the tool', ['call', 'fs', 'fail'], 5, /^$/],
    ['an unknown server', ['call', 'fss', 'echo'], 6, /no server fss\n {2}→ mcptui get servers/],
    ['an unknown tool', ['call', 'every', 'ecco'], 6, /no tool ecco\n {2}→ .*mcptui get tools --server every/],
    ['another project', ['call', 'fs', 'echo', '--project', 'web'], 6, /is in project default, not in web/],
    ['a server that is down', ['call', 'down', 'echo'], 4, /server down failed: SECRET_UNRESOLVED/],
    ['no answer in time', ['call', 'fs', 'never', '--timeout', '200ms'], 8, /did not answer within 200ms/],
    ['arguments that are no JSON', ['call', 'fs', 'echo', '--args', '{'], 2, /--args is not JSON/],
    ['arguments that are a list', ['call', 'fs', 'echo', '--args', '[]'], 2, /must be a JSON object/],
    ['an argument without a name', ['call', 'fs', 'echo', '--arg', 'x'], 2, /use NAME=TEXT or NAME:=JSON/],
    ['a deadline that is none', ['call', 'fs', 'echo', '--timeout', 'soon'], 2, /--timeout soon/],
  ] as const)('tells %s by its exit code', async (_what, args, code, message) => {
    const done = await home.mcptui(args, { input: '' });
    expect(done.stderr).toMatch(message);
    expect(done.code).toBe(code);
  });

  it('cancels the call on ctrl-c and exits 130', async () => {
    await home.mcptui(['create', 'server', 'slow', '--', process.execPath, '-e', slowServer]);
    await expect
      .poll(async () => (await home.mcptui(['get', 'tools', '-o', 'name'])).stdout)
      .toContain('tool/slow/wait');
    const child = spawn(process.execPath, [bin, 'call', 'slow', 'wait'], { env: home.env });
    const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
    let stderr = '';
    child.stderr.on('data', (text: Buffer) => (stderr += text.toString()));
    await expect
      .poll(async () => (await home.mcptui(['logs', 'slow'])).stdout, { timeout: 60_000 })
      .toContain('called');
    child.kill('SIGINT');
    expect(await ended).toBe(130);
    expect(stderr).toContain('cancelled slow/wait');
    await expect.poll(async () => (await home.mcptui(['logs', 'slow'])).stdout).toContain('cancelled');
    const trace = async (): Promise<unknown> =>
      (await home.json<AuditEventView[]>(['get', 'audit', '--kind', 'tool_call_trace'])).at(-1)?.detail;
    await expect.poll(trace).toMatchObject({ result: 'cancelled' });
  });

  it('is recorded in the name of the operator', async () => {
    await home.mcptui(['call', 'fs', 'echo', '--arg', 'who=me', '--arg', 'apiKey=swordfish-1']);
    const last = async (): Promise<AuditEventView | undefined> =>
      (await home.json<AuditEventView[]>(['get', 'audit', '--kind', 'tool_call_trace'])).at(-1);
    await expect
      .poll(async () => (await last())?.detail)
      .toMatchObject({ arguments: { who: 'me', apiKey: '[masked]' } });
    expect((await last())?.actor).toMatch(/^operator:/);
    expect(await home.json(['get', 'sessions'])).toEqual([]);
  });
});

describe('mcptui get tools, resources, prompts, upstreams', () => {
  it('lists tools under both names with what they take of a context', async () => {
    const rows = await home.json<ToolRow[]>(['get', 'tools', '--server', 'every']);
    expect(rows.find(({ name }) => name === 'echo')).toMatchObject({
      server: 'every',
      exposed: 'every__echo',
      definition: { inputSchema: { type: 'object' } },
    });
    expect(rows.every(({ tokens }) => tokens > 0)).toBe(true);
    const table = await home.mcptui(['get', 'tools']);
    expect(table.stdout).toMatch(/^SERVER +TOOL +FOR AGENTS +≈TOK +EFFECT +DESCRIPTION\n/);
    expect(table.stdout).toMatch(/\nfs +echo +fs__echo +\d+ +- +gives back its arguments/);
    expect((await home.mcptui(['get', 'tools', '--server', 'fs', '-o', 'name'])).stdout).toContain('tool/fs/echo\n');
    expect(await home.mcptui(['get', 'tools', '--server', 'nope'])).toMatchObject({ code: 6 });
  });

  it("lists resources with their templates, and the servers' prompts beside mcptui's own", async () => {
    expect((await home.mcptui(['get', 'resources', '--server', 'every'])).stdout).toMatch(/template +demo:\/\//);
    const prompts = await home.mcptui(['get', 'prompts', '--server', 'every']);
    expect(prompts.stdout).toMatch(/^SERVER +PROMPT +FOR AGENTS/);
    expect(prompts.stdout).toMatch(/\nevery +args-prompt +every__args-prompt +city,state\?/);
    expect((await home.mcptui(['get', 'prompts', '--all'])).stdout).toMatch(/^NAME +SCOPE/);
  });

  it('tells how each upstream does', async () => {
    await home.mcptui(['call', 'fs', 'fail']);
    const find = async (name: string): Promise<UpstreamView | undefined> =>
      (await home.json<UpstreamView[]>(['get', 'upstreams'])).find(({ server }) => server === name);
    await expect.poll(async () => (await find('fs'))?.errors5m).toBeGreaterThan(0);
    // After each session the instance that it had is made anew.
    await expect.poll(async () => find('fs')).toMatchObject({ state: 'ready', instances: 1, tools: 5 });
    expect(await find('down')).toMatchObject({ state: 'error', instances: 0 });
    await expect
      .poll(async () => (await home.mcptui(['get', 'upstreams'])).stdout)
      .toMatch(/\nfs +default +ready +1 +5 +fresh \d+s/);
  });
});

describe('without an engine', () => {
  it('says that tools are known only while one runs', async () => {
    const none = aHome();
    for (const args of [
      ['call', 'fs', 'echo'],
      ['get', 'tools'],
      ['get', 'prompts', '--server', 'all'],
    ]) {
      const done = await none.mcptui(args);
      expect(done.code).toBe(4);
      expect(done.stderr).toMatch(/no engine is running.*\n.*mcptui --daemon/);
    }
    await none.close();
  });
});
