/** A runtime without processes: servers are functions on in-memory streams. Passes the contract suite of runtimes. */
import { PassThrough } from 'node:stream';
import { createInterface } from 'node:readline';
import type { Clock } from '../../../src/kernel/clock.ts';
import type { Exit, RunningProcess, Runtime, StartOutcome, StartRequest } from '../../../src/engine/ports.ts';
import type { RuntimeState } from '../../../src/engine/views/view.ts';
import { answer, type ServerState } from '../../fixtures/contract-server.mjs';

export interface FakeProcess extends RunningProcess {
  readonly request: StartRequest;
  readonly state: ServerState;
  /** Answers come this late, on `clock`. */
  delayMs: number;
  clock: Clock | undefined;
  printStderr(text: string): void;
  /** Asked to stop, it goes on until it crashes. */
  stubborn: boolean;
  /** Ends it as a crash would. */
  crash(exit?: Partial<Exit>): void;
}

export class FakeRuntime implements Runtime {
  readonly kind: 'docker' | 'process';
  /** Every start that was asked for, failed ones too. */
  readonly starts: StartRequest[] = [];
  readonly running = new Set<FakeProcess>();
  /** Decides a start's fate by the request; undefined = it starts. A throw is a bug in a runtime. */
  fate: (request: StartRequest) => StartOutcome | undefined = () => undefined;
  /** Nothing is answered, `initialize` included. */
  silent = false;
  /** What is told to print on stderr does not. */
  mute = false;
  #state: RuntimeState = { kind: 'ok', version: 'fake' };
  #listeners = new Set<(state: RuntimeState) => void>();
  /** What runs outlives a runtime object, as processes outlive an engine. */
  static readonly #leftBehind = new Map<string, Set<FakeProcess>>();
  readonly #folderId: string;

  constructor(kind: 'docker' | 'process' = 'process', folderId = 'fake') {
    this.kind = kind;
    this.#folderId = folderId;
  }

  describe(server: StartRequest['server']): readonly string[] {
    return server.source.kind === 'command' ? server.source.command : [server.source.kind];
  }

  start(request: StartRequest, signal: AbortSignal): Promise<StartOutcome> {
    this.starts.push(request);
    if (signal.aborted) return Promise.resolve({ ok: false, failure: { kind: 'aborted' } });
    const decided = this.fate(request);
    if (decided !== undefined) return Promise.resolve(decided);
    const [command] = request.server.source.kind === 'command' ? request.server.source.command : ['fake'];
    if (command === '/nowhere/such-command') {
      return Promise.resolve({
        ok: false,
        failure: { kind: 'command', file: command, errno: 'ENOENT' },
      });
    }
    return Promise.resolve({ ok: true, process: this.#spawn(request) });
  }

  #spawn(request: StartRequest): FakeProcess {
    const stdin = new PassThrough();
    const stdout = new PassThrough();
    const stderr = new PassThrough();
    const state: ServerState = {};
    let end: (exit: Exit) => void = () => undefined;
    const exited = new Promise<Exit>((resolve) => {
      end = (exit) => {
        this.running.delete(child);
        FakeRuntime.#leftBehind.get(this.#folderId)?.delete(child);
        stdout.end();
        stderr.end();
        resolve(exit);
      };
    });
    const child: FakeProcess = {
      request,
      state,
      delayMs: 0,
      clock: undefined,
      stubborn: false,
      runtimeId: `fake-${this.starts.length}`,
      stdin,
      stdout,
      stderr,
      exited,
      printStderr: (text) => void stderr.write(text),
      crash: (exit) => end({ code: 1, signal: null, ...exit }),
      stop: async () => {
        stdin.end();
        if (!child.stubborn) end({ code: 0, signal: null });
        await exited;
      },
    };
    const { SERVE_EXIT, SERVE_STDERR, SERVE_STUBBORN } = request.env;
    if (SERVE_STDERR !== undefined && !this.mute) stderr.write(`${SERVE_STDERR}\n`);
    this.running.add(child);
    const left = FakeRuntime.#leftBehind.get(this.#folderId) ?? new Set();
    FakeRuntime.#leftBehind.set(this.#folderId, left.add(child));
    if (SERVE_EXIT !== undefined) end({ code: Number(SERVE_EXIT), signal: null });
    createInterface({ input: stdin }).on('line', (line) => {
      const reply = this.silent ? undefined : answer(JSON.parse(line), request.env, state);
      const send = (): void => {
        if (reply !== undefined && !stdout.writableEnded) stdout.write(`${JSON.stringify(reply)}\n`);
      };
      if (child.clock === undefined) send();
      else child.clock.after(child.delayMs, send);
    });
    stdin.on('end', () => {
      if (SERVE_STUBBORN === undefined && !child.stubborn) end({ code: 0, signal: null });
    });
    return child;
  }

  reap(keep: ReadonlySet<string>): Promise<void> {
    for (const child of FakeRuntime.#leftBehind.get(this.#folderId) ?? [])
      if (!keep.has(child.request.instanceId)) child.crash({ code: null, signal: 'SIGKILL' });
    return Promise.resolve();
  }

  state(): RuntimeState {
    return this.#state;
  }

  setState(state: RuntimeState): void {
    this.#state = state;
    for (const listener of this.#listeners) listener(state);
  }

  onState(listener: (state: RuntimeState) => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  async close(): Promise<void> {
    await Promise.all([...this.running].map((child) => child.stop()));
  }
}
