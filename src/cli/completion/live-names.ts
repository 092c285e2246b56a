/** Asks the running engine for names; whatever goes wrong or takes too long, there are none. */
import { request } from 'node:http';
import type { NameKind } from './name-kinds.ts';

/** A person waits for a key: rather nothing than late. */
const DEADLINE_MS = 300;
const MAX_ANSWER_BYTES = 4 * 1024 * 1024;
const MAX_NAMES = 500;

type Row = Readonly<Record<string, unknown>>;

/** What a row is called on a command line; default: its name. */
const called: Partial<Record<string, string>> = {
  prompts: 'ref',
  personalities: 'ref',
  skills: 'ref',
  sessions: 'id',
  proposals: 'id',
  bindings: 'id',
};

export async function liveNames(sockets: readonly string[], of: NameKind): Promise<readonly string[]> {
  const [, server] = /^tools of (.*)$/.exec(of) ?? [];
  const rows =
    server !== undefined
      ? toolsIn(await answer(sockets, '/api/v1/commands/catalog', [{ server }]))
      : of === 'backends'
        ? rowsAt(await answer(sockets, '/api/v1/commands/secretBackends', []), 'result')
        : rowsAt(await answer(sockets, `/api/v1/${of}?limit=${MAX_NAMES}`), 'items');
  const field = called[of] ?? 'name';
  const names = rows.flatMap((row) => (typeof row[field] === 'string' ? [row[field]] : []));
  return [...new Set(names)].slice(0, MAX_NAMES);
}

function rowsAt(value: unknown, name: string): readonly Row[] {
  const rows = isRow(value) ? value[name] : undefined;
  return Array.isArray(rows) ? rows.filter(isRow) : [];
}

function toolsIn(value: unknown): readonly Row[] {
  return rowsAt(value, 'result').flatMap(({ tools }) =>
    rowsAt(tools, 'items').concat(Array.isArray(tools) ? tools.filter(isRow) : []),
  );
}

function isRow(value: unknown): value is Row {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Of the first socket where somebody listens; `body`: arguments of a command. */
async function answer(sockets: readonly string[], path: string, body?: readonly unknown[]): Promise<unknown> {
  const deadline = AbortSignal.timeout(DEADLINE_MS);
  for (const socketPath of sockets) {
    const text = await asked(socketPath, path, body, deadline);
    if (text !== undefined) return JSON.parse(text) as unknown;
  }
  return undefined;
}

function asked(
  socketPath: string,
  path: string,
  body: readonly unknown[] | undefined,
  signal: AbortSignal,
): Promise<string | undefined> {
  return new Promise((resolve) => {
    const none = (): void => resolve(undefined);
    const sent = request(
      {
        socketPath,
        path,
        signal,
        agent: false,
        method: body === undefined ? 'GET' : 'POST',
        headers: { 'content-type': 'application/json' },
      },
      (response) => {
        const chunks: Buffer[] = [];
        let bytes = 0;
        response.on('data', (chunk: Buffer) => {
          bytes += chunk.length;
          if (bytes > MAX_ANSWER_BYTES) sent.destroy();
          else chunks.push(chunk);
        });
        response.on('end', () =>
          resolve(response.statusCode === 200 ? Buffer.concat(chunks).toString('utf8') : undefined),
        );
        response.on('error', none);
      },
    );
    sent.on('error', none);
    sent.end(body === undefined ? undefined : JSON.stringify(body));
  });
}
