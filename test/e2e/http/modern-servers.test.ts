/** Servers of 2026-07-28, as a command and as a URL, behind the built daemon; real clients of both generations in front. */
import { fileURLToPath } from 'node:url';
import { Client as ModernClient, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import {
  CreateMessageRequestSchema,
  ElicitRequestSchema,
  ListRootsRequestSchema,
} from '@modelcontextprotocol/sdk/types.js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startModernHttp, type ModernHttp } from '../../fixtures/modern-server.ts';
import { aHome, bin, textEnv, type Home } from '../../support/worlds/run-mcptui.ts';

const program = fileURLToPath(new URL('../../fixtures/modern-server.ts', import.meta.url));
const ANSWERS = {
  form: { action: 'accept', content: { choice: 'b' } },
  model: { role: 'assistant', content: { type: 'text', text: 'it' }, model: 'm' },
  folders: { roots: [{ uri: 'file:///a' }] },
};

describe('servers of 2026-07-28', () => {
  let home: Home;
  let http: ModernHttp;
  let url: string;
  let token: string;
  const clients: { close(): Promise<void> }[] = [];

  beforeAll(async () => {
    home = aHome();
    http = await startModernHttp();
    await home.mcptui(['create', 'server', 'near', '--', process.execPath, program]);
    await home.mcptui(['create', 'server', 'far', '--url', http.url, '--allow-private']);
    token = (await home.mcptui(['create', 'token', 'modern'])).stdout.trim();
    url = `${(await home.daemon({}, '--listen', '127.0.0.1:0')).http}/mcp/default`;
    await home.healthy(2);
  });
  afterAll(async () => {
    for (const client of clients) await client.close();
    await home.close();
    await http.close();
  });

  const textOf = (result: object): string =>
    (result as { content: { text: string }[] }).content[0]?.text ?? JSON.stringify(result);

  it.each(['near', 'far'])(
    "answers the SDK's first client through mcptui proxy, and asks it for a form, a model and folders (%s)",
    async (server) => {
      const client = new Client(
        { name: 'first', version: '1' },
        { capabilities: { elicitation: {}, sampling: {}, roots: {} } },
      );
      clients.push(client);
      client.setRequestHandler(ElicitRequestSchema, () => ANSWERS.form as never);
      client.setRequestHandler(CreateMessageRequestSchema, () => ANSWERS.model as never);
      client.setRequestHandler(ListRootsRequestSchema, () => ANSWERS.folders as never);
      await client.connect(
        new StdioClientTransport({
          command: process.execPath,
          args: [bin, 'proxy', '--no-start'],
          env: textEnv(home.env),
        }),
      );
      await expect
        .poll(async () => (await client.listTools()).tools.map(({ name }) => name))
        .toContain(`${server}__ask`);
      const echoed = await client.callTool({ name: `${server}__echo`, arguments: { value: 'hello' } });
      expect(textOf(echoed)).toBe('hello');
      const kinds = ['form', 'model', 'folders'];
      const asked = await client.callTool({ name: `${server}__ask`, arguments: { kinds } });
      expect(JSON.parse(textOf(asked))).toEqual(ANSWERS);
      const read = await client.readResource({ uri: 'x://one' });
      expect(read.contents[0]).toMatchObject({ text: 'first' });
    },
  );

  it.each(['near', 'far'])("answers the SDK's second client over HTTP, question and all (%s)", async (server) => {
    const client = new ModernClient(
      { name: 'second', version: '1' },
      {
        capabilities: { elicitation: { form: {} }, sampling: {} },
        versionNegotiation: { mode: { pin: '2026-07-28' } },
      },
    );
    clients.push(client);
    client.setRequestHandler('elicitation/create', () => ANSWERS.form as never);
    client.setRequestHandler('sampling/createMessage', () => ANSWERS.model as never);
    const requestInit = { headers: { authorization: `Bearer ${token}` } };
    await client.connect(new StreamableHTTPClientTransport(new URL(url), { requestInit }));
    await expect
      .poll(async () => (await client.listTools(undefined, { cacheMode: 'refresh' })).tools.map(({ name }) => name))
      .toContain(`${server}__ask`);
    const asked = await client.callTool({ name: `${server}__ask`, arguments: { kinds: ['form', 'model'] } });
    expect(JSON.parse(textOf(asked))).toEqual({ form: ANSWERS.form, model: ANSWERS.model });
  });
});
