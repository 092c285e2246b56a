import { duplexPair } from 'node:stream';
import { afterEach, describe, expect, it } from 'vitest';
import { eventually, Harness, tool, type Message } from '../../support/worlds/mcp-harness.ts';

let harness: Harness;
afterEach(() => harness.close());

const MIB = 1024 * 1024;

function textOf(result: unknown): string {
  const [first] = (result as { content: { text: string }[] }).content;
  return first?.text ?? '';
}

/** Orders of members that servers and clients use. */
const layouts = {
  "the SDK's order": (id: unknown, text: string) =>
    `{"result":{"content":[{"type":"text","text":"${text}"}]},"jsonrpc":"2.0","id":${JSON.stringify(id)}}`,
  'id first': (id: unknown, text: string) =>
    `{"jsonrpc":"2.0","id":${JSON.stringify(id)},"result":{"content":[{"type":"text","text":"${text}"}]}}`,
  spaces: (id: unknown, text: string) =>
    `{ "id" : ${JSON.stringify(id)} , "jsonrpc": "2.0", "result": {"content":[{"type":"text","text":"${text}"}]} } `,
  'id in the middle': (id: unknown, text: string) =>
    `{"result":{"content":[{"type":"text","text":"${text}"}]},"id":${JSON.stringify(id)},"error":null,"jsonrpc":"2.0"}`,
} as const;

