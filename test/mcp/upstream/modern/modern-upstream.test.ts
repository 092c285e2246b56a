/** Servers of 2026-07-28 behind the router, with agents of older revisions in front of it. */
import { spawn, type ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startModernHttp, type ModernHttp } from '../../../fixtures/modern-server.ts';
import { eventually, Harness, type Message } from '../../../support/worlds/mcp-harness.ts';
import type { Peer } from '../../../support/worlds/peer.ts';

const program = fileURLToPath(new URL('../../../fixtures/modern-server.ts', import.meta.url));
const FORMS: Message = { elicitation: {}, sampling: {}, roots: {} };

describe.each(['stdio', 'http'] as const)('a server of 2026-07-28 over %s', (how) => {
  let harness: Harness;
  let http: ModernHttp | undefined;
  let child: ChildProcess | undefined;

  beforeEach(async () => {
    harness = new Harness({ listDeadlineMs: 30_000 });
    if (how === 'http') {
      http = await startModernHttp();
      await harness.remote('new', http.url);
    } else {
      child = spawn(process.execPath, [program], { stdio: ['pipe', 'pipe', 'inherit'] });
      harness.route({ name: 'new' });
      const { stdin, stdout } = child;
      if (stdin === null || stdout === null) throw new Error('no pipes');
      const target = { input: stdin, output: stdout };
      await harness.router.servers.connect(
        { id: 'new-1', server: 'new' },
        target,
        10_000,
        new AbortController().signal,
      );
    }
    await eventually(() => harness.observed.tools.length > 0, 'its tools');
  });
  afterEach(async () => {
    await harness.close();
    await http?.close();
    child?.kill('SIGKILL');
  });

  const call = (agent: Peer, name: string, args: Message = {}): Promise<Message> =>
    agent.request('tools/call', { name: `new__${name}`, arguments: args });
  const textOf = (answer: Message): string =>
    ((answer['result'] as Message | undefined)?.['content'] as Message[] | undefined)?.[0]?.['text'] as string;

  it('is found by server/discover after it has refused initialize; its tools are listed and called', async () => {
    const agent = await harness.agent();
    const greeting = await agent.request('initialize', { protocolVersion: '2025-11-25', capabilities: {} });
    expect((greeting['result'] as Message)['instructions']).toContain('how to use it');
    const { result } = await agent.request('tools/list');
    expect(((result as Message)['tools'] as Message[]).map(({ name }) => name)).toContain('new__echo');
    const answer = await call(agent, 'echo', { value: 'hello' });
    expect(answer['result']).toMatchObject({ content: [{ type: 'text', text: 'hello' }] });
    expect(answer['result']).not.toHaveProperty('resultType');
    expect(textOf(await call(agent, 'long', { size: 100_000 }))).toHaveLength(100_000);
    expect((await call(agent, 'nobody'))['error']).toMatchObject({ code: -32602 });
    const read = await agent.request('resources/read', { uri: 'x://one' });
    expect(read['result']).toMatchObject({ contents: [{ text: 'first' }] });
  });

  it('is told in each request who asks and what that client can do', async () => {
    const bare = await harness.agent();
    const able = await harness.agent({ capabilities: FORMS });
    const envelopeOf = async (agent: Peer): Promise<Message> =>
      JSON.parse(textOf(await call(agent, 'envelope'))) as Message;
    expect(await envelopeOf(bare)).toMatchObject({
      'io.modelcontextprotocol/protocolVersion': '2026-07-28',
      'io.modelcontextprotocol/clientInfo': { name: 'mcptui' },
      'io.modelcontextprotocol/clientCapabilities': {},
    });
    expect((await envelopeOf(able))['io.modelcontextprotocol/clientCapabilities']).toEqual({
      ...FORMS,
      elicitation: { form: {} },
    });
  });

  it('asks for a form, a model and folders in one round: each becomes a request to the agent, the answers go back together', async () => {
    const agent = await harness.agent({ capabilities: FORMS });
    const answer = call(agent, 'ask', { kinds: ['form', 'model', 'folders'] });
    const form = await agent.untilMethod('elicitation/create');
    const model = await agent.untilMethod('sampling/createMessage');
    const folders = await agent.untilMethod('roots/list');
    expect(form['params']).toMatchObject({ message: 'Which one?', _meta: { 'io.mcptui/server': 'new' } });
    agent.send({
      jsonrpc: '2.0',
      id: model['id'],
      result: { role: 'assistant', content: { type: 'text', text: 'it' }, model: 'm' },
    });
    agent.send({ jsonrpc: '2.0', id: form['id'], result: { action: 'accept', content: { choice: 'b' } } });
    agent.send({ jsonrpc: '2.0', id: folders['id'], result: { roots: [{ uri: 'file:///a' }] } });
    expect(JSON.parse(textOf(await answer))).toEqual({
      form: { action: 'accept', content: { choice: 'b' } },
      model: { role: 'assistant', content: { type: 'text', text: 'it' }, model: 'm' },
      folders: { roots: [{ uri: 'file:///a' }] },
    });
  });

  it('may ask several sessions at once: it says itself in the midst of which call', async () => {
    const agents = await Promise.all([1, 2, 3].map(() => harness.agent({ capabilities: FORMS })));
    const answers = agents.map((agent) => call(agent, 'ask', { kinds: ['form'] }));
    for (const [index, agent] of agents.entries()) {
      const form = await agent.untilMethod('elicitation/create');
      agent.send({ jsonrpc: '2.0', id: form['id'], result: { action: 'accept', content: { choice: `of ${index}` } } });
    }
    const texts = (await Promise.all(answers)).map(textOf);
    expect(texts.map((text) => (JSON.parse(text) as { form: Message }).form['content'])).toEqual([
      { choice: 'of 0' },
      { choice: 'of 1' },
      { choice: 'of 2' },
    ]);
  });

  it('may ask again and again, each time with the state that it gave last', async () => {
    const agent = await harness.agent({ capabilities: FORMS });
    const answer = call(agent, 'rounds', { count: 3 });
    for (let round = 0; round < 3; round += 1) {
      await eventually(() => agent.of('elicitation/create').length === round + 1, `round ${round}`);
      const asked = agent.of('elicitation/create')[round];
      expect(asked?.['params']).toMatchObject({ message: `round ${round}` });
      agent.send({ jsonrpc: '2.0', id: asked?.['id'], result: { action: 'accept', content: {} } });
    }
    expect(textOf(await answer)).toBe('after 3 rounds');
    expect(harness.router.counts()).toMatchObject({ calls: 0, serverRequests: 0 });
  });

  it('is stopped when it never has enough', async () => {
    const agent = await harness.agent({ capabilities: FORMS });
    let seen = 0;
    agent.stream.on('data', () => {
      const all = agent.of('elicitation/create');
      for (; seen < all.length; seen += 1)
        agent.send({ jsonrpc: '2.0', id: all[seen]?.['id'], result: { action: 'accept', content: {} } });
    });
    const answer = await call(agent, 'rounds', { count: 1_000 });
    expect(answer['error']).toMatchObject({ code: -32603, message: 'the server asked for input 20 times' });
  });

  it('gets no answer of a client that cannot do what it asks; that call fails with the reason', async () => {
    const agent = await harness.agent({ capabilities: {} });
    const answer = await call(agent, 'ask', { kinds: ['form'] });
    expect(JSON.stringify(answer['error'] ?? answer['result'])).toMatch(/elicitation/);
    expect(agent.of('elicitation/create')).toEqual([]);
  });

  it('a refusal of the client ends the call with that error', async () => {
    const agent = await harness.agent({ capabilities: FORMS });
    const answer = call(agent, 'ask', { kinds: ['form', 'model'] });
    const form = await agent.untilMethod('elicitation/create');
    await agent.untilMethod('sampling/createMessage');
    agent.send({ jsonrpc: '2.0', id: form['id'], error: { code: -1, message: 'not now', data: { x: 1 } } });
    expect((await answer)['error']).toEqual({ code: -1, message: 'not now', data: { x: 1 } });
    await agent.untilMethod('notifications/cancelled');
    expect(harness.router.counts()).toMatchObject({ calls: 0, serverRequests: 0 });
  });

  it('a call that is cancelled while its client is asked takes the question back', async () => {
    const agent = await harness.agent({ capabilities: FORMS });
    agent.send({
      jsonrpc: '2.0',
      id: 'c',
      method: 'tools/call',
      params: { name: 'new__ask', arguments: { kinds: ['form'] } },
    });
    const form = await agent.untilMethod('elicitation/create');
    agent.notify('notifications/cancelled', { requestId: 'c' });
    const taken = await agent.untilMethod('notifications/cancelled');
    expect(taken['params']).toMatchObject({ requestId: form['id'] });
    expect(harness.router.counts()).toMatchObject({ calls: 0, serverRequests: 0 });
    await eventually(() => harness.router.counts().upstreamRequests === 0, 'nothing at the server');
  });

  it('a call that is cancelled at the server ends there', async () => {
    const agent = await harness.agent();
    agent.send({ jsonrpc: '2.0', id: 'w', method: 'tools/call', params: { name: 'new__wait', arguments: {} } });
    await eventually(() => harness.router.counts().upstreamRequests === 1, 'the call');
    agent.notify('notifications/cancelled', { requestId: 'w' });
    await eventually(() => harness.router.counts().upstreamRequests === 0, 'its end');
    expect(textOf(await call(agent, 'echo', { value: 'on' }))).toBe('on');
  });

  it('logs during a call at the level that was asked for, and nothing before one was', async () => {
    const agent = await harness.agent();
    await call(agent, 'notify');
    expect(agent.of('notifications/message')).toEqual([]);
    await agent.request('logging/setLevel', { level: 'warning' });
    await call(agent, 'notify');
    await eventually(() => agent.of('notifications/message').length > 0, 'a message');
    expect(agent.of('notifications/message').map(({ params }) => (params as Message)['level'])).toEqual(['error']);
  });

  it('tells of changed lists and updated resources to those who want to know', async () => {
    const agent = await harness.agent();
    expect((await agent.request('resources/subscribe', { uri: 'x://one' }))['result']).toEqual({});
    const other = await harness.agent();
    if (http === undefined) await call(other, 'change', { uri: 'x://one' });
    await eventually(() => {
      http?.handler.notify.resourceUpdated('x://one');
      return agent.of('notifications/resources/updated').length > 0;
    }, 'the update');
    expect(agent.of('notifications/resources/updated')[0]?.['params']).toEqual({ uri: 'x://one' });
    expect(other.of('notifications/resources/updated')).toEqual([]);
    if (http === undefined) return;
    const lists = (): number => http?.seen.filter(({ method }) => method === 'tools/list').length ?? 0;
    const before = lists();
    http.handler.notify.toolsChanged();
    await eventually(() => lists() > before, 'the list asked for again');
  });

  it('answers probes, of which there is no ping any more', async () => {
    const outcome = await harness.router.servers.probe('new-1', { timeoutMs: 5_000 }, new AbortController().signal);
    expect(outcome).toMatchObject({ ok: true });
    const asking = { tool: 'ask', args: { kinds: ['form'] }, timeoutMs: 5_000 };
    expect(await harness.router.servers.probe('new-1', asking, new AbortController().signal)).toMatchObject({
      ok: false,
    });
  });

  it('that goes away fails what is in flight, questions included', async () => {
    const agent = await harness.agent({ capabilities: FORMS });
    const answer = call(agent, 'ask', { kinds: ['form'] });
    const form = await agent.untilMethod('elicitation/create');
    harness.router.servers.disconnect('new-1', 'it was stopped');
    expect((await answer)['error']).toMatchObject({ code: -32000, data: { state: 'lost' } });
    const taken = await agent.untilMethod('notifications/cancelled');
    expect(taken['params']).toMatchObject({ requestId: form['id'] });
    expect(harness.router.counts()).toMatchObject({ calls: 0, serverRequests: 0, upstreamRequests: 0, upstreams: 0 });
  });
});

describe('headers of a request to a server of 2026-07-28', () => {
  it('repeat what the body says, under the names that the server knows', async () => {
    const http = await startModernHttp();
    const harness = new Harness();
    try {
      await harness.remote('new', http.url);
      const agent = await harness.agent();
      await agent.request('tools/call', { name: 'new__echo', arguments: { value: 'a' } });
      const seen = http.seen.find(({ method }) => method === 'tools/call');
      expect(seen?.headers).toMatchObject({
        'mcp-protocol-version': '2026-07-28',
        'mcp-method': 'tools/call',
        'mcp-name': 'echo',
      });
      expect(http.seen.map(({ method }) => method)).not.toContain('notifications/initialized');
      expect(http.seen.every(({ headers }) => headers['mcp-session-id'] === undefined)).toBe(true);
    } finally {
      await harness.close();
      await http.close();
    }
  });
});
