/** The same `Engine` over the socket: the view kept current by the stream, commands as requests, attached again when lost. */
import { request as httpRequest, type ClientRequest } from 'node:http';
import { sleep, type Clock } from '../../clock.ts';
import { errnoOf, fromErrorJson, McptuiError, messageOf, type ErrorJson } from '../../errors.ts';
import { unawaited } from '../../unawaited.ts';
import { commandNames, type Engine, type EngineCommands } from '../commands.ts';
import { applyPatches, emptyView } from '../view-state.ts';
import type { AuditEvent, EngineView, ViewPatch } from '../view.ts';
import { readFeed } from './feed.ts';
import { COMMANDS_PATH, STREAM_PATH, USER_HEADER, type StreamLine } from './protocol.ts';
import { silentEngine, watchSilence, type EngineAddress } from './silence.ts';

export interface AttachOptions extends EngineAddress {
  readonly clock: Clock;
  /** Who asks, for the audit log. */
  readonly user: string;
}

const RETRY_MS = 500;

/** @throws McptuiError `unavailable` when no engine listens there */
export async function attachEngine(options: AttachOptions): Promise<Engine> {
  const client = new EngineClient(options);
  await client.attach();
  return client;
}

/** Commands alone, without a view: what one-shot verbs use. @throws as each command does, `unavailable` when no engine listens */
export function remoteCommands(options: AttachOptions): EngineCommands {
  const entries = commandNames.map((name) => [name, (...args: unknown[]) => callCommand(options, name, args)] as const);
  return Object.fromEntries(entries) as unknown as EngineCommands;
}

async function callCommand(options: AttachOptions, name: string, args: readonly unknown[]): Promise<unknown> {
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
        },
      },
      (response) => {
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

function lost(socketPath: string, cause: unknown): McptuiError {
  const absent = errnoOf(cause) === 'ENOENT' || errnoOf(cause) === 'ECONNREFUSED';
  const text = absent ? 'no engine is running' : `the engine did not answer: ${errnoOf(cause) ?? messageOf(cause)}`;
  return new McptuiError('unavailable', `${text} (${socketPath})`, { hint: 'start one with: mcptui --daemon', cause });
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
    const { ended } = await this.#open();
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
  #open(): Promise<{ readonly ended: Promise<void> }> {
    return new Promise((resolve, reject) => {
      let ended = (): void => undefined;
      const end = new Promise<void>((done) => {
        ended = done;
      });
      let first = true;
      const unwatch = watchSilence(this.#o.clock, this.#o, () => {
        reject(silentEngine(this.#o));
        stream.destroy();
      });
      unawaited(end.then(unwatch));
      const stream = httpRequest({ socketPath: this.#o.socketPath, path: STREAM_PATH }, (response) => {
        response.on('error', ended);
        response.on('close', () => {
          ended();
          reject(lost(this.#o.socketPath, new Error('the stream ended')));
        });
        readFeed(response, (line) => {
          this.#take(line as StreamLine, first);
          if (first) resolve({ ended: end });
          first = false;
        });
      });
      stream.on('error', (error) => {
        ended();
        reject(lost(this.#o.socketPath, error));
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

/** The first line holds everything, `info` and `audit` included. */
function firstView(patches: readonly ViewPatch[]): EngineView {
  const info = patches.find((patch) => patch.op === 'info');
  const audit = patches.find((patch) => patch.op === 'audit');
  if (info === undefined || audit === undefined) throw new Error('the first line of the stream is not a whole view');
  return emptyView(info.value, audit.value);
}
