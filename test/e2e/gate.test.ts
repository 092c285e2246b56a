/** A gated project with real servers behind it, met by real clients: over stdio, over HTTP, and of 2026-07-28. */
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { ToolListChangedNotificationSchema } from '@modelcontextprotocol/sdk/types.js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { until } from '../support/until.ts';
import { modern } from '../support/worlds/modern.ts';
import { aHome, bin, type Home } from '../support/worlds/run-mcptui.ts';

const path = (relative: string): string => fileURLToPath(new URL(relative, import.meta.url));
const server = (name: string): string => path(`../../node_modules/@modelcontextprotocol/server-${name}/dist/index.js`);
const inspector = path('../../node_modules/.bin/mcp-inspector');

let home: Home;
let http: string;
let token: string;
let daemon: Awaited<ReturnType<Home['daemon']>>;
const clients: Client[] = [];

const verb = async (...args: string[]): Promise<string> => {
  const { code, stdout, stderr } = await home.mcptui(args);
  if (code !== 0) throw new Error(`mcptui ${args.join(' ')}: ${stderr}`);
  return stdout;
};

beforeAll(async () => {
  home = aHome();
  await verb('create', 'project', 'web', '--gated', '--tools', 'selected');
  await verb('create', 'server', 'everything', '-p', 'web', '--', process.execPath, server('everything'));
  await verb('create', 'server', 'memory', '-p', 'web', '--', process.execPath, server('memory'));
  const prompt = (name: string, body: string, summary: string): Promise<string> =>
    verb('create', 'prompt', name, '-p', 'web', '--body', body, '--summary', summary);
  await prompt('echo-rules', 'Echo in capitals.', 'How to use echo');
  await prompt('graph-rules', 'Name each entity once.', 'How to fill the knowledge graph');
  token = (await verb('create', 'token', 'web', '-p', 'web')).trim();
  daemon = await home.daemon({}, '--listen', '127.0.0.1:0');
  http = `${daemon.http ?? ''}/mcp/web`;
  await home.healthy(2);
});
afterAll(async () => {
  for (const client of clients) await client.close();
  await home.close();
});

async function overStdio(): Promise<Client> {
  const client = new Client({ name: 'stdio', version: '1' });
  clients.push(client);
  const env = home.env as Record<string, string>;
  // Between two engines of the test it would start one itself.
  const args = [bin, 'proxy', '--no-start', '-p', 'web'];
  await client.connect(new StdioClientTransport({ command: process.execPath, args, env }));
  return client;
}

const names = async (client: Client): Promise<readonly string[]> =>
  (await client.listTools()).tools.map(({ name }) => name);
const textOf = (result: object): string => JSON.stringify((result as { content?: unknown }).content);

