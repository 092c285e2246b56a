/** Differences between two texts by line, and by word within changed lines; and three-way merges. Pure. */
import { applyPatch, diffArrays, diffWordsWithSpace, structuredPatch } from 'diff';
import { mergeDiff3 } from 'node-diff3';
import type { DiffLine, DiffPart, DiffView } from './types.ts';

/** Beyond this a comparison gives up looking for what stayed the same. */
const TIMEOUT_MS = 500;
/** Longer lines are marked whole. */
const MAX_WORD_LINE = 4_000;

export interface Labelled {
  readonly label: string;
  readonly text: string;
}

/** A text's lines; the empty text has none. */
function linesOf(text: string): string[] {
  if (text === '') return [];
  const lines = text.split('\n');
  if (lines.at(-1) === '') lines.pop();
  return lines;
}

export function diffTexts(left: Labelled, right: Labelled): DiffView {
  const a = linesOf(left.text);
  const b = linesOf(right.text);
  const blocks = diffArrays(a, b, { timeout: TIMEOUT_MS }) ?? [
    { value: a, removed: true, added: false, count: a.length },
    { value: b, added: true, removed: false, count: b.length },
  ];
  const lines: DiffLine[] = [];
  let atA = 1;
  let atB = 1;
  let added = 0;
  let removed = 0;
  for (const [index, block] of blocks.entries()) {
    if (block.removed) {
      const next = blocks[index + 1];
      const replaced = next?.added === true ? next.value : [];
      for (const [i, line] of block.value.entries()) {
        lines.push({ kind: 'del', a: atA++, parts: partsOf(line, replaced[i], 'left') });
      }
      removed += block.value.length;
    } else if (block.added) {
      const before = blocks[index - 1];
      const replaced = before?.removed === true ? before.value : [];
      for (const [i, line] of block.value.entries()) {
        lines.push({ kind: 'add', b: atB++, parts: partsOf(replaced[i], line, 'right') });
      }
      added += block.value.length;
    } else {
      for (const line of block.value) {
        lines.push({ kind: 'same', a: atA++, b: atB++, parts: [{ text: line, changed: false }] });
      }
    }
  }
  return { left: left.label, right: right.label, lines, added, removed };
}

/** One side of a changed line with what differs from the other side marked. */
function partsOf(left: string | undefined, right: string | undefined, side: 'left' | 'right'): readonly DiffPart[] {
  const own = side === 'left' ? left : right;
  if (left === undefined || right === undefined) return [{ text: own ?? '', changed: true }];
  if (left.length > MAX_WORD_LINE || right.length > MAX_WORD_LINE) return [{ text: own ?? '', changed: true }];
  const parts: DiffPart[] = [];
  for (const { value, added, removed } of diffWordsWithSpace(left, right)) {
    if (side === 'left' ? added : removed) continue;
    parts.push({ text: value, changed: added || removed });
  }
  return parts;
}

export type Merge =
  { readonly kind: 'clean'; readonly text: string } | { readonly kind: 'conflict'; readonly text: string };

/** What `proposed` changed in `base`, done to `live`. A conflict gives the text with both sides between markers. */
export function mergeTexts(base: string, live: Labelled, proposed: Labelled): Merge {
  const merged = mergeDiff3(linesOf(live.text), linesOf(base), linesOf(proposed.text), {
    label: { a: live.label, o: 'base', b: proposed.label },
    excludeFalseConflicts: true,
  });
  const text = merged.result.join('\n') + (merged.result.length === 0 ? '' : '\n');
  if (merged.conflict) return { kind: 'conflict', text };
  // The patch finds its lines by their context; where that agrees with the three-way merge there is no doubt left.
  const patched = applyPatch(live.text, structuredPatch('base', 'proposed', base, proposed.text, undefined, undefined));
  return { kind: 'clean', text: patched === false ? text : patched };
}

/** Whether a text still holds the markers of a conflict. */
export function hasMarkers(text: string): boolean {
  return /^(?:<{7}|>{7}|={7}|\|{7})(?: |$)/m.test(text);
}
