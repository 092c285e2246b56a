/** Two agents on one server through the built proxy and daemon: neither sees what is the other's. */
import { mkdirSync, realpathSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import { ListRootsRequestSchema, LoggingMessageNotificationSchema } from '@modelcontextprotocol/sdk/types.js';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { InstanceView } from '../../src/engine/index.ts';
import { openAgent } from '../support/worlds/agent.ts';
import { aHome, bin, textEnv, type Home } from '../support/worlds/run-mcptui.ts';

const server = (name: string): string =>
  fileURLToPath(new URL(`../../node_modules/@modelcontextprotocol/server-${name}/dist/index.js`, import.meta.url));

let home: Home;
const clients: Client[] = [];
beforeEach(() => {
  home = aHome();
});
afterEach(async () => {
  for (const client of clients.splice(0)) await client.close();
  await home.close();
});

async function run(...args: string[]): Promise<string> {
  const { code, stderr, stdout } = await home.mcptui(args);
  if (code !== 0) throw new Error(`mcptui ${args.join(' ')}: ${stderr}`);
  return stdout;
}

async function connect(folder?: string): Promise<Client> {
  const client = new Client(
    { name: 'real', version: '1' },
    { capabilities: folder === undefined ? {} : { roots: {} } },
  );
  clients.push(client);
  if (folder !== undefined) {
    client.setRequestHandler(ListRootsRequestSchema, () => ({ roots: [{ uri: `file://${folder}`, name: 'own' }] }));
  }
  const env = textEnv(home.env);
  await client.connect(
    new StdioClientTransport({ command: process.execPath, args: [bin, 'proxy', '--no-start'], env }),
  );
  return client;
}

const textOf = (result: unknown): string => (result as { content: { text: string }[] }).content[0]?.text ?? '';
const instances = (): Promise<InstanceView[]> => home.json<InstanceView[]>(['get', 'instances']);

describe('an isolated server', () => {
  it(
    'serves each agent with its own roots, shows the leases, and starts afresh after each',
    { timeout: 60_000 },
    async () => {
      const folders = ['base', 'one', 'two'].map((name) => join(realpathSync(home.folder), name));
      for (const folder of folders) {
        mkdirSync(folder);
        writeFileSync(join(folder, 'secret.txt'), folder);
      }
      const [base = '', one = '', two = ''] = folders;
      await run('create', 'server', 'fs', '--', process.execPath, server('filesystem'), base);
      await home.daemon();
      const [first, second] = [await connect(one), await connect(two)];
      const allowed = async (client: Client): Promise<string> =>
        textOf(await client.callTool({ name: 'fs__list_allowed_directories', arguments: {} }));
      await expect.poll(() => allowed(first), { timeout: 60_000 }).toContain(one);
      await expect.poll(() => allowed(second), { timeout: 60_000 }).toContain(two);
      expect(await allowed(first)).not.toContain(two);
      const stolen = await first.callTool({ name: 'fs__read_text_file', arguments: { path: join(two, 'secret.txt') } });
      expect(stolen['isError']).toBe(true);
      const leased = await instances();
      expect(leased.map(({ lease }) => lease?.client)).toEqual(['real 1', 'real 1']);
      expect(new Set(leased.map(({ lease }) => lease?.sessionId)).size).toBe(2);
      expect(await run('describe', 'instance', leased[0]?.name ?? '')).toMatch(
        /lease:\n +sessionId: ses_\w+\n +client: real 1/,
      );

      const before = leased.find(({ name }) => name === 'fs-1');
      await first.close();
      await second.close();
      await expect
        .poll(async () => (await instances()).find(({ name }) => name === 'fs-1')?.pid, { timeout: 60_000 })
        .not.toBe(before?.pid);
      expect((await instances()).every(({ restarts }) => restarts === 0)).toBe(true);
      const audit = await run('get', 'audit', '--kind', 'instance_recycle');
      expect(audit).toMatch(/session ses_\w+ ended/);
      const requests = await run('get', 'audit', '--kind', 'server_request');
      expect(requests).toContain('roots/list');
      expect(requests).toContain('server/fs');
    },
  );

  it(
    'keeps levels and memory of one session from the other, and shares them when asked to',
    { timeout: 60_000 },
    async () => {
      await run('create', 'server', 'everything', '--', process.execPath, server('everything'));
      await run('create', 'server', 'common', '--isolation', 'shared', '--', process.execPath, server('everything'));
      await home.daemon();
      const [loud, quiet] = [await connect(), await connect()];
      const heard: string[] = [];
      quiet.setNotificationHandler(LoggingMessageNotificationSchema, ({ params }) => {
        // The shared one tells everybody of the roots that it has asked for when it started.
        if (!String(params.data).startsWith('Roots updated')) heard.push(params.level);
      });
      await loud.setLoggingLevel('debug');
      await loud.callTool({ name: 'everything__toggle-simulated-logging', arguments: {} });
      await quiet.callTool({ name: 'everything__echo', arguments: { message: 'hi' } });
      await loud.callTool({ name: 'common__echo', arguments: { message: 'hi' } });
      await quiet.callTool({ name: 'common__echo', arguments: { message: 'hi' } });
      const rows = await instances();
      expect(rows.filter(({ server: name }) => name === 'everything')).toHaveLength(2);
      expect(rows.filter(({ server: name }) => name === 'common')).toHaveLength(1);
      expect(heard).toEqual([]);
    },
  );

  it('runs a task of one agent to its result, and shows it to nobody else', { timeout: 60_000 }, async () => {
    await run('create', 'server', 'everything', '--isolation', 'shared', '--', process.execPath, server('everything'));
    await run('create', 'server', 'other', '--', process.execPath, server('everything'));
    await home.daemon();
    const [mine, others] = [await openAgent(home.env), await openAgent(home.env)];
    const args = { name: 'everything__simulate-research-query', arguments: { topic: 'x' } };
    const made = await mine.request('tools/call', { ...args, task: { ttl: 60_000 } });
    const { taskId } = (made.result?.['task'] ?? {}) as { readonly taskId: string };
    const status = async (): Promise<unknown> => (await mine.request('tasks/get', { taskId })).result?.['status'];
    await expect.poll(status, { timeout: 60_000 }).toBe('completed');
    const { result } = await mine.request('tasks/result', { taskId });
    expect(textOf(result)).toContain('x');
    expect((await mine.request('tasks/list')).result?.['tasks']).toMatchObject([{ taskId }]);
    expect((await others.request('tasks/get', { taskId })).error).toMatchObject({ code: -32602 });
    expect((await others.request('tasks/list')).result?.['tasks']).toEqual([]);
    await Promise.all([mine.close(), others.close()]);
  });
});
