/**
 * Decides what a document makes of what is live. Each field that was applied has owners; what differs and is another's, or
 * was changed by hand since, is a conflict unless it is forced. Pure.
 */
import { isDeepStrictEqual } from 'node:util';
import { canonicalHash } from '../signing/canonical.ts';
import { flatten, unflatten, type Fields, type Path } from './fields.ts';

/** Field → who applies it → hash of the value that it had then. */
export type Owners = Readonly<Record<Path, Readonly<Record<string, string>>>>;

export interface MergeRequest {
  /** Undefined = there is none yet. */
  readonly live: Fields | undefined;
  /** What fields are that nobody has named. */
  readonly defaults: Fields;
  readonly wanted: Fields;
  readonly owners: Owners;
  readonly manager: string;
  readonly force: boolean;
}

export interface Conflict {
  readonly path: Path;
  /** Who applies another value; empty = it was changed by hand. */
  readonly managers: readonly string[];
}

export interface Merged {
  readonly fields: Fields;
  /** Fields that `manager` names, and those that others still do. */
  readonly named: ReadonlyMap<Path, readonly string[]>;
  /** Fields that get another value. */
  readonly changed: readonly Path[];
  readonly conflicts: readonly Conflict[];
}

/** A kind decides what else there is beside it: with another one the other fields are others too. */
const KIND = /\/kind$/;

export function merge({ live, defaults, wanted, owners, manager, force }: MergeRequest): Merged {
  const now = flatten(live ?? {});
  const usual = flatten(defaults);
  const asked = flatten(wanted);
  const result = new Map(now);
  const named = new Map<Path, readonly string[]>();
  const conflicts: Conflict[] = [];
  const others = (path: Path): readonly string[] =>
    Object.keys(owners[path] ?? {}).filter((owner) => owner !== manager);

  for (const [path, value] of asked) {
    const before = now.get(path);
    if (isDeepStrictEqual(before, value)) {
      named.set(path, [...others(path), manager]);
      continue;
    }
    const fault = live === undefined || force ? undefined : conflictAt(path, before, usual.get(path), owners, manager);
    if (fault !== undefined) {
      conflicts.push(fault);
      continue;
    }
    if (KIND.test(path) && before !== undefined) forgetBeside(path, result, asked);
    result.set(path, value);
    named.set(path, [manager]);
  }
  for (const path of Object.keys(owners)) {
    if (asked.has(path)) continue;
    const left = others(path);
    if (left.length > 0) named.set(path, left);
    const own = owners[path]?.[manager];
    // What somebody has changed since is theirs.
    if (own !== undefined && left.length === 0 && now.has(path) && valueHash(now.get(path)) === own)
      result.delete(path);
  }
  const changed = [...new Set([...now.keys(), ...result.keys()])].filter(
    (path) => !isDeepStrictEqual(now.get(path), result.get(path)),
  );
  return { fields: unflatten(result), named, changed, conflicts };
}

/** The owners of a document once it is live as `live`. */
export function ownersAfter(named: Merged['named'], live: Fields, before: Owners, manager: string): Owners {
  const now = flatten(live);
  const owners: Record<Path, Record<string, string>> = {};
  for (const [path, managers] of named) {
    // Of a value that another form was given: what it is now.
    const hash = valueHash(now.get(path));
    const of = managers.map((one) => [one, one === manager ? hash : (before[path]?.[one] ?? hash)] as const);
    owners[path] = Object.fromEntries(of);
  }
  return owners;
}

export function valueHash(value: unknown): string {
  return value === undefined ? '' : canonicalHash({ value }).slice(0, 32);
}

function conflictAt(
  path: Path,
  before: unknown,
  usual: unknown,
  owners: Owners,
  manager: string,
): Conflict | undefined {
  const hash = valueHash(before);
  const applied = Object.entries(owners[path] ?? {});
  const rivals = applied.filter(([owner, of]) => owner !== manager && of === hash).map(([owner]) => owner);
  if (rivals.length > 0) return { path, managers: rivals };
  // It is as this manager left it.
  if (applied.some(([owner, of]) => owner === manager && of === hash)) return undefined;
  const isUntouched = before === undefined || isDeepStrictEqual(before, usual);
  if (applied.length === 0 && isUntouched) return undefined;
  return { path, managers: [] };
}

function forgetBeside(path: Path, result: Map<Path, unknown>, asked: ReadonlyMap<Path, unknown>): void {
  const folder = path.replace(KIND, '/');
  for (const other of Array.from(result.keys()))
    if (other.startsWith(folder) && !asked.has(other)) result.delete(other);
}
