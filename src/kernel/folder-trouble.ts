/** Says why the system refuses a file or folder of mcptui, and what an operator can do about it. Pure. */

export interface FolderTrouble {
  readonly message: string;
  readonly hint: string;
}

const ELSEWHERE = 'set MCPTUI_HOME to a folder of your own';

const REASONS: Readonly<Record<string, readonly [reason: string, step: string]>> = {
  EACCES: ['may not be used by this user', `see its owner and mode with ls -ld, or ${ELSEWHERE}`],
  EPERM: ['may not be used by this user', `see its owner and mode with ls -ld, or ${ELSEWHERE}`],
  EROFS: ['is on a read-only file system', ELSEWHERE],
  ENOSPC: ['cannot be written: no space is left', `free some space, or ${ELSEWHERE} on another disk`],
  EDQUOT: ['cannot be written: the quota is used up', `free some space, or ${ELSEWHERE} on another disk`],
  ENOTDIR: ['cannot be made: a file is in place of a folder', `move that file away, or ${ELSEWHERE}`],
  EEXIST: ['cannot be made: something else is in its place', `move that away, or ${ELSEWHERE}`],
  EISDIR: ['is a folder, where a file should be', 'move that folder away'],
  ELOOP: ['is a link that leads to itself', `repair the link, or ${ELSEWHERE}`],
  ENAMETOOLONG: ['has too long a name', `${ELSEWHERE} with a shorter path`],
  EMFILE: ['cannot be opened: too many files are open', 'raise the limit (ulimit -n)'],
  ENFILE: ['cannot be opened: the system has too many files open', 'close some programs'],
  EIO: ['cannot be read or written: the disk reports an error', 'look at the system log (dmesg)'],
};

/** What Node says when a folder cannot be made with those above it: of a read-only file system, too. */
const NOT_MADE = ['cannot be made: read-only, or a link on the way leads nowhere', ELSEWHERE] as const;

/** A write to a file that is open already names no path. */
const OF_WRITES = new Set(['ENOSPC', 'EDQUOT', 'EIO']);

/** Of a system's error about a file or folder; undefined for any other, which is a bug. */
export function folderTrouble(error: unknown): FolderTrouble | undefined {
  const facts = folderFacts(error);
  return facts === undefined ? undefined : folderWords(facts);
}

export interface FolderFacts {
  readonly errno: string;
  readonly path?: string | undefined;
  readonly syscall?: string | undefined;
}

/** Reads the facts of a system's error about a file or folder; undefined for any other error. */
export function folderFacts(error: unknown): FolderFacts | undefined {
  if (!(error instanceof Error)) return undefined;
  const { code: errno, path, syscall } = error as NodeJS.ErrnoException;
  if (errno === undefined || (path === undefined && !OF_WRITES.has(errno))) return undefined;
  return reasonOf({ errno, syscall }) === undefined ? undefined : { errno, path, syscall };
}

/** Undefined for an errno that says nothing of a file or folder. */
export function folderWords({ errno, path, syscall }: FolderFacts): FolderTrouble | undefined {
  const known = reasonOf({ errno, syscall });
  if (known === undefined) return undefined;
  const [reason, hint] = known;
  return { message: `${path ?? "a file in mcptui's folders"} ${reason} (${errno})`, hint };
}

function reasonOf({ errno, syscall }: FolderFacts): readonly [reason: string, step: string] | undefined {
  return errno === 'ENOENT' && syscall === 'mkdir' ? NOT_MADE : REASONS[errno];
}
