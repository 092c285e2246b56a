/**
 * Reads an answer byte by byte without parsing it: whether it is valid JSON in valid UTF-8 of bounded depth, and where the
 * members of its top level stand. The bytes come in pieces; each is looked at once.
 */
import { MAX_JSON_DEPTH } from '../../kernel/foreign.ts';
import type { AnswerMember } from './answer-body.ts';
import { INTEGER, INVALID, isDigit, MINUS, nextOfNumber, ZERO } from './number-grammar.ts';
import { PlainRuns } from './plain-runs.ts';
import { Utf8Check } from './utf8-check.ts';

/** A member of the result that the router looks at, with all that must go when it goes. */
export interface ResultMember extends AnswerMember {
  readonly cutStart: number;
  cutEnd: number;
}

/** Members of results that are looked at. */
const SEEN_IN_RESULT: ReadonlySet<string> = new Set(['isError', 'resultType']);
/** Longer keys are none that anybody knows. */
const MAX_KEY_BYTES = 256;
const MAX_MEMBERS = 64;
/** Bytes of a string that are looked at one by one; what is longer is looked through natively. */
const SHORT_RUN = 256;

/** Beside those of numbers, which are higher. */
const VALUE = 0;
const ITEM_OR_END = 1;
const KEY_OR_END = 2;
const KEY = 3;
const COLON = 4;
const AFTER = 5;
const STRING = 6;
const ESCAPE = 7;
const HEX = 8;
const LITERAL = 9;

const OBJECT = 1;
const ARRAY = 2;

/** Bytes that may stand in a string as they are. */
const PLAIN = Uint8Array.from({ length: 256 }, (_, byte) => (byte >= 32 && byte !== 34 && byte !== 92 ? 1 : 0));
const SPACE = Uint8Array.from({ length: 256 }, (_, byte) =>
  byte === 32 || byte === 9 || byte === 10 || byte === 13 ? 1 : 0,
);
const ESCAPED = Uint8Array.from({ length: 256 }, (_, byte) =>
  '"\\/bfnrt'.includes(String.fromCharCode(byte)) ? 1 : 0,
);
const LITERALS: ReadonlyMap<number, Buffer> = new Map(
  ['true', 'false', 'null'].map((word) => [word.charCodeAt(0), Buffer.from(word)]),
);

export class AnswerScan {
  /** Of the top level, those that are complete. */
  readonly members: AnswerMember[] = [];
  /** Of the result. */
  readonly inResult: ResultMember[] = [];
  /** Why it is no JSON, in words that follow "it"; undefined as long as it may be. */
  fault: string | undefined;
  /** The first level is an object. */
  isObject = false;
  isUtf8 = true;
  readonly #utf8 = new Utf8Check();
  readonly #kinds = new Uint8Array(MAX_JSON_DEPTH + 1);
  #depth = 0;
  #state = VALUE;
  #isKey = false;
  /** Bytes of the pieces so far. */
  #base = 0;
  #hexLeft = 0;
  #literal: Buffer = Buffer.alloc(0);
  #literalAt = 0;
  /** The key that is being read, as far as it stood in pieces before this one; undefined = nobody wants to know it. */
  #key: string | undefined;
  /** Of the members that are being read, by depth 1 and 2. */
  readonly #names = ['', '', ''];
  readonly #starts = [0, 0, 0];
  readonly #types: AnswerMember['type'][] = ['other', 'other', 'other'];
  #nameAt = 0;
  #commaAt = -1;

  get bytes(): number {
    return this.#base;
  }

