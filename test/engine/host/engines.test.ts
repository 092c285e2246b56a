/** Every engine keeps the contract of one: in this process, over a socket, read-only, and the one in memory for screens. */
import type { Server } from 'node:http';
import path from 'node:path';
import { systemClock } from '../../../src/kernel/clock.ts';
import { silentLogger } from '../../../src/kernel/log.ts';
import { HttpEndpoint } from '../../../src/mcp/downstream/http/http-endpoint.ts';
import { readOnly } from '../../../src/engine/commands/read-only.ts';
import { apiListener } from '../../../src/engine/host/api.ts';
import { operatorsServer } from '../../../src/engine/host/sockets.ts';
import { attachEngine } from '../../../src/engine/host/client.ts';
import type { Engine } from '../../../src/engine/index.ts';
import { engineContract, type OpenedEngine } from '../../contracts/engine-contract.ts';
import { aDraft } from '../../support/builders/builders.ts';
import { engineHarness, type Harness } from '../../support/worlds/engine-harness.ts';
import { aServer, fixtureEngine, sampleEvent } from '../../support/worlds/fixture-engine.ts';
import { pause } from '../../support/until.ts';

/** The engine of a harness, as somebody sees it who is given `engine`. */
function harnessed(
  harness: Harness,
  engine: Engine,
  pass: () => Promise<void>,
  closed?: () => Promise<void>,
): OpenedEngine {
  return {
    engine,
    pass,
    async addServer(name) {
      await harness.engine.commands.createServer(aDraft({ name }));
    },
    removeServer: (name) => harness.engine.commands.deleteServer(name),
    async happen(count) {
      for (let n = 0; n < count; n += 1) {
        harness.db.record({ kind: 'bug', actor: 'engine', outcome: 'error', message: `number ${n}` });
      }
      await harness.db.flush();
    },
    async close() {
      await closed?.();
      await harness.close();
    },
  };
}

engineContract('in this process', {
  async open() {
    const harness = await engineHarness();
    return harnessed(harness, harness.engine, () => harness.pass(100));
  },
});

async function served({ engine }: Harness, socketPath: string): Promise<Server> {
  const parts = { agents: engine.router.agents, clock: systemClock, logger: silentLogger, nonce: () => 'x' };
  const server = operatorsServer(engine, apiListener(engine, new HttpEndpoint(parts), systemClock));
  await new Promise<void>((resolve) => server.listen(socketPath, resolve));
  return server;
}

const ended = (server: Server): Promise<void> =>
  new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });

async function overSocket(): Promise<OpenedEngine & Required<Pick<OpenedEngine, 'restart'>>> {
  const harness = await engineHarness();
  const socketPath = path.join(harness.folder, 'e.sock');
  let server = await served(harness, socketPath);
  const client = await attachEngine({ socketPath, clock: systemClock, user: 'ann' });
  const pass = async (): Promise<void> => {
    await harness.pass(100);
    // The socket has a time of its own.
    await pause(10);
  };
  return {
    ...harnessed(harness, client, pass, () => ended(server)),
    async restart(meanwhile) {
      await ended(server);
      await meanwhile();
      await harness.restart();
      server = await served(harness, socketPath);
    },
  };
}

engineContract('over its socket', { isAttached: true, open: overSocket });

engineContract('over its socket, attached again', {
  isAttached: true,
  async open() {
    const opened = await overSocket();
    const attached = new Promise<void>((resolve) => {
      const stop = opened.engine.onLink((link) => {
        if (link === 'lost') return;
        stop();
        resolve();
      });
    });
    await opened.restart(() => Promise.resolve());
    await attached;
    return opened;
  },
});

engineContract('read-only', {
  isReadOnly: true,
  async open() {
    const harness = await engineHarness();
    return harnessed(harness, readOnly(harness.engine), () => harness.pass(100));
  },
});

engineContract('in memory for screens', {
  open() {
    const engine = fixtureEngine({ instances: [], events: [] });
    let n = 0;
    const opened: OpenedEngine = {
      engine,
      pass: () => Promise.resolve(),
      addServer: (name) => Promise.resolve(engine.patch({ op: 'put', kind: 'servers', value: aServer({ name }) })),
      removeServer: (name) =>
        Promise.resolve(engine.patch({ op: 'delete', kind: 'servers', id: aServer({ name }).id })),
      happen: (count) => Promise.resolve(engine.emit(...Array.from({ length: count }, () => sampleEvent(++n, 1_000)))),
      close: () => Promise.resolve(),
    };
    return Promise.resolve(opened);
  },
});
