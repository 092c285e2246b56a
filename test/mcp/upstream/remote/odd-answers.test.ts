/** Answers of remote servers in odd types and encodings: read where that is certain, else named. */
import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { eventually, type Message } from '../../../support/worlds/mcp-harness.ts';
import { RemoteWorld } from '../../../support/worlds/remote-world.ts';
import { event, type Exchange, type ScriptedServer } from '../../../support/fakes/scripted-server.ts';

const answerTo = (exchange: Exchange, text = 'fine'): string =>
  JSON.stringify({ jsonrpc: '2.0', id: exchange.message?.['id'], result: { content: [{ type: 'text', text }] } });

describe('30. remote upstreams: an answer of a remote server', () => {
  let world: RemoteWorld;
  let server: ScriptedServer;

  beforeEach(async () => {
    world = await RemoteWorld.start({ listDeadlineMs: 30_000 });
    ({ server } = world);
  });
  afterEach(() => world.close());

  const json = { 'content-type': 'application/json' };

  it.each([
    ['gzip', gzipSync],
    ['br', brotliCompressSync],
    ['deflate', deflateSync],
  ])('is read in the encoding %s, long and short, whole and as a stream', async (encoding, encode) => {
    server.script = ({ name, response, message }) => {
      if (name !== 'initialize') return false;
      const result = {
        protocolVersion: '2025-11-25',
        capabilities: { tools: {} },
        serverInfo: { name: 'z', version: '1' },
      };
      response.writeHead(200, { ...json, 'content-encoding': encoding });
      response.end(encode(JSON.stringify({ jsonrpc: '2.0', id: message?.['id'], result })));
      return true;
    };
    await world.connect();
    for (const text of ['short', 'long '.repeat(10_000)]) {
      world.onCall((exchange) => {
        exchange.response.writeHead(200, { ...json, 'content-encoding': encoding });
        exchange.response.end(encode(answerTo(exchange, text)));
      });
      expect(await world.call()).toMatchObject({ result: { content: [{ text }] } });
    }
    world.onCall((exchange) => {
      exchange.response.writeHead(200, { 'content-type': 'text/event-stream', 'content-encoding': encoding });
      exchange.response.end(encode(`data: ${answerTo(exchange, 'streamed')}\n\n`));
    });
    expect(await world.call()).toMatchObject({ result: { content: [{ text: 'streamed' }] } });
  });

  it.each([
    ['without a type', {}],
    ['of type text/plain', { 'content-type': 'text/plain' }],
    ['of type application/vnd.api+json', { 'content-type': 'application/vnd.api+json' }],
    ['of type application/json-rpc', { 'content-type': 'application/json-rpc' }],
    ['of type APPLICATION/JSON', { 'content-type': 'APPLICATION/JSON; charset=utf-8' }],
  ])('%s is read when it is one', async (_what, headers) => {
    await world.connect();
    world.onCall((exchange) => void exchange.response.writeHead(200, headers).end(answerTo(exchange)));
    expect(await world.call()).toMatchObject({ result: { content: [{ text: 'fine' }] } });
  });

  it.each([
    ['short', 'fine'],
    ['long', 'fine '.repeat(5_000)],
  ])('with a byte order mark is read (%s)', async (_how, text) => {
    await world.connect();
    world.onCall((exchange) => {
      exchange.response.writeHead(200, json).end(`\ufeff\n${answerTo(exchange, text)}`);
    });
    expect(await world.call()).toMatchObject({ result: { content: [{ text }] } });
  });

  it.each([
    ['in an unknown encoding', { ...json, 'content-encoding': 'zstd' }, '\u0028\u00b5', /in the encoding zstd/],
    [
      'that says gzip and is not',
      { ...json, 'content-encoding': 'gzip' },
      '{"a":1}',
      /broke off: incorrect header check/,
    ],
    [
      'of words',
      { 'content-type': 'text/plain' },
      'try later',
      /content of type text\/plain, which is no JSON: try later/,
    ],
    ['without a type', {}, 'try later', /content without a type, which is no JSON: try later/],
  ])('%s fails its call with that reason', async (_what, headers, body, words) => {
    await world.connect();
    world.onCall(({ response }) => void response.writeHead(200, headers as Record<string, string>).end(body));
    expect(((await world.call())['error'] as Message)['message']).toMatch(words);
    server.script = () => false;
    expect(await world.call()).toMatchObject({ result: {} });
  });

  it.each([
    [
      'with events of another name',
      (text: string) => `event: other\ndata: ${text}\n\n`,
      /an event named other in place/,
    ],
    ['that ends without a blank line', (text: string) => `data: ${text}`, /in the middle of an event/],
  ])('as a stream %s fails its call with that reason', async (_what, body, words) => {
    await world.connect();
    world.onCall((exchange) => {
      exchange.response.writeHead(200, { 'content-type': 'text/event-stream' }).end(body(answerTo(exchange)));
    });
    expect(((await world.call())['error'] as Message)['message']).toMatch(words);
  });

  it('that grows beyond the limit in its encoding fails its call alone', async () => {
    await world.close();
    world = await RemoteWorld.start({ maxMessageBytes: 64 * 1024, listDeadlineMs: 30_000 });
    ({ server } = world);
    await world.connect();
    world.onCall((exchange) => {
      exchange.response.writeHead(200, { ...json, 'content-encoding': 'gzip' });
      exchange.response.end(gzipSync(answerTo(exchange, 'x'.repeat(50_000_000))));
    });
    expect((await world.call())['error']).toMatchObject({ data: { reason: 'message too large' } });
    server.script = () => false;
    expect(await world.call()).toMatchObject({ result: {} });
  });

  it('is watched: a stream of events in gzip brings each event as it comes', async () => {
    server.script = (exchange) => {
      if (exchange.method !== 'GET') return false;
      exchange.response.writeHead(200, { 'content-type': 'text/event-stream', 'content-encoding': 'gzip' });
      exchange.response.write(gzipSync(`${event({ jsonrpc: '2.0', method: 'notifications/tools/list_changed' })}\n\n`));
      return true;
    };
    await world.connect();
    await eventually(() => server.named('tools/list').length >= 2, 'the list again');
    expect(server.named('GET')).toHaveLength(1);
  });
});
