/** Stages of calls and lists: what they may stop, hold, change and hide, and what becomes of a call that is held. */
import { afterEach, describe, expect, it } from 'vitest';
import type { CallEnd, CallStage, ListStage, SeenAnswer, Verdict } from '../../../src/mcp/index.ts';
import { FakeClock } from '../../support/fakes/fake-clock.ts';
import type { FakeServerOptions } from '../../support/fakes/fake-server.ts';
import { eventually, Harness, tool, type Message } from '../../support/worlds/mcp-harness.ts';
import type { Peer } from '../../support/worlds/peer.ts';

let harness: Harness;
afterEach(() => harness.close());

const call = { name: 'a__t', arguments: { path: '/x' } };
const TEXT = { content: [{ type: 'text', text: 'of a stage' }] };

async function setUp(
  stages: { readonly calls?: readonly CallStage[]; readonly lists?: readonly ListStage[] },
  options: FakeServerOptions = {},
  clock?: FakeClock,
): Promise<{ readonly server: Awaited<ReturnType<Harness['server']>>; readonly agent: Peer }> {
  harness = new Harness({ stages: () => stages, ...(clock === undefined ? {} : { clock }) });
  const server = await harness.server('a', { tools: [tool('t'), tool('u')], ...options });
  const agent = await harness.agent();
  await agent.request('tools/list');
  return { server, agent };
}

/** A stage that holds every call until it is told what to do with it. */
class Holding implements CallStage {
  readonly id = 'holding';
  readonly reads = 'head';
  readonly held: ((verdict: Verdict | undefined) => void)[] = [];
  readonly dropped: string[] = [];
  readonly ends: CallEnd[] = [];
  failed: ((error: Error) => void) | undefined;

  before(): Verdict {
    const { promise, resolve, reject } = Promise.withResolvers<Verdict | undefined>();
    this.held.push(resolve);
    this.failed = reject;
    return {
      kind: 'hold',
      why: 'it waits for an approval',
      until: promise,
      timeoutMs: 60_000,
      dropped: (reason) => void this.dropped.push(reason),
    };
  }

  ended(_: unknown, end: CallEnd): void {
    this.ends.push(end);
  }
}

describe('CallStage.before', () => {
  it('sees server, tool, arguments and session, and lets the call pass with undefined', async () => {
    const seen: unknown[] = [];
    const { agent } = await setUp({
      calls: [
        {
          id: 'looks',
          reads: 'head',
          before({ server, tool: name, args, session, definition }) {
            seen.push([server, name, args, session.identity.project, definition?.['name']]);
            return undefined;
          },
        },
      ],
    });
    expect(await agent.request('tools/call', call)).toHaveProperty('result');
    expect(seen).toEqual([['a', 't', { path: '/x' }, 'default', 't']]);
  });

  it('may answer in the place of the server, with a result or an error; both are audited', async () => {
    const answers: Verdict[] = [
      { kind: 'answer', answer: { result: TEXT } },
      { kind: 'answer', answer: { error: { code: -32000, message: 'not allowed here' } } },
    ];
    const { server, agent } = await setUp({ calls: [{ id: 'x', reads: 'head', before: () => answers.shift() }] });
    expect((await agent.request('tools/call', call))['result']).toEqual(TEXT);
    expect((await agent.request('tools/call', call))['error']).toMatchObject({ message: 'not allowed here' });
    expect(server.calls).toHaveLength(0);
    expect(harness.observed.traces.map(({ outcome }) => outcome)).toEqual(['ok', 'rpc-error']);
    expect(harness.router.counts()).toMatchObject({ calls: 0 });
  });

  it('stops the call when it throws: nothing passes a stage that failed', async () => {
    const { server, agent } = await setUp({
      calls: [
        {
          id: 'broken',
          reads: 'head',
          before() {
            throw new Error('a bug');
          },
        },
      ],
    });
    expect((await agent.request('tools/call', call))['error']).toMatchObject({ code: -32603 });
    expect(server.calls).toHaveLength(0);
    expect(harness.observed.traces.map(({ outcome }) => outcome)).toEqual(['rpc-error']);
    expect(harness.observed.bugs.splice(0)).toHaveLength(1);
  });
});

