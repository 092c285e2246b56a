/** Cuts results into pages: short ones at once, long ones in a worker thread that ends when it has nothing to do. */
import { Worker } from 'node:worker_threads';
import type { Clock, Timer } from '../../kernel/clock.ts';
import { messageOf } from '../../kernel/errors.ts';
import { MAX_STAGE_MS } from '../../mcp/calls/result-stage.ts';
import { unawaited } from '../../kernel/unawaited.ts';
import { pagedResult, type PagedResult, type ResultRequest } from './paged-result.ts';

export interface WorkerRequest {
  readonly number: number;
  readonly request: ResultRequest;
}
export type WorkerAnswer =
  | { readonly number: number; readonly result: PagedResult | undefined }
  | { readonly number: number; readonly error: string };

/** What the agent gets (undefined: all of it, as it came), or why nothing could be cut. */
export type CutOutcome =
  | { readonly kind: 'cut'; readonly result: PagedResult | undefined }
  | { readonly kind: 'failed'; readonly reason: string };

export interface PageCutterOptions {
  /** The module that runs in the worker. Default: `pages.js` beside the bundled program. */
  readonly entry?: URL;
  readonly clock: Clock;
  /** Bytes that are cut at once: it takes a few milliseconds. */
  readonly atOnce?: number;
}

const AT_ONCE = 32 * 1024;
/** Nobody waits for it any longer. */
const DEADLINE_MS = MAX_STAGE_MS;
/** Results that wait for the worker, and their memory. */
const MAX_WAITING = 64;
const MAX_WAITING_BYTES = 256 * 1024 * 1024;
const OWN_ENTRY = new URL(import.meta.url.endsWith('.ts') ? './page-worker.ts' : './pages.js', import.meta.url);
const IDLE_MS = 60_000;

interface Waiting {
  readonly bytes: number;
  readonly end: (outcome: CutOutcome) => void;
  readonly deadline: Timer;
}

export class PageCutter {
  readonly #o: PageCutterOptions;
  readonly #waiting = new Map<number, Waiting>();
  #waitingBytes = 0;
  #worker: Worker | undefined;
  #idle: Timer | undefined;
  #last = 0;
  #isClosed = false;

  constructor(options: PageCutterOptions) {
    this.#o = options;
  }

  /** The message of a long request is the worker's from then on. Rejects when a short one cannot be read. */
  async cut(request: ResultRequest): Promise<CutOutcome> {
    const bytes = request.message.length;
    if (bytes <= (this.#o.atOnce ?? AT_ONCE)) return { kind: 'cut', result: pagedResult(request) };
    if (this.#isClosed) return { kind: 'failed', reason: 'the engine ends' };
    if (this.#waiting.size >= MAX_WAITING)
      return { kind: 'failed', reason: `${MAX_WAITING} long answers wait already` };
    if (this.#waiting.size > 0 && this.#waitingBytes + bytes > MAX_WAITING_BYTES) {
      return { kind: 'failed', reason: `${MAX_WAITING_BYTES / 1024 / 1024} MiB of long answers wait already` };
    }
    const number = (this.#last += 1);
    return new Promise((end) => {
      // What is still at work on it would make the others late as well.
      const late = (): void => unawaited(this.#stop(`not cut within ${DEADLINE_MS / 1_000} s`));
      this.#waitingBytes += bytes;
      this.#waiting.set(number, { bytes, end, deadline: this.#o.clock.after(DEADLINE_MS, late, { unref: true }) });
      this.#idle?.cancel();
      try {
        this.#running().postMessage({ number, request } satisfies WorkerRequest, [
          request.message.buffer as ArrayBuffer,
        ]);
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
    const worker = new Worker(this.#o.entry ?? OWN_ENTRY, { stdout: true, stderr: true, env: {} });
    worker.unref();
    this.#worker = worker;
    worker.on('message', (answer: WorkerAnswer) => {
      const { number } = answer;
      this.#end(
        number,
        'result' in answer ? { kind: 'cut', result: answer.result } : { kind: 'failed', reason: answer.error },
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
    this.#waitingBytes -= waiting.bytes;
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
