import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { systemClock } from '../../../src/kernel/clock.ts';
import { commandNames } from '../../../src/engine/commands/table/index.ts';
import { apiListener } from '../../../src/engine/host/api.ts';
import { operatorsServer } from '../../../src/engine/host/sockets.ts';
import { silentLogger } from '../../../src/kernel/log.ts';
import { HttpEndpoint } from '../../../src/mcp/downstream/http/http-endpoint.ts';
import { engineHarness, type Harness } from '../../support/worlds/engine-harness.ts';
import { send, type Answer } from '../../support/worlds/http-client.ts';
import { seededRandom } from '../../support/builders/random.ts';

let harness: Harness;
let server: ReturnType<typeof operatorsServer>;
let url: string;

beforeAll(async () => {
  harness = await engineHarness();
  const parts = { agents: harness.engine.router.agents, clock: systemClock, logger: silentLogger, nonce: () => 'x' };
  const listener = apiListener(harness.engine, new HttpEndpoint(parts), systemClock);
  server = operatorsServer(harness.engine, listener);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/api/v1/commands`;
});
afterAll(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  await harness.close();
});

const run = (name: string, body: unknown): Promise<Answer> => send(`${url}/${name}`, { body: JSON.stringify(body) });

/** Values of every type, some that look like what a command takes. */
const values: readonly unknown[] = [
  null,
  true,
  -1,
  1e308,
  '',
  'fs',
  'prompt',
  '__proto__',
  'x'.repeat(70_000),
  '\u2028\u0000',
  [],
  [[]],
  {},
  { toString: 1, hash: 1 },
  { name: 'a', content: { body: 1 } },
  { name: 'a', content: null, text: [] },
  { limit: 1e9, before: -1 },
  { text: 1 },
  { kind: 'command', source: { kind: 'command', command: [1] } },
];

describe('commands over HTTP', () => {
  it('answer wrong arguments with 4xx and a reason, never with 500: every command, 40 sets each', async () => {
    const random = seededRandom(9);
    for (const name of commandNames) {
      for (let round = 0; round < 40; round += 1) {
        const args = Array.from({ length: random.below(5) }, () => random.pick(values));
        const answer = await run(name, args);
        if (answer.status === 500) throw new Error(`${name} ${JSON.stringify(args).slice(0, 300)}: ${answer.text}`);
      }
    }
    expect((await run('verifyAudit', [])).status).toBe(200);
  });

  it('name the argument that is wrong', async () => {
    const answer = await run('approveProposal', ['p1', { hash: 7 }]);
    expect([answer.status, JSON.parse(answer.text)]).toMatchObject([
      400,
      {
        error: { code: 'invalid', message: expect.stringMatching(/^approveProposal: options\.hash: expected string/) },
      },
    ]);
    expect(JSON.parse((await run('stop', ['a', 'b'])).text)).toMatchObject({ error: { code: 'invalid' } });
  });

  it('refuse a body that is nested deeper than 512 levels, or is no JSON', async () => {
    for (const body of [`[${'{"a":'.repeat(600)}1${'}'.repeat(600)}]`, '[', '{}', '']) {
      const answer = await send(`${url}/createServer`, { body });
      expect([answer.status, JSON.parse(answer.text)]).toMatchObject([400, { error: { code: 'invalid' } }]);
    }
  });

  it('refuse a body over 4 MiB, also one that does not tell its length', async () => {
    const body = JSON.stringify(['x', 'y'.repeat(5 * 1024 * 1024)]);
    for (const headers of [{}, { 'transfer-encoding': 'chunked' }]) {
      const answer = await send(`${url}/setSecret`, { body, headers });
      expect([answer.status, answer.text]).toEqual([400, expect.stringContaining('over 4 MiB')]);
    }
  });
});
