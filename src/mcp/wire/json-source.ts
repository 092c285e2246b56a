/**
 * Finds where the members of a JSON object stand in its text, so that what nobody changes is passed on as it was written:
 * numbers that JavaScript cannot hold, spelling and order. Pure, linear, and of a text that is not JSON an answer that ends.
 */
import { endOfString } from '../../kernel/foreign.ts';
import { decodeParts } from './framing.ts';
import { isMap, type WireMap } from './message.ts';

/** Characters [start, end) of the text. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** One member of an object; the span is its value's. */
export interface Member extends Span {
  readonly key: string;
}

/** More are in no message's envelope or params. */
export const MAX_MEMBERS = 1024;

const QUOTE = 34;
const COMMA = 44;
const COLON = 58;
const BACKSLASH = '\\';
const OPEN_BRACKET = 91;
const CLOSE_BRACKET = 93;
const OPEN_BRACE = 123;
const CLOSE_BRACE = 125;

/** The members of the object that begins at `from`; undefined when there is none, or it has over 1,024. */
export function membersOf(text: string, from = 0): Member[] | undefined {
  let at = skipSpace(text, from);
  if (text.charCodeAt(at) !== OPEN_BRACE) return undefined;
  at = skipSpace(text, at + 1);
  const members: Member[] = [];
  if (text.charCodeAt(at) === CLOSE_BRACE) return members;
  while (text.charCodeAt(at) === QUOTE && members.length < MAX_MEMBERS) {
    const keyEnd = endOfString(text, at);
    const key = keyOf(text, at, keyEnd);
    at = skipSpace(text, keyEnd + 1);
    if (key === undefined || text.charCodeAt(at) !== COLON) return undefined;
    const start = skipSpace(text, at + 1);
    const end = endOfValue(text, start);
    if (end === start) return undefined;
    members.push({ key, start, end });
    at = skipSpace(text, end);
    const next = text.charCodeAt(at);
    if (next === CLOSE_BRACE) return members;
    if (next !== COMMA) return undefined;
    at = skipSpace(text, at + 1);
  }
  return undefined;
}

/** The items of the array that a text is; undefined when it is none. */
export function itemsOf(text: string): Span[] | undefined {
  let at = skipSpace(text, 0);
  if (text.charCodeAt(at) !== OPEN_BRACKET) return undefined;
  at = skipSpace(text, at + 1);
  const items: Span[] = [];
  if (text.charCodeAt(at) === CLOSE_BRACKET) return items;
  for (;;) {
    const end = endOfValue(text, at);
    if (end === at) return undefined;
    items.push({ start: at, end });
    at = skipSpace(text, end);
    const next = text.charCodeAt(at);
    if (next === CLOSE_BRACKET) return items;
    if (next !== COMMA) return undefined;
    at = skipSpace(text, at + 1);
  }
}

/** The members of all objects in a parsed value. */
export function countKeys(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 0;
  let count = 0;
  if (Array.isArray(value)) {
    for (const item of value) if (typeof item === 'object') count += countKeys(item);
    return count;
  }
  // Not `Object.keys`: this is every message's way, and it makes an array each time. What JSON has made inherits no members.
  for (const key in value) {
    count += 1;
    const inner = (value as WireMap)[key];
    if (typeof inner === 'object') count += countKeys(inner);
  }
  return count;
}

/** Where the value that begins at `start` ends; `start` itself where there is none. */
export function endOfValue(text: string, start: number): number {
  const first = text.charCodeAt(start);
  if (first === QUOTE) return Math.min(endOfString(text, start) + 1, text.length);
  if (first !== OPEN_BRACE && first !== OPEN_BRACKET) return endOfScalar(text, start);
  let depth = 0;
  for (let at = start; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code === QUOTE) at = endOfString(text, at);
    else if (code === OPEN_BRACE || code === OPEN_BRACKET) depth += 1;
    else if (code === CLOSE_BRACE || code === CLOSE_BRACKET) {
      depth -= 1;
      if (depth === 0) return at + 1;
    }
  }
  return text.length;
}

export function endOfScalar(text: string, start: number): number {
  let at = start;
  for (; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code <= 32 || code === COMMA || code === CLOSE_BRACE || code === CLOSE_BRACKET) break;
  }
  return at;
}

export function skipSpace(text: string, from: number): number {
  let at = from;
  for (let code = text.charCodeAt(at); code === 32 || (code >= 9 && code <= 13); code = text.charCodeAt(at)) at += 1;
  return at;
}

export function keyOf(text: string, start: number, end: number): string | undefined {
  const key = text.slice(start + 1, end);
  if (!key.includes(BACKSLASH)) return key;
  try {
    return JSON.parse(`"${key}"`) as string;
  } catch {
    return undefined;
  }
}

/** Value and source text that stood at a key when the object was read. */
interface Written {
  readonly key: string;
  value: unknown;
  text: string;
}

/** A member that is kept as bytes: nobody has asked for its value. */
export interface Unread {
  readonly key: string;
  readonly parts: readonly Buffer[];
  /** Its value with long strings cut short. */
  readonly begin: unknown;
}

/** A symbol, so that copies of the object carry it along and `JSON.stringify` does not see it. */
const SOURCE = Symbol('source text');
const UNREAD = Symbol('unread member');

