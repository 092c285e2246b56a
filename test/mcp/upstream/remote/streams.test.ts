/** Streams of remote servers: resumed where they broke off, opened again, and full of junk. */
import { pause } from '../../../support/until.ts';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { eventually, type Message } from '../../../support/worlds/mcp-harness.ts';
import { RemoteWorld } from '../../../support/worlds/remote-world.ts';
import { event, type Exchange, type ScriptedServer } from '../../../support/fakes/scripted-server.ts';

describe('30. remote upstreams: a stream of a remote server', () => {
  let world: RemoteWorld;
  let server: ScriptedServer;

  beforeEach(async () => {
    world = await RemoteWorld.start({ listDeadlineMs: 30_000 });
    ({ server } = world);
  });
  afterEach(() => world.close());

  it('is continued with the rest of an answer that broke off, after the wait that it names, from the event it sent last', async () => {
    await world.connect();
    let id: unknown;
    server.script = (exchange) => {
      const { name, method, message, stream, response, headers } = exchange;
      if (name === 'tools/call') {
        id = message?.['id'];
        stream(
          'id: e1\nretry: 30\ndata:',
          event({ jsonrpc: '2.0', method: 'notifications/message', params: { level: 'error', data: 1 } }, 'e2'),
        );
        response.end();
        return true;
      }
      if (method !== 'GET' || headers['last-event-id'] !== 'e2') return false;
      stream(event({ jsonrpc: '2.0', id, result: { content: [{ type: 'text', text: 'whole' }] } }, 'e3'));
      response.end();
      return true;
    };
    expect(await world.call()).toMatchObject({ result: { content: [{ text: 'whole' }] } });
    expect(server.named('tools/call')).toHaveLength(1);
    expect(world.agent.of('notifications/message')).toHaveLength(1);
  });

  it('that does not resume fails the call, which is not sent again', async () => {
    await world.connect();
    world.onCall(({ stream, response }) => {
      stream('id: e1\nretry: 1\ndata:');
      response.end();
    });
    const failed = await world.call();
    expect((failed['error'] as Message)['message']).toMatch(/it may have run.*is not resumed.*HTTP 405/);
    expect(server.named('tools/call')).toHaveLength(1);
  });

  it('speaks by itself on a GET stream, which is opened again where it ended', async () => {
    const streams: Exchange[] = [];
    server.script = (exchange) => {
      if (exchange.method !== 'GET') return false;
      streams.push(exchange);
      exchange.stream(
        'retry: 20',
        event({ jsonrpc: '2.0', method: 'notifications/tools/list_changed' }, `g${streams.length}`),
      );
      return true;
    };
    await world.connect();
    await eventually(() => streams.length === 1, 'the stream');
    await eventually(() => server.named('tools/list').length >= 2, 'the list again');
    streams[0]?.response.end();
    await eventually(() => streams.length === 2, 'the stream again');
    expect(streams[1]?.headers['last-event-id']).toBe('g1');
    await world.agent.untilMethod('notifications/tools/list_changed').catch(() => undefined);
  });

  it('that ends its stream at once, and names no wait, is not asked for it in a hurry', async () => {
    let opened = 0;
    server.script = ({ method, stream, response }) => {
      if (method !== 'GET') return false;
      opened += 1;
      stream('retry: 0');
      response.end();
      return true;
    };
    await world.connect();
    await pause(600);
    expect(opened).toBeGreaterThan(0);
    expect(opened).toBeLessThan(4);
  });

  it('that floods its stream with junk is listened to and harms nobody', async () => {
    let isOpen = false;
    server.script = ({ method, stream }) => {
      if (method !== 'GET') return false;
      isOpen = true;
      for (let n = 0; n < 2_000; n += 1)
        stream(`event: other\ndata: ${'y'.repeat(200)}`, 'data: {"no":"message"}', 'data: [', ': comment');
      return true;
    };
    await world.connect();
    await eventually(() => isOpen, 'the flood');
    expect(await world.call({ n: 4 })).toMatchObject({ result: { content: [{ text: '{"n":4}' }] } });
    await eventually(() => world.harness.observed.invalid.length >= 4_000, 'the junk');
  });
});
