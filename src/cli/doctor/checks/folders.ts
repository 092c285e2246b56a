/** Judges mcptui's own folders, and the files that none but their owner may read. Pure. */
import { fail, ok, warn, type Finding } from '../finding.ts';

export interface FolderFacts {
  /** `data`, `logs`, `secrets` … */
  readonly role: string;
  readonly path: string;
  /** What is there; `none`: nothing. */
  readonly kind: 'folder' | 'file' | 'other' | 'none';
  /** The lowest nine bits, and the sticky one. */
  readonly mode: number;
  readonly uid: number;
  /** This user; undefined on a system without users. */
  readonly ownUid: number | undefined;
  /** This user may put files into it. */
  readonly isWritable: boolean;
  /** Why it could not be looked at. */
  readonly error?: string;
  /** A file that must be its owner's alone: a key. */
  readonly isSecret?: boolean;
}

const PRIVATE_FOLDER = 0o700;
const PRIVATE_FILE = 0o600;
const CHECK = 'folders';

export function checkFolders(all: readonly FolderFacts[]): readonly Finding[] {
  const found = all.flatMap((facts) => findingOf(facts) ?? []);
  const bad = found.filter(({ state }) => state !== 'ok');
  const good = all.filter(({ kind, isSecret }) => kind === 'folder' && isSecret !== true).map(({ path }) => path);
  const absent = found.filter(({ state }) => state === 'ok');
  if (bad.length > 0) return [...bad, ...absent];
  return [...(good.length === 0 ? [] : [ok(CHECK, `${good.length} in order, yours alone`)]), ...absent];
}

/** Undefined for one that is as it should be. */
function findingOf(facts: FolderFacts): Finding | undefined {
  const { role, path, kind, error, uid, ownUid } = facts;
  const name = `${role} ${path}`;
  if (error !== undefined) return fail(CHECK, `${name} cannot be looked at: ${error}`, `ls -ld ${shellWord(path)}`);
  if (facts.isSecret === true) return kind === 'none' ? undefined : secretFile(facts, name);
  if (kind === 'none') return ok(CHECK, `${name} is made when it is needed`, { fix: { kind: 'make', path } });
  if (kind !== 'folder')
    return fail(CHECK, `${name} is no folder`, `mv ${shellWord(path)} ${shellWord(`${path}.old`)}`);
  if (ownUid !== undefined && uid !== ownUid) {
    const mend = `sudo chown -R ${ownUid} ${shellWord(path)}`;
    return uid === 0 && facts.isWritable ? undefined : fail(CHECK, `${name} belongs to user ${uid}`, mend);
  }
  return modeOf(facts, name);
}

function modeOf({ path, mode, isWritable }: FolderFacts, name: string): Finding | undefined {
  const fix = { kind: 'mode', path, mode: PRIVATE_FOLDER } as const;
  const mend = `chmod 700 ${shellWord(path)}`;
  const said = `(mode ${octal(mode)})`;
  if ((mode & 0o022) !== 0) return fail(CHECK, `others may put files into ${name} ${said}`, mend, fix);
  if ((mode & 0o700) !== 0o700) return fail(CHECK, `${name} may not be used by its owner ${said}`, mend, fix);
  if (!isWritable) return fail(CHECK, `${name} cannot be written to`, `ls -ld ${shellWord(path)}`);
  if ((mode & 0o077) !== 0) return warn(CHECK, `others may look into ${name} ${said}`, mend, fix);
  return undefined;
}

function secretFile({ path, mode, uid, ownUid, kind }: FolderFacts, name: string): Finding | undefined {
  if (kind !== 'file') return fail(CHECK, `${name} is no file`, `ls -l ${shellWord(path)}`);
  if (ownUid !== undefined && uid !== ownUid) {
    return fail(CHECK, `${name} belongs to user ${uid}`, `sudo chown ${ownUid} ${shellWord(path)}`);
  }
  if ((mode & 0o077) === 0) return undefined;
  const fix = { kind: 'mode', path, mode: PRIVATE_FILE } as const;
  return fail(CHECK, `others may read ${name} (mode ${octal(mode)})`, `chmod 600 ${shellWord(path)}`, fix);
}

function octal(mode: number): string {
  return mode.toString(8).padStart(4, '0');
}

/** As a shell reads it as one word. */
export function shellWord(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}
