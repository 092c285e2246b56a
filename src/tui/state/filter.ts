/** Parses what `/` is given: `word`, `!word`, `~fuzzy`, `/regular expression/`, `state:error`; terms are joined by and. */
import { single } from 'fuzzysort';
import { nearest } from '../../kernel/nearest.ts';
import { withinBudget } from './budget.ts';

/** A row as a filter sees it: all its words in lower case, and single fields by name, as they are. */
export interface Filterable {
  readonly text: string;
  readonly fields: Readonly<Record<string, string>>;
}

/** What may stand before a colon → all values it can have; none listed where it may be anything. */
export type FilterFields = Readonly<Record<string, readonly string[]>>;

/** Values of a field that is not one of a few words. */
export const anything: readonly string[] = [];

type Test = (row: Filterable) => boolean;

/** A word with a colon that is probably not meant as it stands; `whole` lists what there is. */
export interface FilterHint {
  readonly brief: string;
  readonly whole: string;
}

export type Filter =
  | {
      readonly ok: true;
      readonly empty: boolean;
      readonly matches: Test;
      /** Has a regular expression of the operator, which may take any time. */
      readonly isOpen: boolean;
      readonly hint: FilterHint | undefined;
    }
  | { readonly ok: false; readonly reason: string };

const everything: Filter = { ok: true, empty: true, matches: () => true, isOpen: false, hint: undefined };
const isTooSlow: Filter = { ok: false, reason: 'this regular expression takes too long: make it simpler' };
const slow = new WeakSet<Filter>();

/** A word with another name before its colon is plain text, and the hint says so. */
export function parseFilter(source: string, fields: FilterFields): Filter {
  const words = source.trim();
  if (words === '') return everything;
  const tests: Test[] = [];
  let hint: FilterHint | undefined;
  let isOpen = false;
  for (const word of splitWords(words)) {
    const test = parseTerm(word, fields);
    if (typeof test === 'string') return { ok: false, reason: test };
    tests.push(test);
    hint ??= hintOf(word, fields);
    isOpen ||= isExpression(positive(word));
  }
  return { ok: true, empty: false, matches: (row) => tests.every((test) => test(row)), isOpen, hint };
}

/**
 * Rows that it lets through; all of them when it is no filter. A regular expression that takes too long lets all through,
 * too, and `settled` tells so from then on.
 */
export function passing<Row>(
  filter: Filter,
  rows: readonly Row[],
  filterableOf: (row: Row) => Filterable,
): readonly Row[] {
  if (!filter.ok || filter.empty || slow.has(filter)) return rows;
  const { matches, isOpen } = filter;
  if (!isOpen) return rows.filter((row) => matches(filterableOf(row)));
  const seen = rows.map(filterableOf);
  let kept: readonly Row[] = rows;
  const isDone = withinBudget(() => {
    kept = rows.filter((_row, index) => matches(seen[index] as Filterable));
  });
  if (!isDone) slow.add(filter);
  return kept;
}

/** The filter as it turned out: one that took too long is none. */
export function settled(filter: Filter): Filter {
  return slow.has(filter) ? isTooSlow : filter;
}

/** For the title of the list; undefined when there is nothing to tell. */
export function briefProblem(filter: Filter): string | undefined {
  return filter.ok ? filter.hint?.brief : filter.reason;
}

/** For the line at the bottom. */
export function wholeProblem(filter: Filter): string | undefined {
  return filter.ok ? filter.hint?.whole : `${filter.reason}: everything is shown`;
}

/** At spaces, but not inside `/…/`. */
function splitWords(source: string): string[] {
  return source.match(/!?\/(?:[^/\\]|\\.)*\/|\S+/g) ?? [];
}

const positive = (word: string): string => (word.startsWith('!') && word.length > 1 ? word.slice(1) : word);

const isExpression = (word: string): boolean => word.length > 2 && word.startsWith('/') && word.endsWith('/');

function parseTerm(word: string, fields: FilterFields): Test | string {
  if (positive(word) !== word) {
    const inner = parseTerm(positive(word), fields);
    return typeof inner === 'string' ? inner : (row) => !inner(row);
  }
  if (isExpression(word)) {
    try {
      const pattern = new RegExp(word.slice(1, -1), 'iu');
      return (row) => pattern.test(row.text);
    } catch {
      return `${word} is not a regular expression`;
    }
  }
  const lower = word.toLowerCase();
  if (lower.startsWith('~') && lower.length > 1) {
    const wanted = lower.slice(1);
    return (row) => single(wanted, row.text) !== null;
  }
  const { name, value } = partsOf(lower);
  if (value !== '' && Object.hasOwn(fields, name)) {
    return (row) => row.fields[name]?.toLowerCase().includes(value) === true;
  }
  return (row) => row.text.includes(lower);
}

/** `state:error` in its two parts; both empty without a name and a colon. */
function partsOf(lower: string): { readonly name: string; readonly value: string } {
  const colon = lower.indexOf(':');
  return colon < 1 ? { name: '', value: '' } : { name: lower.slice(0, colon), value: lower.slice(colon + 1) };
}

/** A field or a value that does not exist; `http://…` and `12:30` are text. */
function hintOf(word: string, fields: FilterFields): FilterHint | undefined {
  const { name, value } = partsOf(positive(word).toLowerCase());
  if (!/^[a-z]+$/.test(name) || value.startsWith('//')) return undefined;
  const known = Object.hasOwn(fields, name) ? fields[name] : undefined;
  if (known === undefined) return hintFrom(`no field ${name} here`, 'fields', name, Object.keys(fields));
  if (known.length === 0 || known.some((one) => one.includes(value))) return undefined;
  return hintFrom(`no ${name} ${value}`, name, value, known);
}

function hintFrom(said: string, what: string, word: string, known: readonly string[]): FilterHint {
  const meant = nearest(word, known);
  const guess = meant === undefined ? '' : `did you mean ${meant}? `;
  const list = `${what}: ${known.join(', ')}`;
  return { brief: `${said}: ${guess === '' ? known.join(', ') : guess.trim()}`, whole: `${said}: ${guess}(${list})` };
}
