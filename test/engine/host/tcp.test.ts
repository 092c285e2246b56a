/** The loopback port: whom it lets in, and what it holds out. */
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { systemClock } from '../../../src/kernel/clock.ts';
import { fileTokens, type AccessTokens } from '../../../src/engine/access/tokens.ts';
import { apiListener } from '../../../src/engine/host/api.ts';
import { firstToken } from '../../../src/engine/host/first-token.ts';
import { parseListen } from '../../../src/engine/host/listen-address.ts';
import { listenTcp, type TcpServer } from '../../../src/engine/host/tcp.ts';
import { randomNonce } from '../../../src/kernel/ids.ts';
import { loggedBugs } from '../../../src/kernel/bugs.ts';
import { silentLogger } from '../../../src/kernel/log.ts';
import { HttpEndpoint } from '../../../src/mcp/downstream/http/http-endpoint.ts';
import { engineHarness, type Harness } from '../../support/worlds/engine-harness.ts';
import { open, send, type Answer, type Incoming } from '../../support/worlds/http-client.ts';
import { eventually } from '../../support/worlds/mcp-harness.ts';

const initialize = {
  jsonrpc: '2.0',
  id: 0,
  method: 'initialize',
  params: { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: { name: 'x', version: '1' } },
};
const MAX_CONNECTIONS = 50;

let folder: string;
let harness: Harness;
let tokens: AccessTokens;
let token: string;
let tcp: TcpServer;
const sockets: Socket[] = [];

beforeEach(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'mcptui-tcp-'));
  harness = await engineHarness();
  tokens = fileTokens(folder, systemClock, randomNonce);
  token = await tokens.create('ann');
  const parts = { agents: harness.engine.router.agents, clock: systemClock, logger: silentLogger, nonce: randomNonce };
  const listener = apiListener(harness.engine, new HttpEndpoint(parts), systemClock);
  const address = parseListen('127.0.0.1:0');
  tcp = await listenTcp({
    address,
    tokens,
    listener,
    clock: systemClock,
    bugs: loggedBugs(silentLogger),
    maxConnections: MAX_CONNECTIONS,
  });
});
afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.destroy();
  await tcp.close();
  await harness.close();
  rmSync(folder, { recursive: true, force: true });
});

const bearer = (value: string) => ({ authorization: `Bearer ${value}` });
const begin = (headers: Record<string, string> = bearer(token)): Promise<Answer> =>
  send(`${tcp.url}/mcp/default`, { body: initialize, headers });

