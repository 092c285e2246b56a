import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { duplexPair } from 'node:stream';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { systemClock } from '../../../src/clock.ts';
import { EXIT, Proxy } from '../../../src/mcp/proxy/proxy.ts';
import type { SessionIdentity } from '../../../src/mcp/types.ts';
import { eventually, Peer, type Message } from '../../support/mcp-harness.ts';

const OK = 'HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: mcptui-stdio\r\n\r\n';

describe('Proxy', () => {
  let folder: string;
  let socketPath: string;
  let engine: Server | undefined;
  let sockets: Socket[] = [];
  let requests: string[] = [];
  let peers: Peer[] = [];
  let exits: { code: number; message: string | undefined }[] = [];
  let starts = 0;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'mcptui-proxy-'));
    socketPath = join(folder, 'e.sock');
    [sockets, requests, peers, exits, starts] = [[], [], [], [], 0];
  });
  afterEach(async () => {
    await stopEngine();
    rmSync(folder, { recursive: true, force: true });
  });

  /** Answers the upgrade with `answer`; after a 101, `initialize` is answered by itself. */
  async function startEngine(answer = OK, rest = ''): Promise<void> {
    engine = createServer((socket) => {
      sockets.push(socket);
      socket.on('error', () => {});
      socket.once('data', (chunk: Buffer) => {
        requests.push(chunk.toString('utf8'));
        socket.write(answer + rest);
        if (answer !== OK) return void socket.end();
        const peer = new Peer(socket);
        peers.push(peer);
        void peer.untilMethod('initialize').then(
          (message) => peer.send({ jsonrpc: '2.0', id: message['id'], result: { number: peers.length } }),
          () => undefined,
        );
      });
    });
    await new Promise<void>((resolve) => engine?.listen(socketPath, resolve));
  }

  async function stopEngine(): Promise<void> {
    for (const socket of sockets) socket.destroy();
    await new Promise((resolve) => (engine === undefined ? resolve(undefined) : engine.close(resolve)));
    engine = undefined;
  }

  function client(
    options: { readonly mayStart?: boolean; readonly identity?: SessionIdentity } = {},
  ): Peer & { proxy: Proxy } {
    const [ours, theirs] = duplexPair();
    const proxy = new Proxy({
      clock: systemClock,
      input: theirs,
      output: theirs,
      socketPath,
      identity: options.identity ?? { project: 'default' },
      startEngine:
        options.mayStart === true
          ? async () => {
              starts += 1;
              await startEngine();
              return 'the-log';
            }
          : undefined,
      exit: (code, message) => void exits.push({ code, message }),
    });
    proxy.start();
    return Object.assign(new Peer(ours), { proxy });
  }

  const peerNumber = async (count: number): Promise<Peer> => {
    await eventually(() => peers.length >= count, `connection ${count}`);
    return peers[count - 1] as Peer;
  };

  it('asks for the project by upgrade and passes bytes both ways, those that come with the answer too', async () => {
    await startEngine(OK, '{"early":1}\n');
    const agent = client({ identity: { project: 'a b/c' } });
    const answer = agent.request('ping', undefined, 1);
    const peer = await peerNumber(1);
    await peer.untilMethod('ping');
    peer.send({ jsonrpc: '2.0', id: 1, result: {} });
    expect(await answer).toEqual({ jsonrpc: '2.0', id: 1, result: {} });
    expect(agent.received[0]).toEqual({ early: 1 });
    expect(requests[0]).toMatch(/^GET \/mcp-stdio\?project=a%20b%2Fc HTTP\/1\.1\r\n/);
    expect(requests[0]).toContain('\r\nConnection: Upgrade\r\nUpgrade: mcptui-stdio\r\n');
    agent.stream.end();
    await eventually(() => exits.length === 1, 'the exit');
    expect(exits).toEqual([{ code: EXIT.ok, message: undefined }]);
  });

  it('says to each engine who the agent is', async () => {
    await startEngine();
    const agent = client({ identity: { project: 'ops', agent: 'reviewer', personality: 'careful one' } });
    await agent.request('initialize', {}, 1);
    await stopEngine();
    await startEngine();
    await eventually(() => requests.length === 2, 'the second engine');
    for (const request of requests) {
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
      await startEngine(`HTTP/1.1 ${status} X\r\nContent-Length: ${body.length}\r\n\r\n${body}`);
      client();
      await eventually(() => exits.some((exit) => exit.code === code), `exit ${code}`);
      expect(exits.at(-1)?.message).toBe(`no project ${status} (projects: default)`);
      await stopEngine();
    }
  });

  it('says that no engine runs when it may not start one', async () => {
    client();
    await eventually(() => exits.length === 1, 'the exit');
    expect(exits).toEqual([{ code: EXIT.unreachable, message: expect.stringContaining('mcptui --daemon') as string }]);
  });

  it('starts an engine once, and what the agent has said meanwhile is not lost', async () => {
    const agent = client({ mayStart: true });
    const answer = agent.request('initialize', {}, 'i');
    expect(await answer).toMatchObject({ id: 'i', result: { number: 1 } });
    expect(starts).toBe(1);
  });

  it('passes on what an agent has said that is gone already, and the answer to it', async () => {
    await startEngine();
    const agent = client();
    const answer = agent.request('initialize', {}, 'i');
    agent.stream.end();
    expect(await answer).toMatchObject({ id: 'i' });
    sockets[0]?.end();
    await eventually(() => exits.length === 1, 'the exit');
    expect(exits).toEqual([{ code: EXIT.ok, message: undefined }]);
  });

  it('answers what is in flight when the engine goes away, and begins the session again at the next', async () => {
    await startEngine();
    const agent = client();
    await agent.request('initialize', { protocolVersion: '2025-06-18' }, 0);
    agent.notify('notifications/initialized');
    const first = await peerNumber(1);
    agent.send({ jsonrpc: '2.0', id: 0.5, method: 'tools/call', params: { name: 'x' } });
    agent.send({ jsonrpc: '2.0', id: 'cancelled', method: 'tools/call', params: {} });
    agent.notify('notifications/cancelled', { requestId: 'cancelled' });
    agent.send({ method: 'tools/call', params: { text: 'y'.repeat(20_000) }, jsonrpc: '2.0', id: 'long' });
    agent.send({ jsonrpc: '2.0', id: 'answered', method: 'ping' });
    await first.until(({ id }) => id === 'answered', 'the ping');
    first.send({ result: {}, jsonrpc: '2.0', id: 'answered' });
    first.send({ jsonrpc: '2.0', id: 'long', method: "a server's request with the same id" });
    await agent.answer('answered');
    await stopEngine();
    const [short, long] = [await agent.answer(0.5), await agent.answer('long')];
    for (const answer of [short, long]) {
      expect(answer['error']).toEqual({
        code: -32000,
        message: 'the mcptui engine restarted while this call was in flight; it may have run',
      });
    }
    await startEngine();
    const second = await peerNumber(2);
    await second.untilMethod('notifications/initialized');
    expect(second.received.slice(0, 2)).toEqual([
      { jsonrpc: '2.0', id: 0, method: 'initialize', params: { protocolVersion: '2025-06-18' } },
      { jsonrpc: '2.0', method: 'notifications/initialized' },
    ]);
    await agent.untilMethod('notifications/resources/list_changed');
    const later = agent.request('ping', undefined, 'later');
    await second.until(({ id }) => id === 'later', 'the later ping');
    second.send({ jsonrpc: '2.0', id: 'later', result: {} });
    await later;
    expect(agent.received.filter(({ id }) => id === 0)).toHaveLength(1);
    expect(agent.received.filter(({ id }) => id === 'cancelled')).toEqual([]);
    expect(exits).toEqual([]);
  });

  it('asks the next engine for the log level and the subscriptions of the session, unseen by the agent', async () => {
    await startEngine();
    const agent = client();
    await agent.request('initialize', {}, 'i');
    const first = await peerNumber(1);
    for (const [method, params] of [
      ['logging/setLevel', { level: 'error' }],
      ['resources/subscribe', { uri: 'x://1' }],
      ['resources/subscribe', { uri: 'x://2' }],
      ['resources/unsubscribe', { uri: 'x://1' }],
      ['logging/setLevel', { level: 'debug' }],
    ] as const) {
      const id = `${method} ${JSON.stringify(params)}`;
      const answer = agent.request(method, params, id);
      await first.until((message) => message['id'] === id, method);
      first.send({ jsonrpc: '2.0', id, result: {} });
      await answer;
    }
    await stopEngine();
    await startEngine();
    const second = await peerNumber(2);
    const asked = await second.untilMethod('resources/subscribe');
    expect(second.of('logging/setLevel').map(({ params }) => params)).toEqual([{ level: 'debug' }]);
    expect(second.of('resources/subscribe').map(({ params }) => params)).toEqual([{ uri: 'x://2' }]);
    const seen = agent.received.length;
    for (const { id } of [...second.of('logging/setLevel'), asked]) second.send({ jsonrpc: '2.0', id, result: {} });
    await agent.untilMethod('notifications/resources/list_changed');
    expect(agent.received.slice(seen).map(({ method }) => method)).toEqual([
      'notifications/tools/list_changed',
      'notifications/prompts/list_changed',
      'notifications/resources/list_changed',
    ]);
  });

  it('asks again for an initialize that was not answered', async () => {
    await startEngine(OK);
    const agent = client();
    agent.sendLine('{"jsonrpc":"2.0","method":"ping","id":1}');
    await (await peerNumber(1)).untilMethod('ping');
    agent.stream.write('{"jsonrpc":"2.0","id":2,"method":"init');
    await stopEngine();
    await agent.answer(1);
    await startEngine(OK);
    await peerNumber(2);
    agent.stream.write('ialize","params":{}}\n');
    expect(await agent.answer(2)).toMatchObject({ result: { number: 2 } });
  });

  it('gives the next engine the beginning of a line that was under way', async () => {
    await startEngine();
    const agent = client();
    await agent.request('initialize', {}, 'i');
    const text = 'z'.repeat(200_000);
    const line = JSON.stringify({ jsonrpc: '2.0', id: 'cut', method: 'x', params: { text } });
    agent.stream.write(line.slice(0, 100_000));
    await eventually(() => (sockets[0]?.bytesRead ?? 0) > 100_000, 'the first half');
    await stopEngine();
    await startEngine();
    const second = await peerNumber(2);
    await second.untilMethod('initialize');
    agent.stream.write(`${line.slice(100_000)}\n`);
    expect((await second.until(({ id }) => id === 'cut', 'the whole line'))['params']).toEqual({ text });
  });

  it.each([
    ['never leaves half a short message', 1000, 1],
    ['ends the line of half a long one', 300_000, 2],
  ])('%s', async (_name, length, lineCount) => {
    await startEngine();
    const [ours, theirs] = duplexPair();
    const chunks: Buffer[] = [];
    const output = (): string => Buffer.concat(chunks).toString();
    ours.on('data', (chunk: Buffer) => chunks.push(chunk));
    const exit = (): void => {};
    const options = { clock: systemClock, socketPath, identity: { project: 'default' }, startEngine: undefined, exit };
    new Proxy({ ...options, input: theirs, output: theirs }).start();
    ours.write('{"jsonrpc":"2.0","id":1,"method":"x"}\n');
    const peer = await peerNumber(1);
    await peer.untilMethod('x');
    peer.stream.write(`{"jsonrpc":"2.0","id":1,"result":{"text":"${'h'.repeat(length)}`);
    await eventually(() => lineCount === 1 || output().length > 100_000, 'half an answer');
    await stopEngine();
    await eventually(() => output().endsWith('}\n'), 'the error');
    const lines = output().trimEnd().split('\n');
    expect(lines).toHaveLength(lineCount);
    expect(JSON.parse(lines.at(-1) ?? '')).toMatchObject({ id: 1, error: { code: -32000 } });
    ours.end();
  });

  it('survives a batch and an engine that is not ready yet', async () => {
    await startEngine('HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\n\r\n');
    const agent = client();
    agent.send([
      { jsonrpc: '2.0', id: 1, method: 'a' },
      { jsonrpc: '2.0', id: 2, method: 'b' },
    ]);
    await eventually(() => requests.length > 1, 'a second try');
    await stopEngine();
    await startEngine();
    const peer = await peerNumber(1);
    await peer.until(({ id }) => id === 2, 'the batch');
    peer.send([{ jsonrpc: '2.0', id: 1, result: {} }]);
    await agent.answer(1);
    await stopEngine();
    expect(await agent.answer(2)).toHaveProperty('error');
    expect(agent.received.filter(({ id }: Message) => id === 1)).toHaveLength(1);
  });
});
