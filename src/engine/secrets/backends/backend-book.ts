/** Holds the backends of secrets that operators have defined, opened when they are first asked, and remembers how each answers. */
import type { Clock } from '../../../kernel/clock.ts';
import { defined } from '../../../kernel/defined.ts';
import type { Shape } from '../../../store/schema/index.ts';
import type { SecretTrouble } from '../../../store/schema/failure.ts';
import type { SecretBackend } from '../../../store/schema/secret-backend.ts';
import type { Database, Versioned } from '../../../store/types.ts';
import type { Masker } from '../masker.ts';
import type { Resolution, SecretBackends, SecretSource } from '../secret-source.ts';
import { troubleStep } from '../trouble-steps.ts';
import type { BackendState, BackendStateView, BackendView } from './backend-view.ts';
import { baoSource, type BackendSource } from './bao-source.ts';
import { trouble } from './bao-http.ts';
import { commandSource } from './command-source.ts';

export interface BackendBookOptions {
  readonly clock: Clock;
  readonly db: Database<Shape>;
  /** Of credentials. */
  readonly builtIn: Pick<SecretBackends, 'env' | 'file'>;
  readonly masker: Pick<Masker, 'learn' | 'mask'>;
  /** Of programs that print secrets. */
  readonly commandEnv: Readonly<Record<string, string | undefined>>;
  readonly changed: () => void;
}

interface Opened {
  readonly version: number;
  readonly source: BackendSource;
  state: BackendState;
}

/** What is about one secret says nothing of its backend. */
const OF_ONE: ReadonlySet<SecretTrouble> = new Set([
  'path',
  'no-path',
  'no-key',
  'deleted',
  'no-mount',
  'not-text',
  'denied',
]);

export class BackendBook {
  readonly #o: BackendBookOptions;
  readonly #opened = new Map<string, Opened>();

  constructor(options: BackendBookOptions) {
    this.#o = options;
  }

  /** For references: by its name, and `command` for programs that take no path. */
  source(name: string): SecretSource | undefined {
    if (name === 'command') return { resolve: (path) => this.#ofCommand(path) };
    const row = this.#row(name);
    return row === undefined ? undefined : { resolve: (path) => this.#asked(row, (source) => source.resolve(path)) };
  }

  /** Asks it now. Undefined when there is none of that name. */
  async test(name: string): Promise<BackendView | undefined> {
    const row = this.#row(name);
    if (row === undefined) return undefined;
    await this.#asked(row, (source) => source.test());
    return this.view(row);
  }

  view(row: SecretBackend): BackendView {
    const state = this.#opened.get(row.id)?.state ?? { kind: 'unknown' };
    const step = state.kind === 'failing' ? troubleStep({ backend: row.name, path: '', why: state.why }) : undefined;
    return { ...this.#stateOf(row), fields: row.fields, ...defined({ step }) };
  }

  /** By name. */
  states(): readonly BackendStateView[] {
    return this.#rows()
      .map((row) => this.#stateOf(row))
      .sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  /** Definitions have changed: what is open of one that is gone or another now is closed. */
  look(): void {
    const versions = new Map(this.#rows().map(({ id, version }) => [id, version]));
    for (const [id, { version, source }] of this.#opened) {
      if (versions.get(id) === version) continue;
      source.close();
      this.#opened.delete(id);
    }
    this.#o.changed();
  }

  close(): void {
    for (const { source } of this.#opened.values()) source.close();
    this.#opened.clear();
  }

  #stateOf(row: SecretBackend): BackendStateView {
    const opened = this.#opened.get(row.id);
    const left = opened?.source.endsInMs;
    const endsAt = left === undefined ? undefined : Math.round(this.#o.clock.now() + left);
    return {
      name: row.name,
      kind: row.fields.kind,
      state: opened?.state ?? { kind: 'unknown' },
      ...defined({ endsAt }),
    };
  }

  #rows(): readonly Versioned<SecretBackend>[] {
    return this.#o.db.collection('secretBackends').all();
  }

  #row(name: string): Versioned<SecretBackend> | undefined {
    return this.#rows().find((row) => row.name === name);
  }

  async #ofCommand(name: string): Promise<Resolution> {
    const row = this.#row(name);
    if (row?.fields.kind !== 'command') return trouble('no-backend', `there is no command ${name}`);
    return this.#asked(row, (source) => ('run' in source ? (source as Commanded).run(undefined) : source.test()));
  }

  async #asked(
    row: Versioned<SecretBackend>,
    ask: (source: BackendSource) => Promise<Resolution>,
  ): Promise<Resolution> {
    const opened = this.#open(row);
    const resolution = await ask(opened.source);
    // What quotes its own words is cleaned of what is known to be secret.
    const told = resolution.ok ? resolution : { ...resolution, cause: this.#o.masker.mask(resolution.cause) };
    this.#judge(row, opened, told);
    return told;
  }

  #open(row: Versioned<SecretBackend>): Opened {
    const there = this.#opened.get(row.id);
    if (there?.version === row.version) return there;
    there?.source.close();
    const { clock, builtIn, masker, commandEnv, changed } = this.#o;
    const { fields, name } = row;
    const source =
      fields.kind === 'command'
        ? commandSource({ fields, clock, env: commandEnv })
        : baoSource(
            {
              fields,
              clock,
              credential: ({ backend, path }) => builtIn[backend === 'file' ? 'file' : 'env'].resolve(path),
              learn: (what, value) => masker.learn(`${name}/${what}`, value),
            },
            changed,
          );
    const opened: Opened = { version: row.version, source, state: { kind: 'unknown' } };
    this.#opened.set(row.id, opened);
    return opened;
  }

  #judge(row: SecretBackend, opened: Opened, resolution: Resolution): void {
    const { clock, db, changed } = this.#o;
    const at = clock.now();
    const why = resolution.ok ? undefined : resolution.why;
    const before = opened.state;
    const reason = resolution.ok ? '' : resolution.cause;
    const isOk = why === undefined || OF_ONE.has(why);
    opened.state = isOk ? { kind: 'ok', at } : { kind: 'failing', at, why, reason };
    const [was, is] = [wordOf(before), wordOf(opened.state)];
    if (was === is) return;
    changed();
    if (before.kind === 'unknown' && isOk) return;
    db.record({
      kind: 'secret_backend_state',
      actor: 'engine',
      target: `backend/${row.name}`,
      outcome: isOk ? 'ok' : 'error',
      message: `${was} → ${is}${isOk ? '' : `: ${reason}`}`,
    });
  }
}

type Commanded = ReturnType<typeof commandSource>;

function wordOf(state: BackendState): string {
  return state.kind === 'failing' ? state.why : state.kind;
}