describe('listenTcp', () => {
  it('lets no token take more than half of the connections, so that another gets its own', async () => {
    const headers = { ...bearer(token), accept: 'text/event-stream' };
    const streams: Incoming[] = [];
    const statuses: number[] = [];
    for (let count = 0; count < 30; count += 1) {
      const { headers: first } = await begin();
      if (first['mcp-session-id'] === undefined) break;
      const sent = { method: 'GET', headers: { ...headers, 'mcp-session-id': String(first['mcp-session-id']) } };
      const stream = await open(`${tcp.url}/mcp/default`, sent);
      statuses.push(stream.status);
      streams.push(stream);
    }
    expect(statuses.filter((status) => status === 200).length).toBeLessThanOrEqual(MAX_CONNECTIONS / 2);
    expect((await begin()).status).toBe(503);
    expect((await begin(bearer(await tokens.create('bob')))).status).toBe(200);
    for (const stream of streams) stream.destroy();
  });

  it('answers 404 to paths that are neither MCP nor the API, and takes /mcp/ as /mcp', async () => {
    for (const path of ['/', '/sse', '/mcp/a/b']) {
      expect((await send(`${tcp.url}${path}`, { method: 'GET', headers: bearer(token) })).status).toBe(404);
    }
    expect((await send(`${tcp.url}/mcp/`, { body: initialize, headers: bearer(token) })).status).toBe(200);
  });

  it('serves MCP to who has a token', async () => {
    const answer = await begin();
    expect([answer.status, JSON.parse(answer.text)]).toMatchObject([
      200,
      { result: { protocolVersion: '2025-11-25' } },
    ]);
  });

  it('answers 401 without a token or with a wrong one, and says what it wants', async () => {
    const none = await begin({});
    expect([none.status, none.headers['www-authenticate']]).toEqual([401, 'Bearer realm="mcptui"']);
    for (const authorization of ['Bearer wrong', 'Basic YTpi', 'Bearer ']) {
      const wrong = await begin({ authorization });
      expect([wrong.status, wrong.headers['www-authenticate']]).toEqual([
        401,
        expect.stringContaining('invalid_token'),
      ]);
    }
    expect(harness.engine.router.agents.sessions()).toEqual([]);
  });

  it.each([
    { host: 'evil.example' },
    { host: 'evil.example:80' },
    { origin: 'http://evil.example' },
    { origin: 'null' },
  ])('answers 403 to %o though the token is good', async (headers) => {
    expect((await begin({ ...bearer(token), ...headers })).status).toBe(403);
  });

  it('answers 415 to text/plain and 413 to 65 MiB', async () => {
    expect((await begin({ ...bearer(token), 'content-type': 'text/plain' })).status).toBe(415);
    const body = Buffer.alloc(65 * 1024 * 1024, 32);
    const answer = await send(`${tcp.url}/mcp/default`, { body, headers: bearer(token) });
    expect(answer.status).toBe(413);
    expect((await begin()).status).toBe(200);
  });

  it("keeps one token's session from another, and a deleted token's holder out", async () => {
    const other = await tokens.create('bob');
    const id = String((await begin()).headers['mcp-session-id']);
    const ping = async (value: string): Promise<number> => {
      const headers = { ...bearer(value), 'mcp-session-id': id };
      return (await send(`${tcp.url}/mcp/default`, { body: { jsonrpc: '2.0', id: 1, method: 'ping' }, headers }))
        .status;
    };
    expect([await ping(token), await ping(other)]).toEqual([200, 404]);
    await tokens.remove('ann');
    expect(await ping(token)).toBe(401);
  });

  it('keeps a token to its projects and agents, and takes the first of them where none is named', async () => {
    const { commands } = harness.engine;
    for (const name of ['ops', 'web', 'lab']) await commands.createProject(name);
    await commands.createAgent('reviewer', { project: 'ops' });
    await commands.createAgent('boss', { project: 'ops' });
    const bound = bearer(
      await tokens.create('bound', { isOperator: false, projects: ['ops', 'web'], agents: ['reviewer'] }),
    );
    const modern = {
      jsonrpc: '2.0',
      id: 1,
      method: 'tools/list',
      params: {
        _meta: {
          'io.modelcontextprotocol/protocolVersion': '2026-07-28',
          'io.modelcontextprotocol/clientInfo': { name: 'x', version: '1' },
          'io.modelcontextprotocol/clientCapabilities': {},
        },
      },
    };
    const modernHead = { ...bound, 'mcp-protocol-version': '2026-07-28', 'mcp-method': 'tools/list' };
    const status = async (at: string): Promise<number> => {
      const old = (await send(`${tcp.url}${at}`, { body: initialize, headers: bound })).status;
      const modernStatus = (await send(`${tcp.url}${at}`, { body: modern, headers: modernHead })).status;
      expect({ at, modernStatus }).toEqual({ at, modernStatus: old });
      return old;
    };
    for (const good of ['/mcp', '/mcp/ops', '/mcp/web?agent=reviewer']) expect(await status(good)).toBe(200);
    for (const bad of ['/mcp/lab', '/mcp/default', '/mcp/ops?agent=boss']) expect(await status(bad)).toBe(403);
    expect([...harness.engine.view().sessions.values()].map(({ project, agent }) => `${project} ${agent}`)).toContain(
      'ops reviewer',
    );
    const operator = { isOperator: true, projects: ['ops'] };
    await expect(tokens.create('both', operator)).rejects.toMatchObject({ code: 'invalid' });
    await expect(tokens.create('none', { isOperator: false, projects: [''] })).rejects.toMatchObject({
      code: 'invalid',
    });
    const again = fileTokens(folder, systemClock, randomNonce);
    expect((await again.list()).at(-1)).toMatchObject({
      name: 'bound',
      projects: ['ops', 'web'],
      agents: ['reviewer'],
    });
  });

  it("keeps the operator's API for tokens that are made for it", async () => {
    const operator = await tokens.create('root', { isOperator: true });
    const statusOf = async (headers: Record<string, string>): Promise<number> =>
      (await send(`${tcp.url}/api/v1/health`, { method: 'GET', headers })).status;
    expect([await statusOf({}), await statusOf(bearer(token)), await statusOf(bearer(operator))]).toEqual([
      401, 403, 200,
    ]);
    const create = { body: '["ops"]', headers: { ...bearer(operator), 'x-mcptui-user': 'someone' } };
    expect((await send(`${tcp.url}/api/v1/commands/createProject`, create)).status).toBe(200);
    expect(await harness.audit('project_create')).toMatchObject([{ actor: 'operator:token-root' }]);
  });

  it('serves a legal client while 1,000 connections do nothing, and keeps 50 of them at most', async () => {
    const port = Number(new URL(tcp.url).port);
    const idle = (head: string): Promise<void> =>
      new Promise((resolve) => {
        const socket = connect(port, '127.0.0.1', () => {
          socket.write(head);
          resolve();
        });
        socket.resume().on('error', () => resolve());
        sockets.push(socket);
      });
    const heads = ['', 'POST /mcp/default HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Slow: '];
    const slowBody = `POST /mcp/default HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 1000\r\n\r\n{`;
    for (let count = 0; count < 1_000; count += 1) await idle([...heads, slowBody][count % 3] ?? '');
    await eventually(
      () => sockets.filter(({ destroyed }) => !destroyed).length <= MAX_CONNECTIONS,
      'the others closed',
    );
    expect((await begin()).status).toBe(200);
  });

  it('serves a legal client while holders of a token send 100 bodies that never end', async () => {
    const { hostname, port } = new URL(tcp.url);
    const head = `POST /mcp/default HTTP/1.1\r\nHost: ${hostname}\r\nAuthorization: Bearer ${token}\r\nContent-Type: application/json\r\n`;
    for (let count = 0; count < 100; count += 1) {
      await new Promise<void>((resolve) => {
        const socket = connect(Number(port), hostname, () => {
          socket.write(`${head}Content-Length: 1000\r\n\r\n{`);
          resolve();
        });
        socket.resume().on('error', () => resolve());
        sockets.push(socket);
      });
    }
    await eventually(
      () => sockets.filter(({ destroyed }) => !destroyed).length <= MAX_CONNECTIONS,
      'the others closed',
    );
    expect((await begin()).status).toBe(200);
  });

  it('refuses a port that is taken', async () => {
    const address = parseListen(tcp.url.replace('http://', ''));
    await expect(
      listenTcp({ address, tokens, listener: () => {}, clock: systemClock, bugs: loggedBugs(silentLogger) }),
    ).rejects.toMatchObject({
      code: 'conflict',
    });
  });
});

