/** Waits until a model's program answers: by looks at its list of models, until it does, ends, or takes too long. */
import { sleep, type Clock } from '../../kernel/clock.ts';
import { timeWords } from '../../kernel/time-words.ts';
import type { ConnectFailure } from '../../mcp/types/connection.ts';
import type { ModelClient } from './model-client.ts';
import { PROBE_TARGET } from './program-names.ts';
import type { ReachableModel } from './types.ts';

export type ReadyOutcome = { readonly ok: true } | ({ readonly ok: false } & ConnectFailure);

const BETWEEN_MS = 250;
const LOOK_MS = 5_000;

export class Readiness {
  readonly #clock: Clock;
  readonly #client: Pick<ModelClient, 'look'>;

  constructor(clock: Clock, client: Pick<ModelClient, 'look'>) {
    this.#clock = clock;
    this.#client = client;
  }

  /** `exited` settles when its program has ended. Never rejects. */
  async of(
    model: ReachableModel,
    exited: Promise<unknown>,
    timeoutMs: number,
    signal: AbortSignal,
  ): Promise<ReadyOutcome> {
    const over = new AbortController();
    let isGone = false;
    const end = (): void => over.abort();
    const gone = exited.then(() => {
      isGone = true;
      end();
    });
    signal.addEventListener('abort', end, { once: true });
    if (signal.aborted) end();
    const timer = this.#clock.after(timeoutMs, end, { unref: true });
    let last = 'it does not answer';
    try {
      while (!over.signal.aborted) {
        const look = await this.#client.look(model, LOOK_MS, over.signal);
        if (look.ok) return { ok: true };
        if (!over.signal.aborted) last = look.failure.reason;
        await sleep(this.#clock, BETWEEN_MS, over.signal);
      }
    } finally {
      timer.cancel();
      signal.removeEventListener('abort', end);
    }
    // Its end and the time may come together: how it ended says more.
    await Promise.race([gone, Promise.resolve()]);
    if (isGone) return { ok: false, code: 'LOST', message: 'its program ended' };
    const message = `${PROBE_TARGET} was not answered within ${timeWords(timeoutMs)}: ${last}`;
    const hint = 'it has to listen on 127.0.0.1 at {port}, or at PORT of its environment';
    return { ok: false, code: 'INITIALIZE_TIMEOUT', message, hint };
  }
}
