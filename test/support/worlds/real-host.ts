/** The router with real servers behind it, on a socket, as `mcptui proxy` finds it. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { startMiniHost, type MiniHost } from './mini-host.ts';

const path = (relative: string): string => fileURLToPath(new URL(relative, import.meta.url));
const server = (name: string): string =>
  path(`../../../node_modules/@modelcontextprotocol/server-${name}/dist/index.js`);

export interface RealHost extends MiniHost {
  /** With `files/hello.txt`, which `fs` serves. */
  readonly folder: string;
  /** Leads `mcptui proxy` to it. */
  readonly env: Record<string, string>;
}

/** `everything`, `fs` and `memory` from npm, and `bulk`, whose answers are as large as asked. */
export async function startRealHost(): Promise<RealHost> {
  const folder = mkdtempSync(join(tmpdir(), 'mcptui-clients-'));
  mkdirSync(join(folder, 'files'));
  writeFileSync(join(folder, 'files', 'hello.txt'), 'Hello.');
  const socketPath = join(folder, 'e.sock');
  const host = await startMiniHost({
    socketPath,
    servers: [
      { name: 'everything', command: [process.execPath, server('everything')] },
      { name: 'fs', command: [process.execPath, server('filesystem'), join(folder, 'files')] },
      { name: 'bulk', command: [process.execPath, path('../../fixtures/echo-server.ts')] },
      // Left to itself, this server writes beside its program.
      {
        name: 'memory',
        command: [process.execPath, server('memory')],
        env: { MEMORY_FILE_PATH: join(folder, 'memory.json') },
      },
    ],
  });
  return {
    ...host,
    folder,
    env: { ...(process.env as Record<string, string>), MCPTUI_SOCKET: socketPath },
    async close() {
      await host.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
