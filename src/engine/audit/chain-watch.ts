/** Verifies the journal when asked and once a day, and remembers what it found. */
import type { Clock, Timer } from '../../kernel/clock.ts';
import type { ChainHead, Database, VerifyReport } from '../../store/types.ts';
import { SignatureAudit } from '../signing/signature-audit.ts';
import type { Shape } from '../../store/schema/index.ts';

const AGAIN_MS = 86_400_000;

export interface ChainWatchOptions {
  readonly clock: Clock;
  readonly db: Pick<Database<Shape>, 'collection' | 'verify' | 'record'>;
  /** The state moved. */
  changed(): void;
  failed(error: unknown): void;
}

export class ChainWatch {
  readonly #o: ChainWatchOptions;
  #state: 'ok' | 'broken' = 'ok';
  #timer: Timer | undefined;

  constructor(options: ChainWatchOptions) {
    this.#o = options;
  }

  /** `broken` once something was found; the store opens only what is whole. */
  get state(): 'ok' | 'broken' {
    return this.#state;
  }

  begin(): void {
    this.#timer = this.#o.clock.after(AGAIN_MS, () => void this.#again(), { unref: true });
  }

  close(): void {
    this.#timer?.cancel();
  }

  /** A head that somebody kept says nothing of the chain as it is: only a report without one moves the state. */
  async verify(kept?: Pick<ChainHead, 'seq' | 'hash'>): Promise<VerifyReport> {
    const { db } = this.#o;
    const signed = new SignatureAudit({ keys: db.collection('operatorKeys').all() });
    const report = await db.verify(kept, signed);
    if (kept === undefined) this.#found(report);
    return { ...report, signatures: signed.checked };
  }

  #found({ ok, problems }: VerifyReport): void {
    const state = ok ? 'ok' : 'broken';
    if (state === this.#state) return;
    this.#state = state;
    this.#o.changed();
    const [first] = problems;
    if (first === undefined) return;
    const message = `${first.file} at byte ${first.offset}: ${first.reason}`;
    const detail = { problems: problems.length, file: first.file, offset: first.offset };
    this.#o.db.record({ kind: 'audit_damage', actor: 'engine', outcome: 'error', message, detail });
  }

  async #again(): Promise<void> {
    this.begin();
    try {
      await this.verify();
    } catch (error) {
      this.#o.failed(error);
    }
  }
}