describe('a gated project', () => {
  it('lets the SDK’s client go from a short list over begin_session to the tools that fit', async () => {
    const client = await overStdio();
    let changes = 0;
    client.setNotificationHandler(ToolListChangedNotificationSchema, () => void (changes += 1));
    expect(client.getInstructions()).toContain('begin_session');
    expect(await names(client)).toEqual(expect.arrayContaining(['begin_session', 'propose_prompt']));
    expect(await names(client)).not.toContain('everything__echo');
    const begun = await client.callTool({ name: 'begin_session', arguments: { tags: ['echo'] } });
    expect(textOf(begun)).toContain('Echo in capitals.');
    expect(textOf(begun)).toContain('its tools begin with everything__');
    expect(textOf(begun)).not.toContain('Name each entity once.');
    await until(() => changes > 0, 'list_changed');
    expect(await names(client)).toContain('everything__echo');
    expect(await names(client)).not.toContain('memory__create_entities');
    const found = await client.callTool({ name: 'find_tools', arguments: { query: 'create entities in the graph' } });
    expect(textOf(found)).toContain('memory__create_entities');
    expect(await names(client)).toContain('memory__create_entities');
    const used = await client.callTool({
      name: 'use_tool',
      arguments: { name: 'everything__echo', arguments: { message: 'hi' } },
    });
    expect(textOf(used)).toContain('Echo: hi');
    const read = await client.callTool({ name: 'read_prompts', arguments: { names: ['graph-rules'] } });
    expect(textOf(read)).toContain('Name each entity once.');
    const [session] = (
      await home.json<{ id: string; client: string; gate: { state: string } }[]>(['get', 'sessions'])
    ).filter((row) => row.client === 'stdio 1');
    expect(session?.gate.state).toBe('open');
    expect(await verb('why', 'session', session?.id ?? '')).toMatch(
      /tags +echo[^]*project:web\/echo-rules[^]*name echo/,
    );
    expect(await verb('get', 'audit', '--kind', 'gate')).toContain('opened by begin_session');
  });

  it('opens by a call, and stays open over a restart of the engine for the same proxy', async () => {
    const client = await overStdio();
    expect(await names(client)).not.toContain('everything__echo');
    const echo = await client.callTool({ name: 'everything__echo', arguments: { message: 'hi' } });
    const [answer, note] = echo['content'] as { text: string }[];
    expect(answer?.text).toBe('Echo: hi');
    expect(note?.text).toContain('Echo in capitals.');
    await daemon.stop();
    daemon = await home.daemon({}, '--listen', '127.0.0.1:0');
    http = `${daemon.http ?? ''}/mcp/web`;
    await home.healthy(2);
    await until(async () => (await names(client)).includes('everything__echo'), 'the list after a restart');
  });

  it('holds each HTTP session, and each client of 2026-07-28, at a gate of its own', async () => {
    const requestInit = { headers: { authorization: `Bearer ${token}` } };
    const over = async (): Promise<Client> => {
      const client = new Client({ name: 'http', version: '1' });
      clients.push(client);
      await client.connect(new StreamableHTTPClientTransport(new URL(http), { requestInit }));
      return client;
    };
    const [one, two] = [await over(), await over()];
    await one.callTool({ name: 'begin_session', arguments: { description: 'echo a word' } });
    expect(await names(one)).toContain('everything__echo');
    expect(await names(two)).not.toContain('everything__echo');
    const headers = { authorization: `Bearer ${token}` };
    const listed = async (name: string): Promise<string> => {
      const { result } = await modern(http, 'tools/list', {}, { headers, clientInfo: { name, version: '1' } });
      return JSON.stringify(result['tools']);
    };
    expect(await listed('a')).not.toContain('everything__echo');
    const begin = { name: 'begin_session', arguments: { tags: ['echo'] } };
    const { result } = await modern(http, 'tools/call', begin, { headers, clientInfo: { name: 'a', version: '1' } });
    expect(result['structuredContent']).toMatchObject({ prompts: [{ ref: 'project:web/echo-rules' }] });
    expect(await listed('a')).toContain('everything__echo');
    expect(await listed('b')).not.toContain('everything__echo');
  });

  it('shows the inspector begin_session, which it calls', async () => {
    const { result } = JSON.parse(
      await inspect('--method', 'tools/call', '--tool-name', 'begin_session', '--tool-args-json', '{"tags":["echo"]}'),
    ) as { result?: object };
    expect(JSON.stringify(result)).toContain('Echo in capitals.');
  });
});

/** What it prints. */
async function inspect(...args: string[]): Promise<string> {
  const target = ['--', process.execPath, bin, 'proxy', '-p', 'web'];
  const variables = ['-e', `MCPTUI_HOME=${home.folder}`];
  const child = spawn(inspector, ['--cli', '--format', 'json', '-q', ...variables, ...args, ...target]);
  let printed = '';
  child.stdout.on('data', (chunk: Buffer) => (printed += chunk.toString()));
  await new Promise((resolve) => child.once('close', resolve));
  return printed;
}
