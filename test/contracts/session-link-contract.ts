/** What every link between a session and its agent must do; run on each, with an agent that the test plays. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { SessionLink } from '../../src/mcp/downstream/session-link.ts';
import { HeardFromAgent, type Taken } from '../support/fakes/heard-from-agent.ts';
import type { LinkedAgent } from '../support/worlds/linked-agent.ts';
import type { Message } from '../support/worlds/peer.ts';
import { pause, until } from '../support/until.ts';

export interface LinkedUp {
  readonly link: SessionLink;
  readonly agent: LinkedAgent;
}

export interface SessionLinkUnderTest {
  create(): Promise<LinkedUp>;
  /** A request as this revision writes it; default: without more. */
  readonly write?: (method: string, params: Message, id: string) => Message;
  /** What an agent tells reaches the session. Default true. */
  readonly takesNotifications?: boolean;
  /** What an agent sends can come to an end while it still reads. */
  readonly isStream?: boolean;
}

const CHANGED = '{"jsonrpc":"2.0","method":"notifications/tools/list_changed"}';
const progress = (n: number, message = ''): string =>
  JSON.stringify({
    jsonrpc: '2.0',
    method: 'notifications/progress',
    params: { progressToken: 1, progress: n, message },
  });

/** The same bytes, cut everywhere that a character of several bytes allows. */
function pieces(text: string): readonly Buffer[] {
  const bytes = Buffer.from(text);
  return Array.from({ length: Math.ceil(bytes.length / 7) }, (_, index) => bytes.subarray(index * 7, index * 7 + 7));
}

