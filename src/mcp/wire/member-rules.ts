/** Rules for members of definitions: each passes a value that clients can read, mends it, or drops it. Pure. */
import { isMap, type WireMap } from './message.ts';

/** What a rule returns for a member that had better not be there. */
export const ABSENT: unique symbol = Symbol('absent');

/**
 * Judges the value at `path`: the very same value when clients can read it, another one where the repair is certain,
 * `ABSENT` otherwise. What it changes it adds to `found`, in words.
 */
export type Rule = (value: unknown, path: string, found: string[]) => unknown;

/** `a number`, `null`. */
export function kindOf(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'an array';
  return typeof value === 'object' ? 'an object' : `a ${typeof value}`;
}

/** The value when `isFine` says so, else nothing. */
export function only(isFine: (value: unknown) => boolean, wanted: string): Rule {
  return (value, path, found) => {
    if (isFine(value)) return value;
    const is = typeof value === 'number' && wanted.startsWith('a number') ? `${value}` : kindOf(value);
    found.push(`${path} is ${is}, not ${wanted}: dropped`);
    return ABSENT;
  };
}

export const text: Rule = only((value) => typeof value === 'string', 'a string');
export const flag: Rule = only((value) => typeof value === 'boolean', 'true or false');
export const anyMap: Rule = only(isMap, 'an object');
/** JSON has numbers such as 1e400, which a client could not be sent. */
export const finite: Rule = only((value) => typeof value === 'number' && Number.isFinite(value), 'a number');

export function between(least: number, most: number): Rule {
  const isFine = (value: unknown): boolean => typeof value === 'number' && value >= least && value <= most;
  return only(isFine, `a number from ${least} to ${most}`);
}

export function oneOf(...words: readonly string[]): Rule {
  return (value, path, found) => {
    if (typeof value === 'string' && words.includes(value)) return value;
    found.push(`${path} is none of ${words.join(', ')}: dropped`);
    return ABSENT;
  };
}

const DATE = /^(\d{4})-(\d{2})-(\d{2})T([01]\d|2[0-3]):[0-5]\d:[0-5]\d(\.\d{1,9})?(Z|[+-]([01]\d|2[0-3]):[0-5]\d)$/;

/** ISO 8601 with seconds and a zone. */
export const instant: Rule = only((value) => {
  const parts = typeof value === 'string' && value.length <= 40 ? DATE.exec(value) : null;
  if (parts === null) return false;
  const [year = 0, month = 0, day = 0] = parts.slice(1, 4).map(Number);
  const date = new Date(Date.UTC(year, month - 1, day));
  return year >= 1000 && date.getUTCMonth() === month - 1 && date.getUTCDate() === day;
}, 'an ISO 8601 instant');

/** An object whose members have rules; others pass as they are. */
export function members(rules: Readonly<Record<string, Rule>>): Rule {
  const names = Object.keys(rules);
  return (value, path, found) => {
    if (!isMap(value)) return anyMap(value, path, found);
    return withRules(value, names, rules, path, found);
  };
}

/** The object with each member that has a rule judged; the very same object when all are fine. */
export function withRules(
  value: WireMap,
  names: readonly string[],
  rules: Readonly<Record<string, Rule>>,
  path: string,
  found: string[],
): WireMap {
  let mended: WireMap | undefined;
  for (const name of names) {
    const rule = rules[name];
    if (rule === undefined || !Object.hasOwn(value, name)) continue;
    const before = value[name];
    const after = rule(before, path === '' ? name : `${path}.${name}`, found);
    if (after === before) continue;
    mended ??= { ...value };
    if (after === ABSENT) delete mended[name];
    else mended[name] = after;
  }
  return mended ?? value;
}

export interface ListRule {
  /** A lone value of this kind is read as a list of it. */
  readonly takesOne?: (value: unknown) => boolean;
}

/** An array; entries that clients cannot read are dropped from it. */
export function listOf(rule: Rule, { takesOne }: ListRule = {}): Rule {
  return (value, path, found) => {
    if (!Array.isArray(value)) {
      if (takesOne?.(value) !== true) {
        found.push(`${path} is ${kindOf(value)}, not an array: dropped`);
        return ABSENT;
      }
      const lone = rule(value, path, found);
      if (lone !== ABSENT) found.push(`${path} is ${kindOf(value)}: read as an array of one`);
      return lone === ABSENT ? ABSENT : [lone];
    }
    const kept: unknown[] = [];
    let isChanged = false;
    for (const [at, entry] of value.entries()) {
      const after = rule(entry, `${path}[${at}]`, found);
      isChanged ||= after !== entry;
      if (after !== ABSENT) kept.push(after);
    }
    return isChanged ? kept : value;
  };
}

/** An object that is nothing without a string at `key`. */
export function needing(key: string, rules: Readonly<Record<string, Rule>>): Rule {
  const judge = members(rules);
  return (value, path, found) => {
    if (!isMap(value)) return anyMap(value, path, found);
    if (typeof value[key] === 'string') return judge(value, path, found);
    found.push(`${path} has no ${key}: dropped`);
    return ABSENT;
  };
}

export const isText = (value: unknown): boolean => typeof value === 'string';

/** Of tools and the rest, and of servers. */
export const icons: Rule = listOf(
  needing('src', { mimeType: text, sizes: listOf(text, { takesOne: isText }), theme: oneOf('light', 'dark') }),
);
