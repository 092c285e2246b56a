/** Compares two texts by line and by word within changed lines. Pure, and bounded whatever the texts are. */
import { diffArrays, diffWordsWithSpace } from 'diff';
import type { DiffLine, DiffPart, DiffView } from './types.ts';

/** Lines added and removed beyond which the search for what stayed the same ends: less than 100 ms. */
const MAX_LINE_EDITS = 800;
/** The same for the words of a line. */
const MAX_WORD_EDITS = 120;
/** Characters of changed lines that are compared by word; lines beyond are marked whole. */
const MAX_WORD_CHARS = 64 * 1024;
const MAX_WORD_LINE = 4_000;

export interface Labelled {
  readonly label: string;
  readonly text: string;
}

/** A text's lines; the empty text has none. */
export function linesOf(text: string): string[] {
  if (text === '') return [];
  const lines = text.split('\n');
  if (lines.at(-1) === '') lines.pop();
  return lines;
}

/** Lines `from` to `to` (excluded) of the one text became `lines` of the other. */
export interface Edit {
  readonly from: number;
  readonly to: number;
  readonly lines: readonly string[];
}

/** What was done to `before`, in order; when two texts share too little, all between their common begin and end is one edit. */
export function editsOf(before: readonly string[], after: readonly string[]): readonly Edit[] {
  let start = 0;
  while (start < before.length && start < after.length && before[start] === after[start]) start += 1;
  let end = 0;
  while (
    end < before.length - start &&
    end < after.length - start &&
    before[before.length - 1 - end] === after[after.length - 1 - end]
  ) {
    end += 1;
  }
  const old = before.slice(start, before.length - end);
  const fresh = after.slice(start, after.length - end);
  if (old.length === 0 && fresh.length === 0) return [];
  const blocks = diffArrays(old, fresh, { maxEditLength: MAX_LINE_EDITS });
  if (blocks === undefined) return [{ from: start, to: start + old.length, lines: fresh }];
  const edits: Edit[] = [];
  let at = start;
  for (const [index, block] of blocks.entries()) {
    if (block.removed) {
      const next = blocks[index + 1];
      edits.push({ from: at, to: at + block.value.length, lines: next?.added === true ? next.value : [] });
      at += block.value.length;
    } else if (block.added) {
      if (blocks[index - 1]?.removed !== true) edits.push({ from: at, to: at, lines: block.value });
    } else at += block.value.length;
  }
  return edits;
}

export function diffTexts(left: Labelled, right: Labelled): DiffView {
  const a = linesOf(left.text);
  const b = linesOf(right.text);
  const lines: DiffLine[] = [];
  let atA = 0;
  let atB = 0;
  let added = 0;
  let removed = 0;
  let budget = MAX_WORD_CHARS;
  const same = (until: number): void => {
    while (atA < until)
      lines.push({ kind: 'same', a: ++atA, b: ++atB, parts: [{ text: a[atA - 1] ?? '', changed: false }] });
  };
  for (const edit of editsOf(a, b)) {
    same(edit.from);
    const old = a.slice(edit.from, edit.to);
    const pairs = old.slice(0, edit.lines.length).map((line, i): Pair | undefined => {
      const other = edit.lines[i] ?? '';
      budget -= line.length + other.length;
      return budget < 0 ? undefined : wordsOf(line, other);
    });
    for (const [i, line] of old.entries()) {
      lines.push({ kind: 'del', a: ++atA, parts: pairs[i]?.left ?? [{ text: line, changed: true }] });
    }
    for (const [i, line] of edit.lines.entries()) {
      lines.push({ kind: 'add', b: ++atB, parts: pairs[i]?.right ?? [{ text: line, changed: true }] });
    }
    removed += old.length;
    added += edit.lines.length;
  }
  same(a.length);
  return { left: left.label, right: right.label, lines, added, removed };
}

interface Pair {
  readonly left: readonly DiffPart[];
  readonly right: readonly DiffPart[];
}

/** Both sides of a changed line; undefined when they are long or have too little in common. */
function wordsOf(left: string, right: string): Pair | undefined {
  if (left.length > MAX_WORD_LINE || right.length > MAX_WORD_LINE) return undefined;
  const words = diffWordsWithSpace(left, right, { maxEditLength: MAX_WORD_EDITS });
  if (words === undefined) return undefined;
  const side = (other: 'added' | 'removed'): readonly DiffPart[] =>
    words
      .filter((word) => !word[other])
      .map(({ value, added, removed }) => ({ text: value, changed: added || removed }));
  return { left: side('added'), right: side('removed') };
}
