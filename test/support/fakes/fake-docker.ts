/** A container engine of a few answers on a Unix socket; what it has no answer for it leaves hanging. */
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import path from 'node:path';

export interface FakeDocker {
  readonly env: { readonly DOCKER_HOST: string };
  /** `METHOD target`, as they came. */
  readonly asked: string[];
  close(): Promise<void>;
}

export type FakeAnswer = (request: IncomingMessage, response: ServerResponse) => void;

export const json =
  (value: unknown, status = 200): FakeAnswer =>
  (_request, response) => {
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(value));
  };

/** `answers` by the begin of `METHOD target`. */
export async function fakeDocker(answers: Readonly<Record<string, FakeAnswer>>): Promise<FakeDocker> {
  const folder = mkdtempSync(path.join(tmpdir(), 'mcptui-fake-docker-'));
  const socketPath = path.join(folder, 'd.sock');
  const asked: string[] = [];
  const server = createServer((request, response) => {
    const target = `${request.method} ${request.url}`;
    asked.push(target);
    const found = Object.entries(answers).find(([begin]) => target.startsWith(begin));
    found?.[1](request, response);
  });
  await new Promise<void>((resolve) => server.listen(socketPath, resolve));
  return {
    env: { DOCKER_HOST: `unix://${socketPath}` },
    asked,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      rmSync(folder, { recursive: true });
    },
  };
}
