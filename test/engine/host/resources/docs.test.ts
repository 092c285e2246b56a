/** What docs/api.md shows works, line by line, as it stands there. */
import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { apiListener } from '../../../../src/engine/host/api.ts';
import { problems } from '../../../../src/engine/host/resources/problem.ts';
import { operatorsServer } from '../../../../src/engine/host/sockets.ts';
import { systemClock } from '../../../../src/kernel/clock.ts';
import { silentLogger } from '../../../../src/kernel/log.ts';
import { HttpEndpoint } from '../../../../src/mcp/downstream/http/http-endpoint.ts';
import { restWorld, type RestWorld } from '../../../support/worlds/rest-world.ts';

const page = readFileSync(new URL('../../../../docs/api.md', import.meta.url), 'utf8');
let world: RestWorld;
let folder: string;
let server: ReturnType<typeof operatorsServer>;

beforeAll(async () => {
  world = await restWorld();
  folder = mkdtempSync(path.join(tmpdir(), 'mcptui-docs-'));
  const { engine } = world.harness;
  const parts = { agents: engine.router.agents, clock: systemClock, logger: silentLogger, nonce: () => 'x' };
  server = operatorsServer(engine, apiListener(engine, new HttpEndpoint(parts), systemClock));
  await new Promise<void>((resolve) => server.listen(path.join(folder, 'e.sock'), resolve));
});
afterAll(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  await world.close();
  rmSync(folder, { recursive: true, force: true });
});

it('every command of docs/api.md does what it says', async () => {
  const token = await world.token('rita', { subject: 'user:rita', roles: ['reviewer'] });
  const blocks = [...page.matchAll(/```sh\n([\s\S]*?)```/g)].map(([, block = '']) => block);
  expect(blocks.length).toBeGreaterThan(5);
  const script = ['mcptui() { printf %s "$GIVEN"; }', 'curl() { command curl "$@"; echo; }', ...blocks].join('\n');
  const env = {
    PATH: process.env['PATH'] ?? '',
    USER: 'ann',
    SOCKET: path.join(folder, 'e.sock'),
    URL: world.tcpUrl,
    GIVEN: token,
  };
  const { stdout } = await promisify(execFile)('bash', ['-c', script], { cwd: folder, env });
  expect(stdout).not.toContain('/api/v1/problems/');
  expect(stdout).not.toContain('"error"');
  const { content } = await world.harness.engine.commands.contentDetail('prompt', 'rules');
  expect(content).toMatchObject({ body: 'Never on Monday.' });
  const [approved] = await world.harness.audit('proposal_approve');
  expect(approved?.actor).toBe('user:rita');
  expect(stdout).toContain('{"type":"synced"}');
});

it('docs/api.md tells what each code means', () => {
  const told = [...page.matchAll(/<a id="([a-z-]+)"><\/a>`([a-z-]+)` \| (\d+)/g)].map(([, , code, status]) => [
    code,
    Number(status),
  ]);
  expect(told).toEqual(Object.entries(problems).map(([code, [status]]) => [code, status]));
});
