/** Finds the event that led to another: the newest one of a proposal, or the one that recorded a revision. */
import { BoundedMap } from '../../kernel/bounded-map.ts';
import type { Shape } from '../../store/schema/index.ts';
import type { AuditEvent, Database } from '../../store/types.ts';

/** What is remembered; older ones are looked up in the log. */
const REMEMBERED = 5_000;
const PAGE = 500;

export class Causes {
  readonly #db: Database<Shape>;
  readonly #known = new BoundedMap<string, number>(REMEMBERED);
  /** What was looked for in vain. */
  readonly #missing = new BoundedMap<string, true>(REMEMBERED);
  readonly #stop: () => void;

  constructor(db: Database<Shape>) {
    this.#db = db;
    this.#stop = db.onEvents((events) => {
      for (const event of events) this.#learn(event);
    });
  }

  close(): void {
    this.#stop();
  }

  /** Number of the newest event about a proposal; undefined when the log has none any more. */
  ofProposal(id: string): Promise<number | undefined> {
    return this.#find(`proposal/${id}`, `proposal/${id}`);
  }

  /** Number of the event that recorded the revision; `ref` is what it is of, as `prompt/style`. */
  ofRevision(id: string, ref: string): Promise<number | undefined> {
    return this.#find(`revision/${id}`, ref);
  }

  #learn(event: AuditEvent): void {
    const key = keyOf(event);
    if (key === undefined) return;
    this.#missing.delete(key);
    this.#known.set(key, event.n);
  }

  async #find(key: string, target: string): Promise<number | undefined> {
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    // Later events are noted as they come, so an event that the log does not have now never existed.
    if (this.#missing.has(key)) return undefined;
    let before: number | undefined;
    for (;;) {
      const page = await this.#db.events({ target, limit: PAGE, ...(before === undefined ? {} : { before }) });
      const event = page.find((candidate) => keyOf(candidate) === key);
      if (event !== undefined) {
        this.#learn(event);
        return event.n;
      }
      before = page.at(-1)?.n;
      if (page.length < PAGE) break;
    }
    this.#missing.set(key, true);
    return undefined;
  }
}

function keyOf({ kind, target, detail }: AuditEvent): string | undefined {
  if (kind === 'revision_create' && typeof detail?.revision === 'string') return `revision/${detail.revision}`;
  return kind.startsWith('proposal_') ? target : undefined;
}
