/** Instances on demand, leased, recycled and reaped, on the whole engine with a fake clock. */
import { duplexPair } from 'node:stream';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { aDraft } from '../../support/builders/builders.ts';
import { engineHarness, type Harness } from '../../support/worlds/engine-harness.ts';
import { Peer, type Message } from '../../support/worlds/peer.ts';

let harness: Harness;
beforeEach(async () => {
  harness = await engineHarness();
});
afterEach(() => harness.close());

const names = (): string[] => [...harness.engine.view().instances.values()].map(({ name }) => name).toSorted();
const running = (): string[] => harness.process.starts.map(({ instanceName }) => instanceName);

/** An agent that has said `initialize`. */
function anAgent(capabilities: Message = {}): Peer {
  const [ours, theirs] = duplexPair();
  harness.engine.router.agents.accept(ours, { project: 'default' });
  const agent = new Peer(theirs);
  const clientInfo = { name: 'agent', version: '1' };
  const params = { protocolVersion: '2025-11-25', capabilities, clientInfo };
  agent.send({ jsonrpc: '2.0', id: 0, method: 'initialize', params });
  return agent;
}

/** Sends a call and lets the engine do what it takes. */
async function called(agent: Peer, id: number): Promise<Message> {
  agent.send({ jsonrpc: '2.0', id, method: 'tools/call', params: { name: 'fs__echo', arguments: {} } });
  // What the engine tells the router of failures goes with the next change of the view.
  for (let round = 0; round < 20 && !agent.received.some((message) => message['id'] === id); round += 1) {
    await harness.pass(100);
  }
  return agent.answer(id);
}

describe('an isolated server', () => {
  it('gets an instance more for each session beyond its replicas, shows who has which, and reaps them when idle', async () => {
    await harness.engine.commands.createServer(aDraft());
    await harness.untilPhase('fs-1', 'running');
    const agents = [anAgent(), anAgent(), anAgent()];
    for (const [index, agent] of agents.entries()) expect(await called(agent, index + 1)).toHaveProperty('result');
    expect(names()).toEqual(['fs-1', 'fs-2', 'fs-3']);
    const leases = [...harness.engine.view().instances.values()].map(({ lease }) => lease);
    const sessions = [...harness.engine.view().sessions.keys()];
    expect(new Set(leases.map((lease) => lease?.sessionId))).toEqual(new Set(sessions));
    expect(leases.every((lease) => lease?.client === 'agent 1')).toBe(true);

    agents[2]?.stream.end();
    await harness.until(() => harness.engine.view().sessions.size === 2, 'the end of a session');
    const ended = [...harness.engine.view().endedSessions.values()];
    expect(ended.map(({ id, client }) => [sessions.includes(id), client])).toEqual([[true, 'agent 1']]);
    await harness.until(() => names().every((name) => harness.instance(name).phase === 'running'), 'a fresh one');
    await harness.pass(55_000);
    expect(names()).toHaveLength(3);
    await harness.pass(10_000);
    expect(names()).toHaveLength(2);
    // What sessions use is not reaped, whatever its number.
    for (const name of names()) expect(harness.instance(name).lease).toBeDefined();
    expect(await called(agents[0] as Peer, 9)).toHaveProperty('result');
  });

  it('starts an instance afresh after its session, which counts as no restart and leaves no trace of the session', async () => {
    await harness.engine.commands.createServer(aDraft());
    await harness.untilPhase('fs-1', 'running');
    const agent = anAgent({ roots: {} });
    await called(agent, 1);
    const before = harness.process.starts.length;
    agent.stream.end();
    await harness.until(() => harness.process.starts.length > before, 'a fresh start');
    await harness.untilPhase('fs-1', 'running');
    const row = harness.instance('fs-1');
    expect(row).toMatchObject({ restarts: 0, phase: 'running' });
    expect(row.lease).toBeUndefined();
    expect(harness.process.running.size).toBe(1);
    const recycled = (await harness.audit('instance_recycle')).map(({ message }) => message);
    expect(recycled.at(-1)).toMatch(/^session ses_\w+ ended$/);
  });

  it('is not grown beyond maxInstances, and the session that gets none is told so', async () => {
    await harness.engine.commands.createServer(aDraft({ maxInstances: 2 }));
    await harness.untilPhase('fs-1', 'running');
    const agents = [anAgent(), anAgent(), anAgent()];
    const answers: Message[] = [];
    for (const agent of agents) answers.push(await called(agent, 1));
    expect(answers[2]?.['error']).toMatchObject({ code: -32000, data: { server: 'fs', state: 'exhausted' } });
    expect(names()).toEqual(['fs-1', 'fs-2']);
  });

  it('that cannot start a second instance says why to the session that needs it, and keeps the back-off', async () => {
    harness.process.fate = ({ instanceName }) =>
      instanceName === 'fs-2'
        ? { ok: false, failure: { kind: 'other', code: 'SPAWN_FAILED', message: 'the lock is taken' } }
        : undefined;
    await harness.engine.commands.createServer(aDraft());
    await harness.untilPhase('fs-1', 'running');
    const [first, second] = [anAgent(), anAgent()];
    expect(await called(first, 1)).toHaveProperty('result');
    for (const id of [1, 2, 3]) {
      expect((await called(second, id))['error']).toMatchObject({
        code: -32000,
        data: {
          server: 'fs',
          state: 'error',
          reason: 'fs-2 failed, and the server’s other instances serve other sessions: SPAWN_FAILED: the lock is taken',
        },
      });
    }
    expect(running().filter((name) => name === 'fs-2')).toHaveLength(1);
    expect(harness.instance('fs-2').retry).toMatchObject({ attemptCount: 1 });
    harness.process.fate = () => undefined;
    await harness.pass(34_000);
    expect(await called(second, 4)).toHaveProperty('result');
  });

  it('fails what is in flight when its instance crashes, and gives the session the next one', async () => {
    await harness.engine.commands.createServer(aDraft());
    await harness.untilPhase('fs-1', 'running');
    const agent = anAgent();
    await called(agent, 1);
    const [child] = harness.process.running;
    child?.crash();
    await harness.untilPhase('fs-1', 'error');
    expect((await called(agent, 2))['error']).toMatchObject({ code: -32000, data: { state: 'error' } });
    await harness.pass(34_000);
    await harness.untilPhase('fs-1', 'running');
    expect(await called(agent, 3)).toHaveProperty('result');
    expect(harness.instance('fs-1').lease?.client).toBe('agent 1');
  });

  it('with isolation shared serves all sessions from its replicas', async () => {
    await harness.engine.commands.createServer(aDraft({ isolation: 'shared' }));
    await harness.untilPhase('fs-1', 'running');
    for (const agent of [anAgent(), anAgent(), anAgent()]) expect(await called(agent, 1)).toHaveProperty('result');
    expect(names()).toEqual(['fs-1']);
    expect(harness.instance('fs-1').lease).toBeUndefined();
    expect(running()).toEqual(['fs-1']);
  });

  it('that is stopped by an operator stays stopped, whoever asks', async () => {
    await harness.engine.commands.createServer(aDraft());
    await harness.untilPhase('fs-1', 'running');
    const [first, second] = [anAgent(), anAgent()];
    await called(first, 1);
    await harness.engine.commands.stop('fs');
    await harness.untilPhase('fs-1', 'stopped');
    for (const agent of [first, second]) {
      expect((await called(agent, 2))['error']).toMatchObject({ code: -32000, data: { state: 'stopped' } });
    }
    await harness.pass(10_000);
    expect(names()).toEqual(['fs-1']);
    expect(harness.process.running.size).toBe(0);
  });
});
