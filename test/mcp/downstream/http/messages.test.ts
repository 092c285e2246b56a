/** Over HTTP messages stay what they were as well, and each POST is answered, whatever it holds. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { META, MODERN_VERSION } from '../../../../src/mcp/eras/modern.ts';
import { send } from '../../../support/worlds/http-client.ts';
import { HttpHarness } from '../../../support/worlds/http-harness.ts';
import { tool, type Message } from '../../../support/worlds/mcp-harness.ts';
import { modern } from '../../../support/worlds/modern.ts';

const deep = (levels: number): string => '['.repeat(levels) + ']'.repeat(levels);
const args = '{ "big":9007199254740993,"zero":-0,"far":1e400,"one":1.0 }';
const LONG = 'A'.repeat(9_000);

describe('HttpEndpoint: messages', () => {
  let h: HttpHarness;
  beforeEach(async () => {
    h = await new HttpHarness().listen();
  });
  afterEach(() => h.close());

  /** A server that answers a call with its arguments' source text, and `text` behind it. */
  const echo = (text: string) => (message: Message, server: { sendLine(line: string): void }) => {
    if (message['method'] !== 'tools/call') return undefined;
    const more = text === '' ? '' : `,"text":"${text}"`;
    server.sendLine(
      `{"jsonrpc":"2.0","id":${String(message['id'])},"result":{"resultType":"input_required","n":${args}${more}}}`,
    );
    return 'ignore' as const;
  };

  it.each([
    ['short', ''],
    ['long', LONG],
  ])('keep ids, arguments and results as they were written: %s', async (_size, text) => {
    const server = await h.server('a', { tools: [tool('t')], on: echo(text) });
    const agent = await h.session();
    for (const id of ['12345678901234567890', '1e400', '-0']) {
      const body = `{"jsonrpc":"2.0","id":${id},"method":"tools/call","params":{"name":"a__t","arguments":${args}}}`;
      const answer = await agent.send(body);
      expect(answer.status).toBe(200);
      expect(answer.text).toContain(`"n":${args}`);
      expect(answer.text.endsWith(`,"jsonrpc":"2.0","id":${id}}`)).toBe(true);
    }
    expect(server.raw.filter((line) => line.includes(`"arguments":${args}`))).toHaveLength(3);
  });

  it.each([
    ['short', ''],
    ['long', LONG],
  ])('of 2026-07-28 too, and the result’s type is the router’s: %s', async (_size, text) => {
    const server = await h.server('a', { tools: [tool('t')], on: echo(text) });
    const meta = { [META.version]: MODERN_VERSION, [META.clientCapabilities]: {} };
    const answer = await send(h.url, {
      body: `{"jsonrpc":"2.0","id":9007199254740993,"method":"tools/call","params":{"name":"a__t","arguments":${args},"_meta":${JSON.stringify(meta)}}}`,
      headers: { 'mcp-protocol-version': MODERN_VERSION, 'mcp-method': 'tools/call', 'mcp-name': 'a__t' },
    });
    expect(answer.text).toContain('"id":9007199254740993');
    expect(answer.text).toContain(`"n":${args}`);
    expect(answer.text.match(/"resultType"/g)).toHaveLength(1);
    expect(JSON.parse(answer.text)).toMatchObject({ result: { resultType: 'complete' } });
    expect(server.raw.filter((line) => line.includes(`"arguments":${args}`))).toHaveLength(1);
  });

  it('that are too deep, or name a member twice, are answered with -32600 and their id', async () => {
    await h.server('a', { tools: [tool('t')] });
    const first = await send(h.url, {
      body: `{"jsonrpc":"2.0","id":"i","method":"initialize","params":{"capabilities":{"x":${deep(3_000)}}}}`,
    });
    expect([first.status, JSON.parse(first.text)]).toMatchObject([400, { id: 'i', error: { code: -32600 } }]);
    const agent = await h.session({ version: '2025-03-26' });
    for (const params of [`{"x":${deep(700)}}`, '{"x":1,"x":2}']) {
      const { text } = await agent.send(`{"jsonrpc":"2.0","id":7,"method":"ping","params":${params}}`);
      expect(JSON.parse(text)).toMatchObject({ id: 7, error: { code: -32600 } });
    }
    const batch = await agent.send(
      `[{"jsonrpc":"2.0","id":1,"method":"ping","params":{"x":${deep(700)}}},{"jsonrpc":"2.0","id":2,"method":"ping"}]`,
    );
    expect(JSON.parse(batch.text)).toMatchObject([
      { id: 1, error: { code: -32600 } },
      { id: 2, result: {} },
    ]);
  });

  it('with objects where texts belong are answered: a method of an object’s own is never run', async () => {
    await h.server('a', { tools: [tool('t')], resources: [{ uri: 'x://1', name: 'one' }] });
    const odd = { toString: 1, valueOf: null, toJSON: 'x' };
    for (const [method, params] of [
      ['resources/read', { uri: odd }],
      ['tools/call', { name: odd }],
      ['prompts/get', { name: odd, arguments: odd }],
      ['completion/complete', { ref: odd, argument: odd }],
    ] as const) {
      const { message } = await modern(h.url, method, params);
      expect(message).toMatchObject({ id: 1, error: { code: -32602 } });
    }
    const agent = await h.session();
    for (const [method, params] of [
      ['logging/setLevel', { level: odd }],
      ['resources/subscribe', { uri: odd }],
      ['tools/list', { cursor: odd }],
    ] as const) {
      const { text } = await agent.send({ jsonrpc: '2.0', id: 1, method, params });
      expect(JSON.parse(text)).toMatchObject({ id: 1, error: { code: -32602 } });
    }
  });
});
