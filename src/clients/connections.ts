/** Keeps what was written into clients' files, and the files as they were before: one record and one backup for each. */
import { mkdir, readdir, readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import { writeAtomically } from '../kernel/atomic-file.ts';
import { McptuiError } from '../kernel/errors.ts';
import { fingerprint, readClientFile, type Fingerprint } from './client-file.ts';
import { isObject, type Trace } from './formats/format.ts';
import type { ClientPlace } from './places.ts';

export interface Connection {
  readonly client: string;
  readonly scope: string;
  readonly file: string;
  readonly path: readonly string[];
  /** Epoch milliseconds. */
  readonly at: number;
  readonly before: Fingerprint;
  readonly after: Fingerprint;
  /** Name of the file beside the record with the bytes before; absent when there was none. */
  readonly backup?: string;
  /** Of our entry as it was written. */
  readonly entry: Fingerprint;
  readonly trace?: Trace;
  /** Names of the client's own servers that were taken out. */
  readonly replaced: readonly string[];
  readonly project?: string;
  readonly agent?: string;
  /** Name of the ticket that was made for it. */
  readonly ticket?: string;
}

/** Records are small. */
const MAX_RECORD_BYTES = 256 * 1024;

export class Connections {
  readonly #folder: string;

  /** `folder` is made when something is kept. */
  constructor(folder: string) {
    this.#folder = folder;
  }

  async all(): Promise<readonly Connection[]> {
    const names = await readdir(this.#folder).catch(() => []);
    const read = await Promise.all(names.filter((name) => name.endsWith('.json')).map((name) => this.#read(name)));
    return read.filter((one) => one !== undefined);
  }

  of(place: ClientPlace): Promise<Connection | undefined> {
    return this.#read(`${idOf(place)}.json`);
  }

  /** A copy of the bytes that only the owner may read. Answers its name. */
  async keepBackup(place: ClientPlace, text: string, now: number, kind: 'file' | 'origin' = 'file'): Promise<string> {
    await mkdir(this.#folder, { recursive: true, mode: 0o700 });
    const stamp = new Date(now).toISOString().replaceAll(':', '').replace('.', '-');
    const name = `${idOf(place)}-${stamp}${kind === 'origin' ? '-origin' : ''}.bak`;
    await writeAtomically(path.join(this.#folder, name), text, { isDurable: true });
    return name;
  }

  backupFile({ backup }: Connection): string | undefined {
    return backup === undefined ? undefined : path.join(this.#folder, backup);
  }

  /** The text before; undefined when it is gone or not what was kept. */
  async backupOf(connection: Connection): Promise<string | undefined> {
    const file = this.backupFile(connection);
    if (file === undefined) return undefined;
    const { text, print } = await readClientFile(file);
    return print === connection.before ? text : undefined;
  }

  async keep(place: ClientPlace, connection: Connection): Promise<void> {
    await mkdir(this.#folder, { recursive: true, mode: 0o700 });
    const text = `${JSON.stringify(connection, null, 2)}\n`;
    await writeAtomically(path.join(this.#folder, `${idOf(place)}.json`), text, { isDurable: true });
  }

  /** Backups stay: they cost little, and somebody may look for one. */
  async forget(place: ClientPlace): Promise<void> {
    await rm(path.join(this.#folder, `${idOf(place)}.json`), { force: true });
  }

  async #read(name: string): Promise<Connection | undefined> {
    const file = path.join(this.#folder, name);
    const text = await readFile(file, 'utf8').catch(() => undefined);
    if (text === undefined || text.length > MAX_RECORD_BYTES) return undefined;
    try {
      const value: unknown = JSON.parse(text);
      if (isConnection(value)) return value;
    } catch {
      // Told below.
    }
    throw new McptuiError('invalid', `${file} is not a record of a connection`, {
      hint: 'remove it; the backups beside it are the clients’ files as they were',
    });
  }
}

function idOf({ client, file, path: keys }: ClientPlace): string {
  return `${client.name}-${fingerprint(JSON.stringify([path.resolve(file), keys])).slice(0, 12)}`;
}

function isConnection(value: unknown): value is Connection {
  if (!isObject(value)) return false;
  const texts = ['client', 'scope', 'file', 'before', 'after', 'entry'].every((key) => typeof value[key] === 'string');
  const lists = [value['path'], value['replaced']].every((list) => Array.isArray(list));
  const { trace, backup } = value;
  const isTrace =
    trace === undefined || (isObject(trace) && typeof trace['lead'] === 'string' && typeof trace['tail'] === 'string');
  return (
    texts &&
    lists &&
    isTrace &&
    (backup === undefined || (typeof backup === 'string' && /^[\w-]{1,120}\.bak$/.test(backup)))
  );
}
