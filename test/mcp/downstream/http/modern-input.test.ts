/** A server of an older revision that asks a client of 2026-07-28 in the midst of a call: held, asked, answered by a retry. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { FakeClock } from '../../../support/fakes/fake-clock.ts';
import { HttpHarness } from '../../../support/worlds/http-harness.ts';
import { eventually, tool, type FakeServer, type Message } from '../../../support/worlds/mcp-harness.ts';
import { modern, type ModernOptions } from '../../../support/worlds/modern.ts';

const able: ModernOptions = { capabilities: { sampling: {}, elicitation: {} } };
const call = { name: 'a__t', arguments: {} };

describe('HttpEndpoint: input_required', () => {
  let h: HttpHarness;
  let clock: FakeClock;
  let server: FakeServer;
  /** What the server asks when its tool is called. */
  let questions: string[];

  beforeEach(async () => {
    clock = new FakeClock();
    h = await new HttpHarness({ clock }).listen();
    questions = ['sampling/createMessage'];
    server = await h.server('a', {
      tools: [tool('t'), tool('u')],
      on: ({ method }, self) => {
        if (method !== 'tools/call') return undefined;
        for (const question of questions)
          self.send({ jsonrpc: '2.0', id: question, method: question, params: { q: question } });
        return 'ignore';
      },
    });
  });
  afterEach(() => h.close());

  /** Lets time pass until `work` is done: what a server asks is gathered for a moment. */
  const inTime = async <T>(work: Promise<T>): Promise<T> => {
    const progress = { isDone: false };
    const done = work.finally(() => (progress.isDone = true));
    while (!progress.isDone) await clock.advance(1);
    return done;
  };
  const begin = async (
    options = able,
  ): Promise<{ readonly state: string; readonly keys: string[]; readonly result: Message }> => {
    const { result } = await inTime(modern(h.url, 'tools/call', call, options));
    return {
      result,
      state: String(result['requestState']),
      keys: Object.keys(result['inputRequests'] ?? {}),
    };
  };
  const retry = (state: string, inputResponses: unknown, options: ModernOptions = {}, params: Message = call) =>
    modern(h.url, 'tools/call', { ...params, requestState: state, inputResponses }, { ...able, id: 2, ...options });

  it('asks what the server asks, and takes the call to its end with the answers', async () => {
    questions = ['sampling/createMessage', 'elicitation/create'];
    const { result, state, keys } = await begin();
    expect(result).toMatchObject({
      resultType: 'input_required',
      inputRequests: {
        [keys[0] ?? '']: { method: 'sampling/createMessage', params: { q: 'sampling/createMessage' } },
        [keys[1] ?? '']: { method: 'elicitation/create', params: { q: 'elicitation/create' } },
      },
    });
    expect(state).toMatch(/^[\w-]{32}$/);
    const done = retry(state, { [keys[0] ?? '']: { model: 'm' }, [keys[1] ?? '']: { action: 'decline' }, extra: {} });
    expect(await server.answer('sampling/createMessage')).toMatchObject({ result: { model: 'm' } });
    expect(await server.answer('elicitation/create')).toMatchObject({ result: { action: 'decline' } });
    server.result(server.calls[0]?.['id'], { content: [{ type: 'text', text: 'done' }] });
    expect((await done).message).toMatchObject({
      id: 2,
      result: { resultType: 'complete', content: [{ text: 'done' }] },
    });
    expect(server.calls).toHaveLength(1);
    expect(h.router.counts()).toMatchObject({ calls: 0, serverRequests: 0 });
  });

  it('asks together what the server asks in one go, though it does not arrive in one piece', async () => {
    questions = ['sampling/createMessage'];
    const begun = modern(h.url, 'tools/call', call, able);
    await eventually(() => h.router.counts().serverRequests === 1, 'the first request');
    server.send({ jsonrpc: '2.0', id: 'second', method: 'elicitation/create', params: {} });
    await eventually(() => h.router.counts().serverRequests === 2, 'the second request');
    const { result } = await inTime(begun);
    expect(Object.keys(result['inputRequests'] as Message)).toHaveLength(2);
  });

  it('asks the first of those that come one after the other without end', async () => {
    questions = ['sampling/createMessage'];
    const progress = { isAsked: false };
    const asked = modern(h.url, 'tools/call', call, able).finally(() => (progress.isAsked = true));
    let sent = 1;
    for (; !progress.isAsked && sent < 100; sent += 1) {
      await eventually(() => progress.isAsked || h.router.counts().serverRequests === sent, 'the request');
      await clock.advance(15);
      server.send({ jsonrpc: '2.0', id: `n${sent}`, method: 'elicitation/create', params: {} });
    }
    expect(sent).toBeLessThan(100);
    expect(Object.keys((await asked).result['inputRequests'] as Message).length).toBeLessThan(sent);
  });

  it('asks again for what is missing or no answer, under another state each time', async () => {
    questions = ['sampling/createMessage', 'elicitation/create'];
    const { state, keys } = await begin();
    const [first = '', second = ''] = keys;
    const again = await retry(state, { [first]: { model: 'm' }, [second]: 7 });
    expect(Object.keys(again.result['inputRequests'] as Message)).toEqual([second]);
    const next = String(again.result['requestState']);
    expect(next).not.toBe(state);
    expect((await retry(state, { [second]: {} })).message['error']).toMatchObject({ code: -32602 });
    const done = retry(next, { [second]: { action: 'cancel' } });
    await server.answer('elicitation/create');
    server.result(server.calls[0]?.['id'], { content: [] });
    expect((await done).result).toMatchObject({ resultType: 'complete' });
  });

  it('asks a second time in the same call', async () => {
    const { state, keys } = await begin();
    const second = retry(state, { [keys[0] ?? '']: { model: 'm' } });
    await server.answer('sampling/createMessage');
    server.send({ jsonrpc: '2.0', id: 'more', method: 'elicitation/create', params: {} });
    const { result } = await inTime(second);
    expect(result).toMatchObject({ resultType: 'input_required' });
    const third = retry(
      String(result['requestState']),
      Object.fromEntries(Object.keys(result['inputRequests'] as Message).map((key) => [key, { action: 'decline' }])),
    );
    await server.answer('more');
    server.result(server.calls[0]?.['id'], { content: [] });
    expect((await third).result).toMatchObject({ resultType: 'complete' });
  });

  it('takes a state only from the same identity, for the same request, and as it was given', async () => {
    const { state, keys } = await begin();
    const answers = { [keys[0] ?? '']: { model: 'm' } };
    const codeOf = async (answer: ReturnType<typeof retry>): Promise<unknown> =>
      ((await answer).message['error'] as Message | undefined)?.['code'];
    expect(await codeOf(retry(`${state}x`, answers))).toBe(-32602);
    expect(await codeOf(retry(state, answers, { headers: { 'x-principal': 'bob' } }))).toBe(-32602);
    expect(await codeOf(retry(state, answers, {}, { name: 'a__u', arguments: {} }))).toBe(-32602);
    expect(await codeOf(retry(state, null))).toBe(-32602);
    const done = retry(state, answers);
    await server.answer('sampling/createMessage');
    server.result(server.calls[0]?.['id'], { content: [] });
    expect(await codeOf(done)).toBeUndefined();
  });

  it('refuses the server at once when the client has not declared the capability', async () => {
    const answer = modern(h.url, 'tools/call', call, { capabilities: {} });
    expect(await server.answer('sampling/createMessage')).toMatchObject({ error: { code: -32601 } });
    server.result(server.calls[0]?.['id'], { content: [], isError: true });
    expect((await answer).result).toMatchObject({ resultType: 'complete', isError: true });
  });

  it('gives a call up that the client does not answer for ten minutes, at the server too', async () => {
    const { state } = await begin();
    await clock.advance(10 * 60_000 + 1);
    await server.untilMethod('notifications/cancelled');
    expect(await server.answer('sampling/createMessage')).toHaveProperty('error');
    expect((await retry(state, {})).message['error']).toMatchObject({ code: -32602 });
    expect(h.router.counts()).toMatchObject({ calls: 0, serverRequests: 0 });
  });

  it('holds 16 calls of one instance and refuses it when it asks for one more', async () => {
    let asked = 0;
    server.options = {
      ...server.options,
      on: ({ method }, self) => {
        if (method !== 'tools/call') return undefined;
        asked += 1;
        self.send({ jsonrpc: '2.0', id: `q${asked}`, method: 'sampling/createMessage', params: {} });
        return 'ignore';
      },
    };
    // On one connection of a server, the newest call is the one that asks: each is held before the next begins.
    for (let count = 0; count < 16; count += 1) expect((await begin()).keys).toHaveLength(1);
    const last = modern(h.url, 'tools/call', call, able);
    expect(await server.answer('q17')).toMatchObject({
      error: { code: -32603, message: '16 requests of server a are open, which is the limit: wait for an answer' },
    });
    server.result(server.calls.at(-1)?.['id'], { content: [] });
    expect((await last).result).toMatchObject({ resultType: 'complete' });
  });

  it('gives the answer to the retry when it came in the meantime', async () => {
    const { state, keys } = await begin();
    server.result(server.calls[0]?.['id'], { content: [{ type: 'text', text: 'early' }] });
    await eventually(() => h.router.counts().upstreamRequests === 0, 'the answer being taken');
    const { result } = await retry(state, { [keys[0] ?? '']: { model: 'm' } });
    expect(result).toMatchObject({ content: [{ text: 'early' }] });
  });
});
