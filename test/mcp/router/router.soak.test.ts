/** Random interleavings from a fixed seed: whatever happens, each call has one answer or none, and nothing is left over. */
import { afterEach, describe, expect, it } from 'vitest';
import {
  eventually,
  Harness,
  tool,
  type FakeServer,
  type Message,
  type Peer,
} from '../../support/worlds/mcp-harness.ts';

const STEPS = 4000;

/** Mulberry32: small, good enough, the same everywhere. */
function random(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}

interface Agent {
  readonly peer: Peer;
  readonly sent: Set<number>;
  readonly cancelled: Set<number>;
}

describe('createRouter: soak', () => {
  let harness: Harness;
  afterEach(() => harness.close());

  it.each([1, 2, 3])(
    'keeps its promises through crashes, cancellations and departures (seed %i)',
    { timeout: 60_000 },
    async (seed) => {
      harness = new Harness();
      const below = random(seed);
      const pick = <T>(from: readonly T[]): T | undefined => from[below(from.length)];
      const options = {
        tools: [tool('now'), tool('later'), tool('ask'), tool('big')],
        resources: [{ uri: 'x://1', name: '1' }],
        on(message: Message, self: FakeServer): Message | 'ignore' | undefined {
          if (message['method'] !== 'tools/call') return undefined;
          const { name } = message['params'] as Message;
          if (name === 'now') return undefined;
          if (name === 'big') return { result: { text: 'b'.repeat(20_000) } };
          if (name === 'ask')
            self.send({
              jsonrpc: '2.0',
              id: `ask ${String(message['id'])}`,
              method: 'sampling/createMessage',
              params: {},
            });
          return 'ignore';
        },
      };
      const servers = new Map<string, FakeServer>();
      let started = 0;
      const start = async (name: string): Promise<void> => {
        servers.set(name, await harness.server(name, options, `${name}-${(started += 1)}`));
      };
      await Promise.all(['a', 'b'].map(start));
      const arrive = async (): Promise<Agent> => ({
        peer: await harness.agent({ capabilities: { sampling: {} } }),
        sent: new Set(),
        cancelled: new Set(),
      });
      const gone: Agent[] = [];
      const agents = [await arrive(), await arrive()];
      let nextId = 0;

      const answerSome = (server: FakeServer): void => {
        const open = server.calls.slice(-20);
        const call = pick(open);
        if (call === undefined) return;
        server.notify('notifications/progress', { progressToken: call['id'], progress: 1 });
        server.result(call['id'], { late: true });
      };
      const actions: (() => void | Promise<void>)[] = [
        ...Array.from({ length: 8 }, () => () => {
          const agent = pick(agents);
          const id = nextId++;
          agent?.sent.add(id);
          const name = `${String(pick(['a', 'b']))}__${String(pick(['now', 'later', 'ask', 'big']))}`;
          agent?.peer.send({
            jsonrpc: '2.0',
            id,
            method: 'tools/call',
            params: { name, arguments: {}, _meta: { progressToken: 1 } },
          });
        }),
        ...Array.from({ length: 4 }, () => () => {
          const server = pick([...servers.values()]);
          if (server !== undefined) answerSome(server);
        }),
        ...Array.from({ length: 3 }, () => () => {
          const agent = pick(agents);
          const id = pick([...(agent?.sent ?? [])]);
          if (agent === undefined || id === undefined) return;
          agent.cancelled.add(id);
          agent.peer.notify('notifications/cancelled', { requestId: id });
        }),
        () => {
          const agent = pick(agents);
          for (const request of agent?.peer.of('sampling/createMessage') ?? []) {
            agent?.peer.send({ jsonrpc: '2.0', id: request['id'], result: { role: 'assistant' } });
          }
        },
        () => {
          const agent = pick(agents);
          const method = pick(['resources/subscribe', 'resources/unsubscribe']) ?? '';
          agent?.peer.send({ jsonrpc: '2.0', id: `s${nextId++}`, method, params: { uri: 'x://1' } });
        },
        () => pick([...servers.values()])?.notify('notifications/tools/list_changed'),
        () => {
          const level = pick(['debug', 'error']);
          pick(agents)?.peer.send({
            jsonrpc: '2.0',
            id: `l${nextId++}`,
            method: 'logging/setLevel',
            params: { level },
          });
        },
      ];
      const rare: (() => Promise<void>)[] = [
        async () => {
          const name = pick(['a', 'b']) ?? 'a';
          const lost = harness.observed.lost.length;
          servers.get(name)?.stream.destroy();
          await eventually(() => harness.observed.lost.length > lost, 'the loss');
          await start(name);
        },
        async () => {
          const index = below(agents.length);
          const [agent] = agents.splice(index, 1);
          agent?.peer.stream.destroy();
          if (agent !== undefined) gone.push(agent);
          agents.push(await arrive());
        },
      ];
      for (let step = 0; step < STEPS; step += 1) {
        if (step % 97 === 96) await pick(rare)?.();
        else await pick(actions)?.();
        if (below(5) === 0) await new Promise((resolve) => setImmediate(resolve));
      }

      // What is still open is answered by its server; then each call has had exactly one answer.
      await Promise.all(agents.map(({ peer }) => peer.request('ping')));
      const answered = new Set<unknown>();
      const answerAll = (): boolean => {
        for (const server of servers.values()) {
          for (const call of server.calls.filter((one) => !answered.has(one))) {
            answered.add(call);
            server.result(call['id'], { late: true });
          }
        }
        // Calls that waited for their turn come now.
        return harness.router.counts().calls === 0;
      };
      await eventually(answerAll, 'no call in flight');
      await Promise.all(agents.map(({ peer }) => peer.request('ping')));
      for (const { peer, sent, cancelled } of agents) {
        const answers = new Map<unknown, number>();
        for (const { id, method } of peer.received) {
          if (method === undefined && typeof id === 'number') answers.set(id, (answers.get(id) ?? 0) + 1);
        }
        expect([...answers.values()].filter((count) => count !== 1)).toEqual([]);
        expect([...sent].filter((id) => !answers.has(id) && !cancelled.has(id))).toEqual([]);
        expect([...answers.keys()].filter((id) => !sent.has(id as number))).toEqual([]);
      }
      // What a departing agent said last may not have arrived.
      const sum = (list: readonly Agent[]): number => list.reduce((total, { sent }) => total + sent.size, 0);
      expect(harness.observed.traces.length).toBeGreaterThanOrEqual(sum(agents));
      expect(harness.observed.traces.length).toBeLessThanOrEqual(sum([...agents, ...gone]));

      for (const { peer } of agents) peer.stream.destroy();
      await eventually(() => harness.router.counts().sessions === 0, 'no session');
      await eventually(() => harness.router.counts().upstreamRequests === 0, 'no request upstream');
      expect(harness.router.counts()).toEqual({
        sessions: 0,
        upstreams: 2,
        calls: 0,
        upstreamRequests: 0,
        serverRequests: 0,
        subscriptions: 0,
      });
    },
  );
});
