/** Real clients on the built daemon's HTTP endpoint: the SDK's client and the official inspector, with server-everything behind. */
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import {
  CreateMessageRequestSchema,
  ElicitRequestSchema,
  LoggingMessageNotificationSchema,
  ResourceUpdatedNotificationSchema,
  ToolListChangedNotificationSchema,
} from '@modelcontextprotocol/sdk/types.js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eventually } from '../../support/worlds/mcp-harness.ts';
import { until } from '../../support/until.ts';
import { aHome, contractServer, type Home } from '../../support/worlds/run-mcptui.ts';

const path = (relative: string): string => fileURLToPath(new URL(relative, import.meta.url));
const everything = path('../../../node_modules/@modelcontextprotocol/server-everything/dist/index.js');

let home: Home;
let url: string;
let token: string;
const clients: Client[] = [];

beforeAll(async () => {
  home = aHome();
  await home.mcptui(['create', 'server', 'everything', '--', process.execPath, everything]);
  token = (await home.mcptui(['create', 'token', 'sdk'])).stdout.trim();
  url = `${(await home.daemon({}, '--listen', '127.0.0.1:0')).http}/mcp/default`;
  await home.healthy(1);
});
afterAll(async () => {
  for (const client of clients) await client.close();
  await home.close();
});

async function connect(capabilities = {}): Promise<{ client: Client; transport: StreamableHTTPClientTransport }> {
  const client = new Client({ name: 'real', version: '1' }, { capabilities });
  clients.push(client);
  const requestInit = { headers: { authorization: `Bearer ${token}` } };
  const transport = new StreamableHTTPClientTransport(new URL(url), { requestInit });
  await client.connect(transport);
  return { client, transport };
}

/** A server that starts afresh for a new kind of client is listed when it is there. */
async function untilListed(client: Client, tool: string): Promise<void> {
  await until(async () => (await client.listTools()).tools.some(({ name }) => name === tool), `${tool} is listed`);
}

const slow = (duration: number, steps: number) => ({
  name: 'everything__trigger-long-running-operation',
  arguments: { duration, steps },
});

describe("the SDK's client over HTTP", () => {
  it('calls tools, sees progress, and cancels', async () => {
    const { client } = await connect();
    await untilListed(client, 'everything__echo');
    const echo = await client.callTool({ name: 'everything__echo', arguments: { message: 'hi' } });
    expect(echo['content']).toEqual([{ type: 'text', text: 'Echo: hi' }]);
    const progress: number[] = [];
    await client.callTool(slow(0.3, 3), undefined, { onprogress: (p) => void progress.push(p.progress) });
    expect(progress.slice(0, 2)).toEqual([1, 2]);
    const stop = new AbortController();
    const long = client.callTool(slow(60, 60), undefined, {
      signal: stop.signal,
      onprogress: () => stop.abort('enough'),
    });
    await expect(long).rejects.toThrow('enough');
    await expect(client.callTool({ name: 'everything__nope', arguments: {} })).rejects.toMatchObject({ code: -32602 });
  });

  it('answers a server that asks for sampling and elicitation', async () => {
    const { client } = await connect({ sampling: {}, elicitation: { form: {} } });
    client.setRequestHandler(CreateMessageRequestSchema, () => ({
      model: 'm',
      role: 'assistant' as const,
      content: { type: 'text' as const, text: 'sampled words' },
    }));
    client.setRequestHandler(ElicitRequestSchema, () => ({ action: 'decline' as const }));
    await untilListed(client, 'everything__trigger-sampling-request');
    const prompt = { prompt: 'p', maxTokens: 10 };
    const sampled = await client.callTool({ name: 'everything__trigger-sampling-request', arguments: prompt });
    expect(JSON.stringify(sampled['content'])).toContain('sampled words');
    const elicited = await client.callTool({ name: 'everything__trigger-elicitation-request', arguments: {} });
    expect(JSON.stringify(elicited['content'])).toMatch(/declined/i);
  });

  it('gets log messages, updates of what it subscribed to, and changed lists on its GET stream', async () => {
    const { client } = await connect();
    const levels: string[] = [];
    const updates: string[] = [];
    let isChanged = false;
    client.setNotificationHandler(LoggingMessageNotificationSchema, ({ params }) => void levels.push(params.level));
    client.setNotificationHandler(ResourceUpdatedNotificationSchema, ({ params }) => void updates.push(params.uri));
    client.setNotificationHandler(ToolListChangedNotificationSchema, () => {
      isChanged = true;
    });
    await client.setLoggingLevel('debug');
    const toggle = (name: string) => client.callTool({ name: `everything__toggle-${name}`, arguments: {} });
    await toggle('simulated-logging');
    await eventually(() => levels.length > 0, 'a log message');
    await toggle('simulated-logging');
    const uri = (await client.listResources()).resources.find((one) => one.uri.startsWith('demo://'))?.uri ?? '';
    await client.subscribeResource({ uri });
    await toggle('subscriber-updates');
    await eventually(() => updates.includes(uri), 'an update');
    expect(levels[0]).toMatch(/^\w+$/);
    await toggle('subscriber-updates');
    await home.mcptui(['create', 'server', 'second', '--isolation', 'shared', '--', process.execPath, contractServer]);
    await eventually(() => isChanged, 'a changed list');
    await home.mcptui(['delete', 'server', 'second', '--yes']);
  });

  it('gets the answer to a call whose connection broke, by the id of the last event', async () => {
    const { client } = await connect();
    const tokens: string[] = [];
    const stop = new AbortController();
    const broken = client.callTool(slow(1, 4), undefined, {
      signal: stop.signal,
      onresumptiontoken: (one) => void tokens.push(one),
      onprogress: () => {},
    });
    await eventually(() => tokens.length >= 2, 'an event with an id');
    // What the SDK does when its connection breaks, without the wait: another GET with the last id.
    const { sessionId = '' } = client.transport ?? {};
    const headers = { authorization: `Bearer ${token}`, accept: 'text/event-stream', 'mcp-session-id': sessionId };
    const last = tokens[0] ?? '';
    const resumed = await fetch(url, { headers: { ...headers, 'last-event-id': last } });
    const text = await resumed.text();
    expect(text).toContain('Long running operation completed');
    expect(text.match(/^id: /gm)?.length).toBeGreaterThanOrEqual(4);
    stop.abort();
    await expect(broken).rejects.toThrow(/abort/i);
  });

  it('is told 404 once its session has ended, and begins again', async () => {
    const { client, transport } = await connect();
    const id = transport.sessionId ?? '';
    await transport.terminateSession();
    const headers = { authorization: `Bearer ${token}`, accept: 'application/json, text/event-stream' };
    const ended = await fetch(url, {
      method: 'POST',
      headers: { ...headers, 'content-type': 'application/json', 'mcp-session-id': id },
      body: JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'ping' }),
    });
    expect(ended.status).toBe(404);
    await client.close();
    const again = await connect();
    expect((await again.client.listTools()).tools.length).toBeGreaterThan(5);
  });
});