  push(part: Buffer): void {
    if (this.fault === undefined && !this.#utf8.push(part)) this.#noUtf8();
    if (this.fault === undefined) this.#read(part);
    this.#base += part.length;
  }

  /** Nothing more comes. */
  end(): void {
    if (this.fault !== undefined) return;
    if (this.#state >= ZERO) this.#state = AFTER;
    if (this.#depth > 0 || this.#state !== AFTER) this.fault = 'ends in its midst';
    else if (!this.#utf8.isComplete) this.#noUtf8();
  }

  #noUtf8(): void {
    this.isUtf8 = false;
    this.fault = 'is not valid UTF-8';
  }

  #read(part: Buffer): void {
    const end = part.length;
    let state = this.#state;
    let runs: PlainRuns | undefined;
    let keyFrom = 0;
    let at = 0;
    while (at < end) {
      let byte = part[at] as number;
      if (state === STRING) {
        const soon = at + SHORT_RUN < end ? at + SHORT_RUN : end;
        while (PLAIN[byte] === 1) {
          at += 1;
          if (at === soon) break;
          byte = part[at] as number;
        }
        if (at === soon) {
          if (at < end) at = (runs ??= new PlainRuns(part)).end(at);
          if (at === end) break;
          byte = part[at] as number;
        }
        if (byte === 34) {
          if (!this.#isKey) {
            if (this.#depth <= 2) this.#valueEnds(at + 1);
            state = AFTER;
          } else {
            if (this.#key !== undefined) this.#keyEnds(part, keyFrom, at);
            state = COLON;
          }
        } else if (byte === 92) state = ESCAPE;
        else return this.#fail('has a control character in a string', at);
      } else if (state <= AFTER) {
        if (SPACE[byte] === 0) {
          if (state === COLON) state = byte === 58 ? VALUE : INVALID;
          else if (state === AFTER) state = this.#after(byte, at);
          else if (state === KEY || state === KEY_OR_END) {
            if (byte === 34) {
              if (this.#depth <= 2) this.#keyBegins(at);
              this.#isKey = true;
              keyFrom = at + 1;
              state = STRING;
            } else state = state === KEY_OR_END && byte === 125 ? this.#close(at) : INVALID;
          } else state = byte === 93 && state === ITEM_OR_END ? this.#close(at) : this.#begin(byte, at);
        }
      } else if (state >= MINUS) {
        const next = nextOfNumber(state, byte);
        if (next !== INVALID) state = next;
        else if (state < ZERO) state = INVALID;
        else {
          this.#valueEnds(at);
          state = AFTER;
          // The byte is what comes after the number.
          at -= 1;
        }
      } else state = this.#inside(state, byte, at);
      if (state === INVALID) return this.#fail('is not valid JSON', at);
      at += 1;
    }
    this.#state = state;
    if (this.#key !== undefined) this.#key = this.#longer(part, keyFrom, end);
  }

  #fail(why: string, at: number): void {
    this.fault ??= `${why} at byte ${this.#base + at}`;
  }

  /** In an escape or a literal. */
  #inside(state: number, byte: number, at: number): number {
    if (state === ESCAPE) {
      this.#hexLeft = 4;
      return byte === 117 ? HEX : ESCAPED[byte] === 1 ? STRING : INVALID;
    }
    if (state === HEX) {
      this.#hexLeft -= 1;
      const isHex = isDigit(byte) || (byte >= 65 && byte <= 70) || (byte >= 97 && byte <= 102);
      return !isHex ? INVALID : this.#hexLeft === 0 ? STRING : HEX;
    }
    if (byte !== this.#literal[this.#literalAt]) return INVALID;
    this.#literalAt += 1;
    if (this.#literalAt < this.#literal.length) return LITERAL;
    this.#valueEnds(at + 1);
    return AFTER;
  }

  /** A value begins. */
  #begin(byte: number, at: number): number {
    const depth = this.#depth;
    if (depth === 1 || depth === 2) this.#valueBegins(byte, at);
    if (byte === 34) {
      this.#isKey = false;
      return STRING;
    }
    if (byte === 123 || byte === 91) {
      if (depth === 0) this.isObject = byte === 123;
      if (depth === 1) this.#commaAt = -1;
      if (depth >= MAX_JSON_DEPTH) {
        this.#fail(`is nested deeper than ${MAX_JSON_DEPTH} levels`, at);
        return INVALID;
      }
      this.#depth = depth + 1;
      this.#kinds[depth + 1] = byte === 123 ? OBJECT : ARRAY;
      return byte === 123 ? KEY_OR_END : ITEM_OR_END;
    }
    if (byte === 45) return MINUS;
    if (isDigit(byte)) return byte === 48 ? ZERO : INTEGER;
    const literal = LITERALS.get(byte);
    if (literal === undefined) return INVALID;
    this.#literal = literal;
    this.#literalAt = 1;
    return LITERAL;
  }

  /** What follows a value. */
  #after(byte: number, at: number): number {
    const depth = this.#depth;
    if (depth === 0) return INVALID;
    const kind = this.#kinds[depth];
    if (byte === 44) {
      if (depth === 2) this.#comma(at);
      return kind === OBJECT ? KEY : VALUE;
    }
    return byte === (kind === OBJECT ? 125 : 93) ? this.#close(at) : INVALID;
  }

  #close(at: number): number {
    this.#depth -= 1;
    if (this.#depth <= 2) this.#valueEnds(at + 1);
    return AFTER;
  }

  #keyBegins(at: number): void {
    const depth = this.#depth;
    this.#key = depth === 1 || (depth === 2 && this.#names[1] === 'result') ? '' : undefined;
    if (depth === 2) this.#nameAt = this.#base + at;
  }

  #keyEnds(part: Buffer, from: number, to: number): void {
    this.#names[this.#depth] = unescaped(this.#longer(part, from, to));
    this.#key = undefined;
  }

  /** The key so far with what stands of it in this piece. */
  #longer(part: Buffer, from: number, to: number): string {
    const known = this.#key ?? '';
    return known.length > MAX_KEY_BYTES
      ? known
      : known + part.toString('latin1', from, Math.min(to, from + MAX_KEY_BYTES + 1));
  }

  #valueBegins(byte: number, at: number): void {
    this.#starts[this.#depth] = this.#base + at;
    this.#types[this.#depth] = byte === 123 ? 'object' : byte === 110 ? 'null' : 'other';
  }

  #valueEnds(at: number): void {
    const depth = this.#depth;
    if (depth !== 1 && depth !== 2) return;
    const key = this.#names[depth] as string;
    const member = {
      key,
      start: this.#starts[depth] as number,
      end: this.#base + at,
      type: this.#types[depth] as AnswerMember['type'],
    };
    if (depth === 1) {
      if (this.isObject && this.members.length < MAX_MEMBERS) this.members.push(member);
      return;
    }
    const isSeen = this.#names[1] === 'result' && SEEN_IN_RESULT.has(key) && this.#kinds[2] === OBJECT;
    if (!isSeen || this.inResult.length >= MAX_MEMBERS) return;
    const cutStart = this.#commaAt === -1 ? this.#nameAt : this.#commaAt;
    this.inResult.push({ ...member, cutStart, cutEnd: member.end });
    this.#names[2] = '';
  }

  /** The first member goes with the comma behind it, any other with the one in front. */
  #comma(at: number): void {
    const last = this.inResult.at(-1);
    const isFirst = this.#commaAt === -1;
    this.#commaAt = this.#base + at;
    if (isFirst && last !== undefined && this.inResult.length === 1 && last.cutStart === this.#nameAt)
      last.cutEnd = this.#commaAt + 1;
  }
}

/** A key as it is meant; latin1, which is enough to compare it. */
function unescaped(key: string): string {
  if (!key.includes('\\')) return key;
  try {
    return JSON.parse(`"${key}"`) as string;
  } catch {
    return key;
  }
}
