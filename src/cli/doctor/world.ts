/** Holds what several checks look at: the engine, running or opened for looking, and the environment that instances inherit of. */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { Engine } from '../../engine/index.ts';
import { settlesWithin } from '../../kernel/clock.ts';
import { holdsData } from '../../kernel/engine-pointer.ts';
import { McptuiError, messageOf, toErrorJson } from '../../kernel/errors.ts';
import { parseStartRecord, START_RECORD } from '../../kernel/start-record.ts';
import type { Context } from '../context.ts';
import { engineIfRunning } from '../with-engine.ts';

const CLOSE_MS = 5_000;

export type EngineLook =
  /** `isLive`: it runs; else its records were opened for this look alone. */
  | { readonly kind: 'open'; readonly engine: Engine; readonly isLive: boolean }
  /** Nothing is stored yet. */
  | { readonly kind: 'empty' }
  | { readonly kind: 'trouble'; readonly message: string; readonly hint?: string };

export interface LookOptions {
  /** Ask the terminal what it can do. */
  readonly terminal: boolean;
}

export interface EngineEnv {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly from: 'the running engine' | 'the last engine' | 'this shell';
}

export class World {
  readonly context: Context;
  #running: Promise<EngineLook> | undefined;
  #look: Promise<EngineLook> | undefined;
  #release: (() => void) | undefined;
  /** The records are closed again, and their folder is free. */
  #closed: Promise<void> = Promise.resolve();
  /** Opening a store cuts what a crash left: its files are read before, as they are. */
  readonly #filesRead = Promise.withResolvers<boolean>();

  constructor(context: Context) {
    this.context = context;
  }

  /** The running engine, or `empty` when none runs. */
  running(): Promise<EngineLook> {
    this.#running ??= this.#attach();
    return this.#running;
  }

  /** The running engine, else the records of the last one. */
  engine(): Promise<EngineLook> {
    this.#look ??= this.running().then((running) => (running.kind === 'empty' ? this.#open() : running));
    return this.#look;
  }

  /** The files of the journal were read; `isWhole`: they may be opened. */
  filesRead(isWhole: boolean): void {
    this.#filesRead.resolve(isWhole);
  }

  /** @throws McptuiError with the reason why there is nothing to look at */
  async opened(): Promise<{ readonly engine: Engine; readonly isLive: boolean } | undefined> {
    const look = await this.engine();
    if (look.kind === 'open') return look;
    if (look.kind === 'empty') return undefined;
    throw new McptuiError('unavailable', look.message, look.hint === undefined ? {} : { hint: look.hint });
  }

  /** What instances inherit of: where that is known, of the engine itself. */
  async engineEnv(): Promise<EngineEnv> {
    const running = await this.running();
    if (running.kind === 'open') {
      const env = await environmentOf(running.engine.view().info.pid);
      if (env !== undefined) return { env, from: 'the running engine' };
    }
    const { dataDir } = this.context.paths;
    const record = await readFile(path.join(dataDir, START_RECORD), 'utf8').then(parseStartRecord, () => undefined);
    const surroundings = record?.surroundings ?? {};
    if (surroundings['PATH'] === undefined) return { env: this.context.env, from: 'this shell' };
    const from = running.kind === 'open' ? 'the running engine' : 'the last engine';
    return { env: { HOME: this.context.env['HOME'], ...surroundings }, from };
  }

  async close(): Promise<void> {
    this.#filesRead.resolve(false);
    this.#release?.();
    await settlesWithin(this.context.clock, CLOSE_MS, this.#closed);
    const running = await this.#running;
    if (running?.kind === 'open') await running.engine.close();
  }

  async #attach(): Promise<EngineLook> {
    try {
      const engine = await engineIfRunning(this.context);
      return engine === undefined ? { kind: 'empty' } : { kind: 'open', engine, isLive: true };
    } catch (error) {
      return troubleOf(error);
    }
  }

  async #open(): Promise<EngineLook> {
    if (!holdsData(this.context.paths.dataDir)) return { kind: 'empty' };
    if (!(await this.#filesRead.promise)) {
      return { kind: 'trouble', message: 'the store was not opened: its journal is not known to be whole' };
    }
    const opened = Promise.withResolvers<EngineLook>();
    const done = new Promise<void>((resolve) => {
      this.#release = resolve;
    });
    try {
      const { withRecordingEngine } = await import('../recording-engine.ts');
      const work = (engine: Engine): Promise<void> => {
        opened.resolve({ kind: 'open', engine, isLive: false });
        return done;
      };
      this.#closed = withRecordingEngine(this.context, work).catch((error: unknown) =>
        opened.resolve(troubleOf(error)),
      );
    } catch (error) {
      opened.resolve(troubleOf(error));
    }
    return opened.promise;
  }
}

function troubleOf(error: unknown): EngineLook {
  const { message, hint } = toErrorJson(error);
  return { kind: 'trouble', message: message || messageOf(error), ...(hint === undefined ? {} : { hint }) };
}

/** As Linux tells it of a process of the same user; undefined elsewhere. */
async function environmentOf(pid: number): Promise<Readonly<Record<string, string>> | undefined> {
  try {
    const text = await readFile(`/proc/${pid}/environ`, 'utf8');
    const entries = text.split('\0').flatMap((line) => {
      const at = line.indexOf('=');
      return at < 1 ? [] : [[line.slice(0, at), line.slice(at + 1)] as const];
    });
    return entries.length === 0 ? undefined : Object.fromEntries(entries);
  } catch {
    return undefined;
  }
}
