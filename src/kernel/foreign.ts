/** Bounds what comes from outside: the depth of JSON, the length of names and messages, and what a value is called. Pure. */
import { createHash } from 'node:crypto';

/** Levels of objects and arrays in one message; deeper ones are refused before they are parsed. */
export const MAX_JSON_DEPTH = 512;
/** Characters of a name, method or target that are kept. */
export const MAX_NAME_CHARS = 256;
/** Characters of a message for people that are kept. */
export const MAX_TEXT_CHARS = 500;

/** A text is nested deeper than `MAX_JSON_DEPTH`. */
export class TooDeepError extends Error {
  constructor() {
    super(`nested deeper than ${MAX_JSON_DEPTH} levels`);
    this.name = 'TooDeepError';
  }
}

/** Parses JSON of foreign origin. @throws SyntaxError; TooDeepError */
export function parseForeign(text: string): unknown {
  if (isTooDeep(text)) throw new TooDeepError();
  return JSON.parse(text);
}

const QUOTE = 34;
const BACKSLASH = 92;
const OPEN_BRACE = 123;
const OPEN_BRACKET = 91;
const CLOSE_BRACE = 125;
const CLOSE_BRACKET = 93;

/** Whether a JSON text is nested deeper than `MAX_JSON_DEPTH`; linear, and of a text that is not JSON a guess that ends. */
export function isTooDeep(text: string): boolean {
  if (text.length <= MAX_JSON_DEPTH) return false;
  let depth = 0;
  for (let index = 0; index < text.length; index += 1) {
    const code = text.charCodeAt(index);
    if (code === QUOTE) index = endOfString(text, index);
    else if (code === OPEN_BRACE || code === OPEN_BRACKET) {
      depth += 1;
      if (depth > MAX_JSON_DEPTH) return true;
    } else if (code === CLOSE_BRACE || code === CLOSE_BRACKET) depth -= 1;
  }
  return false;
}

/** Where the string that opens at `start` ends; the text's length when it does not. */
export function endOfString(text: string, start: number): number {
  // Most are short: a loop is done before a search has begun.
  const soon = Math.min(start + 32, text.length);
  for (let at = start + 1; at < soon; at += 1) {
    const code = text.charCodeAt(at);
    if (code === QUOTE) return at;
    if (code === BACKSLASH) break;
  }
  for (let end = text.indexOf('"', start + 1); end !== -1; end = text.indexOf('"', end + 1)) {
    let before = end - 1;
    while (text.charCodeAt(before) === BACKSLASH) before -= 1;
    if ((end - before) % 2 === 1) return end;
  }
  return text.length;
}

/** A name, method or target as it is kept: whole up to `MAX_NAME_CHARS`, else its begin and a hash that tells two apart. */
export function cutName(text: string): string {
  if (text.length <= MAX_NAME_CHARS) return text;
  const hash = createHash('sha256').update(text).digest('hex').slice(0, 12);
  return `${head(text, MAX_NAME_CHARS - hash.length - 2)}…#${hash}`;
}

/** A message for people as it is kept: whole up to `max` characters, else its begin. Mask it first. */
export function cutText(text: string, max: number = MAX_TEXT_CHARS): string {
  return text.length <= max ? text : `${head(text, max - 1)}…`;
}

/** The first characters, without half of a pair at the end. */
function head(text: string, count: number): string {
  const last = text.charCodeAt(count - 1);
  return text.slice(0, last >= 0xd800 && last <= 0xdbff ? count - 1 : count);
}

/** A foreign value in a sentence: a string as it is, anything else by its kind. Runs nothing of the value's own. */
export function wordFor(value: unknown): string {
  if (typeof value === 'string') return cutText(value);
  if (typeof value === 'number' || typeof value === 'boolean') return `${value}`;
  if (value === null) return 'null';
  return Array.isArray(value) ? '(an array)' : `(${typeof value === 'object' ? 'an object' : typeof value})`;
}

/** Whether a parsed JSON value is at most so deep, and so long as text; looks at no more of it than that. */
export function isWithin(value: unknown, maxBytes: number, maxDepth: number): boolean {
  let left = maxBytes;
  const fits = (one: unknown, depth: number): boolean => {
    left -= typeof one === 'string' ? one.length + 2 : 4;
    if (left < 0) return false;
    if (typeof one !== 'object' || one === null) return true;
    if (depth >= maxDepth) return false;
    for (const [key, member] of Object.entries(one)) {
      left -= key.length;
      if (!fits(member, depth + 1)) return false;
    }
    return true;
  };
  return fits(value, 0);
}
