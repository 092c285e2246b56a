/** Parses what `/` is given: `word`, `!word`, `~fuzzy`, `/regular expression/`, `state:error`; terms are joined by and. */
import { single } from 'fuzzysort';

/** A row as a filter sees it: all its words in lower case, and single fields by name, as they are. */
export interface Filterable {
  readonly text: string;
  readonly fields: Readonly<Record<string, string>>;
}

type Test = (row: Filterable) => boolean;

export type Filter =
  | { readonly ok: true; readonly empty: boolean; readonly matches: Test }
  | { readonly ok: false; readonly reason: string };

const everything: Filter = { ok: true, empty: true, matches: () => true };

/** `fields` are the names that may stand before a colon; another word with a colon is plain text. */
export function parseFilter(source: string, fields: readonly string[]): Filter {
  const words = source.trim();
  if (words === '') return everything;
  const tests: Test[] = [];
  for (const word of splitWords(words)) {
    const test = parseTerm(word, fields);
    if (typeof test === 'string') return { ok: false, reason: test };
    tests.push(test);
  }
  return { ok: true, empty: false, matches: (row) => tests.every((test) => test(row)) };
}

/** At spaces, but not inside `/…/`. */
function splitWords(source: string): string[] {
  return source.match(/!?\/(?:[^/\\]|\\.)*\/|\S+/g) ?? [];
}

function parseTerm(word: string, fields: readonly string[]): Test | string {
  if (word.startsWith('!') && word.length > 1) {
    const inner = parseTerm(word.slice(1), fields);
    return typeof inner === 'string' ? inner : (row) => !inner(row);
  }
  if (word.length > 2 && word.startsWith('/') && word.endsWith('/')) {
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
  const colon = lower.indexOf(':');
  const name = lower.slice(0, colon);
  if (colon > 0 && colon < lower.length - 1 && fields.includes(name)) {
    const value = lower.slice(colon + 1);
    return (row) => row.fields[name]?.toLowerCase().includes(value) === true;
  }
  return (row) => row.text.includes(lower);
}
