import { afterEach, describe, expect, it } from 'vitest';
import type { ResourceRequest } from '../../../src/mcp/index.ts';
import { Harness, tool, type FakeServerOptions, type Message } from '../../support/worlds/mcp-harness.ts';

let harness: Harness;
afterEach(() => harness.close());

const reads = (more: Partial<ResourceRequest> = {}) =>
  harness.router.servers.readResource({
    server: 'a',
    project: 'default',
    uri: 'file:///a b%20c:d',
    timeoutMs: 5_000,
    maxBytes: 1_000,
    isUse: true,
    ...more,
  });
const answering = (result: Message | 'ignore'): FakeServerOptions => ({
  on: (message) => (message['method'] === 'resources/read' ? result : undefined),
});

describe('createRouter: readResource', () => {
  it('gives the contents of the URI as it stands, and counts no call', async () => {
    harness = new Harness();
    const server = await harness.server('a');
    expect(await reads()).toEqual({ kind: 'contents', contents: [{ uri: 'file:///a b%20c:d', text: 'text' }] });
    expect(server.of('resources/read')[0]?.['params']).toEqual({ uri: 'file:///a b%20c:d' });
    expect(harness.observed.traces).toEqual([]);
    expect(harness.router.counts()).toMatchObject({ calls: 0, upstreamRequests: 0, sessions: 0 });
  });

  it('reads only from a server of that project', async () => {
    harness = new Harness();
    await harness.server('a');
    expect(await reads({ project: 'web' })).toEqual({ kind: 'other-project', project: 'default' });
    expect(await reads({ server: 'b' })).toEqual({ kind: 'no-server' });
    harness.unroute('a');
    expect(await reads()).toEqual({ kind: 'no-server' });
  });

  it.each<[string, Message | 'ignore', object]>([
    ['an error', { error: { code: -32002, message: 'no such' } }, { kind: 'error', code: -32002, message: 'no such' }],
    ['too much', { result: { contents: [{ uri: 'x', text: 'y'.repeat(2_000) }] } }, { kind: 'too-large' }],
    ['no contents', { result: {} }, { kind: 'contents', contents: [] }],
    [
      'contents that are none',
      { result: { contents: ['x', null, { uri: 'u' }] } },
      { kind: 'contents', contents: [{ uri: 'u' }] },
    ],
  ])('tells %s', async (_what, answer, outcome) => {
    harness = new Harness();
    await harness.server('a', answering(answer));
    expect(await reads()).toEqual(outcome);
  });

  it('gives up after its time, and the server is told', async () => {
    harness = new Harness();
    const server = await harness.server('a', answering('ignore'));
    expect(await reads({ timeoutMs: 30 })).toEqual({ kind: 'timeout' });
    await server.untilMethod('notifications/cancelled');
  });

  it('says why a server that is not connected cannot be read', async () => {
    harness = new Harness();
    harness.route({ name: 'a', down: { state: 'stopped', reason: 'stopped by ann' } });
    expect(await reads()).toEqual({ kind: 'down', state: 'stopped', reason: 'stopped by ann' });
    harness.route({ name: 'a', down: { state: 'starting', reason: 'it is starting' } });
    expect(await reads({ isUse: false })).toEqual({ kind: 'down', state: 'starting', reason: 'it is starting' });
    expect(await reads({ timeoutMs: 30 })).toEqual({ kind: 'down', state: 'starting', reason: 'it is starting' });
  });

  it('waits for a server that is starting, as long as it may', async () => {
    harness = new Harness();
    harness.route({ name: 'a', down: { state: 'starting', reason: 'it is starting' } });
    const read = reads();
    await harness.server('a');
    expect(await read).toMatchObject({ kind: 'contents' });
  });

  it('asks no server that has said it has no resources', async () => {
    harness = new Harness();
    const server = await harness.server('a', { capabilities: { tools: {} } });
    expect(await reads()).toEqual({ kind: 'no-resources' });
    expect(server.of('resources/read')).toEqual([]);
  });

  it('reads an isolated server from an instance that no session has used, and leaves it as it was', async () => {
    harness = new Harness();
    const fleet = await harness.fleet('a', { tools: [tool('t')] });
    expect(await reads({ isUse: false })).toMatchObject({ kind: 'contents' });
    expect(fleet.started).toHaveLength(1);
    expect(harness.observed.retired).toEqual([]);
  });

  it('takes a lease where each instance serves a session, for an agent only, and gives it back', async () => {
    harness = new Harness();
    const fleet = await harness.fleet('a', { tools: [tool('t')] });
    const agent = await harness.agent();
    await agent.request('tools/call', { name: 'a__t', arguments: {} });
    expect(await reads({ isUse: false })).toEqual({ kind: 'busy' });
    expect(fleet.started).toHaveLength(1);
    expect(await reads()).toMatchObject({ kind: 'contents' });
    expect(fleet.started[0]?.of('resources/read')).toEqual([]);
    expect(harness.observed.leases).toHaveLength(1);
    expect(harness.observed.retired).toHaveLength(1);
  });

  it('says busy where there is no room for one more', async () => {
    harness = new Harness();
    await harness.fleet('a', { tools: [tool('t')] }, { maxInstances: 1 });
    const agent = await harness.agent();
    await agent.request('tools/call', { name: 'a__t', arguments: {} });
    expect(await reads({ timeoutMs: 30 })).toEqual({ kind: 'busy' });
  });
});
