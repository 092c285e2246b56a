/** Holds what was read of the logs of one instance or several, merged by time; bounded, and outside the store. */
import type { LogLine } from '../../engine/index.ts';

/** One line of a log, as held. */
export interface HeldLine {
  readonly line: LogLine;
  /** Which of the sources it is of. */
  readonly source: number;
  /** Its time, never before that of the line before it in its log: a clock that was set back changes no order. */
  readonly orderAt: number;
}

interface Source {
  readonly id: string;
  /** Oldest first. */
  first: HeldLine | undefined;
  last: HeldLine | undefined;
  /** Whether the engine may have older lines. */
  hasOlder: boolean;
}

/** What is held: beyond it the oldest lines are dropped. */
export const mostLines = 100_000;
const mostCharacters = 16 * 1024 * 1024;

const order = (a: HeldLine, b: HeldLine): number => a.orderAt - b.orderAt || a.source - b.source || a.line.n - b.line.n;

export class LogText {
  readonly #sources: readonly Source[];
  #lines: HeldLine[] = [];
  #characters = 0;
  #generation = 0;
  #revision = 0;
  #isFull = false;

  constructor(ids: readonly string[]) {
    this.#sources = ids.map((id) => ({ id, first: undefined, last: undefined, hasOlder: true }));
  }

  get ids(): readonly string[] {
    return this.#sources.map(({ id }) => id);
  }

  get length(): number {
    return this.#lines.length;
  }

  /** Grows with every change other than new lines at the end. */
  get generation(): number {
    return this.#generation;
  }

  /** Grows with every change. */
  get revision(): number {
    return this.#revision;
  }

  /** No more lines are held: older ones are not asked for. */
  get isFull(): boolean {
    return this.#isFull;
  }

  at(index: number): HeldLine | undefined {
    return this.#lines[index];
  }

  /** Of the line, or of the first one behind its place when it was dropped. */
  indexOf(line: HeldLine): number {
    let low = 0;
    let high = this.#lines.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      const one = this.#lines[middle];
      if (one !== undefined && order(one, line) < 0) low = middle + 1;
      else high = middle;
    }
    return Math.min(low, Math.max(0, this.#lines.length - 1));
  }

  /** Number of the newest line of a log; undefined while nothing was read. */
  newest(source: number): number | undefined {
    return this.#sources[source]?.last?.line.n;
  }

  /** The log that begins last of those that may have older lines: before its first line others are not complete. */
  get beginsLast():
    { readonly source: number; readonly id: string; readonly before: number; readonly at: number } | undefined {
    let found: { readonly source: number; readonly first: HeldLine } | undefined;
    for (const [source, { first, hasOlder }] of this.#sources.entries()) {
      if (!hasOlder || first === undefined) continue;
      if (found === undefined || order(first, found.first) > 0) found = { source, first };
    }
    if (found === undefined) return undefined;
    const { source, first } = found;
    return { source, id: this.#sources[source]?.id ?? '', before: first.line.n, at: this.indexOf(first) };
  }

  /** Whether any log may have older lines. */
  get hasOlder(): boolean {
    return this.#sources.some(({ hasOlder }) => hasOlder);
  }

  /** Newer lines of a log, oldest first. */
  append(source: number, lines: readonly LogLine[]): void {
    const of = this.#sources[source];
    if (of === undefined || lines.length === 0) return;
    const added: HeldLine[] = [];
    for (const line of lines) {
      if (of.last !== undefined && line.n <= of.last.line.n) continue;
      const held: HeldLine = { line, source, orderAt: Math.max(line.at, of.last?.orderAt ?? -Infinity) };
      of.first ??= held;
      of.last = held;
      added.push(held);
    }
    this.#insert(added);
  }

  /** Older lines of a log, oldest first; fewer than were asked for: it has no others. */
  prepend(source: number, lines: readonly LogLine[], hasOlder: boolean): void {
    const of = this.#sources[source];
    if (of === undefined) return;
    of.hasOlder = hasOlder;
    const added: HeldLine[] = [];
    for (const line of lines.toReversed()) {
      if (of.first !== undefined && line.n >= of.first.line.n) continue;
      const held: HeldLine = { line, source, orderAt: Math.min(line.at, of.first?.orderAt ?? Infinity) };
      of.first = held;
      of.last ??= held;
      added.unshift(held);
    }
    this.#insert(added);
  }

  #insert(added: readonly HeldLine[]): void {
    const [first] = added;
    if (first === undefined) return;
    this.#revision += 1;
    const last = this.#lines.at(-1);
    const isAtEnd = last === undefined || order(last, first) < 0;
    const from = isAtEnd ? this.#lines.length : this.indexOf(first);
    const behind = this.#lines.splice(from);
    if (!isAtEnd) this.#generation += 1;
    for (const line of merged(behind, added)) this.#lines.push(line);
    for (const { line } of added) this.#characters += line.text.length;
    this.#bound();
  }

  /** A quarter goes at once, which keeps the cost of a line constant. */
  #bound(): void {
    if (this.#lines.length <= mostLines && this.#characters <= mostCharacters) return;
    this.#isFull = true;
    let gone = Math.max(0, this.#lines.length - Math.floor(mostLines * 0.75));
    for (const { line } of this.#lines.slice(0, gone)) this.#characters -= line.text.length;
    for (; this.#characters > mostCharacters * 0.75 && gone < this.#lines.length; gone += 1) {
      this.#characters -= this.#lines[gone]?.line.text.length ?? 0;
    }
    this.#lines = this.#lines.slice(gone);
    this.#generation += 1;
    for (const [source, of] of this.#sources.entries()) {
      of.first = this.#lines.find((line) => line.source === source) ?? of.last;
      of.hasOlder = true;
    }
  }
}

function merged(a: readonly HeldLine[], b: readonly HeldLine[]): readonly HeldLine[] {
  if (a.length === 0) return b;
  const all: HeldLine[] = [];
  let at = 0;
  for (const line of b) {
    for (let next = a[at]; next !== undefined && order(next, line) < 0; next = a[(at += 1)]) all.push(next);
    all.push(line);
  }
  return [...all, ...a.slice(at)];
}
