/** A model sums up prompts and long answers of the built program, and stops doing so: what operators and agents see. */
import { fileURLToPath } from 'node:url';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { PromptView } from '../../src/engine/index.ts';
import { until } from '../support/until.ts';
import { aHome, bin, type Daemon, type Home } from '../support/worlds/run-mcptui.ts';
import { scriptedModel, type ScriptedModel } from '../support/worlds/scripted-model.ts';

const echoServer = fileURLToPath(new URL('../fixtures/echo-server.ts', import.meta.url));

let home: Home;
let model: ScriptedModel;
let daemon: Daemon;
let client: Client;

const verb = async (...args: string[]): Promise<string> => {
  const { code, stdout, stderr } = await home.mcptui(args);
  if (code !== 0) throw new Error(`mcptui ${args.join(' ')}: ${stderr}`);
  return stdout;
};
const prompts = async (): Promise<readonly PromptView[]> => home.json<PromptView[]>(['get', 'prompts', '-p', 'web']);
const long = Array.from({ length: 300 }, (_, at) => `Row ${at}: ${'what it says. '.repeat(20)}`).join('\n\n');

const connect = async (): Promise<void> => {
  client = new Client({ name: 'reader', version: '1' });
  const env = home.env as Record<string, string>;
  await client.connect(
    new StdioClientTransport({ command: process.execPath, args: [bin, 'proxy', '--no-start', '-p', 'web'], env }),
  );
};
const blocks = async (name: string, args: object): Promise<readonly string[]> => {
  const { content } = await client.callTool({ name, arguments: args as Record<string, unknown> });
  return (content as { readonly text: string }[]).map(({ text }) => text);
};

beforeAll(async () => {
  home = aHome();
  model = await scriptedModel();
  model.answer = ({ wants, input }) => {
    const { pages = [] } = JSON.parse(input) as { readonly pages?: readonly unknown[] };
    if (wants.includes('titles')) return JSON.stringify({ titles: pages.map((_, at) => `Rows of group ${at + 1}`) });
    return JSON.stringify({ summary: pages.length > 0 ? 'Three hundred rows.' : 'How releases are rolled back.' });
  };
  await verb('create', 'project', 'web', '--pages', 'summarise', '--page-tokens', '2000');
  await verb('create', 'server', 'words', '-p', 'web', '--', process.execPath, echoServer);
  await verb('create', 'prompt', 'undo', '-p', 'web', '--body', `Roll back. ${'Then look at it again. '.repeat(20)}`);
  await verb('create', 'prompt', 'short', '-p', 'web', '--body', 'Be brief.');
  await verb('create', 'model', 'small', '--kind', 'openai', '--url', model.url, '--model', 'm', '--tier', 'fast');
  daemon = await home.daemon();
  await home.healthy(1);
  await connect();
});
afterAll(async () => {
  await client.close();
  await home.close();
  await model.close();
});

describe('a model that sums up', () => {
  it('is what lists show of a prompt without a summary, and stays so over a restart without another request', async () => {
    await until(async () => (await prompts()).some(({ summaryBy }) => summaryBy === 'model'), 'a summary');
    const wide = await verb('get', 'prompts', '-p', 'web', '-o', 'wide');
    expect(wide).toMatch(/^NAME .* FROM +SUMMARY$/m);
    expect(wide).toMatch(/^undo .* model +How releases are rolled back\.$/m);
    expect(wide).toMatch(/^short .* rules +Be brief\.$/m);
    expect(
      (await verb('get', 'prompts', '-p', 'mcptui-system', '-o', 'wide')).match(/ own +/g)?.length,
    ).toBeGreaterThan(5);
    const { length } = model.asked;
    await daemon.stop();
    daemon = await home.daemon();
    await home.healthy(1);
    expect((await prompts()).find(({ name }) => name === 'undo')).toMatchObject({
      summaryBy: 'model',
      summaryModel: 'small',
    });
    expect(model.asked).toHaveLength(length);
  });

  it('gives an agent the summary of a long answer, its index and its pages', async () => {
    await until(
      async () => (await blocks('words__echo', { text: 'there' }).catch(() => []))[0] === 'there',
      'the proxy is back',
    );
    const [summary, words = ''] = await blocks('words__echo', { text: long });
    expect(summary).toBe('Three hundred rows.');
    expect(words).toContain('Model small has summed up a long answer');
    const id = /kept as ([0-9a-f]{32})/.exec(words)?.[1] ?? '';
    // Titles come behind it, for the next reader.
    await until(
      async () => ((await blocks('read_page', { id }))[0] ?? '').includes('2. Rows of group 2'),
      'the titles',
    );
    expect(long).toContain((await blocks('read_page', { id, page: 2 }))[0] ?? '-');
    expect(await verb('get', 'page', id, '-p', 'web')).toMatch(
      /^summary by model small:\nThree hundred rows\.\n\nPAGE +TOKENS +TITLE\n/,
    );
    const read = async (): Promise<string> => verb('get', 'audit', '--kind', 'tool_call_trace', '-o', 'json');
    await until(async () => (await read()).includes('"summary": "small"'), 'the trace');
  });

  it('is done without when it is gone: the first page, and why', async () => {
    await model.close();
    const [first = '', words] = await blocks('words__echo', { text: `Another answer.\n\n${long}` });
    expect(first.startsWith('Another answer.')).toBe(true);
    expect(words).toMatch(/^\[mcptui\] There is no summary of this: model small: /);
    const [session] = await home.json<{ id: string }[]>(['get', 'sessions']);
    expect(await verb('why', 'session', session?.id ?? '')).toMatch(/pages +2 long answers in \d+ pages? · ≈/);
  });
});