describe('parseListen', () => {
  it.each([
    ['127.0.0.1:7777', '127.0.0.1', 7777],
    ['localhost:0', '127.0.0.1', 0],
    ['[::1]:80', '::1', 80],
    ['7777', '127.0.0.1', 7777],
  ])('reads %s', (text, host, port) => {
    expect(parseListen(text)).toEqual({ host, port });
  });

  it.each(['0.0.0.0:80', '192.168.1.1:80', '[::]:80', 'example.com:80', '127.0.0.1', '127.0.0.1:99999', ''])(
    'refuses %j',
    (text) => {
      expect(() => parseListen(text)).toThrow(expect.objectContaining({ code: 'invalid' }) as Error);
    },
  );
});

describe('fileTokens', () => {
  it('keeps hashes only, in a file of the owner', async () => {
    const file = path.join(folder, 'tokens.json');
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(readFileSync(file, 'utf8')).not.toContain(token.slice(8));
    const again = fileTokens(folder, systemClock, randomNonce);
    expect(await again.find(token)).toMatchObject({ name: 'ann', isOperator: false });
    expect(await again.find(`${token}x`)).toBeUndefined();
    await expect(again.create('ann')).rejects.toMatchObject({ code: 'conflict' });
    await expect(again.create('No name')).rejects.toMatchObject({ code: 'invalid' });
    await expect(again.remove('nobody')).rejects.toMatchObject({ code: 'not-found' });
  });
});

describe('firstToken', () => {
  it('makes one where there is none, and none where the environment has one', async () => {
    const empty = path.join(folder, 'empty');
    const fresh = fileTokens(empty, systemClock, randomNonce);
    const given = 'g'.repeat(24);
    await firstToken(fresh, empty, given, undefined);
    expect(await fresh.find(given)).toMatchObject({ name: 'environment' });
    const other = fileTokens(empty, systemClock, randomNonce);
    const notes: string[] = [];
    await firstToken(other, empty, '', (line) => void notes.push(line));
    const file = path.join(empty, 'http-token');
    expect(notes).toEqual([expect.stringContaining(file)]);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(await other.find(readFileSync(file, 'utf8').trim())).toMatchObject({ name: 'default' });
    await expect(firstToken(other, empty, 'short', undefined)).rejects.toMatchObject({ code: 'invalid' });
  });
});
