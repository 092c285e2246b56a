/**
 * Keeps the rows of the frame before whose content is the same. Ink tokenizes and measures every string of the screen
 * for every frame; this lets Ink's own code paint the others, one row at a time. Only for the version of Ink that
 * it is tested with; MCPTUI_RENDERER=stock leaves Ink as it is.
 */
import type Output from 'ink/build/output.js';
import type { InkClip, InkOperation, InkWrite } from 'ink/build/output.js';
import { inkInternals } from './ink-internals.ts';

const testedVersion = '8.0.0';
/** Lines whose cells are kept from frame to frame before the caches start anew; one of 160 columns takes some 13 KB. */
const cacheLimit = 256;
/** Strings whose width is kept likewise. */
const widthLimit = 2048;

/** Printable text, styled only by codes that end before the next one begins: nothing in it needs Ink's cells. */
const settled =
  // oxlint-disable-next-line no-control-regex -- SGR begins with ESC
  /^(?:[^\p{C}]|\u001B\[[12]m[^\p{C}]+\u001B\[22m|\u001B\[3[0-7]m[^\p{C}]+\u001B\[39m|\u001B\[7m[^\p{C}]+\u001B\[27m)*$/u;
const ignorable = /\p{Default_Ignorable_Code_Point}/u;

interface RowWrite {
  readonly write: InkWrite;
  readonly clips: readonly InkClip[];
}

interface PaintedRow {
  readonly writes: readonly RowWrite[];
  readonly text: string;
}

const installed = new WeakSet<typeof Output>();

/** Resolves to whether Ink now keeps rows. Whatever stands in the way leaves Ink as it is. */
export async function installRowMemo(env: Readonly<Record<string, string | undefined>>): Promise<boolean> {
  if (env.MCPTUI_RENDERER === 'stock') return false;
  try {
    const ink = await inkInternals();
    if (ink?.version !== testedVersion || typeof ink.Output.prototype.get !== 'function') return false;
    keepRows(ink.Output);
    return true;
  } catch {
    return false;
  }
}

/** Replaces `get` of this class; a second call changes nothing. */
export function keepRows(InkOutput: typeof Output): void {
  if (installed.has(InkOutput)) return;
  installed.add(InkOutput);
  // oxlint-disable-next-line typescript/unbound-method -- called with each output as `this`
  const paintAll = InkOutput.prototype.get;
  let last: readonly PaintedRow[] = [];
  let lastWidth = -1;
  let caches: Output['caches'] | undefined;
  InkOutput.prototype.get = function get(this: Output) {
    const { width, height } = this;
    if (caches === undefined || caches.styledChars.size > cacheLimit || caches.widths.size > widthLimit)
      caches = this.caches;
    const kept = caches;
    const paintRow = (writes: readonly RowWrite[], y: number): string => {
      const whole = wholeRow(writes);
      if (whole !== undefined && kept.getStringWidth(whole) <= width) return whole.trimEnd();
      const single = new InkOutput({ width, height: 1 });
      single.caches = kept;
      single.operations = operationsFor(writes, y);
      return paintAll.call(single).output;
    };
    const rows = writesByRow(this.operations, height).map((writes, y): PaintedRow => {
      const before = width === lastWidth ? last[y] : undefined;
      return before !== undefined && sameWrites(before.writes, writes) ? before : { writes, text: paintRow(writes, y) };
    });
    last = rows;
    lastWidth = width;
    return { output: rows.map(({ text }) => text).join('\n'), height };
  };
}

/** The text of a row that one write fills from its first column, when it can go to the terminal as it is. */
function wholeRow(writes: readonly RowWrite[]): string | undefined {
  const [only] = writes;
  if (only === undefined || writes.length > 1 || only.clips.length > 0 || only.write.x !== 0) return undefined;
  if (only.write.text.includes('\n')) return undefined;
  const text = only.write.transformers.reduce((line, transform) => transform(line, 0), only.write.text);
  return settled.test(text) && !ignorable.test(text) ? text : undefined;
}

/** What is written to each row, in order, with the clips that are open then. */
function writesByRow(operations: readonly InkOperation[], height: number): RowWrite[][] {
  const rows = Array.from({ length: height }, (): RowWrite[] => []);
  let clips: readonly InkClip[] = [];
  const outer: (readonly InkClip[])[] = [];
  for (const operation of operations) {
    if (operation.type === 'clip') {
      outer.push(clips);
      clips = [...clips, operation.clip];
    } else if (operation.type === 'unclip') clips = outer.pop() ?? [];
    else {
      const { text, y } = operation;
      let lines = 1;
      for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) lines += 1;
      for (let row = Math.max(0, y); row < Math.min(height, y + lines); row += 1) {
        rows[row]?.push({ write: operation, clips });
      }
    }
  }
  return rows;
}

/** The same operations for an output of one row. */
function operationsFor(writes: readonly RowWrite[], y: number): InkOperation[] {
  return writes.flatMap(({ write, clips }): InkOperation[] => [
    ...clips.map((clip): InkOperation => ({ type: 'clip', clip: shifted(clip, y) })),
    { ...write, y: write.y - y },
    ...clips.map((): InkOperation => ({ type: 'unclip' })),
  ]);
}

function shifted({ x1, x2, y1, y2 }: InkClip, y: number): InkClip {
  return { x1, x2, y1: y1 === undefined ? undefined : y1 - y, y2: y2 === undefined ? undefined : y2 - y };
}

function sameWrites(a: readonly RowWrite[], b: readonly RowWrite[]): boolean {
  return a.length === b.length && a.every((one, index) => sameWrite(one, b[index]));
}

function sameWrite(a: RowWrite, b: RowWrite | undefined): boolean {
  if (b === undefined) return false;
  const [one, other] = [a.write, b.write];
  return (
    one.text === other.text &&
    one.x === other.x &&
    one.y === other.y &&
    one.transformers.length === other.transformers.length &&
    one.transformers.every((transform, index) => transform === other.transformers[index]) &&
    a.clips.length === b.clips.length &&
    a.clips.every((clip, index) => sameClip(clip, b.clips[index]))
  );
}

function sameClip(a: InkClip, b: InkClip | undefined): boolean {
  return b !== undefined && a.x1 === b.x1 && a.x2 === b.x2 && a.y1 === b.y1 && a.y2 === b.y2;
}
