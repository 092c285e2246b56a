/** What operators see and do of the router's inside, and their own calls through it. */
import { afterEach, describe, expect, it } from 'vitest';
import { systemClock } from '../../../src/kernel/clock.ts';
import { callAsOperator, type OperatorCallEnd } from '../../../src/mcp/index.ts';
import { eventually, Harness, tool } from '../../support/worlds/mcp-harness.ts';

let harness: Harness;
afterEach(() => harness.close());

const itemsOf = async (server: string, kind: 'tools' | 'prompts' | 'resources' | 'templates' = 'tools') =>
  (await harness.router.operators.catalog({ server }))[0]?.lists[kind].items ?? [];

function call(
  name: string,
  options: { readonly signal?: AbortSignal; readonly timeoutMs?: number } = {},
): Promise<OperatorCallEnd> {
  const { signal = new AbortController().signal } = options;
  return callAsOperator(harness.router.agents, systemClock, {
    ...options,
    project: 'default',
    operator: 'operator:ann',
    tool: name,
    args: { from: 'ann' },
    signal,
  });
}

describe('catalog', () => {
  it('gives every definition as the server gave it, with the name that agents use', async () => {
    harness = new Harness();
    const definition = tool('read file', { title: 'Read', annotations: { readOnlyHint: true }, odd: [1] });
    const resources = [{ uri: 'file:///a', name: 'a' }];
    await harness.server('a', { tools: [definition], prompts: [{ name: 'p' }], resources });
    expect(await itemsOf('a')).toEqual([{ name: 'read file', exposed: 'a__read_file', definition }]);
    expect(await itemsOf('a', 'prompts')).toEqual([{ name: 'p', exposed: 'a__p', definition: { name: 'p' } }]);
    expect(await itemsOf('a', 'resources')).toEqual([
      { name: 'file:///a', exposed: 'file:///a', definition: resources[0] },
    ]);
  });

  it('says which of two tools of one name agents cannot reach, and that a long name was cut', async () => {
    harness = new Harness();
    const long = 'x'.repeat(70);
    harness.route({ name: 'a', prefix: 'p' }, { name: 'b', prefix: 'p' });
    await harness.server('a', { tools: [tool('t'), tool(long)] });
    await harness.server('b', { tools: [tool('t')] });
    const [first, cut] = await itemsOf('a');
    expect(first).toMatchObject({ exposed: 'p__t', problem: 'hides the one of b' });
    expect(cut).toMatchObject({ problem: 'cut to 64 characters' });
    expect(cut?.exposed).toHaveLength(64);
    const [second] = await itemsOf('b');
    expect(second).not.toHaveProperty('exposed');
    expect(second).toMatchObject({ problem: 'another one of this name is in its place' });
  });

  it('names a server that is down with its reason and no tools', async () => {
    harness = new Harness();
    harness.route({ name: 'a', down: { state: 'error', reason: 'SECRET_UNRESOLVED' } });
    const [found] = await harness.router.operators.catalog();
    expect(found).toMatchObject({ server: 'a', instances: 0, down: { state: 'error' } });
    expect(found?.lists.tools).toEqual({ isKnown: false, items: [] });
    expect(await harness.router.operators.findTool('a', 't')).toMatchObject({ kind: 'down' });
    expect(await harness.router.operators.findTool('b', 't')).toEqual({ kind: 'no-server' });
  });
});

describe('dropLists', () => {
  it('asks for the lists again and tells agents when they differ', async () => {
    harness = new Harness();
    const server = await harness.server('a', { tools: [tool('t')] });
    const agent = await harness.agent();
    expect(await itemsOf('a')).toHaveLength(1);
    server.options = { tools: [tool('t'), tool('u')] };
    expect(await itemsOf('a')).toHaveLength(1);
    expect(harness.router.operators.dropLists('a')).toEqual(['a']);
    expect(await itemsOf('a')).toHaveLength(2);
    await agent.untilMethod('notifications/tools/list_changed');
    expect(harness.router.operators.dropLists('b')).toEqual([]);
  });
});

