import { afterEach, describe, expect, it } from 'vitest';
import { eventually, Harness, tool, type Message } from '../../support/worlds/mcp-harness.ts';

let harness: Harness;
afterEach(() => harness.close());

describe('createRouter: probe', () => {
  const signal = new AbortController().signal;

  it('lists tools past the cache, or calls the named one with a mark, and is no traced call', async () => {
    harness = new Harness();
    const server = await harness.server('a', { tools: [tool('t'), tool('u')] });
    await eventually(() => server.of('tools/list').length === 1, 'the first list');
    expect(await harness.router.servers.probe('a-1', { timeoutMs: 1000 }, signal)).toMatchObject({
      ok: true,
      tools: 2,
    });
    expect(server.of('tools/list')).toHaveLength(2);
    expect(
      await harness.router.servers.probe('a-1', { tool: 't', args: { a: 1 }, timeoutMs: 1000 }, signal),
    ).toMatchObject({
      ok: true,
    });
    expect(server.calls[0]?.['params']).toEqual({ name: 't', arguments: { a: 1 }, _meta: { 'io.mcptui/probe': true } });
    expect(harness.observed.traces).toEqual([]);
  });

  it.each([
    [{ result: { isError: true, content: [{ type: 'text', text: 'disk full' }] } }, 'PROBE_TOOL_ERROR', 'disk full'],
    [
      { result: { isError: true, content: [{ type: 'text', text: 'MCP error -32602: Tool t not found' }] } },
      'PROBE_UNKNOWN_TOOL',
      'not found',
    ],
    [{ error: { code: -32602, message: 'Unknown tool: t' } }, 'PROBE_UNKNOWN_TOOL', 'Unknown tool'],
    [{ error: { code: -32603, message: 'boom' } }, 'PROBE_RPC_ERROR', '-32603 boom'],
    ['ignore', 'PROBE_TIMEOUT', '30ms'],
  ] as const)('reads %j as %s', async (answer, code, message) => {
    harness = new Harness();
    const server = await harness.server('a', { on: (m) => (m['method'] === 'tools/call' ? answer : undefined) });
    const outcome = await harness.router.servers.probe('a-1', { tool: 't', timeoutMs: 30 }, signal);
    expect(outcome).toMatchObject({ ok: false, code, message: expect.stringContaining(message) as string });
    if (code !== 'PROBE_TIMEOUT') return;
    // A late answer is nobody's.
    await server.untilMethod('notifications/cancelled');
    server.result(server.calls[0]?.['id'], {});
    expect(await harness.router.servers.probe('a-1', { timeoutMs: 1000 }, signal)).toMatchObject({ ok: true });
  });

  it('says lost when the stream ends, and for an instance that is not connected', async () => {
    harness = new Harness();
    const server = await harness.server('a', { on: (m) => (m['method'] === 'tools/call' ? 'ignore' : undefined) });
    const outcome = harness.router.servers.probe('a-1', { tool: 't', timeoutMs: 5000 }, signal);
    await server.untilMethod('tools/call');
    server.stream.destroy();
    expect(await outcome).toMatchObject({ ok: false, code: 'PROBE_LOST' });
    expect(await harness.router.servers.probe('a-1', { timeoutMs: 5000 }, signal)).toMatchObject({
      ok: false,
      code: 'PROBE_LOST',
    });
  });

  it('uses what a server without tools has', async () => {
    harness = new Harness();
    const resources = await harness.server('r', { capabilities: { resources: {} } });
    const nothing = await harness.server('n', { capabilities: {} });
    expect(await harness.router.servers.probe('r-1', { timeoutMs: 1000 }, signal)).toMatchObject({ ok: true });
    expect(await harness.router.servers.probe('n-1', { timeoutMs: 1000 }, signal)).toMatchObject({ ok: true });
    expect(resources.of('tools/list')).toEqual([]);
    expect(nothing.of('ping')).toHaveLength(1);
  });

  it('never lets a server bother a person', async () => {
    harness = new Harness();
    const server = await harness.server('a', {
      tools: [tool('t')],
      on: (message) => (message['method'] === 'tools/call' ? 'ignore' : undefined),
    });
    await harness.agent({ capabilities: { sampling: {} } });
    const outcome = harness.router.servers.probe('a-1', { tool: 't', timeoutMs: 5000 }, signal);
    const { id } = await server.untilMethod('tools/call');
    server.send({ jsonrpc: '2.0', id: 'srv-1', method: 'sampling/createMessage', params: {} });
    expect((await server.answer('srv-1'))['error']).toMatchObject({ code: -32601 });
    server.result(id, {});
    expect(await outcome).toMatchObject({ ok: true });
  });

  it('prefers an instance whose last probe was good for a new session', async () => {
    harness = new Harness();
    const ill = await harness.server(
      'a',
      {
        tools: [tool('t')],
        on: (m) =>
          (m['params'] as Message | undefined)?.['name'] === 'check'
            ? { error: { code: -1, message: 'x' } }
            : undefined,
      },
      'a-1',
    );
    await harness.server('a', { tools: [tool('t')] }, 'a-2');
    await harness.router.servers.probe('a-1', { tool: 'check', timeoutMs: 1000 }, signal);
    for (let count = 0; count < 3; count += 1) {
      await (await harness.agent()).request('tools/call', { name: 'a__t', arguments: {} });
    }
    expect(ill.calls).toHaveLength(1);
  });
});
