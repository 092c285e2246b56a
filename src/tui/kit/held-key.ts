/** Holds an opened key for a while, in the memory of the console alone: until the time is over, nobody types, or it is locked. */
import type { Clock, Timer } from '../../kernel/clock.ts';
import { McptuiError } from '../../kernel/errors.ts';
import type { DecisionDraft, OpenKey } from '../../engine/index.ts';
import { approvalWords } from '../../text/approval-words.ts';

/** How the console comes by a key. */
export interface KeySource {
  /** @throws McptuiError `denied` for another passphrase, or without any key */
  open(passphrase: string): Promise<OpenKey>;
  /** How long it is held after it was opened. */
  readonly holdMs: number;
}

/** A passphrase to be asked for, and what becomes of it. */
interface PassphraseDraft {
  readonly title: string;
  readonly about: readonly string[];
  readonly label: string;
  readonly act: (ui: unknown, passphrase: string) => void;
  readonly declined: () => void;
}

/** Without a key pressed for so long, nobody is there. */
const IDLE_MS = 5 * 60_000;

export interface HeldKeyParts {
  readonly clock: Clock;
  readonly source: KeySource | undefined;
  /** Name of the key that is held now. */
  readonly changed: (name: string | undefined) => void;
  readonly ask: (draft: PassphraseDraft) => void;
}

export class HeldKey {
  readonly #p: HeldKeyParts;
  #key: OpenKey | undefined;
  #end: Timer | undefined;
  #idle: Timer | undefined;

  constructor(parts: HeldKeyParts) {
    this.#p = parts;
  }

  /** The key that is held, else the one whose passphrase is typed now. */
  readonly keyFor = (draft: DecisionDraft): Promise<OpenKey> => {
    if (this.#key !== undefined) return Promise.resolve(this.#key);
    const { source, ask } = this.#p;
    if (source === undefined) {
      return Promise.reject(new McptuiError('denied', 'this console has no key', { hint: 'mcptui operator init' }));
    }
    const { promise, resolve, reject } = Promise.withResolvers<OpenKey>();
    const { kind, subject, projects, need, hash } = draft;
    const so = need > 1 ? ` So far: ${approvalWords(draft)}.` : '';
    ask({
      title: `Sign: ${kind} ${subject}`,
      about: [
        `${projects.join(', ')} demands signed decisions.${so}`,
        `You sign this and no other: ${hash.slice(0, 16)}… The key is held in this console alone; :lock forgets it.`,
      ],
      label: 'passphrase',
      act: (_ui, passphrase) => void source.open(passphrase).then((key) => resolve(this.#hold(key, source)), reject),
      declined: () => reject(new McptuiError('denied', 'not signed: nothing has changed')),
    });
    return promise;
  };

  /** Somebody is at the keys. */
  touch(): void {
    if (this.#key === undefined) return;
    this.#idle?.cancel();
    this.#idle = this.#p.clock.after(IDLE_MS, () => this.lock(), { unref: true });
  }

  /** Overwrites it. */
  lock(): void {
    this.#end?.cancel();
    this.#idle?.cancel();
    if (this.#key === undefined) return;
    this.#key.forget();
    this.#key = undefined;
    this.#p.changed(undefined);
  }

  #hold(key: OpenKey, { holdMs }: KeySource): OpenKey {
    this.lock();
    this.#key = key;
    this.#end = this.#p.clock.after(holdMs, () => this.lock(), { unref: true });
    this.touch();
    this.#p.changed(key.name);
    return key;
  }
}
