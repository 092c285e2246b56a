import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { attachEngine, remoteCommands } from '../../../src/engine/host/client.ts';
import { SilentEngineError } from '../../../src/engine/host/silence.ts';
import { linkEngine } from '../../../src/mcp/proxy/link.ts';
import { FakeClock, settle } from '../../support/fakes/fake-clock.ts';

let folder: string;
let server: Server;
beforeEach(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'mcptui-silence-'));
  writeFileSync(path.join(folder, 'lock.pid'), '4711\n');
  // As the kernel does for a stopped process: connections are accepted, and that is all.
  server = createServer((socket) => void socket.on('error', () => undefined).pause());
  await new Promise<void>((resolve) => server.listen(path.join(folder, 'e.sock'), resolve));
});
afterEach(() => {
  server.close();
  rmSync(folder, { recursive: true });
});

/** What comes of `work` once five seconds have passed. */
async function after5s(clock: FakeClock, work: Promise<unknown>): Promise<unknown> {
  const outcome = work.catch((error: unknown) => error);
  for (let ms = 0; ms < 5_000; ms += 500) {
    await settle();
    await clock.advance(500);
  }
  return Promise.race([outcome, settle().then(() => 'still waiting')]);
}

describe('an engine that accepts and does not answer', () => {
  it.each(['a command', 'a console'])('is given up by %s after 5 s, with its pid and the next step', async (what) => {
    const clock = new FakeClock();
    const options = { socketPath: path.join(folder, 'e.sock'), dataDir: folder, clock, user: 'ann' };
    const work = what === 'a command' ? remoteCommands(options).tokens() : attachEngine(options);
    const error = await after5s(clock, work);
    expect(error).toBeInstanceOf(SilentEngineError);
    expect(error).toMatchObject({
      code: 'unavailable',
      message: `engine (pid 4711) does not answer (${options.socketPath})`,
      hint: expect.stringContaining('kill -CONT 4711') as string,
    });
  });

  it('is given up by a proxy after 5 s', async () => {
    const clock = new FakeClock();
    const outcome = await after5s(clock, linkEngine(path.join(folder, 'e.sock'), { project: 'default' }, clock));
    expect(outcome).toEqual({ kind: 'silent' });
  });
});
