/** A session over HTTP that is idle gives its instance up when another one waits. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { LEASE_META_KEY } from '../../../../src/mcp/traffic/lease-notes.ts';
import { FakeClock } from '../../../support/fakes/fake-clock.ts';
import { HttpHarness, type HttpAgent } from '../../../support/worlds/http-harness.ts';
import { eventually, tool, type Message } from '../../../support/worlds/mcp-harness.ts';

let h: HttpHarness;
let clock: FakeClock;
beforeEach(async () => {
  clock = new FakeClock();
  h = await new HttpHarness({ clock }).listen();
});
afterEach(() => h.close());

const call = { name: 'a__t', arguments: {} };
const called = (agent: HttpAgent): Promise<Message> => agent.request('tools/call', call);
const leasedTo = (): string[] => h.observed.leases.map(({ sessionId }) => sessionId);
/** Answers have been read, and their connections are known to be done. */
const quiet = (): Promise<void> =>
  eventually(() => h.router.counts().calls === 0 && h.router.counts().upstreamRequests === 0, 'quiet');

async function two(): Promise<readonly [HttpAgent, HttpAgent]> {
  await h.fleet('a', { tools: [tool('t')] }, { maxInstances: 2 });
  const agents = [await h.session(), await h.session()] as const;
  for (const agent of agents) expect(await called(agent)).toHaveProperty('result');
  await quiet();
  return agents;
}

describe('a session over HTTP', () => {
  it('that was idle for 30 s gives its instance up at once, the longest idle one first, and is told with its next result', async () => {
    const [first, second] = await two();
    await clock.advance(10_000);
    expect(await called(second)).toHaveProperty('result');
    await clock.advance(25_000);
    const third = await h.session();
    expect(await called(third)).toHaveProperty('result');
    expect(h.observed.retired.map(({ reason }) => reason)).toEqual([
      expect.stringMatching(/^session ses_\w+ was idle for 35s, and another one waits$/),
    ]);
    expect(leasedTo()).toHaveLength(3);
    // The second has its own still; the first takes that of whoever was idle long enough.
    expect((await called(second))['result']).not.toHaveProperty('_meta');
    await clock.advance(31_000);
    const again = await called(first);
    expect(again['result']).toMatchObject({
      content: [{ text: 't' }],
      _meta: {
        [LEASE_META_KEY]: expect.stringMatching(/^this is a fresh instance of server a: the one before/) as string,
      },
    });
    expect((await called(first))['result']).not.toHaveProperty('_meta');
    const stream = await first.listen();
    await clock.advance(200);
    await stream.message(({ method }) => String(method).endsWith('/list_changed'));
    stream.destroy();
  });

  it('that comes a little too early waits until one has been idle long enough', async () => {
    await two();
    await clock.advance(20_000);
    const third = await h.session();
    const answer = called(third);
    await eventually(() => h.router.agents.sessions().some(({ open, waiting }) => open + waiting > 0), 'the call');
    await clock.advance(5_000);
    expect(h.observed.retired).toEqual([]);
    await clock.advance(6_000);
    expect(await answer).toHaveProperty('result');
  });

  it('keeps what it has while it works or listens: then the next one is refused at once', async () => {
    const isSlow = (message: Message): boolean => (message['params'] as Message | undefined)?.['name'] === 'slow';
    await h.fleet(
      'a',
      { tools: [tool('t'), tool('slow')], on: (message) => (isSlow(message) ? 'ignore' : undefined) },
      { maxInstances: 2 },
    );
    const [first, second] = [await h.session(), await h.session()];
    for (const agent of [first, second]) expect(await called(agent)).toHaveProperty('result');
    const stream = await first.listen();
    const slow = second.request('tools/call', { name: 'a__slow', arguments: {} }, 7).catch(() => undefined);
    await eventually(() => h.router.counts().upstreamRequests > 0, 'the slow call');
    await clock.advance(60_000);
    const third = await h.session();
    expect((await called(third))['error']).toMatchObject({ data: { state: 'exhausted' } });
    expect(h.observed.retired).toEqual([]);
    await second.send({ jsonrpc: '2.0', method: 'notifications/cancelled', params: { requestId: 7 } });
    stream.destroy();
    await slow;
  });
});
