/** An engine of another build than the program that attaches to it. */
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { attachEngine } from '../../../src/engine/host/client.ts';
import { VIEW_FORMAT_HEADER } from '../../../src/engine/host/protocol.ts';
import { systemClock } from '../../../src/kernel/clock.ts';

let folder: string;
let server: Server;
let headers: Record<string, string>;
beforeEach(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'mcptui-build-'));
  headers = {};
  const patches = [{ op: 'info', value: { pid: 4242, docker: { kind: 'ok' } } }];
  server = createServer((_request, response) => {
    response.writeHead(200, headers);
    response.write(`${JSON.stringify({ type: 'patches', patches })}\n`);
  });
  await new Promise<void>((resolve) => server.listen(path.join(folder, 'engine.sock'), resolve));
});
afterEach(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  rmSync(folder, { recursive: true, force: true });
});

describe('attachEngine', () => {
  it.each([
    ['that says nothing of its view', {}],
    ['of a later view', { [VIEW_FORMAT_HEADER]: '99' }],
  ])('refuses an engine %s, and says how to end it', async (_what, given) => {
    headers = given;
    const attached = attachEngine({ socketPath: path.join(folder, 'engine.sock'), clock: systemClock, user: 'ann' });
    await expect(attached).rejects.toMatchObject({
      code: 'conflict',
      message: 'the engine that runs here is of another build of mcptui than this program',
      hint: 'end it, its servers start again with the next one: kill 4242',
    });
  });
});
