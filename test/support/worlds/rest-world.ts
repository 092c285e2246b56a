/** An engine behind the operators' socket (here a port, as its owner) and behind TCP, for requests of the REST API. */
import { mkdtempSync, rmSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileTokens, type NewToken } from '../../../src/engine/access/tokens.ts';
import { apiListener } from '../../../src/engine/host/api.ts';
import { parseListen } from '../../../src/engine/host/listen-address.ts';
import { operatorsServer } from '../../../src/engine/host/sockets.ts';
import { listenTcp } from '../../../src/engine/host/tcp.ts';
import { loggedBugs } from '../../../src/kernel/bugs.ts';
import { systemClock } from '../../../src/kernel/clock.ts';
import { randomNonce } from '../../../src/kernel/ids.ts';
import { silentLogger } from '../../../src/kernel/log.ts';
import { HttpEndpoint } from '../../../src/mcp/downstream/http/http-endpoint.ts';
import { engineHarness, type Harness } from './engine-harness.ts';
import { undocumented } from './documented.ts';
import { open, type Incoming } from './http-client.ts';

export interface RestAnswer {
  readonly status: number;
  readonly headers: Incoming['response']['headers'];
  /** Parsed; undefined without one. */
  readonly body: unknown;
}

export interface RestAsk {
  readonly headers?: Readonly<Record<string, string>>;
  /** An object is sent as JSON, a text as it is. */
  readonly body?: unknown;
  /** Absent: the owner of the operators' socket. */
  readonly token?: string;
}

export interface RestWorld {
  readonly harness: Harness;
  /** Of the operators' socket. */
  readonly url: string;
  readonly tcpUrl: string;
  /** `METHOD /path` below `/api/v1`. */
  ask(what: string, ask?: RestAsk): Promise<RestAnswer>;
  /** The same, with the body as it comes. */
  open(what: string, ask?: RestAsk): Promise<Incoming>;
  token(name: string, token: Partial<NewToken>): Promise<string>;
  removeToken(name: string): Promise<void>;
  close(): Promise<void>;
}

export async function restWorld(): Promise<RestWorld> {
  const harness = await engineHarness();
  const folder = mkdtempSync(path.join(tmpdir(), 'mcptui-rest-'));
  const parts = { agents: harness.engine.router.agents, clock: systemClock, logger: silentLogger, nonce: () => 'x' };
  const listener = apiListener(harness.engine, new HttpEndpoint(parts), systemClock);
  const server = operatorsServer(harness.engine, listener);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const tokens = fileTokens(folder, systemClock, randomNonce);
  const tcp = await listenTcp({
    address: parseListen('127.0.0.1:0'),
    tokens,
    listener,
    clock: systemClock,
    bugs: loggedBugs(silentLogger),
  });
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

  function openAt(what: string, { headers = {}, body, token }: RestAsk = {}): Promise<Incoming> {
    const [method = 'GET', where = ''] = what.split(' ');
    const target = `${token === undefined ? url : tcp.url}/api/v1${where}`;
    const bearer = token === undefined ? {} : { authorization: `Bearer ${token}` };
    const text = body === undefined || typeof body === 'string' ? body : JSON.stringify(body);
    return open(target, {
      method,
      headers: { accept: 'application/json', 'x-mcptui-user': 'ann', ...bearer, ...headers },
      ...(text === undefined ? {} : { body: text }),
    });
  }
  return {
    harness,
    url,
    tcpUrl: tcp.url,
    open: openAt,
    async ask(what, ask) {
      const incoming = await openAt(what, ask);
      const text = await incoming.text();
      const body: unknown = text === '' ? undefined : JSON.parse(text);
      const [method = 'GET', where = ''] = what.split(' ');
      // Whatever a test is about, what it is answered is what the document says.
      const fault = incoming.status < 300 ? undocumented(method, where, body) : undefined;
      if (fault !== undefined) throw new Error(fault);
      return { status: incoming.status, headers: incoming.response.headers, body };
    },
    token: (name, token) => tokens.create(name, { isOperator: false, ...token }),
    removeToken: (name) => tokens.remove(name),
    async close() {
      await tcp.close();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      await tokens.close();
      await harness.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
