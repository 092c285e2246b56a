/** What a model may do to whoever asks it: be slow, be endless, answer half, answer otherwise. */
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ModelClient } from '../../../src/engine/models/model-client.ts';
import { Masker } from '../../../src/engine/secrets/masker.ts';
import { request } from '../../contracts/model-contract.ts';
import { aModel } from '../../support/builders/models.ts';
import { FakeClock } from '../../support/fakes/fake-clock.ts';
import { fakeSecretSource } from '../../support/fakes/fake-secrets.ts';
import { until } from '../../support/until.ts';

let server: Server;
let client: ModelClient;
let answer: (response: ServerResponse) => void;
let asked = 0;
let paths: string[] = [];
const clock = new FakeClock();

beforeEach(async () => {
  asked = 0;
  paths = [];
  server = createServer((incoming, response) => {
    incoming.resume();
    asked += 1;
    paths.push(`${incoming.method} ${incoming.url} ${incoming.headers.authorization ?? '-'}`);
    answer(response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const none = fakeSecretSource(new Map([['KEY', 'key-of-the-model']]));
  client = new ModelClient({ clock, masker: new Masker(), proxyEnv: {}, secrets: { env: none, file: none } as never });
});
afterEach(async () => {
  client.close();
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

const model = () => aModel({ url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`, timeoutMs: 5_000 });
const saying = (content: string): string => JSON.stringify({ choices: [{ message: { content } }] });

describe('ModelClient', () => {
  it.each([
    ['half of its JSON', saying('{"refs":["a"').slice(0, 40)],
    ['text', saying('I choose a.')],
    ['a list', saying('["a"]')],
    ['nothing', ''],
    ['another API’s answer', '{"message":{"content":"{}"}}'],
    ['no object', 'null'],
  ])('takes %s for no answer', async (_, body) => {
    answer = (response) => void response.end(body);
    expect(await client.ask(model(), request)).toMatchObject({ ok: false, failure: { kind: 'garbage' } });
  });

  it('reads JSON in a fence', async () => {
    answer = (response) => void response.end(saying('```json\n{"refs":[]}\n```'));
    expect(await client.ask(model(), request)).toMatchObject({ ok: true, answer: { value: { refs: [] } } });
  });

  it('reads no more than a megabyte of 50', async () => {
    const piece = Buffer.alloc(1024 * 1024, 'x');
    let sent = 0;
    answer = (response) => {
      const more = (): void => {
        if (sent >= 50 || response.destroyed) return;
        sent += 1;
        response.write(piece, more);
      };
      more();
    };
    expect(await client.ask(model(), request)).toEqual({
      ok: false,
      failure: { kind: 'garbage', reason: 'it answered with over 1 MiB' },
    });
    expect(sent).toBeLessThan(50);
  });

  it('gives up on one that is silent, and on one that drips', async () => {
    for (const start of [() => undefined, (response: ServerResponse) => void response.write('{')]) {
      const before = asked;
      answer = start;
      const outcome = client.ask(model(), request);
      await until(() => asked > before, 'a request');
      await clock.advance(5_000);
      expect(await outcome).toMatchObject({ ok: false, failure: { kind: 'late', reason: 'no answer within 5 s' } });
    }
  });

  it('tells how long one that is busy wants to be left alone', async () => {
    answer = (response) => void response.writeHead(429, { 'retry-after': '90' }).end();
    expect(await client.ask(model(), request)).toMatchObject({
      ok: false,
      failure: { kind: 'busy', retryAfterMs: 90_000 },
    });
  });

  it('says of a port where nobody listens that it is down', async () => {
    const gone = model();
    await new Promise((resolve) => server.close(resolve));
    expect(await client.ask(gone, request)).toMatchObject({ ok: false, failure: { kind: 'down' } });
    server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  });

  it('follows no redirect to another place', async () => {
    answer = (response) => void response.writeHead(307, { location: 'http://10.0.0.1/' }).end();
    expect(await client.ask(model(), request)).toMatchObject({ ok: false, failure: { kind: 'down' } });
  });
});

describe('ModelClient.look', () => {
  const look = () => client.look(model(), 5_000);

  it('asks for the list of models once, with the key, and takes JSON with status 200 for an answer', async () => {
    answer = (response) => void response.end('{"data":[]}');
    expect(await client.look({ ...model(), key: { backend: 'env', path: 'KEY' } }, 5_000)).toEqual({ ok: true });
    expect(paths).toEqual(['GET /v1/models Bearer key-of-the-model']);
  });

  it('follows no redirect, also to itself', async () => {
    answer = (response) => void response.writeHead(302, { location: '/v1/models' }).end();
    expect(await look()).toMatchObject({ ok: false, failure: { kind: 'refused', reason: 'HTTP 302' } });
    expect(paths).toHaveLength(1);
  });

  it.each([
    ['503 while it loads', 503, '{"error":{"message":"loading"}}', { kind: 'busy' }],
    ['201', 201, '{}', { kind: 'refused' }],
    ['a page', 200, '<html>', { kind: 'garbage', reason: 'its answer is no JSON' }],
    ['over 1 MiB', 200, ' '.repeat(1024 * 1024 + 1), { kind: 'garbage', reason: 'it answered with over 1 MiB' }],
  ])('takes %s for no answer', async (_what, status, body, failure) => {
    answer = (response) => void response.writeHead(status).end(body);
    expect(await look()).toMatchObject({ ok: false, failure });
  });

  it('gives up at its deadline', async () => {
    answer = () => undefined;
    const looking = look();
    await until(() => asked === 1, 'the question');
    await clock.advance(5_000);
    expect(await looking).toEqual({ ok: false, failure: { kind: 'late', reason: 'no answer within 5 s' } });
  });
});
