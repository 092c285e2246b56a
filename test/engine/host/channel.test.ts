import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, it } from 'vitest';
import { systemClock } from '../../../src/kernel/clock.ts';
import { apiListener } from '../../../src/engine/host/api.ts';
import { operatorsServer } from '../../../src/engine/host/sockets.ts';
import { remoteCommands } from '../../../src/engine/host/client.ts';
import { silentLogger } from '../../../src/kernel/log.ts';
import { HttpEndpoint } from '../../../src/mcp/downstream/http/http-endpoint.ts';
import { engineHarness } from '../../support/worlds/engine-harness.ts';

it('remoteCommands leaves an argument out, also before another one', async () => {
  const harness = await engineHarness();
  const folder = mkdtempSync(path.join(tmpdir(), 'mcptui-channel-'));
  const socketPath = path.join(folder, 'e.sock');
  const parts = { agents: harness.engine.router.agents, clock: systemClock, logger: silentLogger, nonce: () => 'x' };
  const listener = apiListener(harness.engine, new HttpEndpoint(parts), systemClock);
  const server = operatorsServer(harness.engine, listener);
  try {
    await new Promise<void>((resolve) => server.listen(socketPath, resolve));
    const commands = remoteCommands({ socketPath, clock: systemClock, user: 'ann' });
    const content = { summary: '', priority: 5, body: 'one' };
    await commands.createContent('prompt', { name: 'style', content });
    await commands.saveContent('prompt', 'style', { content: { ...content, body: 'two' } });
    const diff = await commands.diffContent('prompt', 'style', undefined, '0.1.1');
    expect([diff.left, diff.right, diff.added, diff.removed]).toEqual(['0.1.0', '0.1.1', 1, 1]);
    expect((await commands.revisions('prompt', 'style'))[0]?.author).toBe('operator:ann');
  } finally {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
    await harness.close();
    rmSync(folder, { recursive: true, force: true });
  }
});
