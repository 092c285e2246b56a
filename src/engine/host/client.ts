/** Attaches to an engine over its socket: the view kept current by the stream, commands as requests, attached again when lost. */
import { request as httpRequest, type ClientRequest } from 'node:http';
import { sleep, type Clock } from '../../kernel/clock.ts';
import { FOLDER_HEADER, folderHeader, socketsToTry } from '../../kernel/engine-pointer.ts';
import { errnoOf, fromErrorJson, McptuiError, messageOf, type ErrorJson } from '../../kernel/errors.ts';
import { unawaited } from '../../kernel/unawaited.ts';
import { commandsByName } from '../commands/by-name.ts';
import type { EngineCommands } from '../commands/table/index.ts';
import type { Engine } from '../engine-api.ts';
import { applyPatches, emptyView } from '../views/view-state.ts';
import type { AuditEvent, EngineView, ViewPatch } from '../views/view.ts';
import { readFeed } from './feed.ts';
import {
  COMMANDS_PATH,
  STREAM_PATH,
  USER_HEADER,
  VIEW_FORMAT,
  VIEW_FORMAT_HEADER,
  type StreamLine,
} from './protocol.ts';
import { silentEngine, watchSilence, type EngineAddress } from './silence.ts';

export interface AttachOptions extends EngineAddress {
  readonly clock: Clock;
  /** Who asks, for the audit log. */
  readonly user: string;
  /** Where it may be when the data folder does not say; default `socketPath` alone. */
  readonly socketPaths?: readonly string[];
}

const RETRY_MS = 500;

/** No engine of this folder listens: it may elsewhere. */
class AbsentEngineError extends McptuiError {}

/** Tries each place where the engine may listen. @throws McptuiError `unavailable` of the first when it is at none */
async function atEngine<T>(
  { dataDir, socketPath, socketPaths }: AttachOptions,
  work: (socketPath: string) => Promise<T>,
): Promise<T> {
  let absent: AbsentEngineError | undefined;
  for (const place of socketsToTry(dataDir, socketPaths ?? [socketPath])) {
    try {
      return await work(place);
    } catch (error) {
      if (!(error instanceof AbsentEngineError)) throw error;
      absent ??= error;
    }
  }
  throw absent ?? lost(socketPath, new Error('there is no place to look at'));
}

/** @throws McptuiError `unavailable` when no engine listens there */
export async function attachEngine(options: AttachOptions): Promise<Engine> {
  const client = new EngineClient(options);
  await client.attach();
  return client;
}

/** Commands alone, without a view: what one-shot verbs use. @throws as each command does, `unavailable` when no engine listens */
export function remoteCommands(options: AttachOptions): EngineCommands {
  return commandsByName((name, args) => callCommand(options, name, args));
}

function callCommand(options: AttachOptions, name: string, args: readonly unknown[]): Promise<unknown> {
  return atEngine(options, (socketPath) => callAt({ ...options, socketPath }, name, args));
}

async function callAt(options: AttachOptions, name: string, args: readonly unknown[]): Promise<unknown> {
  const body = JSON.stringify(args.filter((arg, index) => arg !== undefined || index < args.length - 1));
  let unwatch = (): void => undefined;
  const answer = new Promise((resolve, reject) => {
    const call = httpRequest(
      {
        socketPath: options.socketPath,
        method: 'POST',
        path: `${COMMANDS_PATH}/${name}`,
        headers: {
          'content-type': 'application/json',
          'content-length': Buffer.byteLength(body),
          [USER_HEADER]: options.user,
          ...folderHeaders(options),
        },
      },
      (response) => {
        if (response.statusCode === MISDIRECTED) return reject(lost(options.socketPath, misdirected()));
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('error', (error) => reject(lost(options.socketPath, error)));
        response.on('end', () => {
          try {
            const answer = JSON.parse(Buffer.concat(chunks).toString('utf8')) as {
              result?: unknown;
              error?: ErrorJson;
            };
            if (answer.error === undefined) resolve(answer.result ?? undefined);
            else reject(fromErrorJson(answer.error));
          } catch (error) {
            reject(lost(options.socketPath, error));
          }
        });
      },
    );
    call.on('error', (error) => reject(lost(options.socketPath, error)));
    call.end(body);
    // However long a command takes, the engine answers others meanwhile.
    unwatch = watchSilence(options.clock, options, () => {
      reject(silentEngine(options));
      call.destroy();
    });
  });
  try {
    return await answer;
  } finally {
    unwatch();
  }
}

/** HTTP status of an engine's answer to those who mean another data folder. */
const MISDIRECTED = 421;

function folderHeaders({ dataDir }: AttachOptions): Record<string, string> {
  return dataDir === undefined ? {} : { [FOLDER_HEADER]: folderHeader(dataDir) };
}

function misdirected(): Error {
  return Object.assign(new Error('it is the engine of another folder'), { code: 'ENOENT' });
}

/** A folder on the way that may not be entered holds no socket for this user either. */
const NOBODY_THERE = new Set(['ENOENT', 'ECONNREFUSED', 'ENOTDIR', 'EACCES']);

