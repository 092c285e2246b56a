/** What every connection to an instance must do; run on each, against a server that the test plays. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { systemClock } from '../../src/kernel/clock.ts';
import { silentLogger } from '../../src/kernel/log.ts';
import type { ConnectionOptions, Upstream } from '../../src/mcp/upstream/upstream.ts';
import type { Answer } from '../../src/mcp/wire/outcome.ts';
import { Pacer } from '../../src/pacing/pace.ts';
import { HeardFromUpstream, KeptCall } from '../support/fakes/heard-from-upstream.ts';
import type { Message } from '../support/worlds/peer.ts';
import { until } from '../support/until.ts';

/** An upstream to which the server's `initialize`, where there is one, has been answered. */
export interface OpenedUpstream {
  readonly upstream: Upstream;
  /** What came to the server, in the order in which it came. */
  received(): readonly Message[];
  /** Answers a request that came. */
  answer(request: Message, response: Message): void;
  /** The server says this by itself. */
  say(message: Message): void;
  /** A line of it that is no message. */
  sayRaw(text: string): void;
  /** It ends without a word. */
  die(): Promise<void>;
  close(): Promise<void>;
}

export interface UpstreamUnderTest {
  open(options: ConnectionOptions): Promise<OpenedUpstream>;
  /** Servers of this revision make no requests: one is answered in the listener's place. */
  readonly refusesRequests?: boolean;
}

