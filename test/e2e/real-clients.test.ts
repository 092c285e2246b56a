/** Real clients through the built `mcptui proxy` to real servers: the SDK's client and the official inspector. */
import { spawn, type ChildProcess } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
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
import { eventually, Peer, type Message } from '../support/mcp-harness.ts';
import { startMiniHost, type MiniHost } from '../support/mini-host.ts';

const path = (relative: string): string => fileURLToPath(new URL(relative, import.meta.url));
const bin = path('../../bin/mcptui.js');
const server = (name: string): string => path(`../../node_modules/@modelcontextprotocol/server-${name}/dist/index.js`);

let folder: string;
let host: MiniHost;
const clients: Client[] = [];

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'mcptui-clients-'));
  mkdirSync(join(folder, 'files'));
  writeFileSync(join(folder, 'files', 'hello.txt'), 'Hello.');
  host = await startMiniHost({
    socketPath: join(folder, 'e.sock'),
    servers: [
      { name: 'everything', command: [process.execPath, server('everything')] },
      { name: 'fs', command: [process.execPath, server('filesystem'), join(folder, 'files')] },
      { name: 'bulk', command: [process.execPath, path('../fixtures/echo-server.ts')] },
      // Left to itself, this server writes beside its program.
      {
        name: 'memory',
        command: [process.execPath, server('memory')],
        env: { MEMORY_FILE_PATH: join(folder, 'memory.json') },
      },
    ],
  });
});
afterAll(async () => {
  for (const client of clients) await client.close();
  await host.close();
  rmSync(folder, { recursive: true, force: true });
});

const env = (): Record<string, string> => ({
  ...(process.env as Record<string, string>),
  MCPTUI_SOCKET: join(folder, 'e.sock'),
});

