/** Clients of 2026-07-28 on a server of an older revision: the SDK's second generation, over HTTP and through `mcptui proxy`. */
import { fileURLToPath } from 'node:url';
import {
  Client,
  StreamableHTTPClientTransport,
  type ClientOptions,
  type Transport,
} from '@modelcontextprotocol/client';
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio';
import { Client as LegacyClient } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport as LegacyTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { SessionView } from '../../../src/engine/index.ts';
import { eventually } from '../../support/worlds/mcp-harness.ts';
import { until } from '../../support/until.ts';
import { aHome, bin, contractServer, textEnv, type Home } from '../../support/worlds/run-mcptui.ts';

const path = (relative: string): string => fileURLToPath(new URL(relative, import.meta.url));
const everything = path('../../../node_modules/@modelcontextprotocol/server-everything/dist/index.js');

let home: Home;
let url: string;
let token: string;
const clients: { close(): Promise<void> }[] = [];

beforeAll(async () => {
  home = aHome();
  await home.mcptui(['create', 'server', 'everything', '--', process.execPath, everything]);
  token = (await home.mcptui(['create', 'token', 'modern'])).stdout.trim();
  url = `${(await home.daemon({}, '--listen', '127.0.0.1:0')).http}/mcp/default`;
  await home.healthy(1);
});
afterAll(async () => {
  for (const client of clients) await client.close();
  await home.close();
});

const requestInit = () => ({ headers: { authorization: `Bearer ${token}` } });
const overHttp = (): Transport => new StreamableHTTPClientTransport(new URL(url), { requestInit: requestInit() });
const overStdio = (): Transport =>
  new StdioClientTransport({ command: process.execPath, args: [bin, 'proxy', '--no-start'], env: textEnv(home.env) });

type Mode = NonNullable<ClientOptions['versionNegotiation']>['mode'];

async function connect(transport: Transport, capabilities = {}, mode: Mode = { pin: '2026-07-28' }): Promise<Client> {
  const client = new Client({ name: 'modern', version: '1' }, { capabilities, versionNegotiation: { mode } });
  clients.push(client);
  await client.connect(transport);
  return client;
}

/** A server that starts afresh for a new kind of client is listed when it is there. */
async function untilListed(client: Client, tool: string): Promise<void> {
  await until(async () => {
    const { tools } = await client.listTools(undefined, { cacheMode: 'refresh' });
    return tools.some(({ name }) => name === tool);
  }, `${tool} is listed`);
}

