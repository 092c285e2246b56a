/**
 * Walks once over the text of a message before it is parsed: where its members and those of its params stand, how many members
 * all its objects have together, and whether it is nested too deep. Linear, and of a text that is not JSON an answer that ends.
 */
import { endOfString, MAX_JSON_DEPTH } from '../../kernel/foreign.ts';
import { endOfScalar, keyOf, MAX_MEMBERS, skipSpace, type Member } from './json-source.ts';

const QUOTE = 34;
const COMMA = 44;
const COLON = 58;
const OPEN_BRACKET = 91;
const CLOSE_BRACKET = 93;
const OPEN_BRACE = 123;
const CLOSE_BRACE = 125;

export class MessageWalk {
  /** Of the message; undefined when it is no object, or has too many. */
  readonly members: readonly Member[] | undefined;
  /** Of its params, when they are an object. */
  params: readonly Member[] | undefined;
  /** Of all objects in it. */
  keys = 0;
  isTooDeep = false;
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
    this.#at = skipSpace(text, 0);
    this.members = this.#object(1);
  }

  /** The members of the object that begins here; leaves behind it. */
  #object(depth: number): Member[] | undefined {
    const text = this.#text;
    if (text.charCodeAt(this.#at) !== OPEN_BRACE) return undefined;
    const members: Member[] = [];
    let at = skipSpace(text, this.#at + 1);
    while (text.charCodeAt(at) === QUOTE && members.length < MAX_MEMBERS) {
      const keyEnd = endOfString(text, at);
      const key = keyOf(text, at, keyEnd);
      at = skipSpace(text, keyEnd + 1);
      if (key === undefined || text.charCodeAt(at) !== COLON) return undefined;
      this.keys += 1;
      const start = skipSpace(text, at + 1);
      this.#at = start;
      if (depth === 1 && key === 'params' && text.charCodeAt(start) === OPEN_BRACE) {
        this.params = this.#object(2);
        if (this.params === undefined) return undefined;
      } else this.#value(depth);
      const end = this.#at;
      if (end === start || this.isTooDeep) return undefined;
      members.push({ key, start, end });
      at = skipSpace(text, end);
      if (text.charCodeAt(at) !== COMMA) break;
      at = skipSpace(text, at + 1);
    }
    if (text.charCodeAt(at) !== CLOSE_BRACE) return undefined;
    this.#at = at + 1;
    return members;
  }

  /** Leaves behind the value that begins here, inside `depth` levels. */
  #value(depth: number): void {
    const text = this.#text;
    const first = text.charCodeAt(this.#at);
    if (first === QUOTE) this.#at = Math.min(endOfString(text, this.#at) + 1, text.length);
    else if (first === OPEN_BRACE || first === OPEN_BRACKET) this.#container(depth);
    else this.#at = endOfScalar(text, this.#at);
  }

  #container(outer: number): void {
    const text = this.#text;
    let depth = outer;
    let keys = 0;
    let at = this.#at;
    for (; at < text.length; at += 1) {
      const code = text.charCodeAt(at);
      if (code === QUOTE) at = endOfString(text, at);
      else if (code === COLON) keys += 1;
      else if (code === OPEN_BRACE || code === OPEN_BRACKET) {
        depth += 1;
        if (depth > MAX_JSON_DEPTH) {
          this.isTooDeep = true;
          return;
        }
      } else if (code === CLOSE_BRACE || code === CLOSE_BRACKET) {
        depth -= 1;
        if (depth === outer) break;
      }
    }
    this.keys += keys;
    this.#at = Math.min(at + 1, text.length);
  }
}