describe('CallStage.before: a call that is held', () => {
  it('goes on to the next stage and the server when it is released, and is answered as any', async () => {
    const first = new Holding();
    const second = new Holding();
    const { server, agent } = await setUp({ calls: [first, second] });
    const answer = agent.request('tools/call', call);
    await eventually(() => first.held.length === 1, 'the first stage');
    expect(harness.router.counts().calls).toBe(1);
    first.held[0]?.(undefined);
    await eventually(() => second.held.length === 1, 'the second stage');
    expect(server.calls).toHaveLength(0);
    second.held[0]?.(undefined);
    expect(await answer).toHaveProperty('result');
    expect(server.calls).toHaveLength(1);
    expect(first.ends.map(({ outcome }) => outcome)).toEqual(['ok']);
    expect(harness.router.counts().calls).toBe(0);
  });

  it('is answered by the stage when it is refused', async () => {
    const stage = new Holding();
    const { server, agent } = await setUp({ calls: [stage] });
    const answer = agent.request('tools/call', call);
    await eventually(() => stage.held.length === 1, 'the stage');
    stage.held[0]?.({ kind: 'answer', answer: { error: { code: -32000, message: 'a person said no' } } });
    expect((await answer)['error']).toMatchObject({ message: 'a person said no' });
    expect(server.calls).toHaveLength(0);
  });

  it('is cancelled by its agent: the stage is told, and a later release does nothing', async () => {
    const stage = new Holding();
    const { server, agent } = await setUp({ calls: [stage] });
    agent.send({ jsonrpc: '2.0', id: 'h', method: 'tools/call', params: call });
    await eventually(() => stage.held.length === 1, 'the stage');
    agent.notify('notifications/cancelled', { requestId: 'h', reason: 'changed my mind' });
    await agent.request('ping');
    expect(stage.dropped).toEqual(['changed my mind']);
    stage.held[0]?.(undefined);
    await agent.request('ping');
    expect(server.calls).toHaveLength(0);
    expect(stage.ends.map(({ outcome }) => outcome)).toEqual(['cancelled']);
    expect(harness.router.counts().calls).toBe(0);
  });

  it('ends with its session', async () => {
    const stage = new Holding();
    const { server, agent } = await setUp({ calls: [stage] });
    agent.send({ jsonrpc: '2.0', id: 'h', method: 'tools/call', params: call });
    await eventually(() => stage.held.length === 1, 'the stage');
    agent.stream.destroy();
    await eventually(() => stage.dropped.length === 1, 'the end');
    stage.held[0]?.(undefined);
    await eventually(() => harness.router.counts().sessions === 0, 'the end of the session');
    expect(server.calls).toHaveLength(0);
    expect(harness.observed.traces.map(({ outcome }) => outcome)).toEqual(['cancelled']);
  });

  it('is given up when its time is over, with the reason that the stage gave', async () => {
    const clock = new FakeClock();
    const stage = new Holding();
    const { agent } = await setUp({ calls: [stage] }, {}, clock);
    const answer = agent.request('tools/call', call);
    await eventually(() => stage.held.length === 1, 'the stage');
    await clock.advance(59_000);
    expect(stage.dropped).toEqual([]);
    await clock.advance(2_000);
    expect((await answer)['error']).toMatchObject({
      code: -32001,
      message: 'the call of a/t was held for 1m: it waits for an approval',
    });
    expect(stage.dropped).toEqual(['its time is over']);
    expect(stage.ends.map(({ outcome }) => outcome)).toEqual(['timeout']);
  });

  it.each([
    ['removed', () => harness.unroute('a')],
    ['another one by the same name', () => harness.route({ name: 'a', definition: 'other' })],
  ])('does not reach a server that is %s meanwhile', async (_, change) => {
    const stage = new Holding();
    const { server, agent } = await setUp({ calls: [stage] });
    const answer = agent.request('tools/call', call);
    await eventually(() => stage.held.length === 1, 'the stage');
    change();
    stage.held[0]?.(undefined);
    expect((await answer)['error']).toMatchObject({ message: expect.stringContaining('while the call was held') });
    expect(server.calls).toHaveLength(0);
  });

  it('does not reach a server that was changed while it was held, when the stage holds it once more', async () => {
    const stage = new Holding();
    const { server, agent } = await setUp({ calls: [stage] });
    const answer = agent.request('tools/call', call);
    await eventually(() => stage.held.length === 1, 'the stage');
    harness.route({ name: 'a', definition: 'other' });
    stage.held[0]?.(stage.before());
    await eventually(() => stage.held.length === 2, 'the stage once more');
    stage.held[1]?.(undefined);
    expect((await answer)['error']).toMatchObject({ message: expect.stringContaining('while the call was held') });
    expect(server.calls).toHaveLength(0);
  });

  it('is answered with an error when the stage fails', async () => {
    const stage = new Holding();
    const { agent } = await setUp({ calls: [stage] });
    const answer = agent.request('tools/call', call);
    await eventually(() => stage.held.length === 1, 'the stage');
    stage.failed?.(new Error('a bug'));
    expect((await answer)['error']).toMatchObject({ code: -32603 });
    expect(harness.observed.bugs.splice(0)).toHaveLength(1);
  });
});

