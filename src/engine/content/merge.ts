/**
 * Merges two changes of one text by lines (three-way). Each side's edits are known by their place in the base, so nothing is
 * searched for by its surroundings, which repeat themselves in prose. Pure.
 */
import { editsOf, linesOf, type Edit, type Labelled } from './diff.ts';

export type Merge =
  { readonly kind: 'clean'; readonly text: string } | { readonly kind: 'conflict'; readonly text: string };

/** What `proposed` changed in `base`, done to `live`. A conflict gives the text with both sides and the base between markers. */
export function mergeTexts(base: string, live: Labelled, proposed: Labelled): Merge {
  const lines = linesOf(base);
  const sides = [editsOf(lines, linesOf(live.text)), editsOf(lines, linesOf(proposed.text))] as const;
  const merged: string[] = [];
  let at = 0;
  let isClean = true;
  for (const region of regionsOf(...sides)) {
    append(merged, lines, at, region.from);
    at = region.to;
    const [ours, theirs] = region.edits.map((edits) => edited(lines, region, edits));
    if (ours === undefined || theirs === undefined) continue;
    if (region.edits[1].length === 0 || isSame(ours, theirs)) append(merged, ours);
    else if (region.edits[0].length === 0) append(merged, theirs);
    else {
      isClean = false;
      const was = lines.slice(region.from, region.to);
      merged.push(`<<<<<<< ${live.label}`);
      append(merged, ours);
      merged.push('||||||| base');
      append(merged, was);
      merged.push('=======');
      append(merged, theirs);
      merged.push(`>>>>>>> ${proposed.label}`);
    }
  }
  append(merged, lines, at);
  const text = merged.length === 0 ? '' : `${merged.join('\n')}\n`;
  return { kind: isClean ? 'clean' : 'conflict', text };
}

/** Whether a text still holds the markers of a conflict; seven `=` alone underline a heading of Markdown. */
export function hasMarkers(text: string): boolean {
  return /^(?:<{7}|>{7}|\|{7})(?: |$)/m.test(text);
}

/** A stretch of the base that at least one side changed; what only touches is one region, as in every other merge tool. */
interface Region {
  readonly from: number;
  readonly to: number;
  readonly edits: readonly [readonly Edit[], readonly Edit[]];
}

function regionsOf(left: readonly Edit[], right: readonly Edit[]): readonly Region[] {
  const all = [
    ...left.map((edit) => ({ edit, side: 0 as const })),
    ...right.map((edit) => ({ edit, side: 1 as const })),
  ];
  all.sort((a, b) => a.edit.from - b.edit.from || a.edit.to - b.edit.to);
  const regions: { from: number; to: number; edits: [Edit[], Edit[]] }[] = [];
  for (const { edit, side } of all) {
    let region = regions.at(-1);
    if (region === undefined || edit.from > region.to) {
      region = { from: edit.from, to: edit.to, edits: [[], []] };
      regions.push(region);
    }
    region.to = Math.max(region.to, edit.to);
    region.edits[side].push(edit);
  }
  return regions;
}

/** The region as one side has it. */
function edited(base: readonly string[], { from, to }: Region, edits: readonly Edit[]): readonly string[] {
  const lines: string[] = [];
  let at = from;
  for (const edit of edits) {
    append(lines, base, at, edit.from);
    append(lines, edit.lines);
    at = edit.to;
  }
  append(lines, base, at, to);
  return lines;
}

/** A spread has a limit, texts have not. */
function append(target: string[], lines: readonly string[], from = 0, to = lines.length): void {
  for (let i = from; i < to; i += 1) target.push(lines[i] ?? '');
}

function isSame(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((line, i) => line === b[i]);
}