export function upstreamContract(name: string, subject: UpstreamUnderTest): void {
  describe(`upstream contract: ${name}`, () => {
    let opened: OpenedUpstream;
    let upstream: Upstream;
    let heard: HeardFromUpstream;
    beforeEach(async () => {
      heard = new HeardFromUpstream();
      opened = await subject.open({
        id: 'ins_1',
        server: 'fs',
        maxMessageBytes: 1024 * 1024,
        mask: (text) => text.replaceAll('s3cret', '***'),
        listener: heard,
        logger: silentLogger,
        bugs: { report: (_where, error) => void heard.bugs.push(error) },
        clock: systemClock,
        pacer: new Pacer(systemClock),
      });
      ({ upstream } = opened);
    });
    afterEach(async () => {
      upstream.close('the test is over');
      await upstream.ended;
      await opened.close();
    });

    const ask = (call: KeptCall, args: Message = {}, options: { readonly wantsProgress?: boolean } = {}): number =>
      upstream.request(
        { jsonrpc: '2.0', id: call.requestId, method: 'tools/call', params: { name: 't', ...args } },
        call,
        options,
      );
    const calls = (): readonly Message[] => opened.received().filter(({ method }) => method === 'tools/call');
    /** The request with this mark, once it is there. */
    async function come(mark: string): Promise<Message> {
      const find = (): Message | undefined => calls().find(({ params }) => (params as Message)['mark'] === mark);
      await until(() => find() !== undefined, `call ${mark} at the server`, {
        now: () => JSON.stringify(opened.received()),
      });
      return find() ?? {};
    }
    const ended = (...all: readonly KeptCall[]): Promise<void> =>
      until(() => all.every(({ answers }) => answers.length > 0), 'an end of each call');
    /** One more call there and back: what was said before it has been heard. */
    async function settled(): Promise<void> {
      const call = new KeptCall();
      ask(call, { mark: 'settled' });
      opened.answer(await come('settled'), { result: {} });
      await ended(call);
    }

    it('gives each request an id of its own, and each answer to its call, in any order', async () => {
      const kept = ['a', 'b', 'c'].map(() => new KeptCall(7));
      const ids = ['a', 'b', 'c'].map((mark, index) => ask(kept[index] as KeptCall, { mark }));
      expect(new Set(ids).size).toBe(3);
      const requests = await Promise.all(['a', 'b', 'c'].map(come));
      expect(new Set(requests.map(({ id }) => id)).size).toBe(3);
      for (const index of [1, 2, 0]) opened.answer(requests[index] ?? {}, { result: { of: index } });
      await ended(...kept);
      expect(kept.map(({ end }) => end)).toMatchObject([{ of: 0 }, { of: 1 }, { of: 2 }]);
      expect([upstream.pending.size, heard.bugs]).toEqual([0, []]);
    });

    it('passes on results and errors as they are, long ones too', async () => {
      const text = 'ž'.repeat(100_000);
      const responses: Message[] = [
        { result: { content: [{ type: 'text', text: 'short' }] } },
        { result: { content: [{ type: 'text', text }] } },
        { error: { code: -32602, message: 'no', data: { text: 'why' } } },
        { error: { code: -32602, message: text } },
      ];
      for (const [index, response] of responses.entries()) {
        const call = new KeptCall();
        ask(call, { mark: `m${index}` });
        opened.answer(await come(`m${index}`), response);
        await ended(call);
        expect(call.end).toMatchObject((response['result'] ?? response['error']) as Message);
      }
    });

    it('lists what waits in the order of sending', async () => {
      const kept = [1, 2, 3, 4].map((id) => new KeptCall(id));
      const ids = kept.map((call) => ask(call, { mark: `m${call.requestId}` }));
      const waiting = (): readonly unknown[] => [...upstream.pending.values()].map(({ requestId }) => requestId);
      expect(waiting()).toEqual([1, 2, 3, 4]);
      upstream.forget(ids[1] ?? 0);
      opened.answer(await come('m3'), { result: {} });
      await ended(kept[2] as KeptCall);
      expect([waiting(), upstream.pending.size]).toEqual([[1, 4], 2]);
    });

    it('tells the server of a cancellation, and ignores what it answers', async () => {
      const [cancelled, other] = [new KeptCall(1), new KeptCall(2)];
      const id = ask(cancelled, { mark: 'a' }, { wantsProgress: true });
      ask(other, { mark: 'b' });
      const request = await come('a');
      upstream.cancel(id, 'enough');
      upstream.cancel(id, 'enough');
      expect(upstream.pending.size).toBe(1);
      const told = (): readonly Message[] =>
        opened.received().filter(({ method }) => method === 'notifications/cancelled');
      await until(() => told().length > 0, 'the cancellation');
      expect(told()[0]?.['params']).toEqual({ requestId: request['id'], reason: 'enough' });
      opened.say({
        jsonrpc: '2.0',
        method: 'notifications/progress',
        params: { progressToken: request['id'], progress: 1 },
      });
      opened.say({ jsonrpc: '2.0', id: request['id'], result: {} });
      opened.answer(await come('b'), { result: { of: 'b' } });
      await ended(other);
      await settled();
      expect([cancelled.answers, cancelled.progressed, told().length]).toEqual([[], [], 1]);
      expect(other.end).toMatchObject({ of: 'b' });
    });

    it('forgets a request without a word', async () => {
      const call = new KeptCall();
      const id = ask(call, { mark: 'a' });
      const request = await come('a');
      const before = opened.received().length;
      upstream.forget(id);
      upstream.forget(id);
      upstream.cancel(id, undefined);
      opened.say({ jsonrpc: '2.0', id: request['id'], result: {} });
      await settled();
      expect([call.answers, upstream.pending.size]).toEqual([[], 0]);
      expect(
        opened
          .received()
          .slice(before)
          .map(({ method }) => method),
      ).toEqual(['tools/call']);
    });

    it('settles a call once, however often it is answered', async () => {
      const call = new KeptCall();
      ask(call, { mark: 'a' });
      const request = await come('a');
      opened.answer(request, { result: { n: 1 } });
      await ended(call);
      opened.say({ jsonrpc: '2.0', id: request['id'], result: { n: 2 } });
      opened.say({ jsonrpc: '2.0', id: 4711, result: {} });
      await settled();
      expect(call.answers).toHaveLength(1);
      expect(call.end).toMatchObject({ n: 1 });
    });

    it('tells a call that cannot handle its answer so, reports it, and goes on with the others', async () => {
      class BadCall extends KeptCall {
        override settle(answer: Answer): void {
          if (answer.kind !== 'failed') throw new Error('a bug');
          super.settle(answer);
        }
      }
      const bad = new BadCall();
      ask(bad, { mark: 'a' });
      opened.answer(await come('a'), { result: {} });
      await ended(bad);
      await settled();
      expect(bad.answers).toMatchObject([{ kind: 'failed', error: { code: -32603 }, isLost: false }]);
      expect(heard.bugs).toMatchObject([{ message: 'a bug' }]);
      expect([upstream.pending.size, upstream.isLost]).toEqual([0, false]);
    });

    it('brings progress to the call whose token it has, before its answer', async () => {
      const [one, other] = [new KeptCall(1), new KeptCall(2)];
      ask(one, { mark: 'a' }, { wantsProgress: true });
      ask(other, { mark: 'b' });
      const request = await come('a');
      const token = ((request['params'] as Message)['_meta'] as Message)['progressToken'];
      expect(token).toBe(request['id']);
      const progress = (n: number): Message => ({ progressToken: token, progress: n });
      for (const n of [1, 2]) opened.say({ jsonrpc: '2.0', method: 'notifications/progress', params: progress(n) });
      await until(() => one.progressed.length === 2, 'progress');
      expect(one.progressed).toMatchObject([{ progress: 1 }, { progress: 2 }]);
      opened.answer(request, { result: {} });
      await ended(one);
      opened.say({ jsonrpc: '2.0', method: 'notifications/progress', params: progress(3) });
      await settled();
      expect([one.progressed.length, other.progressed, heard.notifications]).toEqual([2, [], []]);
    });

    it('tells the listener what the server says by itself, under its own name, and brings answers back', async () => {
      opened.say({ jsonrpc: '2.0', method: 'notifications/message', params: { level: 'info', data: 'ž' } });
      opened.say({ jsonrpc: '2.0', id: 'q1', method: 'roots/list' });
      opened.sayRaw('Listening on s3cret');
      await until(() => heard.notifications.length === 1 && heard.invalid.length === 1, 'what it says');
      expect(heard.notifications).toEqual([
        { jsonrpc: '2.0', method: 'notifications/message', params: { level: 'info', data: 'ž' } },
      ]);
      expect(heard.invalid[0]).not.toContain('s3cret');
      const answers = (): readonly Message[] =>
        opened.received().filter(({ id, method }) => id === 'q1' && method === undefined);
      const asked = subject.refusesRequests === true ? [] : ['roots/list'];
      await until(() => heard.requests.length === asked.length, 'its request');
      expect(heard.requests.map(({ method }) => method)).toEqual(asked);
      for (const _ of asked) upstream.send('{"jsonrpc":"2.0","id":"q1","result":{"roots":[]}}');
      await until(() => answers().length === 1, 'an answer to its request');
      expect(answers()[0]).toMatchObject(
        subject.refusesRequests === true ? { error: { code: -32601 } } : { result: { roots: [] } },
      );
      expect([...heard.sources]).toEqual([upstream]);
    });

    it('fails what is in flight when it is closed, with the reason, once, and is lost', async () => {
      const kept = [1, 2, 3].map((id) => new KeptCall(id));
      for (const call of kept) ask(call, { mark: `m${call.requestId}` });
      const requests = await Promise.all(['m1', 'm2', 'm3'].map(come));
      upstream.close('it was stopped by ann');
      upstream.close('again');
      expect([upstream.isLost, upstream.pending.size]).toEqual([true, 0]);
      await ended(...kept);
      for (const request of requests) opened.say({ jsonrpc: '2.0', id: request['id'], result: {} });
      await upstream.ended;
      for (const call of kept) {
        expect(call.answers).toMatchObject([{ kind: 'failed', isLost: true }]);
        expect((call.end as Message)['message']).toContain('it was stopped by ann');
      }
      expect(heard.losses).toEqual([]);
    });

    it('settles a request on a lost connection at once, and sends nothing', async () => {
      upstream.close('over');
      await upstream.ended;
      const before = opened.received().length;
      const call = new KeptCall();
      const id = ask(call, { mark: 'late' });
      expect(call.answers).toMatchObject([{ kind: 'failed', isLost: true }]);
      upstream.cancel(id, 'no');
      upstream.forget(id);
      upstream.send('{"jsonrpc":"2.0","method":"notifications/x"}');
      expect([upstream.pending.size, call.answers.length, opened.received().length]).toEqual([0, 1, before]);
    });

    it('fails what is in flight when the server dies, and says once that it is lost', async () => {
      const kept = [1, 2, 3].map((id) => new KeptCall(id));
      for (const call of kept) ask(call, { mark: `m${call.requestId}` });
      await Promise.all(['m1', 'm2', 'm3'].map(come));
      await opened.die();
      await ended(...kept);
      // Over HTTP it takes more than one request to know that nobody is there.
      await until(async () => {
        if (upstream.isLost) return true;
        const call = new KeptCall();
        kept.push(call);
        ask(call);
        await ended(call);
        return false;
      }, 'an upstream that is lost');
      for (const { answers } of kept) expect(answers).toMatchObject([{ kind: 'failed' }]);
      upstream.close('afterwards');
      expect(heard.losses).toEqual([expect.stringMatching(/\S/)]);
      expect([upstream.pending.size, [...heard.sources]]).toEqual([0, [upstream]]);
    });

    it('counts what the server has not taken, and comes back to nothing', async () => {
      await settled();
      const call = new KeptCall();
      ask(call, { mark: 'a', text: 'x'.repeat(300_000) });
      expect(upstream.queuedBytes).toBeGreaterThan(250_000);
      opened.answer(await come('a'), { result: {} });
      await ended(call);
      await until(() => upstream.queuedBytes === 0, 'all being taken', { now: () => String(upstream.queuedBytes) });
    });
  });
}
