/** Arranges a diff: lines or pairs of lines one below the other, and folds in place of unchanged ones. Pure. */
import type { DiffLine } from '../../../engine/index.ts';

/** `at` is the place of its first line among those of the diff. */
export type Entry = { readonly at: number } & (
  | { readonly kind: 'unified'; readonly line: DiffLine }
  | {
      readonly kind: 'split';
      readonly left: DiffLine | undefined;
      readonly right: DiffLine | undefined;
      readonly isChange: boolean;
    }
  | { readonly kind: 'fold'; readonly hidden: number }
);

/** A fold takes a row itself, so it has to hide more than one line. */
const leastHidden = 2;

export function entriesOf(lines: readonly DiffLine[], mode: 'unified' | 'split', context: number): readonly Entry[] {
  const shown = shownLines(lines, context);
  const entries: Entry[] = [];
  for (let at = 0; at < lines.length;) {
    const line = lines[at];
    if (line === undefined) break;
    if (shown[at] !== 1) {
      let end = at;
      while (end < lines.length && shown[end] !== 1) end += 1;
      entries.push({ at, kind: 'fold', hidden: end - at });
      at = end;
    } else if (mode === 'unified') {
      entries.push({ at, kind: 'unified', line });
      at += 1;
    } else if (line.kind === 'same') {
      entries.push({ at, kind: 'split', left: line, right: line, isChange: false });
      at += 1;
    } else {
      at = pushPairs(lines, at, entries);
    }
  }
  return entries;
}

/** A run of changed lines side by side: the first removed one beside the first added one, and so on. */
function pushPairs(lines: readonly DiffLine[], from: number, entries: Entry[]): number {
  let end = from;
  while (end < lines.length && lines[end]?.kind !== 'same') end += 1;
  const run = lines.slice(from, end);
  const gone = run.filter(({ kind }) => kind === 'del');
  const added = run.filter(({ kind }) => kind === 'add');
  for (let index = 0; index < Math.max(gone.length, added.length); index += 1) {
    entries.push({ at: from + index, kind: 'split', left: gone[index], right: added[index], isChange: true });
  }
  return end;
}

/** 1 for each line that is changed or within `context` of a changed one. */
function shownLines(lines: readonly DiffLine[], context: number): Uint8Array {
  const shown = new Uint8Array(lines.length);
  let last = -Infinity;
  for (const [index, { kind }] of lines.entries()) {
    if (kind !== 'same') last = index;
    if (index - last <= context) shown[index] = 1;
  }
  last = Infinity;
  for (let index = lines.length - 1; index >= 0; index -= 1) {
    if (lines[index]?.kind !== 'same') last = index;
    if (last - index <= context) shown[index] = 1;
  }
  // Without any change there is nothing that context could be around.
  if (last === Infinity || context === Infinity) return shown.fill(1);
  for (let at = 0; at < shown.length;) {
    let end = at;
    while (end < shown.length && shown[end] === shown[at]) end += 1;
    if (shown[at] === 0 && end - at < leastHidden) shown.fill(1, at, end);
    at = end;
  }
  return shown;
}