type Sourced = WireMap & { [SOURCE]?: readonly Written[]; [UNREAD]?: Unread | undefined };

/** Members that the router changes in place: how their own members were written is kept, not how they were. */
const CHANGED: ReadonlySet<string> = new Set(['params', '_meta', 'ref', 'task']);

/** Keeps how the members of an object were written, for `stringifySourced`. */
export function keepSource(map: WireMap, text: string, members: readonly Member[]): void {
  const source: Written[] = [];
  for (const { key, start, end } of members) {
    const value = map[key];
    if (typeof value !== 'number' && (typeof value !== 'object' || value === null)) continue;
    if (!CHANGED.has(key) || !isMap(value)) source.push({ key, value, text: text.slice(start, end) });
    else keepSource(value, text, membersOf(text, start) ?? []);
  }
  if (source.length > 0) (map as Sourced)[SOURCE] = source;
}

/**
 * Keeps a member as the bytes that it was written in; `map` has the value with long strings cut short. Whoever
 * reads or copies the member gets the whole value, parsed then.
 */
export function keepUnread(map: WireMap, key: string, parts: readonly Buffer[]): void {
  const holder: Sourced = map;
  const settle = (value: unknown): void => {
    holder[UNREAD] = undefined;
    Object.defineProperty(map, key, { value, writable: true, enumerable: true, configurable: true });
  };
  holder[UNREAD] = { key, parts, begin: map[key] };
  Object.defineProperty(map, key, {
    enumerable: true,
    configurable: true,
    get() {
      const text = textOfParts(parts);
      const value: unknown = JSON.parse(text);
      const written = holder[SOURCE]?.find((one) => one.key === key);
      if (written !== undefined) Object.assign(written, { value, text });
      settle(value);
      return value;
    },
    set: settle,
  });
}

/** The member of an object that is kept as bytes, as long as it is. */
export function unreadOf(map: WireMap): Unread | undefined {
  return (map as Sourced)[UNREAD];
}

function textOfParts(parts: readonly Buffer[]): string {
  return decodeParts(
    parts,
    parts.reduce((sum, { length }) => sum + length, 0),
  );
}

/** JSON of the keys that every message has, with a colon: their turn comes thousands of times a second. */
const KEYS: ReadonlyMap<string, string> = new Map(
  ['jsonrpc', 'id', 'method', 'params', 'name', 'arguments', 'uri', '_meta'].map((key) => [key, `"${key}":`]),
);

/**
 * `JSON.stringify` of an object, in which members that are as they were read stand as they were written. Long ones are put
 * into `long`, where it is given, with a NUL in their place, which JSON never contains.
 */
export function stringifySourced(map: WireMap, long?: Long[]): string {
  const { [SOURCE]: source, [UNREAD]: unread } = map as Sourced;
  let out = '{';
  for (const key in map) {
    const text = unread?.key === key ? bytesOf(unread, long) : textOf(key, map[key], source, long);
    if (text === undefined) continue;
    if (out !== '{') out += ',';
    out += (KEYS.get(key) ?? `${JSON.stringify(key)}:`) + text;
  }
  return out + '}';
}

function textOf(
  key: string,
  value: unknown,
  source: readonly Written[] | undefined,
  long: Long[] | undefined,
): string | undefined {
  if (typeof value === 'string') return JSON.stringify(value);
  const written = writtenAs(key, value, source);
  if (written !== undefined) {
    if (long === undefined || written.length < LONG_CHARS) return written;
    long.push(written);
    return HOLE;
  }
  if (typeof value === 'number' && Number.isSafeInteger(value)) return `${value}`;
  return CHANGED.has(key) && isMap(value) ? stringifySourced(value, long) : JSON.stringify(value);
}

function bytesOf({ parts }: Unread, long: Long[] | undefined): string {
  if (long === undefined) return textOfParts(parts);
  long.push(parts);
  return HOLE;
}

/** A member's text, or the bytes of it. */
type Long = string | readonly Buffer[];
const LONG_CHARS = 64 * 1024;
const HOLE = '\0';

/** The same, for a stream: a long message in pieces, so that it is not copied into one text once more. */
export function sourcedPieces(map: WireMap): string | readonly Buffer[] {
  const long: Long[] = [];
  const text = stringifySourced(map, long);
  if (long.length === 0) return text;
  const short = text.split(HOLE);
  return short.flatMap((piece, index) => [Buffer.from(piece), ...piecesOf(long[index])]);
}

function piecesOf(long: Long = []): readonly Buffer[] {
  return typeof long === 'string' ? [Buffer.from(long)] : long;
}

function writtenAs(key: string, value: unknown, source: readonly Written[] = NOTHING): string | undefined {
  for (const one of source) if (one.key === key && Object.is(one.value, value)) return one.text;
  return undefined;
}

const NOTHING: readonly Written[] = [];

/** How a member of an object was written; undefined when it is another value now, or was none that is kept. */
export function sourceOf(map: WireMap, key: string): string | undefined {
  return writtenAs(key, map[key], (map as Sourced)[SOURCE]);
}

/** The JSON of an object with one more member at its end; both as JSON. */
export function withMember(mapText: string, key: string, valueText: string): string {
  return `${mapText.slice(0, -1)}${mapText === '{}' ? '' : ','}"${key}":${valueText}}`;
}
