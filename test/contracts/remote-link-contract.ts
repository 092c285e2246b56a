/** What every link to a remote server must do; run on each way of HTTP, against a server that the test plays. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { systemClock } from '../../src/kernel/clock.ts';
import { HttpClient } from '../../src/mcp/upstream/remote/http-client.ts';
import type { LinkOptions, RemoteLink } from '../../src/mcp/upstream/remote/link.ts';
import type { RemoteFailure } from '../../src/mcp/upstream/remote/remote-failure.ts';
import { Pacer } from '../../src/pacing/pace.ts';
import { HeardFromRemote } from '../support/fakes/heard-from-remote.ts';
import type { Posted, RemoteWay } from '../support/fakes/remote-way.ts';
import type { Message } from '../support/worlds/peer.ts';
import { until } from '../support/until.ts';

export interface RemoteLinkUnderTest {
  open(options: LinkOptions): RemoteLink;
  /** A server that speaks this way. */
  server(): Promise<RemoteWay>;
}

const MAX_MESSAGE_BYTES = 64 * 1024;

export function remoteLinkContract(name: string, subject: RemoteLinkUnderTest): void {
  describe(`remote link contract: ${name}`, () => {
    let server: RemoteWay;
    let heard: HeardFromRemote;
    let link: RemoteLink;
    beforeEach(async () => {
      server = await subject.server();
      heard = new HeardFromRemote();
      link = subject.open({
        url: new URL(server.url),
        headers: { 'x-own': 'header' },
        client: new HttpClient({ clock: systemClock, allowPrivate: true }),
        clock: systemClock,
        flow: new Pacer(systemClock).flow({}),
        maxMessageBytes: MAX_MESSAGE_BYTES,
        mask: (text) => text.replaceAll('s3cret', '***'),
        auth: undefined,
        listener: heard,
      });
    });
    afterEach(async () => {
      await link.close();
      await server.close();
    });

    const request = (id: number, params: Message = {}, method = 'tools/call'): void => {
      heard.waiting.add(id);
      link.request({ id, method, text: JSON.stringify({ jsonrpc: '2.0', id, method, params }) });
    };
    const came = (count: number): Promise<void> =>
      until(() => server.posted.length >= count, `${count} messages at the server`, {
        now: () => String(server.posted.length),
      });
    const ended = (...ids: readonly number[]): Promise<void> =>
      until(() => ids.every((id) => heard.endsOf(id) > 0), `an end of ${ids.join(', ')}`, {
        now: () => JSON.stringify([heard.messages, heard.failures.map(([, { message }]) => message), heard.oversized]),
      });
    /** One more request there and back: what came before it has been heard. */
    const settled = async (id: number): Promise<void> => {
      server.on = (posted) => posted.answer();
      request(id);
      await ended(id);
    };
    /** Leaves messages unanswered, for the test to end. */
    const hold = (): void => {
      server.on = () => undefined;
    };
    const at = (index: number): Posted => {
      const posted = server.posted[index];
      if (posted === undefined) throw new Error(`no message ${index}`);
      return posted;
    };

    it('brings a request to the server as it was written, with the headers of its own, and the answer back once', async () => {
      server.on = (posted) => posted.answer({ result: { text: 'žluť\u2028' } });
      request(1, { text: 'ünï', big: 1 });
      await ended(1);
      expect(at(0).body).toBe('{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"text":"ünï","big":1}}');
      expect(at(0).headers).toMatchObject({ 'x-own': 'header', 'content-type': 'application/json' });
      expect(heard.messages).toEqual([{ jsonrpc: '2.0', id: 1, result: { text: 'žluť\u2028' } }]);
      expect([heard.failures, heard.troubles]).toEqual([[], []]);
      expect(heard.reachedCount).toBeGreaterThan(0);
    });

    it('takes an error for an answer', async () => {
      server.on = (posted) => posted.answer({ error: { code: -32602, message: 'no' } });
      request(1);
      await ended(1);
      expect(heard.messages).toEqual([{ jsonrpc: '2.0', id: 1, error: { code: -32602, message: 'no' } }]);
    });

    it('takes answers in any order', async () => {
      hold();
      for (const id of [1, 2, 3, 4, 5]) request(id, { id });
      await came(5);
      const order = [4, 0, 3, 1, 2];
      for (const index of order) {
        const { message } = at(index);
        at(index).answer({ result: { of: message['id'] } });
        await ended(message['id'] as number);
      }
      expect(heard.messages.map(({ id, result }) => [id, (result as Message)['of']])).toEqual(
        order.map((index) => [at(index).message['id'], at(index).message['id']]),
      );
      expect(heard.failures).toEqual([]);
    });

    it.each([
      ['refused', (posted: Posted) => posted.refuse(500, 'broken: s3cret'), 'HTTP_STATUS'],
      ['limited', (posted: Posted) => posted.refuse(429), 'RATE_LIMITED'],
      ['hung up on', (posted: Posted) => posted.hangUp(), 'UNREACHABLE'],
    ] as const)('fails a request that is %s, once, and no other', async (_how, end, code) => {
      hold();
      for (const id of [1, 2]) request(id);
      await came(2);
      const [bad, good] = at(0).message['id'] === 1 ? [at(0), at(1)] : [at(1), at(0)];
      end(bad);
      await ended(1);
      good.answer();
      await ended(2);
      expect(heard.failures).toEqual([[1, expect.objectContaining({ code, isUnsent: false }) as RemoteFailure]]);
      expect(heard.failures[0]?.[1].message).not.toContain('s3cret');
      await settled(3);
      expect([1, 2, 3].map((id) => heard.endsOf(id))).toEqual([1, 1, 1]);
    });

    it('fails what is answered in part, and goes on with the next', async () => {
      server.on = (posted) => posted.breakOff();
      request(1);
      await ended(1);
      expect(heard.failures.map(([id]) => id)).toEqual([1]);
      await settled(2);
      expect(heard.endsOf(1)).toBe(1);
    });

    it('fails a request to a server that is not there, and says that it was not sent', async () => {
      await server.close();
      request(1);
      await ended(1);
      expect(heard.failures).toMatchObject([[1, { code: 'UNREACHABLE', isUnsent: true }]]);
    });

    it('says nothing of a request that was abandoned, however it ends', async () => {
      hold();
      for (const id of [1, 2, 3]) request(id);
      await came(3);
      for (const id of [1, 2]) {
        heard.waiting.delete(id);
        link.abandon(id);
        link.abandon(id);
      }
      link.abandon(77);
      for (const posted of server.posted) {
        if (posted.message['id'] === 1) posted.refuse(500);
        else if (posted.message['id'] === 2) posted.hangUp();
        else posted.answer();
      }
      await ended(3);
      await settled(4);
      expect([heard.failures, heard.oversized]).toEqual([[], []]);
    });

    it('ends a request whose answer is over the limit, once, and goes on', async () => {
      server.on = (posted) => posted.answer({ result: { text: 'x'.repeat(2 * MAX_MESSAGE_BYTES) } });
      request(1);
      await ended(1);
      expect(heard.messages).toEqual([]);
      await settled(2);
      expect(heard.endsOf(1)).toBe(1);
    });

    it('posts text or pieces of bytes as one message each, and resolves once the server has taken it', async () => {
      const text = '{"jsonrpc":"2.0","method":"notifications/x","params":{"text":"ž"}}';
      const bytes = Buffer.from(text);
      expect(await link.post(text)).toBeUndefined();
      expect(await link.post([bytes.subarray(0, 60), bytes.subarray(60, 62), bytes.subarray(62)])).toBeUndefined();
      expect(server.posted.map(({ body }) => body)).toEqual([text, text]);
      expect(heard.troubles).toEqual([]);
    });

    it('resolves a post that is refused, or meets nobody, with what the listener is told as well', async () => {
      const text = '{"jsonrpc":"2.0","method":"notifications/x"}';
      // A stream is there already, where there is one.
      await settled(1);
      server.on = (posted) => posted.refuse(500, 's3cret');
      const refused = await link.post(text);
      expect(refused).toMatchObject({ code: 'HTTP_STATUS', status: 500 });
      expect(refused?.message).not.toContain('s3cret');
      expect(heard.troubles).toContain(refused);
      await server.close();
      const away = await link.post(text);
      expect(away?.message).toMatch(/\S/);
      expect(heard.troubles).toContain(away);
    });

    it('counts what the server has not taken, and nothing of it afterwards', async () => {
      await settled(1);
      expect([heard.queuedBytes, heard.mostQueued > 0]).toEqual([0, true]);
      const text = 'x'.repeat(50_000);
      server.on = (posted) => posted.refuse(500);
      request(2, { text });
      await link.post(JSON.stringify({ jsonrpc: '2.0', method: 'notifications/x', params: { text } }));
      await ended(2);
      expect(heard.mostQueued).toBeGreaterThan(50_000);
      expect(heard.queuedBytes).toBe(0);
    });

    it('says the revision with each message once it is agreed on', async () => {
      await settled(1);
      link.protocolVersion = '2025-06-18';
      await settled(2);
      await link.post('{"jsonrpc":"2.0","method":"notifications/x"}');
      expect(server.posted.map(({ headers }) => headers['mcp-protocol-version'])).toEqual([
        undefined,
        '2025-06-18',
        '2025-06-18',
      ]);
    });

    it('brings what the server says by itself once it may', async () => {
      await settled(1);
      link.listen();
      await until(() => server.canSay(), 'a stream');
      server.say({ jsonrpc: '2.0', method: 'notifications/message', params: { n: 1 } });
      server.say({ jsonrpc: '2.0', id: 's1', method: 'ping' });
      await until(() => heard.messages.length === 3, 'both');
      expect(heard.messages.slice(1).map(({ method }) => method)).toEqual(['notifications/message', 'ping']);
    });

    it('closes once, tells nothing any more, and sends nothing', async () => {
      hold();
      for (const id of [1, 2]) request(id);
      await came(2);
      await Promise.all([link.close(), link.close()]);
      await link.close();
      const before = server.posted.length;
      for (const posted of server.posted) posted.answer();
      request(3);
      const text = '{"jsonrpc":"2.0","method":"notifications/x"}';
      expect(await link.post(text)).toMatchObject({ message: expect.stringMatching(/\S/) as string });
      link.listen();
      link.abandon(1);
      // Another connection has been there and back meanwhile.
      await fetch(server.url, { method: 'DELETE' });
      expect(server.posted).toHaveLength(before);
      expect([heard.messages, heard.failures, heard.troubles, heard.oversized]).toEqual([[], [], [], []]);
    });

    it('closes before anything was sent, and opens nothing afterwards', async () => {
      await link.close();
      request(1);
      expect(await link.post('{"jsonrpc":"2.0","method":"notifications/x"}')).toBeDefined();
      await fetch(server.url, { method: 'DELETE' });
      expect([server.posted, server.canSay(), heard.failures, heard.troubles]).toEqual([[], false, [], []]);
    });
  });
}
