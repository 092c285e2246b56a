/** Cuts texts into pages: short ones at once, long ones in a worker thread that ends when it has nothing to do. */
import { Worker } from 'node:worker_threads';
import type { Clock, Timer } from '../../kernel/clock.ts';
import { messageOf } from '../../kernel/errors.ts';
import { unawaited } from '../../kernel/unawaited.ts';
import { cutText, type CutRequest } from '../../mcp/pages/cut.ts';
import type { Page } from '../../mcp/pages/types.ts';

export interface WorkerRequest {
  readonly number: number;
  readonly request: CutRequest;
}
export type WorkerAnswer =
  { readonly number: number; readonly pages: readonly Page[] } | { readonly number: number; readonly error: string };

/** Pages, or why there are none: then the agent gets the whole text. */
export type CutOutcome =
  { readonly kind: 'cut'; readonly pages: readonly Page[] } | { readonly kind: 'failed'; readonly reason: string };

export interface PageCutterOptions {
  /** The module that runs in the worker: `pages.js` beside the bundled program. */
  readonly entry: URL;
  readonly clock: Clock;
  /** Characters that are cut at once: it takes a few milliseconds. */
  readonly atOnce?: number;
}

const AT_ONCE = 32 * 1024;
/** A text of 64 MiB takes this on a slow machine. */
const DEADLINE_MS = 30_000;
/** Texts that wait for the worker; each holds its memory. */
const MAX_WAITING = 64;
const IDLE_MS = 60_000;

interface Waiting {
  readonly end: (outcome: CutOutcome) => void;
  readonly deadline: Timer;
}

export class PageCutter {
  readonly #o: PageCutterOptions;
  readonly #waiting = new Map<number, Waiting>();
  #worker: Worker | undefined;
  #idle: Timer | undefined;
  #last = 0;
  #isClosed = false;

  constructor(options: PageCutterOptions) {
    this.#o = options;
  }

  /** Never rejects. */
  async cut(request: CutRequest): Promise<CutOutcome> {
    if (request.text.length <= (this.#o.atOnce ?? AT_ONCE)) return { kind: 'cut', pages: cutText(request) };
    if (this.#isClosed) return { kind: 'failed', reason: 'the engine ends' };
    if (this.#waiting.size >= MAX_WAITING) return { kind: 'failed', reason: `${MAX_WAITING} long texts wait already` };
    const number = (this.#last += 1);
    return new Promise((end) => {
      const late = (): void => this.#end(number, { kind: 'failed', reason: `not cut within ${DEADLINE_MS / 1_000} s` });
      this.#waiting.set(number, { end, deadline: this.#o.clock.after(DEADLINE_MS, late, { unref: true }) });
      this.#idle?.cancel();
      try {
        this.#running().postMessage({ number, request } satisfies WorkerRequest);
      } catch (error) {
        this.#end(number, { kind: 'failed', reason: messageOf(error) });
      }
    });
  }

  /** Ends what waits; idempotent. */
  async close(): Promise<void> {
    this.#isClosed = true;
    await this.#stop('the engine ends');
  }

  #running(): Worker {
    if (this.#worker !== undefined) return this.#worker;
    const worker = new Worker(this.#o.entry, { stdout: true, stderr: true, env: {} });
    worker.unref();
    this.#worker = worker;
    worker.on('message', (answer: WorkerAnswer) => {
      const { number } = answer;
      this.#end(
        number,
        'pages' in answer ? { kind: 'cut', pages: answer.pages } : { kind: 'failed', reason: answer.error },
      );
    });
    // Out of memory, or a bug: what waits is answered, and the next text starts another one.
    const gone = (reason: string): void => {
      if (this.#worker === worker) unawaited(this.#stop(reason));
    };
    worker.on('error', (error) => gone(messageOf(error)));
    worker.on('exit', () => gone('the worker ended'));
    return worker;
  }

  #end(number: number, outcome: CutOutcome): void {
    const waiting = this.#waiting.get(number);
    if (waiting === undefined) return;
    this.#waiting.delete(number);
    waiting.deadline.cancel();
    waiting.end(outcome);
    if (this.#waiting.size > 0) return;
    this.#idle?.cancel();
    const rest = (): void => unawaited(this.#stop('it had nothing to do'));
    this.#idle = this.#o.clock.after(IDLE_MS, rest, { unref: true });
  }

  async #stop(reason: string): Promise<void> {
    const worker = this.#worker;
    this.#worker = undefined;
    for (const number of this.#waiting.keys()) this.#end(number, { kind: 'failed', reason });
    this.#idle?.cancel();
    await worker?.terminate();
  }
}