describe('endSession', () => {
  it('closes the connection of one agent and leaves the others', async () => {
    harness = new Harness();
    const [one, two] = [await harness.agent(), await harness.agent()];
    const [first] = harness.router.agents.sessions();
    expect(harness.router.operators.endSession(first?.id ?? '', 'disconnected by operator:ann')).toBe(true);
    await eventually(() => one.isEnded, 'the end of its stream');
    expect(harness.observed.ended).toEqual([{ id: first?.id, reason: 'disconnected by operator:ann' }]);
    expect(await two.request('ping')).toMatchObject({ result: {} });
    expect(harness.router.operators.endSession('ses_none', '')).toBe(false);
  });
});

describe('a call of an operator', () => {
  it('comes back as the server sent it, and its trace names the operator', async () => {
    harness = new Harness();
    const result = { content: [{ type: 'hologram' }], structuredContent: { big: 1 }, odd: null };
    await harness.server('a', {
      tools: [tool('t')],
      on: (message) => (message['method'] === 'tools/call' ? { result } : undefined),
    });
    const end = await call('a__t');
    expect(end.kind).toBe('answer');
    expect(end.kind === 'answer' && JSON.parse(end.text)).toMatchObject({ id: 2, result });
    await eventually(() => harness.observed.traces.length === 1, 'its trace');
    expect(harness.observed.traces[0]).toMatchObject({
      operator: 'operator:ann',
      server: 'a',
      tool: 't',
      outcome: 'ok',
      arguments: { from: 'ann' },
    });
    await eventually(() => harness.router.counts().sessions === 0, 'the end of its session');
  });

  it('takes a result of 5 MiB whole', async () => {
    harness = new Harness();
    const text = 'ä'.repeat(2.5 * 1024 * 1024);
    await harness.server('a', {
      tools: [tool('t')],
      on: (message) =>
        message['method'] === 'tools/call' ? { result: { content: [{ type: 'text', text }] } } : undefined,
    });
    const end = await call('a__t');
    expect(end).toMatchObject({ kind: 'answer' });
    expect(end.kind === 'answer' && end.bytes).toBeGreaterThan(5 * 1024 * 1024);
    expect(end.kind === 'answer' && JSON.parse(end.text)).toMatchObject({ result: { content: [{ text }] } });
  });

  it('is cancelled at the server when it is given up, by hand or by its deadline', async () => {
    harness = new Harness();
    const server = await harness.server('a', {
      tools: [tool('t')],
      on: (message) => (message['method'] === 'tools/call' ? 'ignore' : undefined),
    });
    const controller = new AbortController();
    const waiting = call('a__t', { signal: controller.signal });
    await server.untilMethod('tools/call');
    controller.abort();
    expect(await waiting).toEqual({ kind: 'cancelled' });
    expect(await call('a__t', { timeoutMs: 20 })).toEqual({ kind: 'timeout' });
    await eventually(() => server.of('notifications/cancelled').length === 2, 'both cancellations');
    await eventually(() => harness.router.counts().calls === 0, 'nothing in flight');
    expect(harness.observed.traces.map(({ outcome }) => outcome)).toEqual(['cancelled', 'cancelled']);
  });

  it('refuses what a server asks of it meanwhile, and still gets its answer', async () => {
    harness = new Harness();
    const server = await harness.server('a', {
      tools: [tool('t')],
      on: (message) => (message['method'] === 'tools/call' ? 'ignore' : undefined),
    });
    const waiting = call('a__t');
    const received = await server.untilMethod('tools/call');
    server.send({ jsonrpc: '2.0', id: 'q', method: 'elicitation/create', params: { message: 'who?' } });
    await eventually(() => server.received.some(({ id, error }) => id === 'q' && error !== undefined), 'a refusal');
    server.result(received['id'], { content: [] });
    expect(await waiting).toMatchObject({ kind: 'answer' });
  });

  it('ends when the router closes', async () => {
    harness = new Harness();
    const server = await harness.server('a', {
      tools: [tool('t')],
      on: (message) => (message['method'] === 'tools/call' ? 'ignore' : undefined),
    });
    const waiting = call('a__t');
    await server.untilMethod('tools/call');
    await harness.router.close();
    expect(await waiting).toEqual({ kind: 'ended' });
  });
});
