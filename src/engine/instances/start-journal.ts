/**
 * Remembers on disk which servers are being started, so that the next engine knows what the last one died of. A server whose
 * starts ended two engines in a row is held; of several that may be it, each is started alone until it is known.
 */
import { writeAtomicallySync } from '../../kernel/atomic-file.ts';
import { readFileSync } from 'node:fs';
import * as z from 'zod';

const DEATHS = 2;

const schema = z.object({
  /** Servers whose start was under way. */
  starting: z.array(z.string()).max(10_000),
  /** Engines in a row that ended during a start of that server. */
  deaths: z.record(z.string(), z.int().min(1)),
});

type Kept = z.infer<typeof schema>;

export class StartJournal {
  /** Started no more until an operator says so. */
  readonly held: ReadonlySet<string>;
  readonly #file: string | undefined;
  readonly #deaths: Map<string, number>;
  /** Starts under way, by server. */
  readonly #starting = new Map<string, number>();
  readonly #alone: Set<string>;
  #isClosed = false;

  /** Without a file nothing is remembered. */
  constructor(file: string | undefined) {
    this.#file = file;
    const before = file === undefined ? undefined : read(file);
    const blamed = new Set(before?.starting);
    this.#deaths = new Map([...blamed].map((id) => [id, (before?.deaths[id] ?? 0) + 1]));
    const suspects = [...this.#deaths].filter(([, deaths]) => deaths >= DEATHS).map(([id]) => id);
    this.held = new Set(suspects.length === 1 ? suspects : []);
    this.#alone = new Set(suspects);
    this.#write();
  }

  /** Whether a start of that server may begin beside those under way. */
  mayStart(serverId: string): boolean {
    if (!this.#alone.has(serverId)) return true;
    return [...this.#starting.keys()].every((id) => id === serverId || !this.#alone.has(id));
  }

  /** Call what it returns once the engine has survived that start. */
  begin(serverId: string): () => void {
    this.#starting.set(serverId, (this.#starting.get(serverId) ?? 0) + 1);
    this.#write();
    return () => {
      const left = (this.#starting.get(serverId) ?? 1) - 1;
      if (left > 0) this.#starting.set(serverId, left);
      else this.#starting.delete(serverId);
      // One start that did no harm is enough, also while others of the same server go on.
      this.#deaths.delete(serverId);
      this.#alone.delete(serverId);
      this.#write();
    };
  }

  /** The engine ends in good order: nobody is to blame. */
  close(): void {
    this.#starting.clear();
    this.#deaths.clear();
    this.#write();
    this.#isClosed = true;
  }

  /** Whole or not at all; a disk that is full keeps no server from starting. */
  #write(): void {
    if (this.#file === undefined || this.#isClosed) return;
    const kept: Kept = { starting: [...this.#starting.keys()], deaths: Object.fromEntries(this.#deaths) };
    try {
      writeAtomicallySync(this.#file, `${JSON.stringify(kept)}\n`);
    } catch {
      // The next engine then blames nobody, or the same server as before.
    }
  }
}

/** Undefined when there is none, or what is there is none. */
function read(file: string): Kept | undefined {
  try {
    return schema.safeParse(JSON.parse(readFileSync(file, 'utf8'))).data;
  } catch {
    return undefined;
  }
}
