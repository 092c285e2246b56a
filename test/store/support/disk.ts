/**
 * A disk in memory that knows what would survive a power loss: content since its last sync and names since their folder's
 * last sync may or may not. It can stop working at any operation, as in a crash, or fail one with an error.
 */
import { dirname, basename } from 'node:path';
import type { FileInfo, FileLook, StoreFile, StoreFs } from '../../../src/store/files/fs.ts';

interface Node {
  content: Buffer;
  synced: Buffer;
}

interface Folder {
  names: Map<string, Node>;
  synced: Map<string, Node>;
}

/** What happens at one operation. */
export interface Fault {
  /** Counted from 1. */
  readonly at: number;
  /** `crash`: nothing works from there on. An errno: that operation fails, later ones work again unless `lasting`. */
  readonly kind: 'crash' | 'ENOSPC' | 'EIO' | 'EMFILE';
  readonly lasting?: boolean;
  /** Only operations of this kind fail, and are counted. */
  readonly only?: Operation;
  /** Of the bytes of a write that does not succeed, the share that arrives: 0 to 1. */
  readonly written?: number;
}

export type Operation = 'create' | 'write' | 'datasync' | 'truncate' | 'rename' | 'unlink' | 'syncFolder';

/** What survives: only what was synced, everything, or one of content and names. */
export type Survival = 'synced' | 'all' | 'content' | 'names';
export const survivals: readonly Survival[] = ['synced', 'all', 'content', 'names'];

export class CrashError extends Error {}

export class Disk implements StoreFs {
  readonly #folders = new Map<string, Folder>();
  #fault: Fault | undefined;
  #counted = 0;
  #crashed = false;
  /** Names of the operations since the last `inject`. */
  readonly operations: string[] = [];

  /** Arms a fault and starts counting anew. */
  inject(fault: Fault | undefined): void {
    this.#fault = fault;
    this.#counted = 0;
    this.operations.length = 0;
  }

  /** The disk as the next start finds it. */
  after(survival: Survival): Disk {
    const next = new Disk();
    const copies = new Map<Node, Node>();
    for (const [path, folder] of this.#folders) {
      const keepNames = survival === 'all' || survival === 'names';
      const names = new Map<string, Node>();
      for (const [name, node] of keepNames ? folder.names : folder.synced) {
        const content = survival === 'all' || survival === 'content' ? node.content : node.synced;
        const copy = copies.get(node) ?? { content: Buffer.from(content), synced: Buffer.from(content) };
        copies.set(node, copy);
        names.set(name, copy);
      }
      next.#folders.set(path, { names, synced: new Map(names) });
    }
    return next;
  }

  /** Everything is synced as it is. */
  copy(): Disk {
    return this.after('all');
  }

  files(): string[] {
    return [...this.#folders].flatMap(([path, { names }]) => [...names.keys()].map((name) => `${path}/${name}`)).sort();
  }

  /** The content itself: what a test changes in it is changed. */
  content(path: string): Buffer {
    return this.#node(path).content;
  }

  put(path: string, content: Buffer): void {
    const folder = this.#folder(dirname(path));
    const node = { content, synced: content };
    folder.names.set(basename(path), node);
    folder.synced.set(basename(path), node);
  }

  remove(path: string): void {
    this.#folder(dirname(path)).names.delete(basename(path));
    this.#folder(dirname(path)).synced.delete(basename(path));
  }

  async open(path: string, how: 'create' | 'change'): Promise<StoreFile> {
    const folder = this.#folder(dirname(path));
    if (how === 'create') {
      this.#operation('create', path);
      if (folder.names.has(basename(path))) throw failure('EEXIST', path);
      folder.names.set(basename(path), { content: Buffer.alloc(0), synced: Buffer.alloc(0) });
    }
    return this.#handle(this.#node(path), path);
  }

  #handle(node: Node, path: string): StoreFile {
    return {
      write: async (bytes, position) => {
        const put = (count: number): void => {
          const grown = Buffer.alloc(Math.max(node.content.length, position + count));
          node.content.copy(grown);
          grown.set(bytes.subarray(0, count), position);
          node.content = grown;
        };
        this.#operation('write', path, (share) => put(Math.floor(bytes.length * share)));
        put(bytes.length);
      },
      datasync: async () => {
        this.#operation('datasync', path);
        node.synced = Buffer.from(node.content);
      },
      truncate: async (size) => {
        this.#operation('truncate', path);
        node.content = Buffer.from(node.content.subarray(0, size));
      },
      close: async () => undefined,
    };
  }

  async read(path: string, start = 0, end?: number): Promise<Buffer> {
    return Buffer.from(this.#node(path).content.subarray(start, end));
  }

  async list(path: string): Promise<readonly string[]> {
    return [...(this.#folders.get(path)?.names.keys() ?? [])].sort();
  }

  async makeFolder(path: string): Promise<boolean> {
    if (this.#folders.has(path)) return false;
    this.#folders.set(path, { names: new Map(), synced: new Map() });
    return true;
  }

  async info(path: string): Promise<FileInfo | undefined> {
    if (this.#folders.has(path)) return { size: 0, dev: 1, ino: 1 };
    const node = this.#folders.get(dirname(path))?.names.get(basename(path));
    return node === undefined ? undefined : { size: node.content.length, dev: 1, ino: 2 };
  }

  async look(path: string): Promise<FileLook | undefined> {
    if (this.#folders.has(path)) return { kind: 'folder', mode: 0o700 };
    return (await this.info(path)) === undefined ? undefined : { kind: 'file', mode: 0o600 };
  }

  async rename(from: string, to: string): Promise<void> {
    this.#operation('rename', to);
    const node = this.#node(from);
    this.#folder(dirname(from)).names.delete(basename(from));
    this.#folder(dirname(to)).names.set(basename(to), node);
  }

  async unlink(path: string): Promise<void> {
    this.#operation('unlink', path);
    this.#node(path);
    this.#folder(dirname(path)).names.delete(basename(path));
  }

  async syncFolder(path: string): Promise<void> {
    this.#operation('syncFolder', path);
    const folder = this.#folder(path);
    folder.synced = new Map(folder.names);
  }

  /** Counts the operation and throws when it is the one to fail; `part` does what of it is done all the same. */
  #operation(name: Operation, path: string, part?: (share: number) => void): void {
    if (this.#crashed) throw new CrashError('the machine is off');
    this.operations.push(`${name} ${basename(path)}`);
    const fault = this.#fault;
    if (fault === undefined || (fault.only !== undefined && fault.only !== name)) return;
    this.#counted++;
    if (this.#counted !== fault.at && !(fault.lasting === true && this.#counted > fault.at)) return;
    part?.(fault.written ?? 0);
    if (fault.kind !== 'crash') throw failure(fault.kind, path);
    this.#crashed = true;
    throw new CrashError('the machine is off');
  }

  #folder(path: string): Folder {
    const folder = this.#folders.get(path);
    if (folder === undefined) throw failure('ENOENT', path);
    return folder;
  }

  #node(path: string): Node {
    const node = this.#folder(dirname(path)).names.get(basename(path));
    if (node === undefined) throw failure('ENOENT', path);
    return node;
  }
}

function failure(code: string, path: string): Error {
  return Object.assign(new Error(`${code}: ${path}`), { code });
}
