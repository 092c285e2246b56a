/** The proxy of one agent and its engine: connecting, refusing, starting, ending. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { EXIT } from '../../../src/mcp/proxy/proxy.ts';
import { eventually } from '../../support/worlds/mcp-harness.ts';
import { OK, ProxyWorld } from '../../support/worlds/proxy-world.ts';

describe('Proxy', () => {
  let world: ProxyWorld;
  beforeEach(() => {
    world = new ProxyWorld();
  });
  afterEach(() => world.close());

  it('asks for the project by upgrade and passes bytes both ways, those that come with the answer too', async () => {
    await world.startEngine(OK, '{"early":1}\n');
    const agent = world.client({ identity: { project: 'a b/c' } });
    const answer = agent.request('ping', undefined, 1);
    const peer = await world.peerNumber(1);
    await peer.untilMethod('ping');
    peer.send({ jsonrpc: '2.0', id: 1, result: {} });
    expect(await answer).toEqual({ jsonrpc: '2.0', id: 1, result: {} });
    expect(agent.received[0]).toEqual({ early: 1 });
    expect(world.requests[0]).toMatch(/^GET \/mcp-stdio\?project=a%20b%2Fc HTTP\/1\.1\r\n/);
    expect(world.requests[0]).toContain('\r\nConnection: Upgrade\r\nUpgrade: mcptui-stdio\r\n');
    agent.stream.end();
    await eventually(() => world.exits.length === 1, 'the exit');
    expect(world.exits).toEqual([{ code: EXIT.ok, message: undefined }]);
  });

  it('says to each engine who the agent is', async () => {
    await world.startEngine();
    const agent = world.client({ identity: { project: 'ops', agent: 'reviewer', personality: 'careful one' } });
    await agent.request('initialize', {}, 1);
    await world.stopEngine();
    await world.startEngine();
    await eventually(() => world.requests.length === 2, 'the second engine');
    for (const request of world.requests) {
      expect(request).toMatch(/^GET \/mcp-stdio\?project=ops&agent=reviewer&personality=careful%20one HTTP\/1\.1\r\n/);
    }
    agent.proxy.end(0);
  });

  it("says the engine's own words on a refusal: 6 for an unknown project, 2 for a bad request, 1 for others", async () => {
    for (const [status, code] of [
      [404, EXIT.notFound],
      [400, EXIT.usage],
      [500, EXIT.failure],
    ] as const) {
      const body = JSON.stringify({ error: { code: 'x', message: `no project ${status}`, hint: 'projects: default' } });
      await world.startEngine(`HTTP/1.1 ${status} X\r\nContent-Length: ${body.length}\r\n\r\n${body}`);
      world.client();
      await eventually(() => world.exits.some((exit) => exit.code === code), `exit ${code}`);
      expect(world.exits.at(-1)?.message).toBe(`no project ${status} (projects: default)`);
      await world.stopEngine();
    }
  });

  it('says that no engine runs when it may not start one', async () => {
    world.client();
    await eventually(() => world.exits.length === 1, 'the exit');
    expect(world.exits).toEqual([
      { code: EXIT.unreachable, message: expect.stringContaining('mcptui --daemon') as string },
    ]);
  });

  it('starts an engine once, and what the agent has said meanwhile is not lost', async () => {
    const agent = world.client({ mayStart: true });
    const answer = agent.request('initialize', {}, 'i');
    expect(await answer).toMatchObject({ id: 'i', result: { number: 1 } });
    expect(world.starts).toBe(1);
  });

  it('takes the place of no engine that a service keeps, and of none that was started by hand for a while', async () => {
    for (const by of ['service', 'operator'] as const) {
      world.startedBy = by;
      const agent = world.client({ mayStart: true });
      const answer = agent.request('initialize', {}, by);
      await eventually(() => world.lookedWho === by, 'a look at who started it');
      await world.startEngine();
      expect(await answer).toMatchObject({ id: by });
      expect(world.starts).toBe(0);
      await world.stopEngine();
    }
  });

  it('passes on what an agent has said that is gone already, and the answer to it', async () => {
    await world.startEngine();
    const agent = world.client();
    const answer = agent.request('initialize', {}, 'i');
    agent.stream.end();
    expect(await answer).toMatchObject({ id: 'i' });
    world.sockets[0]?.end();
    await eventually(() => world.exits.length === 1, 'the exit');
    expect(world.exits).toEqual([{ code: EXIT.ok, message: undefined }]);
  });
});
