/** Real clients through the built `mcptui proxy` to real servers: the SDK's client and the official inspector. */
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import {
  CreateMessageRequestSchema,
  ElicitRequestSchema,
  LoggingMessageNotificationSchema,
  ResourceUpdatedNotificationSchema,
} from '@modelcontextprotocol/sdk/types.js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eventually } from '../support/worlds/mcp-harness.ts';
import { startRealHost, type RealHost } from '../support/worlds/real-host.ts';

const path = (relative: string): string => fileURLToPath(new URL(relative, import.meta.url));
const bin = path('../../bin/mcptui.js');

let host: RealHost;
const clients: Client[] = [];

beforeAll(async () => {
  host = await startRealHost();
});
afterAll(async () => {
  for (const client of clients) await client.close();
  await host.close();
});

async function connect(capabilities = {}): Promise<Client> {
  const client = new Client({ name: 'real', version: '1' }, { capabilities });
  clients.push(client);
  const args = [bin, 'proxy', '--no-start'];
  await client.connect(new StdioClientTransport({ command: process.execPath, args, env: host.env }));
  return client;
}

describe("the SDK's client through mcptui proxy", () => {
  it('sees the tools, prompts and resources of three servers and calls them', async () => {
    const client = await connect();
    const { tools } = await client.listTools();
    const count = (prefix: string): number => tools.filter(({ name }) => name.startsWith(`${prefix}__`)).length;
    expect(count('everything')).toBeGreaterThanOrEqual(14);
    expect([count('fs'), count('memory')]).toEqual([14, 9]);
    expect((await client.listPrompts()).prompts.length).toBeGreaterThan(0);
    const { resources } = await client.listResources();
    expect((await client.listResourceTemplates()).resourceTemplates.length).toBeGreaterThan(0);
    const first = resources.find(({ uri }) => uri.startsWith('demo://'));
    expect((await client.readResource({ uri: first?.uri ?? '' })).contents).toHaveLength(1);
    const echo = await client.callTool({ name: 'everything__echo', arguments: { message: 'hi' } });
    expect(echo['content']).toEqual([{ type: 'text', text: 'Echo: hi' }]);
    const file = await client.callTool({
      name: 'fs__read_text_file',
      arguments: { path: join(host.folder, 'files/hello.txt') },
    });
    expect(file['structuredContent']).toEqual({ content: 'Hello.' });
    const entities = [{ name: 'mcptui', entityType: 'program', observations: ['routes'] }];
    await client.callTool({ name: 'memory__create_entities', arguments: { entities } });
    const graph = await client.callTool({ name: 'memory__read_graph', arguments: {} });
    expect(graph['structuredContent']).toMatchObject({ entities });
    const prompt = await client.getPrompt({ name: 'everything__simple-prompt' });
    expect(prompt.messages.length).toBeGreaterThan(0);
    const completion = await client.complete({
      ref: { type: 'ref/prompt', name: 'everything__completable-prompt' },
      argument: { name: 'department', value: 'E' },
    });
    expect(completion.completion.values).toContain('Engineering');
  });

  it('reads large resource links, sees progress, cancels, and gets errors as they are', async () => {
    const client = await connect();
    const progress: number[] = [];
    const slow = { name: 'everything__trigger-long-running-operation', arguments: { duration: 0.3, steps: 3 } };
    await client.callTool(slow, undefined, { onprogress: (p) => void progress.push(p.progress) });
    // The SDK drops the last one when it reads it together with the result.
    expect(progress.slice(0, 2)).toEqual([1, 2]);
    const stop = new AbortController();
    const long = client.callTool({ ...slow, arguments: { duration: 60, steps: 60 } }, undefined, {
      signal: stop.signal,
      onprogress: () => stop.abort('enough'),
    });
    await expect(long).rejects.toThrow('enough');
    await expect(client.callTool({ name: 'everything__nope', arguments: {} })).rejects.toMatchObject({ code: -32602 });
    const bad = await client.callTool({ name: 'fs__read_text_file', arguments: { path: '/etc/passwd' } });
    expect(bad['isError']).toBe(true);
    const links = await client.callTool({ name: 'everything__get-resource-links', arguments: { count: 2 } });
    const [link] = (links['content'] as { type: string; uri: string }[]).filter(({ type }) => type === 'resource_link');
    expect((await client.readResource({ uri: link?.uri ?? '' })).contents).toHaveLength(1);
  });

  it('answers a server that asks for sampling and elicitation', async () => {
    const client = await connect({ sampling: {}, elicitation: { form: {} } });
    client.setRequestHandler(CreateMessageRequestSchema, () => ({
      model: 'm',
      role: 'assistant' as const,
      content: { type: 'text' as const, text: 'sampled words' },
    }));
    client.setRequestHandler(ElicitRequestSchema, () => ({ action: 'decline' as const }));
    const sampled = await client.callTool({
      name: 'everything__trigger-sampling-request',
      arguments: { prompt: 'p', maxTokens: 10 },
    });
    expect(JSON.stringify(sampled['content'])).toContain('sampled words');
    const elicited = await client.callTool({ name: 'everything__trigger-elicitation-request', arguments: {} });
    expect(JSON.stringify(elicited['content'])).toMatch(/declined/i);
    const without = await connect();
    const refused = await without.callTool({
      name: 'everything__trigger-sampling-request',
      arguments: { prompt: 'p', maxTokens: 10 },
    });
    expect(refused['isError']).toBe(true);
  });

  it('gets log messages at its level and updates of what it subscribed to', async () => {
    const client = await connect();
    const levels: string[] = [];
    client.setNotificationHandler(LoggingMessageNotificationSchema, ({ params }) => void levels.push(params.level));
    await client.setLoggingLevel('debug');
    await client.callTool({ name: 'everything__toggle-simulated-logging', arguments: {} });
    await eventually(() => levels.length > 0, 'a log message');
    await client.callTool({ name: 'everything__toggle-simulated-logging', arguments: {} });
    const updates: string[] = [];
    client.setNotificationHandler(ResourceUpdatedNotificationSchema, ({ params }) => void updates.push(params.uri));
    const uri = (await client.listResources()).resources.find((one) => one.uri.startsWith('demo://'))?.uri ?? '';
    await client.subscribeResource({ uri });
    await client.callTool({ name: 'everything__toggle-subscriber-updates', arguments: {} });
    await eventually(() => updates.length > 0, 'an update');
    expect(updates).toContain(uri);
    await client.callTool({ name: 'everything__toggle-subscriber-updates', arguments: {} });
    await client.unsubscribeResource({ uri });
  });
});

