/** Stages of long results: which ones they are asked about, and what becomes of a call while they are at work. */
import { afterEach, describe, expect, it } from 'vitest';
import type { LongResult, OtherResult, ResultStage } from '../../../src/mcp/index.ts';
import { FakeClock } from '../../support/fakes/fake-clock.ts';
import { eventually, Harness, tool, type Message } from '../../support/worlds/mcp-harness.ts';
import type { Peer } from '../../support/worlds/peer.ts';

let harness: Harness;
afterEach(() => harness.close());

const call = { name: 'a__t', arguments: {} };
const SHORT = { content: [{ type: 'text', text: 'page 1' }] };
const trace = { id: 'f'.repeat(32), count: 3, tokens: 300, withheldTokens: 200 };
const other: OtherResult = { kind: 'other', text: JSON.stringify(SHORT), trace };
const textOf = (length: number): Message => ({ content: [{ type: 'text', text: 'x'.repeat(length) }] });

/** Takes what has 1,000 bytes or more, and is told by the test what becomes of it. */
class Waiting implements ResultStage {
  readonly id = 'waiting';
  readonly asked: LongResult[] = [];
  readonly wanted: number[] = [];
  end: (other: OtherResult) => void = () => undefined;
  fail: (error: Error) => void = () => undefined;

  wants({ bytes }: { readonly bytes: number }): boolean {
    this.wanted.push(bytes);
    return bytes >= 1_000;
  }

  async instead(result: LongResult): Promise<OtherResult> {
    this.asked.push(result);
    const { promise, resolve, reject } = Promise.withResolvers<OtherResult>();
    this.end = resolve;
    this.fail = reject;
    return promise;
  }
}

async function setUp(
  results: ResultStage,
  result: () => Message,
  clock?: FakeClock,
): Promise<{ readonly agent: Peer; readonly server: Awaited<ReturnType<Harness['server']>> }> {
  harness = new Harness({ stages: () => ({ results }), ...(clock === undefined ? {} : { clock }) });
  const server = await harness.server('a', {
    tools: [tool('t')],
    resources: [{ uri: 'a://doc', name: 'doc' }],
    on: ({ method }) => (method === 'tools/call' || method === 'resources/read' ? result() : undefined),
  });
  const agent = await harness.agent();
  await agent.request('tools/list');
  await agent.request('resources/list');
  return { agent, server };
}

describe('ResultStage.instead', () => {
  for (const length of [2_000, 20_000]) {
    it(`gives an agent another result in the place of one of ${length} bytes, and is told what came`, async () => {
      const stage = new Waiting();
      const { agent } = await setUp(stage, () => ({ result: { ...textOf(length), _meta: { n: 1 } } }));
      const answer = agent.request('tools/call', call);
      await eventually(() => stage.asked.length === 1, 'the stage');
      expect(harness.router.counts()).toMatchObject({ calls: 1, upstreamRequests: 0 });
      const [seen] = stage.asked;
      expect([seen?.server, seen?.tool, seen?.method, seen?.project]).toEqual(['a', 't', 'tools/call', 'default']);
      const message = JSON.parse(Buffer.from(seen?.message() ?? []).toString()) as Message;
      expect(message['result']).toEqual({ ...textOf(length), _meta: { n: 1 } });
      stage.end(other);
      expect(await answer).toMatchObject({ result: SHORT });
      expect(harness.router.counts().calls).toBe(0);
      expect(harness.observed.traces).toMatchObject([{ outcome: 'ok', pages: trace }]);
      expect(harness.observed.traces[0]?.responseBytes).toBeGreaterThan(length);
    });
  }

  it('gives one that is long itself as it is, without parsing it', async () => {
    const stage = new Waiting();
    const { agent } = await setUp(stage, () => ({ result: textOf(2_000) }));
    const answer = agent.request('tools/call', call);
    await eventually(() => stage.asked.length === 1, 'the stage');
    stage.end({ ...other, text: `{"content":[{"type":"text","text":"${'y'.repeat(200_000)}"}],"n":1.0}` });
    expect(await answer).toMatchObject({ result: { content: [{ text: 'y'.repeat(200_000) }], n: 1 } });
    expect(agent.raw.at(-1)).toContain('"n":1.0');
  });

  it('does the same for a resource, which has no trace', async () => {
    const stage = new Waiting();
    const { agent } = await setUp(stage, () => ({
      result: { contents: [{ uri: 'a://doc', text: 'x'.repeat(9_000) }] },
    }));
    const answer = agent.request('resources/read', { uri: 'a://doc' });
    await eventually(() => stage.asked.length === 1, 'the stage');
    expect(stage.asked[0]?.tool).toBeUndefined();
    stage.end({ ...other, text: '{"contents":[]}' });
    expect(await answer).toMatchObject({ result: { contents: [] } });
  });

  it('does the same for what a task results in, as the tool whose call it was', async () => {
    const stage = new Waiting();
    const task = { taskId: 't1', status: 'completed' };
    harness = new Harness({ stages: () => ({ results: stage }) });
    await harness.server('a', {
      tools: [tool('t')],
      on: ({ method }) => {
        if (method === 'tools/call') return { result: { task } };
        const related = { 'io.modelcontextprotocol/related-task': { taskId: 't1' } };
        return method === 'tasks/result' ? { result: { ...textOf(2_000), _meta: related } } : undefined;
      },
    });
    const agent = await harness.agent();
    await agent.request('tools/list');
    const made = await agent.request('tools/call', { ...call, task: {} });
    expect(made).toMatchObject({ result: { task: { taskId: 't1' } } });
    const answer = agent.request('tasks/result', { taskId: 't1' });
    await eventually(() => stage.asked.length === 1, 'the stage');
    expect(stage.asked[0]).toMatchObject({ tool: 't', server: 'a', method: 'tools/call', isTraced: false });
    stage.end(other);
    expect(await answer).toMatchObject({ result: SHORT });
  });

  it('is not asked about errors, results that say isError, and what has no text', async () => {
    const stage = new Waiting();
    const long = 'x'.repeat(9_000);
    const answers: Message[] = [
      { error: { code: -32000, message: long } },
      { result: { ...textOf(9_000), isError: true } },
      { result: { ...textOf(2_000), isError: true } },
      { result: { content: [{ type: 'image', data: 'x'.repeat(2_000), mimeType: 'image/png' }] } },
    ];
    const { agent } = await setUp(stage, () => answers[0] ?? {});
    while (answers.length > 0) {
      expect(await agent.request('tools/call', call)).toMatchObject(answers[0] ?? {});
      answers.shift();
    }
    expect(stage.asked).toEqual([]);
  });

  it('lets others’ calls go on meanwhile, and short results pass with nothing but a look at their size', async () => {
    const stage = new Waiting();
    let length = 20_000;
    const { agent } = await setUp(stage, () => ({ result: textOf(length) }));
    const waiting = agent.request('tools/call', call);
    await eventually(() => stage.asked.length === 1, 'the stage');
    length = 10;
    const second = await harness.agent();
    expect(await second.request('tools/call', call)).toMatchObject({ result: textOf(10) });
    expect(await agent.request('tools/call', call)).toMatchObject({ result: textOf(10) });
    expect(stage.asked).toHaveLength(1);
    stage.end(other);
    expect(await waiting).toMatchObject({ result: SHORT });
  });
});

