/** Connects the proxy to the engine: an HTTP upgrade on its socket, then a raw byte stream. */
import { connect, type Socket } from 'node:net';
import type { Clock } from '../../kernel/clock.ts';
import { FOLDER_HEADER, folderHeader } from '../../kernel/engine-pointer.ts';
import type { SessionIdentity } from '../types/session.ts';

const END_OF_HEAD = '\r\n\r\n';
/** An engine answers in milliseconds, and in seconds on a machine that is very busy. */
const SILENT_MS = 5_000;
const MISDIRECTED = 421;
const MAX_REFUSAL_BYTES = 64 * 1024;

export type LinkOutcome =
  /** `rest`: bytes that came with the answer. */
  | { readonly kind: 'linked'; readonly socket: Socket; readonly rest: Buffer }
  /** Nobody listens. */
  | { readonly kind: 'absent'; readonly cause: string }
  /** Something listens, accepts and says nothing. */
  | { readonly kind: 'silent' }
  /** The engine said no, or something else listens. */
  | { readonly kind: 'refused'; readonly status: number; readonly message: string };

/** Errors that mean that no engine runs, or not any more. */
const ABSENT = new Set(['ENOENT', 'ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'EAGAIN', 'ENOTDIR']);

export interface LinkHeaders {
  /** Whose engine is meant, when that matters: that of another folder is absent. */
  readonly dataDir?: string | undefined;
  /** Proves which agent connects. */
  readonly ticket?: string | undefined;
}

/**
 * Never rejects; an engine that accepts and says nothing is given up.
 */
export function linkEngine(
  socketPath: string,
  identity: SessionIdentity,
  clock: Clock,
  { dataDir, ticket }: LinkHeaders = {},
): Promise<LinkOutcome> {
  return new Promise((resolve) => {
    const socket = connect(socketPath);
    let head = Buffer.alloc(0);
    const silence = clock.after(SILENT_MS, () => settle({ kind: 'silent' }));
    const settle = (outcome: LinkOutcome): void => {
      silence.cancel();
      socket.off('data', onData).off('end', onEnd).off('error', onError);
      if (outcome.kind !== 'linked') socket.on('error', () => {}).destroy();
      resolve(outcome);
    };
    const onError = (error: NodeJS.ErrnoException): void => {
      const code = error.code ?? '';
      if (ABSENT.has(code)) return settle({ kind: 'absent', cause: code });
      settle({ kind: 'refused', status: 0, message: `cannot use the engine's socket ${socketPath}: ${error.message}` });
    };
    const onEnd = (): void =>
      settle(
        head.length === 0 ? { kind: 'absent', cause: 'it closed the connection' } : refusal(head.toString('utf8')),
      );
    const onData = (chunk: Buffer): void => {
      head = Buffer.concat([head, chunk]);
      const end = head.indexOf(END_OF_HEAD);
      if (end === -1 || !head.toString('latin1', 0, 16).startsWith('HTTP/1.1 101 ')) {
        if (head.length > MAX_REFUSAL_BYTES) onEnd();
        return;
      }
      socket.pause();
      settle({ kind: 'linked', socket, rest: head.subarray(end + END_OF_HEAD.length) });
    };
    socket.on('error', onError).on('data', onData).on('end', onEnd);
    socket.write(
      `GET /mcp-stdio?${queryOf(identity)} HTTP/1.1\r\n` +
        'Host: mcptui\r\nConnection: Upgrade\r\nUpgrade: mcptui-stdio\r\n' +
        (ticket === undefined ? '' : `Authorization: Bearer ${ticket.replace(/\s/g, '')}\r\n`) +
        (dataDir === undefined ? '\r\n' : `${FOLDER_HEADER}: ${folderHeader(dataDir)}\r\n\r\n`),
    );
  });
}

function queryOf({ project, agent, personality, peer }: SessionIdentity): string {
  const named = Object.entries({ project, agent, personality, proxy: peer }).filter(
    ([, value]) => value !== undefined && value !== '',
  );
  return named.map(([key, value]) => `${key}=${encodeURIComponent(String(value))}`).join('&');
}

/** The engine's own words in a refusal: `{ error: { message, hint } }`. */
function refusal(answer: string): LinkOutcome {
  const status = Number(/^HTTP\/1\.1 (\d{3})/.exec(answer)?.[1] ?? 0);
  if (status === MISDIRECTED) return { kind: 'absent', cause: 'it is the engine of another folder' };
  const body = answer.slice(answer.indexOf(END_OF_HEAD) + END_OF_HEAD.length);
  return { kind: 'refused', status, message: errorText(body) ?? `the engine answered with status ${status}` };
}

function errorText(body: string): string | undefined {
  try {
    // A body of unknown length may come in chunks; the JSON is the part between the outermost braces.
    const { error } = JSON.parse(body.slice(body.indexOf('{'), body.lastIndexOf('}') + 1)) as {
      error?: { message?: string; hint?: string };
    };
    if (error?.message === undefined) return undefined;
    return error.hint === undefined ? error.message : `${error.message} (${error.hint})`;
  } catch {
    return undefined;
  }
}
