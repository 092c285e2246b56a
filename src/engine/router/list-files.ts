/**
 * Keeps servers' lists over the end of the engine, one file a definition, so that agents are served them before the servers
 * run again. A cache: what cannot be kept or read is fetched anew. Nothing is kept in which a secret stands.
 */
import { lstatSync, readdirSync, readFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import path from 'node:path';
import type { Clock, Timer } from '../../kernel/clock.ts';
import { messageOf } from '../../kernel/errors.ts';
import { isWithin, MAX_JSON_DEPTH, parseForeign } from '../../kernel/foreign.ts';
import type { ListMemory, RememberedLists } from '../../mcp/index.ts';
import { unawaited } from '../../kernel/unawaited.ts';
import type { EngineParts } from '../engine-parts.ts';
import { writePrivately } from '../access/private-file.ts';

/** Of one server. */
const MAX_BYTES = 2 * 1024 * 1024;
/** Changes that come together are written once. */
const WAIT_MS = 1_000;

const NAME = /^([\w-]{1,80})\.json$/;

export interface ListFilesOptions {
  readonly clock: Clock;
  readonly folder: string;
  readonly mask: (text: string) => string;
  /** A file could not be written. */
  readonly failed: (error: unknown) => void;
}

export class ListFiles implements ListMemory {
  readonly #o: ListFilesOptions;
  readonly #timers = new Map<string, { readonly timer: Timer; readonly write: () => void }>();
  /** Definitions that have a file. */
  readonly #kept: Set<string>;
  #writing: Promise<void> = Promise.resolve();

  constructor(options: ListFilesOptions) {
    this.#o = options;
    this.#kept = new Set(namesIn(options.folder));
  }

  load(definition: string): unknown {
    if (!this.#kept.has(definition)) return undefined;
    try {
      const file = this.#fileOf(definition);
      const found = lstatSync(file);
      // A pipe would never answer, and a file of others' making is none of ours.
      if (!found.isFile() || (found.mode & 0o077) !== 0 || found.size > MAX_BYTES) return undefined;
      return parseForeign(readFileSync(file, 'utf8'));
    } catch {
      return undefined;
    }
  }

  save(definition: string, lists: () => RememberedLists): void {
    if (!NAME.test(`${definition}.json`)) return;
    this.#timers.get(definition)?.timer.cancel();
    const write = (): void => {
      this.#timers.delete(definition);
      this.#write(definition, textOf(lists(), this.#o.mask));
    };
    this.#timers.set(definition, { timer: this.#o.clock.after(WAIT_MS, write, { unref: true }), write });
  }

  /** Forgets definitions that are gone. */
  keep(definitions: ReadonlySet<string>): void {
    for (const definition of new Set([...this.#kept, ...this.#timers.keys()])) {
      if (definitions.has(definition)) continue;
      this.#timers.get(definition)?.timer.cancel();
      this.#timers.delete(definition);
      this.#write(definition, undefined);
    }
  }

  /** Resolves when all is written. */
  async close(): Promise<void> {
    for (const { timer, write } of this.#timers.values()) {
      timer.cancel();
      write();
    }
    await this.#writing;
  }

  #write(definition: string, text: string | undefined): void {
    if (text === undefined && !this.#kept.has(definition)) return;
    if (text === undefined) this.#kept.delete(definition);
    else this.#kept.add(definition);
    const file = this.#fileOf(definition);
    const work = (): Promise<void> => (text === undefined ? rm(file, { force: true }) : writePrivately(file, text));
    this.#writing = this.#writing.then(work).catch((error: unknown) => this.#o.failed(error));
    unawaited(this.#writing);
  }

  #fileOf(definition: string): string {
    return path.join(this.#o.folder, `${definition}.json`);
  }
}

/** Undefined when it is not to be kept: too large, or with a secret in it. */
function textOf(lists: RememberedLists, mask: (text: string) => string): string | undefined {
  if (!isWithin(lists, MAX_BYTES, MAX_JSON_DEPTH)) return undefined;
  const text = JSON.stringify(lists);
  return text.length > MAX_BYTES || mask(text) !== text ? undefined : text;
}

function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder).flatMap((name) => NAME.exec(name)?.[1] ?? []);
  } catch {
    return [];
  }
}

type KeptListsParts = Pick<EngineParts, 'clock' | 'listsFolder' | 'logger' | 'passive'>;

/** Undefined where lists are not kept. */
export function keptLists(parts: KeptListsParts, mask: (text: string) => string): ListFiles | undefined {
  const { clock, listsFolder: folder, logger, passive } = parts;
  if (folder === undefined || passive === true) return undefined;
  const failed = (error: unknown): void => logger.warn({ error: messageOf(error) }, 'a list of a server is not kept');
  return new ListFiles({ clock, folder, mask, failed });
}