describe('ResultStage.instead: a result that stays', () => {
  it('is given as it came when the stage says so, with the reason in the trace', async () => {
    const stage = new Waiting();
    const { agent } = await setUp(stage, () => ({ result: textOf(20_000) }));
    const answer = agent.request('tools/call', call);
    await eventually(() => stage.asked.length === 1, 'the stage');
    stage.end({ kind: 'same', trace: { failed: 'the disk is full' } });
    expect(await answer).toMatchObject({ result: textOf(20_000) });
    expect(harness.observed.traces).toMatchObject([{ outcome: 'ok', pages: { failed: 'the disk is full' } }]);
  });

  it('is given when the stage fails, which is reported', async () => {
    const stage = new Waiting();
    const { agent } = await setUp(stage, () => ({ result: textOf(20_000) }));
    const answer = agent.request('tools/call', call);
    await eventually(() => stage.asked.length === 1, 'the stage');
    stage.fail(new Error('a bug'));
    expect(await answer).toMatchObject({ result: textOf(20_000) });
    expect(harness.observed.bugs.splice(0)).toHaveLength(1);
  });

  it('is given after 10 s', async () => {
    const stage = new Waiting();
    const clock = new FakeClock();
    const { agent } = await setUp(stage, () => ({ result: textOf(20_000) }), clock);
    const answer = agent.request('tools/call', call);
    await eventually(() => stage.asked.length === 1, 'the stage');
    await clock.advance(10_000);
    expect(await answer).toMatchObject({ result: textOf(20_000) });
    expect(harness.observed.traces).toMatchObject([{ pages: { failed: 'not ready within 10s' } }]);
    stage.end(other);
    await agent.request('ping');
    expect(harness.observed.traces).toHaveLength(1);
  });
});

describe('ResultStage.instead: a call that ends meanwhile', () => {
  it('gets no answer once its agent has cancelled it', async () => {
    const stage = new Waiting();
    const { agent } = await setUp(stage, () => ({ result: textOf(20_000) }));
    agent.send({ jsonrpc: '2.0', id: 'h', method: 'tools/call', params: call });
    await eventually(() => stage.asked.length === 1, 'the stage');
    agent.notify('notifications/cancelled', { requestId: 'h', reason: 'changed my mind' });
    await agent.request('ping');
    expect(harness.router.counts().calls).toBe(0);
    stage.end(other);
    await agent.request('ping');
    expect(agent.received.filter(({ id }) => id === 'h')).toEqual([]);
    expect(harness.observed.traces.map(({ outcome, error }) => [outcome, error])).toEqual([
      ['cancelled', 'changed my mind'],
    ]);
  });

  it('ends with its session', async () => {
    const stage = new Waiting();
    const { agent } = await setUp(stage, () => ({ result: textOf(20_000) }));
    agent.send({ jsonrpc: '2.0', id: 'h', method: 'tools/call', params: call });
    await eventually(() => stage.asked.length === 1, 'the stage');
    agent.stream.destroy();
    await eventually(() => harness.observed.traces.length === 1, 'the trace');
    stage.end(other);
    expect(harness.observed.traces[0]?.outcome).toBe('cancelled');
    expect(harness.router.counts().calls).toBe(0);
  });
});
