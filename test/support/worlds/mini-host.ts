/**
 * A small engine for tests and benches of the router: spawns the given commands, connects them to a router, restarts those
 * that end, and serves the proxy's upgrade on a Unix socket. As a program it is a daemon that takes its servers as JSON.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { mkdirSync, rmSync, statSync } from 'node:fs';
import { createServer } from 'node:http';
import { dirname } from 'node:path';
import { agentsSocket } from '../../../src/kernel/paths.ts';
import { systemClock } from '../../../src/kernel/clock.ts';
import { messageOf } from '../../../src/kernel/errors.ts';
import { ulidIds } from '../../../src/kernel/ids.ts';
import { silentLogger } from '../../../src/kernel/log.ts';
import { createRouter, type Router, type RouterObserver, type RouterOptions } from '../../../src/mcp/index.ts';
import { takeKernelLock } from '../../../src/store/files/lock.ts';

export interface HostedServer {
  readonly name: string;
  readonly command: readonly string[];
  /** Default `default`. */
  readonly project?: string;
  /** Default: the name. */
  readonly prefix?: string;
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
}

export interface MiniHost {
  readonly router: Router;
  readonly socketPath: string;
  /** The process of a server's instance, while it runs. */
  child(server: string): ChildProcess | undefined;
  close(): Promise<void>;
}

export const silentObserver: RouterObserver = {
  toolCall() {},
  sessionBound() {},
  sessionChanged() {},
  sessionEnded() {},
  upstreamLost() {},
  invalidOutput() {},
  toolsChanged() {},
  nameConflict() {},
  serverRequest() {},
  demand() {},
  leased() {},
  retired() {},
};

const RESTART_DELAY_MS = 50;

export interface MiniHostOptions extends RouterOptions {
  readonly socketPath: string;
  readonly servers: readonly HostedServer[];
  readonly observer?: Partial<RouterObserver>;
}

/** Resolves when the socket listens; the servers connect meanwhile. */
export async function startMiniHost(options: MiniHostOptions): Promise<MiniHost> {
  const { socketPath, servers } = options;
  const children = new Map<string, ChildProcess>();
  let isClosing = false;
  const router = createRouter({
    ...options,
    clock: systemClock,
    ids: ulidIds(systemClock),
    logger: silentLogger,
    observer: { ...silentObserver, ...options.observer },
  });
  const projectOf = (server: HostedServer): string => server.project ?? 'default';
  router.servers.setServers(
    servers.map((one) => ({ name: one.name, project: projectOf(one), prefix: one.prefix ?? one.name })),
  );

  const run = (server: HostedServer): void => {
    const [command, ...args] = server.command;
    const child = spawn(command ?? '', args, {
      stdio: ['pipe', 'pipe', 'ignore'],
      cwd: server.cwd,
      env: { ...process.env, ...server.env },
    });
    children.set(server.name, child);
    const id = `ins-${server.name}`;
    child.once('error', () => {});
    child.once('close', () => {
      children.delete(server.name);
      router.servers.disconnect(id, 'the process ended');
      if (!isClosing) setTimeout(() => isClosing || run(server), RESTART_DELAY_MS);
    });
    const stream = { input: child.stdin, output: child.stdout };
    void router.servers.connect({ id, server: server.name }, stream, 20_000, new AbortController().signal);
  };
  for (const server of servers) run(server);

  const http = createServer((_request, response) => response.writeHead(404).end());
  http.on('upgrade', (request, socket, head) => {
    const project = new URL(request.url ?? '/', 'http://mcptui').searchParams.get('project') ?? 'default';
    if (!servers.some((one) => projectOf(one) === project)) {
      const body = JSON.stringify({
        error: { code: 'not-found', message: `no project ${project}`, hint: 'create it' },
      });
      socket.end(`HTTP/1.1 404 Not Found\r\nContent-Length: ${body.length}\r\nConnection: close\r\n\r\n${body}`);
      return;
    }
    socket.write('HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: mcptui-stdio\r\n\r\n');
    if (head.length > 0) socket.unshift(head);
    router.agents.accept(socket, { project });
  });
  rmSync(agentsSocket(socketPath), { force: true });
  await new Promise<void>((resolve, reject) => http.once('error', reject).listen(agentsSocket(socketPath), resolve));

  return {
    router,
    socketPath,
    child: (server) => children.get(server),
    async close() {
      isClosing = true;
      await router.close();
      const ended = [...children.values()].map((child) => new Promise((resolve) => child.once('close', resolve)));
      for (const child of children.values()) child.kill('SIGKILL');
      http.closeAllConnections();
      await Promise.all([...ended, new Promise((resolve) => http.close(resolve))]);
    },
  };
}

/** As in the engine, the folder's lock decides between two that start at once; only its holder may touch the socket. */
async function lockFolder(folder: string): Promise<void> {
  mkdirSync(folder, { recursive: true });
  await takeKernelLock(folder, statSync(folder), systemClock);
}

if (process.argv[1] === import.meta.filename) {
  const options = JSON.parse(process.argv[2] ?? '{}') as MiniHostOptions;
  try {
    await lockFolder(dirname(options.socketPath));
    const host = await startMiniHost(options);
    process.on('SIGTERM', () => void host.close().then(() => process.exit(0)));
    console.log(`ready ${host.socketPath}`);
  } catch (error) {
    console.error(messageOf(error));
    process.exitCode = 1;
  }
}