describe('CallStage.after', () => {
  const long = { content: [{ type: 'text', text: 'x'.repeat(100_000) }] };

  it('sees with `head` how a call was answered, not its body', async () => {
    const seen: SeenAnswer[] = [];
    const stage: CallStage = { id: 'x', reads: 'head', after: (_, answer) => void seen.push(answer) };
    const { agent } = await setUp({ calls: [stage] }, { on: answering({ ...long, isError: true }) });
    expect((await agent.request('tools/call', call))['result']).toEqual({ ...long, isError: true });
    expect(seen).toEqual([
      { isError: false, isToolError: true, bytes: expect.any(Number), instanceId: 'a-1' } satisfies SeenAnswer,
    ]);
  });

  it.each([
    ['short', TEXT],
    ['long', long],
  ])('may answer otherwise with `body`, of %s results', async (_, result) => {
    const seen: SeenAnswer[] = [];
    const stage: CallStage = {
      id: 'x',
      reads: 'body',
      after(_call, answer) {
        seen.push(answer);
        return { result: { content: [{ type: 'text', text: 'shortened' }] } };
      },
    };
    const { agent } = await setUp({ calls: [stage] }, { on: answering(result) });
    expect((await agent.request('tools/call', call))['result']).toEqual({
      content: [{ type: 'text', text: 'shortened' }],
    });
    expect(seen[0]?.result).toEqual(result);
    // The audit keeps what the server has answered.
    expect(harness.observed.traces[0]?.responseBytes).toBeGreaterThan(JSON.stringify(result).length);
  });

  it('withholds the answer when it throws', async () => {
    const stage: CallStage = {
      id: 'x',
      reads: 'head',
      after() {
        throw new Error('a bug');
      },
    };
    const { agent } = await setUp({ calls: [stage] });
    expect((await agent.request('tools/call', call))['error']).toMatchObject({ code: -32603 });
    expect(harness.observed.bugs.splice(0)).toHaveLength(1);
  });
});

describe('ListStage', () => {
  const onlyT: ListStage = { id: 'only-t', sees: (_session, kind, name) => kind !== 'tools' || name === 'a__t' };

  it('hides items from lists, and what is hidden cannot be called', async () => {
    const { server, agent } = await setUp({ lists: [onlyT] });
    const { result } = await agent.request('tools/list');
    expect((result as { tools: Message[] }).tools.map(({ name }) => name)).toEqual(['a__t']);
    expect((await agent.request('tools/call', { name: 'a__u' }))['error']).toMatchObject({
      code: -32602,
      message: 'Unknown tool: a__u',
    });
    expect(await agent.request('tools/call', call)).toHaveProperty('result');
    expect(server.calls).toHaveLength(1);
    expect(harness.observed.traces.map(({ outcome }) => outcome)).toEqual(['rpc-error', 'ok']);
  });

  it('hides everything when it throws', async () => {
    const { agent } = await setUp({
      lists: [
        {
          id: 'broken',
          sees() {
            throw new Error('a bug');
          },
        },
      ],
    });
    expect(((await agent.request('tools/list'))['result'] as { tools: Message[] }).tools).toEqual([]);
    expect((await agent.request('tools/call', call))['error']).toMatchObject({ code: -32602 });
    expect(harness.observed.bugs.splice(0).length).toBeGreaterThan(0);
  });
});

function answering(result: Message): NonNullable<FakeServerOptions['on']> {
  return (message) => (message['method'] === 'tools/call' ? { result } : undefined);
}
