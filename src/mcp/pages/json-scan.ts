/** Walks the elements of a JSON text in one pass, without parsing it: a text of 8 MiB costs no memory but its nesting. Pure. */
import { endOfString, MAX_JSON_DEPTH } from '../../kernel/foreign.ts';

/** Where an element stands in its parent: a member's name as it is written, cut, or its place in an array. */
export type Step = { readonly name: string } | { readonly index: number };

export interface ScanEvents {
  /** An element of a container begins; `at` is the begin of its line where it is the first one on it. */
  readonly begins?: (at: number, steps: readonly Step[]) => void;
  /** It ended before `at`. For the whole text too, without steps. `steps` is the scan's own: read it at once. */
  readonly ends?: (at: number, steps: readonly Step[]) => void;
}

/** Characters of a member's name, its quotes included, that are kept. */
const MAX_NAME = 64;

const QUOTE = 34;
const COMMA = 44;
const COLON = 58;
const LINE_FEED = 10;
/** What closes what. */
const CLOSERS: ReadonlyMap<number, number> = new Map([
  [91, 93],
  [123, 125],
]);
const CLOSE_OBJECT = 125;

/** Whether the text is one array or object, as far as brackets, commas and strings tell. If not, its events mean nothing. */
export function scanJson(text: string, events: ScanEvents): boolean {
  return new Scan(text, events).run();
}

class Scan {
  readonly #text: string;
  readonly #events: ScanEvents;
  readonly #steps: Step[] = [];
  /** Of the containers that are open. */
  readonly #closers: number[] = [];
  #at = 0;
  /** Where the next element begins, or its line. */
  #border = 0;

  constructor(text: string, events: ScanEvents) {
    this.#text = text;
    this.#events = events;
  }

  run(): boolean {
    this.#skipSpace();
    if (!this.#open()) return false;
    while (this.#closers.length > 0) if (!this.#element()) return false;
    this.#skipSpace();
    return this.#at === this.#text.length;
  }

  /** One element, into a container or past a value; then what closes behind it. */
  #element(): boolean {
    const isNew = this.#steps.length < this.#closers.length;
    if (isNew && this.#close()) return this.#afterValue();
    if (isNew) this.#steps.push({ index: 0 });
    if (this.#closers.at(-1) === CLOSE_OBJECT && !this.#name()) return false;
    this.#events.begins?.(this.#border, this.#steps);
    if (this.#open()) return true;
    return this.#scalar() && this.#afterValue();
  }

  /** Enters a container. */
  #open(): boolean {
    const closer = CLOSERS.get(this.#text.charCodeAt(this.#at));
    if (closer === undefined || this.#closers.length >= MAX_JSON_DEPTH) return false;
    this.#closers.push(closer);
    this.#step();
    return true;
  }

  /** Leaves the container that is open, if it ends here. */
  #close(): boolean {
    if (this.#text.charCodeAt(this.#at) !== this.#closers.at(-1)) return false;
    this.#closers.pop();
    this.#at += 1;
    this.#steps.length = this.#closers.length;
    return true;
  }

  /** Behind a value: it ends, a comma leads to the next one, and what contains it may end as well. */
  #afterValue(): boolean {
    for (;;) {
      this.#events.ends?.(this.#at, this.#steps);
      if (this.#closers.length === 0) return true;
      this.#skipSpace();
      if (this.#text.charCodeAt(this.#at) === COMMA) break;
      if (!this.#close()) return false;
    }
    this.#step();
    const last = this.#steps.at(-1);
    if (last !== undefined && 'index' in last) this.#steps[this.#steps.length - 1] = { index: last.index + 1 };
    return true;
  }

  #name(): boolean {
    if (this.#text.charCodeAt(this.#at) !== QUOTE) return false;
    const end = endOfString(this.#text, this.#at) + 1;
    this.#steps[this.#steps.length - 1] = { name: this.#text.slice(this.#at, Math.min(end, this.#at + MAX_NAME)) };
    this.#at = end;
    this.#skipSpace();
    if (this.#text.charCodeAt(this.#at) !== COLON) return false;
    this.#at += 1;
    this.#skipSpace();
    return true;
  }

  #scalar(): boolean {
    const start = this.#at;
    if (this.#text.charCodeAt(start) === QUOTE) this.#at = endOfString(this.#text, start) + 1;
    else while (isWord(this.#text.charCodeAt(this.#at))) this.#at += 1;
    return this.#at > start && this.#at <= this.#text.length;
  }

  /** Past a bracket or comma. An element that begins a line begins where the line does. */
  #step(): void {
    this.#at += 1;
    const start = this.#at;
    this.#skipSpace();
    const lineEnd = this.#at > start ? this.#text.lastIndexOf('\n', this.#at - 1) : -1;
    this.#border = lineEnd >= start ? lineEnd + 1 : this.#at;
  }

  #skipSpace(): void {
    for (;;) {
      const code = this.#text.charCodeAt(this.#at);
      if (code !== 32 && code !== LINE_FEED && code !== 13 && code !== 9) return;
      this.#at += 1;
    }
  }
}

/** Of numbers, `true`, `false` and `null`. */
function isWord(code: number): boolean {
  return (
    (code >= 48 && code <= 57) ||
    (code >= 97 && code <= 122) ||
    code === 45 ||
    code === 43 ||
    code === 46 ||
    code === 69
  );
}
