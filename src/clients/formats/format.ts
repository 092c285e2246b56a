/** Defines what a format of clients' files can do: list the entries under a key, put one in and take one out. */

/** Where a client keeps its servers: below these keys, as a map by name or as a list whose items have a `name`. */
export interface Place {
  readonly path: readonly string[];
  readonly shape: 'map' | 'array';
}

export interface Entry {
  readonly name: string;
  /** As it was parsed: an object, or whatever else stands there. */
  readonly value: unknown;
}

/** What an entry brought with it beyond itself: taking it out by this leaves the text as it was. */
export interface Trace {
  /** Text before and after it. */
  readonly lead: string;
  readonly tail: string;
  /** Keys of the path that were made for it, counted from the last; one more than there are = the whole document. */
  readonly made: number;
}

export interface Put {
  readonly text: string;
  /** Undefined when it replaced an entry of that name. */
  readonly trace?: Trace;
}

/** Texts come without a byte order mark. Everything throws FormatFault for a text that is not of the format. */
export interface FileFormat {
  /** The whole document as plain values, for comparing; undefined for one that is empty. */
  readonly parse: (text: string) => unknown;
  /** Puts an entry in, or replaces it; every other byte stays. */
  readonly put: (text: string, place: Place, name: string, value: unknown) => Put;
  /** Takes an entry out that is there; every other byte stays. */
  readonly take: (text: string, place: Place, name: string, trace?: Trace) => string;
}

/** What is wrong with a file, and where. */
export class FormatFault extends Error {
  readonly offset: number;

  constructor(offset: number, message: string) {
    super(message);
    this.name = 'FormatFault';
    this.offset = offset;
  }
}

/** Replaces `from` to `to` (excluded) by `text`. */
export interface Edit {
  readonly from: number;
  readonly to: number;
  readonly text: string;
}

/** Edits do not overlap; those at one place are applied in their order. */
export function edited(text: string, edits: readonly Edit[]): string {
  let out = '';
  let at = 0;
  for (const { from, to, text: put } of edits.toSorted((a, b) => a.from - b.from)) {
    out += text.slice(at, from) + put;
    at = to;
  }
  return out + text.slice(at);
}

/** The end of lines that the text uses; LF where it has none. */
export function eolOf(text: string): string {
  const at = text.indexOf('\n');
  return at > 0 && text[at - 1] === '\r' ? '\r\n' : '\n';
}

export function lineStart(text: string, offset: number): number {
  return text.lastIndexOf('\n', offset - 1) + 1;
}

/** Before the CR or LF that ends the line. */
export function lineEnd(text: string, offset: number): number {
  const at = text.indexOf('\n', offset);
  if (at === -1) return text.length;
  return at > offset && text[at - 1] === '\r' ? at - 1 : at;
}

/** Where the end of line begins that is right before `offset`; undefined when none is. */
export function beforeEol(text: string, offset: number): number | undefined {
  if (text[offset - 1] !== '\n') return undefined;
  return text[offset - 2] === '\r' ? offset - 2 : offset - 1;
}

/** Behind the end of line at `offset`. */
export function afterEol(text: string, offset: number): number {
  const at = text[offset] === '\r' ? offset + 1 : offset;
  return text[at] === '\n' ? at + 1 : offset;
}

/** Spaces and tabs that the line begins with. */
export function indentAt(text: string, offset: number): string {
  const start = lineStart(text, offset);
  let end = start;
  while (text[end] === ' ' || text[end] === '\t') end += 1;
  return text.slice(start, end);
}

/** Whether only spaces and tabs stand before it on its line. */
export function startsLine(text: string, offset: number): boolean {
  return lineStart(text, offset) + indentAt(text, offset).length === offset;
}

/** Line and column, both from 1. */
export function positionOf(text: string, offset: number): { readonly line: number; readonly column: number } {
  const start = lineStart(text, offset);
  let line = 1;
  for (let at = text.indexOf('\n'); at !== -1 && at < start; at = text.indexOf('\n', at + 1)) line += 1;
  return { line, column: offset - start + 1 };
}

/** Whether `lead` and `tail` stand around the piece from `from` to `to`. */
export function isAround(text: string, from: number, to: number, { lead, tail }: Trace): boolean {
  return text.slice(Math.max(0, from - lead.length), from) === lead && text.startsWith(tail, to);
}

export const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