function lost(socketPath: string, cause: unknown): McptuiError {
  const hint = 'start one with: mcptui --daemon';
  if (NOBODY_THERE.has(errnoOf(cause) ?? '')) {
    return new AbsentEngineError('unavailable', `no engine is running (${socketPath})`, { hint, cause });
  }
  const text = `the engine did not answer: ${errnoOf(cause) ?? messageOf(cause)} (${socketPath})`;
  return new McptuiError('unavailable', text, { hint, cause });
}

class EngineClient implements Engine {
  readonly commands: EngineCommands;
  readonly #o: AttachOptions;
  #view: EngineView | undefined;
  #stream: ClientRequest | undefined;
  readonly #closed = new AbortController();
  readonly #views = new Set<(view: EngineView, patches: readonly ViewPatch[]) => void>();
  readonly #events = new Set<(events: readonly AuditEvent[]) => void>();
  readonly #links = new Set<(link: 'attached' | 'lost') => void>();

  constructor(options: AttachOptions) {
    this.#o = options;
    this.commands = remoteCommands(options);
  }

  async attach(): Promise<void> {
    const { ended } = await atEngine(this.#o, (socketPath) => this.#open({ ...this.#o, socketPath }));
    unawaited(ended.then(() => this.#reattach()));
  }

  view(): EngineView {
    if (this.#view === undefined) throw new Error('view asked for before the engine was attached');
    return this.#view;
  }

  subscribe(listener: (view: EngineView, patches: readonly ViewPatch[]) => void): () => void {
    this.#views.add(listener);
    return () => void this.#views.delete(listener);
  }

  onEvents(listener: (events: readonly AuditEvent[]) => void): () => void {
    this.#events.add(listener);
    return () => void this.#events.delete(listener);
  }

  onLink(listener: (link: 'attached' | 'lost') => void): () => void {
    this.#links.add(listener);
    return () => void this.#links.delete(listener);
  }

  close(): Promise<void> {
    this.#closed.abort();
    this.#stream?.destroy();
    return Promise.resolve();
  }

  /** Resolves once the whole view has arrived; `ended` when the stream is over. In a box: a bare promise would be awaited. */
  #open(at: AttachOptions): Promise<{ readonly ended: Promise<void> }> {
    return new Promise((resolve, reject) => {
      let ended = (): void => undefined;
      const end = new Promise<void>((done) => {
        ended = done;
      });
      let first = true;
      const unwatch = watchSilence(at.clock, at, () => {
        reject(silentEngine(at));
        stream.destroy();
      });
      unawaited(end.then(unwatch));
      const stream = httpRequest(
        { socketPath: at.socketPath, path: STREAM_PATH, headers: folderHeaders(at) },
        (response) => {
          if (response.statusCode === MISDIRECTED) reject(lost(at.socketPath, misdirected()));
          response.on('error', ended);
          response.on('close', () => {
            ended();
            reject(lost(at.socketPath, new Error('the stream ended')));
          });
          const isKnown = response.headers[VIEW_FORMAT_HEADER] === VIEW_FORMAT;
          readFeed(response, (line) => {
            if (!isKnown) {
              reject(otherBuild(line as StreamLine));
              stream.destroy();
              return;
            }
            this.#take(line as StreamLine, first);
            if (first) resolve({ ended: end });
            first = false;
          });
        },
      );
      stream.on('error', (error) => {
        ended();
        reject(lost(at.socketPath, error));
      });
      stream.end();
      this.#stream = stream;
    });
  }

  #take(line: StreamLine, whole: boolean): void {
    if (line.type === 'events') {
      for (const listener of this.#events) listener(line.events);
      return;
    }
    this.#view = applyPatches(whole || this.#view === undefined ? firstView(line.patches) : this.#view, line.patches);
    for (const listener of this.#views) listener(this.#view, line.patches);
  }

  async #reattach(): Promise<void> {
    const { signal } = this.#closed;
    if (signal.aborted) return;
    for (const listener of this.#links) listener('lost');
    while (!signal.aborted) {
      await sleep(this.#o.clock, RETRY_MS, signal);
      if (signal.aborted) return;
      try {
        await this.attach();
        for (const listener of this.#links) listener('attached');
        return;
      } catch (error) {
        if (!(error instanceof McptuiError)) throw error;
      }
    }
  }
}

/** An engine that was started before this program was updated, or after. */
function otherBuild(line: StreamLine): McptuiError {
  const info = line.type === 'patches' ? line.patches.find((patch) => patch.op === 'info') : undefined;
  const pid = info === undefined ? 'PID' : String(info.value.pid);
  return new McptuiError('conflict', 'the engine that runs here is of another build of mcptui than this program', {
    hint: `end it, its servers start again with the next one: kill ${pid}`,
  });
}

/** The first line holds everything, `info` and `audit` included. */
function firstView(patches: readonly ViewPatch[]): EngineView {
  const info = patches.find((patch) => patch.op === 'info');
  const audit = patches.find((patch) => patch.op === 'audit');
  if (info === undefined || audit === undefined) throw new Error('the first line of the stream is not a whole view');
  return emptyView(info.value, audit.value);
}