describe.each([
  ['HTTP', overHttp],
  ['mcptui proxy', overStdio],
])('a client of 2026-07-28 over %s', (_, transport) => {
  it('discovers, lists and calls; its errors are of its revision', async () => {
    const client = await connect(transport());
    expect(client.getNegotiatedProtocolVersion()).toBe('2026-07-28');
    await untilListed(client, 'everything__echo');
    const { ttlMs, cacheScope } = await client.listTools();
    expect([typeof ttlMs, cacheScope]).toEqual(['number', 'private']);
    const echo = await client.callTool({ name: 'everything__echo', arguments: { message: 'hi' } });
    expect(echo.content).toEqual([{ type: 'text', text: 'Echo: hi' }]);
    await expect(client.readResource({ uri: 'nowhere://at/all' })).rejects.toMatchObject({ code: -32602 });
    const uri = (await client.listResources()).resources.find((one) => one.uri.startsWith('demo://'))?.uri ?? '';
    expect((await client.readResource({ uri })).contents).toHaveLength(1);
    const prompt = await client.getPrompt({ name: 'everything__simple-prompt' });
    expect(prompt.messages.length).toBeGreaterThan(0);
  });

  it('chooses the revision by itself', async () => {
    const client = await connect(transport(), {}, 'auto');
    expect(client.getNegotiatedProtocolVersion()).toBe('2026-07-28');
  });

  it('sees progress and cancels', async () => {
    const client = await connect(transport());
    const slow = (duration: number, steps: number) => ({
      name: 'everything__trigger-long-running-operation',
      arguments: { duration, steps },
    });
    const progress: number[] = [];
    await client.callTool(slow(0.3, 3), { onprogress: (p) => void progress.push(p.progress) });
    // The client drops what comes in one piece with the answer; on a busy machine that is more than the last one.
    expect(progress.length).toBeGreaterThan(0);
    expect(progress).toEqual([1, 2, 3].slice(0, progress.length));
    const stop = new AbortController();
    const long = client.callTool(slow(60, 60), { signal: stop.signal, onprogress: () => stop.abort('enough') });
    await expect(long).rejects.toThrow(/enough/);
  });

  it('answers a server of an older revision that asks for sampling and elicitation', async () => {
    const client = await connect(transport(), { sampling: {}, elicitation: { form: {} } });
    client.setRequestHandler('sampling/createMessage', () => ({
      model: 'm',
      role: 'assistant' as const,
      content: { type: 'text' as const, text: 'sampled words' },
    }));
    client.setRequestHandler('elicitation/create', () => ({ action: 'decline' as const }));
    await untilListed(client, 'everything__trigger-sampling-request');
    const prompt = { prompt: 'p', maxTokens: 10 };
    const sampled = await client.callTool({ name: 'everything__trigger-sampling-request', arguments: prompt });
    expect(JSON.stringify(sampled.content)).toContain('sampled words');
    const elicited = await client.callTool({ name: 'everything__trigger-elicitation-request', arguments: {} });
    expect(JSON.stringify(elicited.content)).toMatch(/declined/i);
  });

  it('hears of changed lists and resources that it listens to', async () => {
    const client = await connect(transport());
    const heard: string[] = [];
    client.setNotificationHandler('notifications/tools/list_changed', () => void heard.push('tools'));
    client.setNotificationHandler('notifications/resources/updated', ({ params }) => void heard.push(params.uri));
    const uri = (await client.listResources()).resources.find((one) => one.uri.startsWith('demo://'))?.uri ?? '';
    const subscription = await client.listen({ toolsListChanged: true, resourceSubscriptions: [uri] });
    await client.callTool({ name: 'everything__toggle-subscriber-updates', arguments: {} });
    await eventually(() => heard.includes(uri), 'an update');
    await client.callTool({ name: 'everything__toggle-subscriber-updates', arguments: {} });
    await home.mcptui(['create', 'server', 'second', '--isolation', 'shared', '--', process.execPath, contractServer]);
    await eventually(() => heard.includes('tools'), 'a changed list');
    expect(heard).toContain('tools');
    await home.mcptui(['delete', 'server', 'second', '--yes']);
    await subscription.close();
  });
});

describe('a client of 2026-07-28 whose engine is restarted', () => {
  it('is told of the call that was in flight, and goes on', { timeout: 60_000 }, async () => {
    const own = aHome();
    try {
      await own.mcptui(['create', 'server', 'everything', '--', process.execPath, everything]);
      const first = await own.daemon();
      await own.healthy(1);
      const args = [bin, 'proxy', '--no-start'];
      const transport = new StdioClientTransport({ command: process.execPath, args, env: textEnv(own.env) });
      const client = await connect(transport);
      await untilListed(client, 'everything__echo');
      let isRunning = false;
      const slow = { name: 'everything__trigger-long-running-operation', arguments: { duration: 60, steps: 600 } };
      const lost = client.callTool(slow, {
        onprogress: () => {
          isRunning = true;
        },
      });
      const failure = lost.catch((error: unknown) => error);
      await eventually(() => isRunning, 'progress');
      first.child.kill('SIGKILL');
      expect(await failure).toMatchObject({ code: -32000 });
      await own.daemon();
      await untilListed(client, 'everything__echo');
      const echo = await client.callTool({ name: 'everything__echo', arguments: { message: 'again' } });
      expect(echo.content).toEqual([{ type: 'text', text: 'Echo: again' }]);
      await client.close();
    } finally {
      await own.close();
    }
  });
});

describe('clients of both eras at once', () => {
  it('are served side by side, each as its own session', async () => {
    const modern = await connect(overHttp());
    await untilListed(modern, 'everything__echo');
    const legacy = new LegacyClient({ name: 'legacy', version: '1' });
    clients.push(legacy);
    await legacy.connect(new LegacyTransport(new URL(url), { requestInit: requestInit() }));
    const echo = { name: 'everything__echo', arguments: { message: 'both' } };
    const answers = await Promise.all([modern.callTool(echo), legacy.callTool(echo), modern.callTool(echo)]);
    for (const { content } of answers) expect(content).toEqual([{ type: 'text', text: 'Echo: both' }]);
    const sessions = await home.json<SessionView[]>(['get', 'sessions']);
    const named = sessions.map(({ client }) => client);
    expect(named).toContain('legacy 1');
    expect(named).toContain('modern 1');
  });
});