export function sessionLinkContract(name: string, subject: SessionLinkUnderTest): void {
  describe(`session link contract: ${name}`, () => {
    let link: SessionLink;
    let agent: LinkedAgent;
    let heard: HeardFromAgent;
    let isClosed: boolean;
    beforeEach(async () => {
      isClosed = false;
      ({ link, agent } = await subject.create());
      heard = new HeardFromAgent();
      link.open(heard);
    });
    afterEach(async () => {
      if (!isClosed) link.close();
      await agent.close();
    });

    const plain = (method: string, params: Message, id: string): Message => ({ jsonrpc: '2.0', id, method, params });
    const write = subject.write ?? plain;
    const close = (): void => {
      isClosed = true;
      link.close();
    };
    /** Sends a call, and resolves once the session has it. */
    async function call(id: string, args: Message = {}): Promise<Taken> {
      const before = heard.taken.length;
      agent.send(write('tools/call', { name: 't', arguments: args }, id));
      await until(() => heard.taken.length > before, `call ${id} at the session`);
      return heard.taken[before] as Taken;
    }
    const answer = ({ id, sink }: Taken, result: Message, asBytes = false): void => {
      const text = JSON.stringify({ jsonrpc: '2.0', id, result });
      sink.send(asBytes ? pieces(text) : text);
    };
    const answerOf = (id: string): Message | undefined => agent.arrived().find((message) => message['id'] === id);
    const answered = (id: string): Promise<void> =>
      until(() => answerOf(id) !== undefined, `an answer to ${id}`, {
        now: () => JSON.stringify(agent.arrived()).slice(0, 2_000),
      });
    const of = (method: string): readonly Message[] =>
      agent.arrived().filter((message) => message['method'] === method);

    it('hands over what the agent sends, in order and whole, the long too', async () => {
      const long = 'ž'.repeat(60_000);
      const sent = ['a', 'b', 'ž\u2028', long, 'c'];
      for (const [index, text] of sent.entries()) await call(`q${index}`, { text });
      const texts = heard.taken.map(({ message }) => ((message['params'] as Message)['arguments'] as Message)['text']);
      expect(texts).toEqual(sent);
      expect(heard.taken.every(({ message }) => message['method'] === 'tools/call')).toBe(true);
      expect(new Set(heard.taken.map(({ id }) => id)).size).toBe(sent.length);
      expect(heard.bugs).toEqual([]);
    });

    it('brings each answer to its request, in any order, of text and of pieces', async () => {
      const taken = [await call('a'), await call('b'), await call('c')];
      for (const index of [2, 0, 1]) answer(taken[index] as Taken, { content: [{ text: `ž${index}` }] }, index === 0);
      for (const id of ['a', 'b', 'c']) await answered(id);
      const texts = ['a', 'b', 'c'].map((id) => (answerOf(id)?.['result'] as Message | undefined)?.['content']);
      expect(texts).toEqual([[{ text: 'ž0' }], [{ text: 'ž1' }], [{ text: 'ž2' }]]);
      expect(agent.arrived()).toHaveLength(3);
    });

    it('brings what belongs to a call as one message each, before its answer', async () => {
      const taken = await call('q');
      link.notify(progress(1, 'ž'), taken.id);
      link.send(progress(2), taken.id);
      link.send(pieces(progress(3, 'ž密🔑')), taken.id);
      answer(taken, {});
      await answered('q');
      expect(of('notifications/progress').map(({ params }) => params)).toEqual([
        { progressToken: 1, progress: 1, message: 'ž' },
        { progressToken: 1, progress: 2, message: '' },
        { progressToken: 1, progress: 3, message: 'ž密🔑' },
      ]);
      expect(agent.arrived().at(-1)).toMatchObject({ id: 'q' });
      expect(agent.arrived()).toHaveLength(4);
    });

    it('brings what belongs to no call to an agent that listens, of text and of pieces', async () => {
      answer(await call('q'), {});
      await answered('q');
      await agent.listen();
      const before = of('notifications/tools/list_changed').length;
      link.send(CHANGED);
      link.notify(CHANGED);
      link.send(pieces(CHANGED));
      await until(() => of('notifications/tools/list_changed').length >= before + 3, 'three changes');
      expect(of('notifications/tools/list_changed')).toHaveLength(before + 3);
    });

    it.each([false, true])(
      'asks the agent what a server asks in the midst of its call; in pieces: %s',
      async (isInPieces) => {
        const taken = await call('q');
        const text = JSON.stringify({ jsonrpc: '2.0', id: 5, method: 'roots/list', params: { why: 'ž' } });
        link.send(isInPieces ? pieces(text) : text, taken.id);
        const asked = (): readonly Message[] => {
          const requests = agent.arrived().map(({ result }) => (result as Message | undefined)?.['inputRequests']);
          return [
            ...of('roots/list'),
            ...requests.flatMap((each) => Object.values((each ?? {}) as Message) as Message[]),
          ];
        };
        await until(() => asked().length > 0, 'the question');
        expect(asked()).toMatchObject([{ method: 'roots/list', params: { why: 'ž' } }]);
      },
    );

    it('drops notifications for an agent that does not read, and still brings it the answer', async () => {
      const taken = await call('q');
      link.notify(progress(0), taken.id);
      await until(() => of('notifications/progress').length === 1, 'the first');
      agent.pause();
      const total = 640;
      const text = 'x'.repeat(64 * 1024);
      for (let n = 1; n <= total; n += 1) {
        link.notify(progress(n, text), taken.id);
        // What the system takes for the agent, it takes meanwhile.
        if (n % 64 === 0) await pause(5);
      }
      answer(taken, { content: [] });
      agent.resume();
      await answered('q');
      const numbers = of('notifications/progress').map(({ params }) => (params as Message)['progress'] as number);
      expect(numbers.length).toBeGreaterThan(1);
      expect(numbers.length).toBeLessThan(total / 2);
      expect(numbers).toEqual(numbers.toSorted((a, b) => a - b));
    });

    it('knows that the agent is gone: it ends, or says since when nobody is there', async () => {
      await call('q');
      await agent.listen();
      expect(link.aloneSinceMs).toBeUndefined();
      agent.disconnect();
      await until(() => heard.ends.length > 0 || link.aloneSinceMs !== undefined, 'an end');
      expect(heard.ends.length).toBeLessThanOrEqual(1);
    });

    it('brings nothing once it is closed, and leaves nobody waiting', async () => {
      const [open, late] = [await call('a'), await call('b')];
      await agent.listen();
      link.notify(progress(1), open.id);
      close();
      await until(() => agent.isOver(), 'the end of all connections');
      const before = agent.arrived().length;
      link.send(CHANGED);
      link.notify(CHANGED);
      link.send(progress(2), open.id);
      link.send(pieces(progress(3)), open.id);
      answer(open, { late: true });
      answer(late, { late: true }, true);
      // An error that nobody catches would come within a turn.
      await pause(5);
      expect(agent.arrived()).toHaveLength(before);
      expect(JSON.stringify(agent.arrived())).not.toContain('late');
      expect(heard.bugs).toEqual([]);
    });

    it('brings what was sent before it is closed, and nothing that is sent in the same turn afterwards', async () => {
      const open = await call('a');
      await agent.listen();
      link.notify(progress(1), open.id);
      close();
      link.send(progress(2), open.id);
      link.notify(CHANGED);
      answer(open, { late: true });
      await until(() => agent.isOver(), 'the end of all connections');
      expect(of('notifications/progress').map(({ params }) => (params as Message)['progress'])).toEqual([1]);
      expect(JSON.stringify(agent.arrived())).not.toMatch(/late|list_changed/);
    });

    if (subject.takesNotifications === false) return;

    it('hands over notifications', async () => {
      await call('q');
      agent.send({ jsonrpc: '2.0', method: 'notifications/roots/list_changed' });
      await until(() => heard.taken.length === 2, 'the notification');
      expect(heard.taken[1]?.message).toMatchObject({ method: 'notifications/roots/list_changed' });
    });

    if (subject.isStream !== true) return;

    it('tells that the agent sends nothing more, and brings it what is left', async () => {
      const taken = await call('q');
      agent.endInput();
      await until(() => heard.inputEnds > 0, 'the end of its input');
      answer(taken, { content: [] });
      await answered('q');
      expect(heard.inputEnds).toBe(1);
    });
  });
}
