/** The upgrade of an agent's stream, as `mcptui proxy` asks for it. */
import { mkdtempSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Duplex } from 'node:stream';
import type { Server } from 'node:http';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { bugFacts } from '../../../src/kernel/bugs.ts';
import { systemClock } from '../../../src/kernel/clock.ts';
import type { LocalEngine } from '../../../src/engine/engine.ts';
import { fileTokens } from '../../../src/engine/access/tokens.ts';
import { apiListener } from '../../../src/engine/host/api.ts';
import { agentsServer } from '../../../src/engine/host/sockets.ts';
import type { AgentView, EngineView, PersonalityView } from '../../../src/engine/index.ts';
import { silentLogger } from '../../../src/kernel/log.ts';
import { HttpEndpoint } from '../../../src/mcp/downstream/http/http-endpoint.ts';
import { linkEngine } from '../../../src/mcp/proxy/link.ts';
import type { SessionIdentity } from '../../../src/mcp/types/session.ts';

let folder: string;
let server: Server;
let socketPath: string;
let accepted: SessionIdentity[];
let bugs: string[];
let view: EngineView;

beforeEach(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'mcptui-api-'));
  socketPath = path.join(folder, 'e.sock');
  accepted = [];
  bugs = [];
  const agents = new Map([
    ['a1', { id: 'a1', name: 'ann', isDefault: true, defaultPersonality: 'careful' } as AgentView],
  ]);
  const personalities = new Map([['p1', { id: 'p1', name: 'careful', agent: 'ann' } as PersonalityView]]);
  view = { projects: new Map(), agents, personalities } as Partial<EngineView> as EngineView;
  const engine = {
    view: () => view,
    bugs: { report: (where: string, error: unknown) => bugs.push(`${where}: ${bugFacts(error).name}`) },
    router: {
      agents: {
        accept(stream: Duplex, identity: SessionIdentity) {
          accepted.push(identity);
          stream.once('end', () => stream.end()).resume();
        },
      },
    },
  } as unknown as LocalEngine;
  const parts = { agents: engine.router.agents, clock: systemClock, logger: silentLogger, nonce: () => 'x' };
  const listener = apiListener(engine, new HttpEndpoint(parts), systemClock);
  const tokens = fileTokens(folder, systemClock, () => 'x');
  server = agentsServer({ engine, listener, tokens, clock: systemClock });
  await new Promise<void>((resolve) => server.listen(socketPath, resolve));
});
afterEach(async () => {
  await new Promise((resolve) => server.close(resolve));
  rmSync(folder, { recursive: true, force: true });
});

describe('agentsServer: upgrade', () => {
  it('hands a stream to the router under the identity that the launch names lead to', async () => {
    const outcomes = [
      await linkEngine(socketPath, { project: 'default' }, systemClock),
      await linkEngine(socketPath, { project: 'default', agent: 'ann', personality: 'careful' }, systemClock),
    ];
    for (const outcome of outcomes) {
      expect(outcome.kind).toBe('linked');
      if (outcome.kind === 'linked') outcome.socket.destroy();
    }
    const whole = { project: 'default', agent: 'ann', personality: 'careful' };
    expect(accepted).toEqual([whole, whole]);
  });

  it('refuses unknown names with 404 and those that exist', async () => {
    expect(await linkEngine(socketPath, { project: 'ops' }, systemClock)).toEqual({
      kind: 'refused',
      status: 404,
      message: 'no project ops (projects: default)',
    });
    expect(await linkEngine(socketPath, { project: 'default', agent: 'zoë & co' }, systemClock)).toEqual({
      kind: 'refused',
      status: 404,
      message: 'no agent zoë & co (agents: ann)',
    });
    expect(await linkEngine(socketPath, { project: 'default', personality: 'x' }, systemClock)).toMatchObject({
      status: 404,
      message: 'no personality of agent ann is called x (personalities: careful)',
    });
    expect(accepted).toEqual([]);
  });
});

describe('agentsServer: requests that name no path', () => {
  const raw = (text: string): Promise<string> =>
    new Promise((resolve, reject) => {
      const socket = connect(socketPath, () => socket.write(text));
      let answer = '';
      socket.setEncoding('utf8').on('data', (piece: string) => (answer += piece));
      socket.once('close', () => resolve(answer));
      socket.once('error', reject);
    });

  it('answers 400 or 404 and goes on', async () => {
    for (const target of ['//', 'http://[', '/%', '/mcp/%ff', `/${'x'.repeat(9000)}`, '*']) {
      expect(await raw(`GET ${target} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`)).toMatch(
        /^HTTP\/1\.1 (400|404) /,
      );
      const upgrade = 'Connection: Upgrade\r\nUpgrade: mcptui-stdio\r\n\r\n';
      expect(await raw(`GET ${target} HTTP/1.1\r\nHost: x\r\n${upgrade}`)).toMatch(/^HTTP\/1\.1 (400|404) /);
    }
    const outcome = await linkEngine(socketPath, { project: 'default' }, systemClock);
    expect(outcome.kind).toBe('linked');
    if (outcome.kind === 'linked') outcome.socket.destroy();
  });
});

describe('agentsServer: what throws', () => {
  it('is reported, and the next request is served', async () => {
    const whole = view;
    view = undefined as unknown as EngineView;
    const outcome = await linkEngine(socketPath, { project: 'default' }, systemClock);
    expect(outcome.kind).toBe('refused');
    expect(bugs).toEqual(['an upgrade of a connection: TypeError']);
    view = whole;
    const next = await linkEngine(socketPath, { project: 'default' }, systemClock);
    expect(next.kind).toBe('linked');
    if (next.kind === 'linked') next.socket.destroy();
  });
});
