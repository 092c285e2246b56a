/** Prompts that link resources of real servers, from the command line to a real client, while a server dies. */
import { fileURLToPath } from 'node:url';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { until } from '../support/until.ts';
import { aHome, bin, type Home } from '../support/worlds/run-mcptui.ts';

const everything = fileURLToPath(
  new URL('../../node_modules/@modelcontextprotocol/server-everything/dist/index.js', import.meta.url),
);
const TEXT = 'ops/every:demo://resource/dynamic/text/1';
const GONE = 'ops/every:demo://resource/static/document/gone.md';
const FILE = 'ops/every:demo://resource/static/document/features.md';

interface Row {
  readonly name: string;
  readonly links?: readonly { readonly ref: string; readonly health: string; readonly reason?: string }[];
}

let home: Home;
let client: Client;

const verb = async (...args: string[]): Promise<string> => {
  const { code, stdout, stderr } = await home.mcptui(args);
  if (code !== 0) throw new Error(`mcptui ${args.join(' ')}: ${stderr}`);
  return stdout;
};
const links = async (name: string): Promise<NonNullable<Row['links']>> => {
  const rows = await home.json<readonly Row[]>(['get', 'prompts']);
  return rows.find((row) => row.name === name)?.links ?? [];
};
const untilHealth = (name: string, ...health: string[]): Promise<void> =>
  until(
    async () => (await links(name)).map((link) => link.health).join() === health.join(),
    `${name} ${health.join()}`,
    {
      everyMs: 200,
    },
  );
const text = async (name: string): Promise<string> => {
  const { messages } = await client.getPrompt({ name });
  return JSON.stringify(messages[0]?.content);
};

beforeAll(async () => {
  home = aHome();
  await verb('create', 'project', 'ops');
  await verb('create', 'project', 'web');
  await verb('create', 'server', 'every', '-p', 'ops', '--', process.execPath, everything);
  await home.daemon();
  await home.healthy(1);
  client = new Client({ name: 'links', version: '1' });
  const args = [bin, 'proxy', '--no-start', '-p', 'web'];
  await client.connect(
    new StdioClientTransport({ command: process.execPath, args, env: home.env as Record<string, string> }),
  );
});
afterAll(async () => {
  await client.close();
  await home.close();
});

describe('prompts with links', () => {
  it('give a client of another project the text of a real server, and say why another is missing', async () => {
    await verb('create', 'prompt', 'rules', '-p', 'web', '--body', 'Own words.', '--link', FILE, '--link', GONE);
    const read = await text('rules');
    expect(read).toContain('Own words.');
    expect(read).toContain('text from that server: data');
    expect(read).toContain('Features');
    expect(read).toContain('gone.md of server every in project ops is missing here: server every refused it');
    await untilHealth('rules', 'alive', 'dead');
    expect(await verb('get', 'prompts')).toMatch(/rules +project:web +0\.1\.0 +5 +ops\/every:demo:\S* +dead/);
    expect(await verb('get', 'prompts', '-o', 'wide')).toContain('server every refused it');
    expect(await verb('describe', 'prompt', 'rules')).toContain('mcptui get resources --server every');
    expect(await verb('describe', 'project', 'web')).toMatch(/links:[^]*prompt: rules[^]*status: dead/);
  });

  it('are changed by flags, and refused with the right form', async () => {
    await verb('create', 'prompt', 'flags', '-p', 'web', '--body', 'x', '--link', TEXT, '--stale', 'day');
    expect(await verb('describe', 'prompt', 'flags')).toContain('stale: day');
    await verb('edit', 'prompt', 'flags', '--link', TEXT, '--link', 'rules', '--no-stale');
    expect((await links('flags')).map(({ ref }) => ref)).toEqual([TEXT, 'rules']);
    await verb('edit', 'prompt', 'flags', '--no-link');
    expect(await links('flags')).toEqual([]);
    const { code, stderr } = await home.mcptui(['edit', 'prompt', 'flags', '--link', 'Ops/every:demo://x']);
    expect(code).not.toBe(0);
    expect(stderr).toContain('"Ops" is no name of a project: write ops');
  });

  it('are read without their resource while its server is away, and with the last one where that is wanted', async () => {
    await verb('create', 'prompt', 'kept', '-p', 'web', '--body', 'Kept words.', '--link', FILE, '--stale', 'day');
    expect(await text('kept')).toContain('Features');
    await verb('stop', 'every-1');
    await verb('edit', 'prompt', 'rules', '--link', `${FILE}#gone`);
    expect(await text('rules')).toMatch(/Own words\..*is missing here: server every is stopped/);
    await verb('delete', 'server', 'every', '--yes');
    await untilHealth('kept', 'dead');
    expect(await verb('get', 'audit', '--kind', 'link_health')).toContain('there is no server every');
  });
});
