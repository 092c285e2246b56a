/** Long answers of a real server in pages: as the SDK's client reads them, and as an operator finds what the server said. */
import { fileURLToPath } from 'node:url';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { until } from '../support/until.ts';
import { modern } from '../support/worlds/modern.ts';
import { aHome, bin, type Home } from '../support/worlds/run-mcptui.ts';

const echoServer = fileURLToPath(new URL('../fixtures/echo-server.ts', import.meta.url));

let home: Home;
let client: Client;
let http: string;
let headers: { readonly authorization: string };

const verb = async (...args: string[]): Promise<string> => {
  const { code, stdout, stderr } = await home.mcptui(args);
  if (code !== 0) throw new Error(`mcptui ${args.join(' ')}: ${stderr}`);
  return stdout;
};

beforeAll(async () => {
  home = aHome();
  await verb('create', 'project', 'web', '--pages', 'paginate', '--page-tokens', '2000', '--pages-of', 'plain=off');
  for (const name of ['words', 'plain']) {
    await verb('create', 'server', name, '-p', 'web', '--', process.execPath, echoServer);
  }
  headers = { authorization: `Bearer ${(await verb('create', 'token', 'web', '-p', 'web')).trim()}` };
  http = `${(await home.daemon({}, '--listen', '127.0.0.1:0')).http ?? ''}/mcp/web`;
  await home.healthy(2);
  client = new Client({ name: 'reader', version: '1' });
  const env = home.env as Record<string, string>;
  await client.connect(
    new StdioClientTransport({ command: process.execPath, args: [bin, 'proxy', '--no-start', '-p', 'web'], env }),
  );
});
afterAll(async () => {
  await client.close();
  await home.close();
});

const parts = Array.from({ length: 400 }, (_, at) => `# Part ${at}\n\n${`What part ${at} says. `.repeat(20)}`);
const long = parts.join('\n\n');

const blocks = async (name: string, args: object): Promise<readonly string[]> => {
  const { content } = await client.callTool({ name, arguments: args as Record<string, unknown> });
  return (content as { readonly text: string }[]).map(({ text }) => text);
};

describe('a long answer of a real server', () => {
  it('comes as a first page and titles; the rest is read by tool and by URI, the whole by an operator', async () => {
    expect((await client.listTools()).tools.map(({ name }) => name)).toContain('read_page');
    // More than is cut at once: the worker of the built program does it.
    expect(long.length).toBeGreaterThan(100_000);
    const [first = '', words = ''] = await blocks('words__echo', { text: long });
    const [, count = '', id = ''] = /page 1 of (\d+) of [^]*kept as ([0-9a-f]{32})/.exec(words) ?? [];
    expect(Number(count)).toBeGreaterThan(10);
    expect(words).toMatch(/^2\. Part \d+ \(≈[\d,]+ tokens\)$/m);
    let whole = first;
    for (let page = 2; page <= Number(count); page += 1) whole += (await blocks('read_page', { id, page }))[0] ?? '';
    expect(whole).toBe(long);
    const { contents } = await client.readResource({ uri: `mcptui://pages/${id}/2` });
    expect(contents).toMatchObject([{ text: (await blocks('read_page', { id, page: 2 }))[0] }]);

    const read = async (): Promise<string> => verb('get', 'audit', '--kind', 'tool_call_trace', '-o', 'json');
    await until(async () => (await read()).includes(id), 'the trace');
    expect(await verb('get', 'page', id, '-p', 'web')).toMatch(/PAGE +TOKENS +TITLE[^]*\n2 +≈[\d,]+ +Part \d+/);
    const second = await home.json<{ pages: { text: string }[] }>(['get', 'page', id, '2', '-p', 'web']);
    expect(second.pages[0]?.text).toBe((await blocks('read_page', { id, page: 2 }))[0]);
    const [session] = (await home.json<{ id: string; client: string }[]>(['get', 'sessions'])).filter(
      (row) => row.client === 'reader 1',
    );
    expect(await verb('why', 'session', session?.id ?? '')).toMatch(/pages +1 long answer in \d+ pages · ≈/);
    const described = await home.json<{ pages: object }>(['describe', 'session', session?.id ?? '']);
    expect(described.pages).toMatchObject({ answers: 1, withheldTokens: expect.any(Number) as number });
    const { code, stderr } = await home.mcptui(['get', 'page', id]);
    expect([code, stderr]).toEqual([6, expect.stringContaining('project default keeps no answer') as string]);
  });

  it('comes whole where it is short, and from a server that is off', async () => {
    expect(await blocks('words__echo', { text: 'short' })).toEqual(['short']);
    expect(await blocks('plain__echo', { text: long })).toEqual([long]);
    await verb('edit', 'project', 'web', '--pages-of', 'plain=default');
    expect(await blocks('plain__echo', { text: long })).toHaveLength(2);
  });

  it('comes in pages over HTTP and to a client of 2026-07-28 as well', async () => {
    const other = new Client({ name: 'http', version: '1' });
    await other.connect(new StreamableHTTPClientTransport(new URL(http), { requestInit: { headers } }));
    const call = { name: 'words__echo', arguments: { text: long } };
    const { content } = await other.callTool(call);
    await other.close();
    const { result } = await modern(http, 'tools/call', call, { headers });
    expect(result['content']).toEqual(content);
    const id = /kept as ([0-9a-f]{32})/.exec(JSON.stringify(content))?.[1] ?? '';
    const page = await modern(http, 'tools/call', { name: 'read_page', arguments: { id, page: 2 } }, { headers });
    const read = await modern(http, 'resources/read', { uri: `mcptui://pages/${id}/2` }, { headers });
    const [first] = page.result['content'] as { readonly text: string }[];
    expect(long).toContain(first?.text ?? '-');
    expect(read.result['contents']).toMatchObject([{ text: first?.text }]);
  });
});
