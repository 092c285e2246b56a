import { spawn } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { systemClock } from '../../../src/kernel/clock.ts';
import { DockerClient, DockerUnreachable } from '../../../src/engine/runtimes/docker/docker-client.ts';

let folder: string;
let server: Server | undefined;
const sockets = new Set<Socket>();
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'mcptui-docker-client-'));
});
afterEach(() => {
  for (const socket of sockets) socket.destroy();
  server?.close();
  server = undefined;
  rmSync(folder, { recursive: true });
});

/** An engine that does with each connection what `serve` says. */
function listen(serve: (socket: Socket) => void): Promise<string> {
  const socketPath = path.join(folder, 'd.sock');
  server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    serve(socket);
  });
  return new Promise((resolve) => server?.listen(socketPath, () => resolve(socketPath)));
}

async function stateAt(socketPath: string): Promise<string> {
  const client = new DockerClient(systemClock, { DOCKER_HOST: `unix://${socketPath}` });
  const error = await client.call((docker) => docker.version(), { ms: 300 }).catch((thrown: unknown) => thrown);
  return error instanceof DockerUnreachable ? error.state.kind : String(error);
}

describe('DockerClient', () => {
  it('tells an absent engine', async () => {
    expect(await stateAt(path.join(folder, 'nothing.sock'))).toBe('absent');
  });

  it('tells an engine that refuses: the socket is there and nobody listens', async () => {
    const socketPath = await listen(() => undefined);
    const script = `require('net').createServer().listen(${JSON.stringify(`${socketPath}2`)}, () => process.kill(process.pid, 'SIGKILL'))`;
    await new Promise((resolve) => spawn(process.execPath, ['-e', script]).on('exit', resolve));
    expect(await stateAt(`${socketPath}2`)).toBe('refused');
  });

  it.skipIf(process.getuid?.() !== 0)('tells an engine that it may not use', async () => {
    const socketPath = await listen(() => undefined);
    chmodSync(folder, 0o755);
    chmodSync(socketPath, 0o600);
    const script = fileURLToPath(new URL('../../support/worlds/docker-state.ts', import.meta.url));
    const child = spawn(process.execPath, [script, socketPath], {
      uid: 65_534,
      gid: 65_534,
      stdio: ['ignore', 'pipe', 'inherit'],
      cwd: '/',
    });
    expect(await text(child.stdout)).toBe('not-permitted');
  });

  it('tells an engine that accepts and does not answer', async () => {
    expect(await stateAt(await listen(() => undefined))).toBe('hung');
  });

  it('tells a service that speaks something else than HTTP', async () => {
    const socketPath = await listen((socket) => socket.write('SSH-2.0-OpenSSH_9.6\r\n'));
    expect(await stateAt(socketPath)).toBe('other-service');
  });

  it('ends a call whose connection drops after the headers, which dockerode alone never does', async () => {
    const socketPath = await listen((socket) => {
      socket.once('data', () => {
        socket.write('HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{"Ver');
        socket.end();
      });
    });
    expect(await stateAt(socketPath)).toMatch(/hung|refused/);
  });

  it('passes on what the engine answers as an error, with its status', async () => {
    const socketPath = await listen((socket) => {
      socket.once('data', () =>
        socket.end(
          'HTTP/1.1 404 Not Found\r\nContent-Type: application/json\r\nContent-Length: 16\r\n\r\n{"message":"no"}',
        ),
      );
    });
    const client = new DockerClient(systemClock, { DOCKER_HOST: `unix://${socketPath}` });
    await expect(client.call((docker) => docker.getContainer('x').inspect())).rejects.toMatchObject({
      statusCode: 404,
    });
  });
});
