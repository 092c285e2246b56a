/**
 * Keeps secrets of containers as files in this machine's memory, where the image has no shell that could write them into the
 * container's own: on no disk, below a folder of this user alone, and gone with the container.
 */
import { lstat, mkdir, rm, statfs, writeFile, chmod } from 'node:fs/promises';
import path from 'node:path';

/** Magic numbers of tmpfs and ramfs. */
const IN_MEMORY: ReadonlySet<number> = new Set([0x0102_1994, 0x8584_58f6]);
const ANYBODYS = '/dev/shm';

export interface SecretFilesOptions {
  /** Tells this data folder's files from those of others. */
  readonly folderId: string;
  readonly env: Readonly<Record<string, string | undefined>>;
}

export class SecretFiles {
  readonly #o: SecretFilesOptions;

  constructor(options: SecretFilesOptions) {
    this.#o = options;
  }

  /** The folder to bind into a container of this name; undefined where no folder of this machine is in memory. */
  async put(container: string, files: Readonly<Record<string, string>>): Promise<string | undefined> {
    const own = await this.#own();
    if (own === undefined) return undefined;
    const folder = path.join(own, container);
    await rm(folder, { recursive: true, force: true });
    await mkdir(folder);
    // The server is another user than we are; nobody else gets past the folder above. The umask decides nothing.
    await chmod(folder, 0o755);
    for (const [name, value] of Object.entries(files)) {
      const file = path.join(folder, name);
      await writeFile(file, value, { mode: 0o400, flag: 'wx' });
      await chmod(file, 0o444);
    }
    return folder;
  }

  async remove(container: string): Promise<void> {
    for (const own of await this.#places()) await rm(path.join(own, container), { recursive: true, force: true });
  }

  /** Forgets what an engine left that was killed. With no container of ours running. */
  async sweep(): Promise<void> {
    for (const own of await this.#places()) await rm(own, { recursive: true, force: true });
  }

  #roots(): readonly string[] {
    const runtime = this.#o.env['XDG_RUNTIME_DIR'] ?? '';
    return [...(path.isAbsolute(runtime) ? [runtime] : []), ANYBODYS];
  }

  /** Where there may be some: below what is nobody else's. */
  async #places(): Promise<readonly string[]> {
    const places: string[] = [];
    for (const parent of this.#roots().map(parentIn)) {
      if (await isOurs(parent)) places.push(path.join(parent, this.#o.folderId));
    }
    return places;
  }

  /** Made when it is missing. What somebody else has put there in its place is not used. */
  async #own(): Promise<string | undefined> {
    for (const root of this.#roots()) {
      if (!(await isInMemory(root))) continue;
      const parent = parentIn(root);
      await mkdir(parent, { mode: 0o700 }).catch(() => undefined);
      if (!(await isOurs(parent))) continue;
      const own = path.join(parent, this.#o.folderId);
      await mkdir(own, { recursive: true, mode: 0o700 });
      return own;
    }
    return undefined;
  }
}

const parentIn = (root: string): string => path.join(root, `mcptui-secrets-${process.getuid?.() ?? 'all'}`);

async function isInMemory(folder: string): Promise<boolean> {
  try {
    return IN_MEMORY.has((await statfs(folder)).type);
  } catch {
    return false;
  }
}

async function isOurs(folder: string): Promise<boolean> {
  try {
    const found = await lstat(folder);
    return found.isDirectory() && found.uid === process.getuid?.() && (found.mode & 0o077) === 0;
  } catch {
    return false;
  }
}
