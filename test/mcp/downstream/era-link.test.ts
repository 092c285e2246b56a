/** Both eras on a byte stream: the first request decides, a probe does not. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { META } from '../../../src/mcp/eras/modern.ts';
import { Harness, tool, type Message, type Peer } from '../../support/worlds/mcp-harness.ts';
import { modernMessage } from '../../support/worlds/modern.ts';

let h: Harness;
beforeEach(() => {
  h = new Harness();
});
afterEach(() => h.close());

const ask = (peer: Peer, method: string, params: Message = {}, id: string | number = 1): Promise<Message> => {
  peer.send(modernMessage(method, params, { id }));
  return peer.answer(id);
};

describe('EraLink', () => {
  it('serves a client of 2026-07-28 without initialize, in the session that it has anyway', async () => {
    await h.server('a', { tools: [tool('t')] });
    const peer = h.rawAgent();
    expect(await ask(peer, 'server/discover', {}, 'd')).toMatchObject({
      result: { supportedVersions: ['2026-07-28'] },
    });
    expect(await ask(peer, 'tools/call', { name: 'a__t', arguments: {} }, 'c')).toMatchObject({
      id: 'c',
      result: { resultType: 'complete', content: [{ text: 't' }] },
    });
    expect(h.router.agents.sessions()).toMatchObject([{ client: 'modern 1' }]);
  });

  it('becomes of an older revision by initialize, also after a probe', async () => {
    await h.server('a', { tools: [tool('t')] });
    const peer = h.rawAgent();
    await ask(peer, 'server/discover', {}, 'd');
    const params = { protocolVersion: '2025-06-18', capabilities: {}, clientInfo: { name: 'old', version: '1' } };
    expect(await peer.request('initialize', params)).toMatchObject({ result: { protocolVersion: '2025-06-18' } });
    const call = await peer.request('tools/call', { name: 'a__t', arguments: {} });
    expect(call['result']).not.toHaveProperty('resultType');
    expect(await peer.request('ping')).toMatchObject({ result: {} });
    h.router.agents.builtinChanged(['tools']);
    await peer.untilMethod('notifications/tools/list_changed');
  });

  it('refuses what names no revision once the connection is modern', async () => {
    const peer = h.rawAgent();
    await ask(peer, 'tools/list', {}, 'l');
    expect(await peer.request('tools/list')).toMatchObject({ error: { code: -32602 } });
    const late = await peer.request('initialize', { protocolVersion: '2025-11-25', capabilities: {} });
    expect(late).toMatchObject({ error: { code: -32022, data: { supported: ['2026-07-28'] } } });
    expect(await ask(peer, 'ping', {}, 'p')).toMatchObject({ error: { code: -32601 } });
  });

  it('tells changes to those who listen only, until they cancel', async () => {
    const server = await h.server('a', { tools: [tool('t')] });
    const peer = h.rawAgent();
    await ask(peer, 'tools/list', {}, 'l');
    peer.send(modernMessage('subscriptions/listen', { notifications: { toolsListChanged: true } }, { id: 'sub' }));
    await peer.untilMethod('notifications/subscriptions/acknowledged');
    server.notify('notifications/tools/list_changed');
    server.notify('notifications/prompts/list_changed');
    const told = await peer.untilMethod('notifications/tools/list_changed');
    expect(told['params']).toEqual({ _meta: { [META.subscriptionId]: 'sub' } });
    peer.notify('notifications/cancelled', { requestId: 'sub' });
    const before = server.of('tools/list').length;
    server.notify('notifications/tools/list_changed');
    await server.until(() => server.of('tools/list').length > before, 'the list being fetched again');
    await ask(peer, 'tools/list', {}, 'm');
    expect(peer.of('notifications/tools/list_changed')).toHaveLength(1);
    expect(peer.of('notifications/prompts/list_changed')).toEqual([]);
  });

  it('cancels a call by the id that the client gave it', async () => {
    const server = await h.server('a', {
      tools: [tool('t')],
      on: ({ method }) => (method === 'tools/call' ? 'ignore' : undefined),
    });
    const peer = h.rawAgent();
    peer.send(modernMessage('tools/call', { name: 'a__t', arguments: {} }, { id: 'slow' }));
    await server.untilMethod('tools/call');
    peer.notify('notifications/cancelled', { requestId: 'slow', reason: 'enough' });
    expect((await server.untilMethod('notifications/cancelled'))['params']).toMatchObject({ reason: 'enough' });
    expect(h.router.counts().calls).toBe(0);
  });
});