describe('the official inspector through mcptui proxy', () => {
  async function inspect(
    ...args: string[]
  ): Promise<{ readonly code: number | null; readonly said: string; readonly json: unknown }> {
    const launcher = path('../../node_modules/.bin/mcp-inspector');
    const target = [
      '-e',
      `MCPTUI_SOCKET=${host.env['MCPTUI_SOCKET']}`,
      '--',
      process.execPath,
      bin,
      'proxy',
      '--no-start',
    ];
    const child = spawn(process.execPath, [launcher, '--cli', '--format', 'json', '-q', ...args, ...target], {
      env: host.env,
    });
    let [said, out] = ['', ''];
    child.stderr.on('data', (chunk: Buffer) => (said += chunk.toString()));
    child.stdout.on('data', (chunk: Buffer) => (out += chunk.toString()));
    const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
    return { code, said: said + out, json: out.trim().startsWith('{') ? JSON.parse(out) : undefined };
  }

  it('lists and calls tools, and reports a tool error as one', { timeout: 60_000 }, async () => {
    const list = await inspect('--method', 'tools/list');
    expect(list).toMatchObject({ code: 0 });
    expect(JSON.stringify(list.json)).toContain('memory__read_graph');
    const call = await inspect(
      '--method',
      'tools/call',
      '--tool-name',
      'everything__echo',
      '--tool-args-json',
      '{"message":"hi"}',
    );
    expect(call).toMatchObject({ code: 0 });
    expect(JSON.stringify(call.json)).toContain('Echo: hi');
    const bad = await inspect(
      '--method',
      'tools/call',
      '--tool-name',
      'fs__read_text_file',
      '--tool-args-json',
      '{"path":"/etc/passwd"}',
    );
    expect(bad).toMatchObject({ code: 5 });
  });

  it('finds nothing wrong with the tools in its strict mode, and lists the rest', { timeout: 60_000 }, async () => {
    expect(await inspect('--strict', '--method', 'tools/list')).toMatchObject({ code: 0 });
    for (const method of ['prompts/list', 'resources/list', 'resources/templates/list']) {
      expect(await inspect('--method', method)).toMatchObject({ code: 0 });
    }
  });
});
