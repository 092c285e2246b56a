/** Parses what lines of a text are looked for by: `word`, `!word`, `/regular expression/`. Pure. */
import { escapeRegExp } from '../../../kernel/escape-reg-exp.ts';
import { lastOf } from '../../state/memo.ts';

export interface Pattern {
  /** Lines that do not have it are meant. */
  readonly isNot: boolean;
  /** Finds all places; made for `matchAll`. */
  readonly places: RegExp;
  /** Typed by the operator as a regular expression: it may take any time. */
  readonly isOpen: boolean;
}

/** A pattern, or why it is none; undefined for an empty one. Any case, unless capitals are typed. */
export function parsePattern(source: string): Pattern | string | undefined {
  const isNot = source.startsWith('!') && source.length > 1;
  const words = isNot ? source.slice(1) : source;
  if (words === '') return undefined;
  const isOpen = words.length > 2 && words.startsWith('/') && words.endsWith('/');
  if (!isOpen) return { isNot, isOpen, places: new RegExp(escapeRegExp(words), flagsOf(words)) };
  try {
    return { isNot, isOpen, places: new RegExp(words.slice(1, -1), flagsOf(words)) };
  } catch {
    return `${words} is not a regular expression`;
  }
}

/** A class such as `\S` is no capital that somebody typed. */
function flagsOf(words: string): string {
  return /\p{Lu}/u.test(words.replaceAll(/\\./g, '')) ? 'gu' : 'giu';
}

/** The same pattern for the same source: painting asks for it row by row. */
export const patternOf: (source: string) => Pattern | string | undefined = lastOf(parsePattern);

export function hasIt({ places, isNot }: Pattern, text: string): boolean {
  places.lastIndex = 0;
  return places.test(text) !== isNot;
}

/** Where it stands in a line, at most 100 places. */
export function rangesIn({ places, isNot }: Pattern, text: string): readonly (readonly [from: number, to: number])[] {
  if (isNot) return [];
  const found: (readonly [number, number])[] = [];
  for (const { index, 0: match } of text.matchAll(places)) {
    if (match !== '') found.push([index, index + match.length]);
    if (found.length >= 100) break;
  }
  return found;
}