async function connect(capabilities = {}): Promise<Client> {
  const client = new Client({ name: 'real', version: '1' }, { capabilities });
  clients.push(client);
  const args = [bin, 'proxy', '--no-start'];
  await client.connect(new StdioClientTransport({ command: process.execPath, args, env: env() }));
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
      arguments: { path: join(folder, 'files/hello.txt') },
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

interface Proxy extends Peer {
  readonly child: ChildProcess;
  readonly exited: Promise<number | null>;
}

function proxy(
  extra: { readonly env?: NodeJS.ProcessEnv; readonly args?: readonly string[]; readonly program?: string } = {},
): Proxy {
  const child = spawn(process.execPath, [extra.program ?? bin, 'proxy', ...(extra.args ?? ['--no-start'])], {
    env: { ...env(), ...extra.env },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  const exited = new Promise<number | null>((resolve) => child.once('close', resolve));
  const stream = { on: child.stdout.on.bind(child.stdout), write: child.stdin.write.bind(child.stdin) };
  return Object.assign(new Peer(stream as never), { child, exited });
}

async function initialize(peer: Peer, protocolVersion = '2025-11-25'): Promise<Message> {
  const answer = await peer.request('initialize', {
    protocolVersion,
    capabilities: {},
    clientInfo: { name: 'raw', version: '1' },
  });
  peer.notify('notifications/initialized');
  return answer['result'] as Message;
}

describe('mcptui proxy', () => {
  it.each(['2024-11-05', '2025-03-26', '2025-06-18', '2025-11-25'])('speaks %s', async (version) => {
    const agent = proxy();
    expect(await initialize(agent, version)).toMatchObject({ protocolVersion: version });
    const answer = await agent.request('tools/call', { name: 'everything__echo', arguments: { message: version } });
    expect(answer['result']).toMatchObject({ content: [{ text: `Echo: ${version}` }] });
    agent.child.stdin?.end();
    expect(await agent.exited).toBe(0);
  });

  it('exits when its input ends or it is told to, with a call in flight, and leaves no session behind', async () => {
    const before = host.router.sessions().length;
    for (const [end, code] of [
      [(agent: Proxy) => agent.child.stdin?.end(), 0],
      [(agent: Proxy) => agent.child.kill('SIGTERM'), 143],
      [(agent: Proxy) => agent.child.kill('SIGINT'), 130],
    ] as const) {
      const agent = proxy();
      await initialize(agent);
      const params = {
        name: 'everything__trigger-long-running-operation',
        arguments: { duration: 60, steps: 600 },
        _meta: { progressToken: 1 },
      };
      agent.send({ jsonrpc: '2.0', id: 1, method: 'tools/call', params });
      await agent.untilMethod('notifications/progress');
      end(agent);
      expect(await agent.exited).toBe(code);
      await eventually(() => host.router.sessions().length === before, 'the end of the session');
    }
  });

  it('brings large answers whole to an agent that reads in fits and starts', { timeout: 60_000 }, async () => {
    const agent = proxy();
    await initialize(agent);
    const { stdout } = agent.child;
    const fits = setInterval(() => (stdout?.isPaused() === true ? stdout.resume() : stdout?.pause()), 3);
    try {
      for (const bytes of [10, 40_000, 70_000, 1_000_000, 8_000_000, 20, 3_000_000, 65_536, 131_072, 5_000_000]) {
        const answers = await Promise.all(
          [1, 2].map(() => agent.request('tools/call', { name: 'bulk__blob', arguments: { bytes } })),
        );
        for (const { result } of answers) {
          const [first] = (result as { content: { text: string }[] }).content;
          expect(first?.text.length).toBe(bytes);
        }
        agent.received.length = 0;
        agent.raw.length = 0;
      }
    } finally {
      clearInterval(fits);
      stdout?.resume();
      agent.child.stdin?.end();
    }
    expect(await agent.exited).toBe(0);
  });

  it('says in one sentence what is wrong, on stderr only', async () => {
    for (const [extra, code, sentence] of [
      [{ args: ['--no-start', '--project', 'nope'] }, 6, /^mcptui proxy: no project nope \(.*\)\n$/],
      [{ args: ['--no-start', '--what'] }, 2, /^mcptui proxy: unknown argument --what\n/],
      [{ env: { MCPTUI_SOCKET: join(folder, 'nobody.sock') } }, 4, /^mcptui proxy: no mcptui engine is running.*\n$/],
    ] as const) {
      const agent = proxy(extra);
      let said = '';
      agent.child.stderr?.on('data', (chunk: Buffer) => (said += chunk.toString()));
      expect(await agent.exited).toBe(code);
      expect(said).toMatch(sentence);
      expect(agent.raw).toEqual([]);
    }
  });

  it('loads nothing but what it needs', () => {
    const text = readFileSync(path('../../dist/stdio-proxy.cjs'), 'utf8');
    const required = [...text.matchAll(/(?:require|import)\("([^"]+)"\)/g)].map(([, name]) => name);
    expect(new Set(required)).toEqual(new Set(['node:path', 'node:net', 'node:child_process', 'node:fs']));
  });

  it(
    'starts one daemon for two agents that come at once, and both survive its death',
    { timeout: 60_000 },
    async () => {
      const home = mkdtempSync(join(tmpdir(), 'mcptui-start-'));
      // An installed program whose daemon is the test's own host.
      mkdirSync(join(home, 'bin'));
      cpSync(path('../../dist/stdio-proxy.cjs'), join(home, 'dist/stdio-proxy.cjs'));
      const hosted = {
        socketPath: join(home, 'run/engine.sock'),
        servers: [{ name: 'echo', command: [process.execPath, path('../fixtures/conformance-server.ts')] }],
      };
      const pids = join(home, 'pids');
      mkdirSync(pids);
      writeFileSync(
        join(home, 'bin/mcptui.js'),
        `const { execPath, argv } = process;
       if (argv[2] === 'proxy') require('../dist/stdio-proxy.cjs');
       else {
         require('fs').writeFileSync(${JSON.stringify(pids)} + '/' + process.pid, argv[2]);
         process.argv[1] = ${JSON.stringify(path('../support/mini-host.ts'))};
         process.argv[2] = ${JSON.stringify(JSON.stringify(hosted))};
         import(process.argv[1]);
       }`,
      );
      const options = { program: join(home, 'bin/mcptui.js'), args: [], env: { MCPTUI_HOME: home, MCPTUI_SOCKET: '' } };
      const alive = (): number[] => readdirSync(pids).map(Number).filter(isAlive);
      const agents = [proxy(options), proxy(options)];
      try {
        for (const agent of agents) {
          await initialize(agent);
          expect(await agent.request('tools/call', { name: 'echo__test_simple_text' })).toHaveProperty('result');
        }
        await eventually(() => alive().length === 1, 'one daemon');
        expect(readFileSync(join(pids, String(alive()[0])), 'utf8')).toBe('--daemon');
        const calls = agents.map((agent) =>
          agent.request('tools/call', { name: 'echo__test_reconnection' }, 'in flight'),
        );
        process.kill(alive()[0] ?? 0, 'SIGKILL');
        for (const answer of await Promise.all(calls)) {
          expect(answer['error']).toMatchObject({
            code: -32000,
            message: expect.stringContaining('may have run') as string,
          });
        }
        for (const agent of agents) {
          await agent.untilMethod('notifications/tools/list_changed');
          expect(await agent.request('tools/call', { name: 'echo__test_simple_text' })).toHaveProperty('result');
        }
        await eventually(() => alive().length === 1, 'one daemon');
      } finally {
        for (const agent of agents) agent.child.stdin?.end();
        await Promise.all(agents.map(({ exited }) => exited));
        for (const pid of alive()) process.kill(pid, 'SIGTERM');
        await eventually(() => alive().length === 0, 'the end of the daemon');
        rmSync(home, { recursive: true, force: true });
      }
    },
  );
});

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

describe('the official inspector through mcptui proxy', () => {
  async function inspect(
    ...args: string[]
  ): Promise<{ readonly code: number | null; readonly said: string; readonly json: unknown }> {
    const launcher = path('../../node_modules/.bin/mcp-inspector');
    const target = [
      '-e',
      `MCPTUI_SOCKET=${join(folder, 'e.sock')}`,
      '--',
      process.execPath,
      bin,
      'proxy',
      '--no-start',
    ];
    const child = spawn(process.execPath, [launcher, '--cli', '--format', 'json', '-q', ...args, ...target], {
      env: env(),
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
