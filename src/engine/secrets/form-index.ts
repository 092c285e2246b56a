/**
 * Finds any of many strings in a text in one pass: four characters at a time are looked up in a table of bits, and only where
 * they begin a form is anything compared. No expression is compiled, so that neither length nor number of the forms matters.
 */

/** Characters that select the forms to compare. */
const PREFIX = 4;
const TABLE_BITS = 16;
const KNUTH = 0x9e3779b1;

export class FormIndex {
  /** Characters of the longest form. */
  readonly longest: number;
  readonly #names: ReadonlyMap<string, string>;
  /** Forms by the four characters that they begin with, the longest first. */
  readonly #byPrefix = new Map<number, string[]>();
  readonly #table = new Uint8Array(1 << TABLE_BITS);

  /** Form → the name that stands in its place. Forms of fewer than four characters are not found. */
  constructor(names: ReadonlyMap<string, string>) {
    this.#names = names;
    let longest = 0;
    for (const form of names.keys()) {
      if (form.length < PREFIX) continue;
      longest = Math.max(longest, form.length);
      const prefix = prefixOf(form);
      this.#table[slotOf(prefix)] = 1;
      const same = this.#byPrefix.get(prefix);
      if (same === undefined) this.#byPrefix.set(prefix, [form]);
      else same.push(form);
    }
    for (const same of this.#byPrefix.values()) same.sort((a, b) => b.length - a.length);
    this.longest = longest;
  }

  /** The text with what was found replaced; the same string when nothing was. */
  replace(text: string, shown: (name: string) => string): string {
    let replaced = '';
    let from = 0;
    for (let at = this.#next(text, 0); at !== undefined; at = this.#next(text, from)) {
      replaced += text.slice(from, at.start) + shown(this.#names.get(at.form) ?? '?');
      from = at.start + at.form.length;
    }
    return from === 0 ? text : replaced + text.slice(from);
  }

  /** The end of what cannot be the begin of a form that a longer text would show. */
  safeEnd(text: string): number {
    let end = Math.max(0, text.length - Math.max(0, this.longest - 1));
    for (
      let at = this.#next(text, 0);
      at !== undefined && at.start < end;
      at = this.#next(text, at.start + at.form.length)
    ) {
      end = Math.max(end, at.start + at.form.length);
    }
    return end;
  }

  /** The leftmost form from `from` on, the longest where several begin. */
  #next(text: string, from: number): { readonly start: number; readonly form: string } | undefined {
    let prefix = 0;
    const table = this.#table;
    for (let index = from; index < text.length; index += 1) {
      prefix = (prefix << 8) | (text.charCodeAt(index) & 0xff);
      if (table[Math.imul(prefix, KNUTH) >>> (32 - TABLE_BITS)] === 0) continue;
      const start = index - PREFIX + 1;
      if (start < from) continue;
      const form = this.#byPrefix.get(prefix)?.find((each) => text.startsWith(each, start));
      if (form !== undefined) return { start, form };
    }
    return undefined;
  }
}

function prefixOf(form: string): number {
  let prefix = 0;
  for (let index = 0; index < PREFIX; index += 1) prefix = (prefix << 8) | (form.charCodeAt(index) & 0xff);
  return prefix;
}

const slotOf = (prefix: number): number => Math.imul(prefix, KNUTH) >>> (32 - TABLE_BITS);
