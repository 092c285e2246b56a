/**
 * Remembers how each secret resolved last and which ones the file holds, so that a view shows them without resolving
 * anything. Holds no value.
 */
import { BoundedMap } from '../../kernel/bounded-map.ts';
import type { Clock, EpochMs } from '../../kernel/clock.ts';
import { defined } from '../../kernel/defined.ts';
import { McptuiError, messageOf } from '../../kernel/errors.ts';
import { unawaited } from '../../kernel/unawaited.ts';
import type { Server } from '../../store/schema/server.ts';
import type { LiveInstance } from '../instances/live-instance.ts';
import type { BackendBook } from './backends/backend-book.ts';
import { isLogin, keyOf, noBackend, usable } from './resolver.ts';
import { secretRows, type KnownOfSecrets } from './secret-rows.ts';
import type { FileSecrets, KeptSecret, Resolution, SecretBackends, SecretSource } from './secret-source.ts';
import type { LastResolve, SecretFileState, SecretView } from './secret-view.ts';

/** More than all definitions of a busy engine name. */
const MAX_REMEMBERED = 10_000;

export interface SecretBookOptions {
  readonly clock: Clock;
  readonly backends: SecretBackends;
  /** Those that operators have defined. */
  readonly defined?: BackendBook;
  readonly servers: () => readonly Server[];
  readonly lives: () => readonly LiveInstance[];
  /** What is shown of secrets may have moved. */
  readonly changed: () => void;
}

export class SecretBook implements KnownOfSecrets {
  readonly #o: SecretBookOptions;
  readonly #last = new BoundedMap<string, LastResolve>(MAX_REMEMBERED);
  #kept: ReadonlyMap<string, KeptSecret> = new Map();
  #file: SecretFileState = { kind: 'unknown' };
  #looks = 0;
  /** The backends; what is asked of them is remembered. */
  readonly backends: SecretBackends;

  constructor(options: SecretBookOptions) {
    this.#o = options;
    const { env, file, named } = options.backends;
    this.backends = {
      env: this.#watched('env', env),
      file: this.#watchedFile(file),
      // One that is not there answers, too: what it was asked for is remembered.
      named: (backend) => this.#watched(backend, named?.(backend) ?? noBackend(backend)),
    };
  }

  /** `key`: `file/NAME`. Undefined when nothing has asked for it since the engine started. */
  last(key: string): LastResolve | undefined {
    return this.#last.get(key);
  }

  /** By name, logins apart; as of the last look. */
  get kept(): ReadonlyMap<string, KeptSecret> {
    return this.#kept;
  }

  get file(): SecretFileState {
    return this.#file;
  }

  /** Backends that operators have defined; undefined where none can be. */
  get defined(): BackendBook | undefined {
    return this.#o.defined;
  }

  /** What operators see, by id. */
  rows(): readonly SecretView[] {
    return secretRows({ servers: this.#o.servers(), lives: this.#o.lives(), book: this });
  }

  /** Reads which entries the file has. Never throws. */
  async look(): Promise<void> {
    this.#looks += 1;
    const look = this.#looks;
    const found = await this.#entries();
    // What was read before a later change is old.
    if (look !== this.#looks) return;
    this.#kept = new Map(found.entries.map((entry) => [entry.name, entry]));
    this.#file = found.state;
    this.#o.changed();
  }

  async #entries(): Promise<{ readonly entries: readonly KeptSecret[]; readonly state: SecretFileState }> {
    try {
      const all = await this.#o.backends.file.entries();
      const entries = all.filter(({ name }) => !isLogin({ backend: 'file', path: name }));
      return { entries, state: { kind: 'ok', entries: entries.length } };
    } catch (error) {
      const hint = error instanceof McptuiError ? error.hint : undefined;
      return { entries: [], state: { kind: 'unreadable', reason: messageOf(error), ...defined({ hint }) } };
    }
  }

  #watched(backend: string, source: SecretSource): SecretSource {
    return {
      resolve: async (path) => {
        const resolution = await source.resolve(path);
        const ref = { backend, path };
        if (!isLogin(ref)) this.#remember(keyOf(ref), usable(resolution));
        return resolution;
      },
    };
  }

  #watchedFile(source: FileSecrets): FileSecrets {
    return {
      ...this.#watched('file', source),
      entries: () => source.entries(),
      versions: (name) => source.versions(name),
      restore: async (name, version) => {
        await source.restore(name, version);
        await this.look();
      },
      rekey: async () => {
        await source.rekey();
        await this.look();
      },
      set: async (name, value) => {
        await source.set(name, value);
        await this.look();
      },
      remove: async (name) => {
        await source.remove(name);
        await this.look();
      },
    };
  }

  #remember(key: string, resolution: Resolution): void {
    const before = this.#last.get(key);
    const at = this.#o.clock.now();
    const { ok } = resolution;
    this.#last.set(key, lastOf(resolution, at));
    this.#o.changed();
    // The file was changed by somebody else, or cannot be read any more.
    if (key.startsWith('file/') && before?.ok !== ok) unawaited(this.look());
  }
}

function lastOf(resolution: Resolution, at: EpochMs): LastResolve {
  if (resolution.ok) {
    const { version, setAt, expiresAt } = resolution;
    return { at, ok: true, ...defined({ version, setAt, expiresAt }) };
  }
  const { cause, isMissing = false, why } = resolution;
  return { at, ok: false, cause, isMissing, ...defined({ why }) };
}