describe('the official inspector over HTTP', () => {
  async function inspect(...args: string[]): Promise<{ readonly code: number | null; readonly said: string }> {
    const launcher = path('../../../node_modules/.bin/mcp-inspector');
    const target = ['--server-url', url, '--transport', 'http', '--header', `Authorization: Bearer ${token}`];
    const child = spawn(process.execPath, [launcher, '--cli', '--format', 'json', '-q', ...args, ...target]);
    let said = '';
    child.stderr.on('data', (chunk: Buffer) => (said += chunk.toString()));
    child.stdout.on('data', (chunk: Buffer) => (said += chunk.toString()));
    const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
    return { code, said };
  }

  it('lists and calls tools, also in its strict mode', { timeout: 60_000 }, async () => {
    expect(await inspect('--strict', '--method', 'tools/list')).toMatchObject({ code: 0 });
    const echo = ['--tool-name', 'everything__echo', '--tool-args-json', '{"message":"hi"}'];
    const call = await inspect('--method', 'tools/call', ...echo);
    expect(call).toMatchObject({ code: 0, said: expect.stringContaining('Echo: hi') as string });
    for (const method of ['prompts/list', 'resources/list', 'resources/templates/list']) {
      expect(await inspect('--method', method)).toMatchObject({ code: 0 });
    }
  });
});

describe('mcptui create token', () => {
  it('prints a token once, lists it without, and refuses it after its deletion', async () => {
    const made = await home.mcptui(['create', 'token', 'ci']);
    const value = made.stdout.trim();
    expect([made.code, value]).toEqual([0, expect.stringMatching(/^mcptui_[\w-]{32}$/)]);
    const listed = await home.mcptui(['get', 'tokens']);
    expect(listed.stdout).toMatch(/^ci +- +mcp /m);
    expect(listed.stdout).not.toContain(value);
    const statusOf = async (): Promise<number> =>
      (await fetch(url, { headers: { authorization: `Bearer ${value}` } })).status;
    expect(await statusOf()).toBe(400);
    const held = new Client({ name: 'held', version: '1' });
    clients.push(held);
    const requestInit = { headers: { authorization: `Bearer ${value}` } };
    await held.connect(new StreamableHTTPClientTransport(new URL(url), { requestInit }));
    expect((await home.mcptui(['delete', 'token', 'ci', '--yes'])).code).toBe(0);
    expect(await statusOf()).toBe(401);
    const [{ session = '' } = {}] = await home.json<{ session?: string }[]>(['get', 'audit', '--text', 'by token/ci']);
    const ends = await home.json<{ message: string }[]>([
      'get',
      'audit',
      '--kind',
      'session_end',
      '--session',
      session,
    ]);
    expect(ends[0]?.message).toContain('its token was deleted');
    const audit = await home.json<{ kind: string; target: string }[]>(['get', 'audit', '--text', 'token/ci']);
    expect(audit.map(({ kind }) => kind)).toEqual(['token_create', 'session_bind', 'token_remove']);
  });
});