describe('createRouter: sizes', () => {
  it.each(Object.entries(layouts))('passes answers of 9 KiB and 1 MiB on unchanged, in %s', async (_name, layout) => {
    harness = new Harness();
    const server = await harness.server('a', {
      tools: [tool('t')],
      on: (m) => (m['method'] === 'tools/call' ? 'ignore' : undefined),
    });
    const agent = await harness.agent();
    for (const [index, size] of [9 * 1024, MIB].entries()) {
      const text = 'é"'.replaceAll('"', '\\"').repeat(size / 4);
      const answer = agent.request('tools/call', { name: 'a__t', arguments: {} }, `id ${index}`);
      await eventually(() => server.calls.length === index + 1, 'the call');
      server.sendLine(layout(server.calls[index]?.['id'], text));
      const expected = JSON.parse(`"${text}"`) as string;
      const { id, result } = await answer;
      expect(id).toBe(`id ${index}`);
      expect(((result as Message)['content'] as Message[])[0]?.['text'] === expected).toBe(true);
    }
  });

  it('keeps a hostile second id from reaching the client, in short answers and in long ones', async () => {
    harness = new Harness();
    const server = await harness.server('a', {
      tools: [tool('t')],
      on: (m) => (m['method'] === 'tools/call' ? 'ignore' : undefined),
    });
    const agent = await harness.agent();
    for (const [index, size] of [10, 20_000].entries()) {
      for (const form of [0, 1]) {
        const mine = `mine ${index} ${form}`;
        const answer = agent.request('tools/call', { name: 'a__t', arguments: {} }, mine);
        await eventually(() => server.calls.length === index * 2 + form + 1, 'the call');
        const id = Number(server.calls.at(-1)?.['id']);
        const body = `"result":{"text":"${'x'.repeat(size)}"}`;
        server.sendLine(
          form === 0
            ? `{"jsonrpc":"2.0","id":${id},${body},"id":${id}}`
            : `{"jsonrpc":"2.0","id":${id},"result":{},"id":"other",${body}}`,
        );
        if (form === 1 && size < 100) {
          // Parsed as a short one: its id is a string, which is none of ours.
          await eventually(() => harness.observed.invalid.length === 1, 'an invalid line');
          server.result(id, {});
        }
        expect((await answer)['id']).toBe(mine);
      }
    }
    expect(agent.received.filter(({ id }) => id === 'other')).toEqual([]);
  });

  it('passes 16 MiB and 63 MiB answers; at 65 MiB only that call fails, either way', { timeout: 60_000 }, async () => {
    harness = new Harness();
    let sizeMib = 0;
    const server = await harness.server('a', {
      tools: [tool('t')],
      on: (message, self) => {
        if (message['method'] !== 'tools/call' || sizeMib === 0) return undefined;
        const filler = Buffer.alloc(sizeMib * MIB, 'a');
        self.stream.write('{"result":{"content":[{"type":"text","text":"');
        self.stream.write(filler);
        self.stream.write(`"}]},"jsonrpc":"2.0","id":${String(message['id'])}}\n`);
        return 'ignore';
      },
    });
    const agent = await harness.agent();
    const other = await harness.agent();
    const call = (args: Message = {}): Promise<Message> =>
      agent.request('tools/call', { name: 'a__t', arguments: args });
    for (sizeMib of [16, 63]) {
      const { result } = await call();
      expect(textOf(result).length).toBe(sizeMib * MIB);
    }
    sizeMib = 65;
    expect((await call())['error']).toMatchObject({ code: -32000, data: { limitBytes: 64 * MIB } });
    sizeMib = 0;
    const before = server.calls.length;
    const tooLong = await call({ text: 'b'.repeat(65 * MIB) });
    expect(tooLong['error']).toMatchObject({ code: -32000, data: { limitBytes: 64 * MIB } });
    expect(server.calls).toHaveLength(before);
    expect(await call({ small: true })).toMatchObject({ result: { structuredContent: { small: true } } });
    expect(await other.request('tools/call', { name: 'a__t', arguments: {} })).toHaveProperty('result');
    expect(harness.observed.traces.at(2)).toMatchObject({ outcome: 'rpc-error' });
  });

  it('fails only what is too long when the server asks or the client answers', async () => {
    harness = new Harness({ maxMessageBytes: 20_000 });
    const server = await harness.server('a', {
      tools: [tool('t')],
      on: (m) => (m['method'] === 'tools/call' ? 'ignore' : undefined),
    });
    const agent = await harness.agent({ capabilities: { sampling: {} } });
    const call = agent.request('tools/call', { name: 'a__t', arguments: {} });
    const { id } = await server.untilMethod('tools/call');
    expect(await server.request('sampling/createMessage', { text: 'x'.repeat(30_000) }, 1)).toMatchObject({
      error: { code: -32000 },
    });
    const answer = server.request('sampling/createMessage', {}, 2);
    const request = await agent.untilMethod('sampling/createMessage');
    agent.send({ jsonrpc: '2.0', id: request['id'], result: { text: 'y'.repeat(30_000) } });
    expect((await answer)['error']).toMatchObject({ code: -32000 });
    const long = server.request('sampling/createMessage', { text: 'x'.repeat(15_000) }, 3);
    await eventually(() => agent.of('sampling/createMessage').length === 2, 'a second request');
    agent.send({
      jsonrpc: '2.0',
      id: agent.of('sampling/createMessage')[1]?.['id'],
      result: { text: 'z'.repeat(15_000) },
    });
    expect(await long).toEqual({ jsonrpc: '2.0', id: 3, result: { text: 'z'.repeat(15_000) } });
    server.result(id, {});
    await call;
  });

  it('does not read from a client that does not read, drops its notifications, and delays nobody else', async () => {
    harness = new Harness();
    const server = await harness.server('a', { tools: [tool('t')] });
    const [stuck, fine] = [await harness.agent(), await harness.agent()];
    await stuck.request('tools/call', { name: 'a__t', arguments: {} });
    stuck.stream.pause();
    const data = 'n'.repeat(100_000);
    for (let count = 0; count < 200; count += 1) server.notify('notifications/message', { level: 'info', data });
    const before = server.calls.length;
    expect(await fine.request('tools/call', { name: 'a__t', arguments: {} })).toHaveProperty('result');
    stuck.send({ jsonrpc: '2.0', id: 'late', method: 'tools/call', params: { name: 'a__t', arguments: {} } });
    expect(await fine.request('tools/call', { name: 'a__t', arguments: {} })).toHaveProperty('result');
    expect(server.calls).toHaveLength(before + 2);
    stuck.stream.resume();
    expect(await stuck.answer('late')).toHaveProperty('result');
    expect(stuck.of('notifications/message').length).toBeLessThan(100);
  });

  it('closes the connection of a session that has ended though its client reads nothing', async () => {
    harness = new Harness();
    await harness.server('a', {
      tools: [tool('t')],
      on: (m) => (m['method'] === 'tools/call' ? { result: { t: 'x'.repeat(MIB) } } : undefined),
    });
    const [ours, theirs] = duplexPair();
    harness.router.agents.accept(ours, { project: 'default' });
    theirs.write('{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"a__t"}}\n');
    await eventually(() => harness.observed.traces.length === 1, 'the answer');
    await harness.router.close();
    await eventually(() => ours.destroyed, 'the end of the connection');
    expect(theirs.destroyed).toBe(false);
  });
});
