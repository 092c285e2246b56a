/** Makes a text of a diff, for the viewer: in one column or side by side, with folds in place of unchanged lines. */
import type { DiffLine, DiffView } from '../../../engine/index.ts';
import { fit } from '../../../text/clean.ts';
import { plural } from '../../../text/format.ts';
import { diffMode, type DiffSettings } from '../../state/diff-settings.ts';
import type { UiState } from '../../state/ui-store.ts';
import type { TextDraft } from '../viewer/reading.ts';
import type { PaintedLine, PaintedSide, ViewerText } from '../viewer/text.ts';
import { toneText } from '../viewer/tone-text.ts';
import type { Line, Tone } from '../theme.ts';
import { entriesOf, type Entry } from './entries.ts';
import { lineText } from './line-text.ts';

export interface DiffOptions extends Pick<DiffSettings, 'context'> {
  readonly mode: 'unified' | 'split';
  /** Without colour changed words stand in `[-…-]` and `{+…+}`. */
  readonly color: boolean;
}

/** Of the screen, of the pager and file, and each after a change of the settings. */
const keptPerDiff = 4;
const kept = new WeakMap<DiffView, { readonly key: string; readonly text: ViewerText }[]>();

/** The same text for the same diff and options: where it is read, and what was found in it, hang on it. */
export function diffText(diff: DiffView, options: DiffOptions): ViewerText {
  const key = JSON.stringify([options.mode, String(options.context), options.color]);
  const known = kept.get(diff) ?? [];
  const found = known.find((entry) => entry.key === key);
  const text = found?.text ?? made(diff, options);
  kept.set(diff, [{ key, text }, ...known.filter((entry) => entry.key !== key)].slice(0, keptPerDiff));
  return text;
}

/** A diff as it is shown and saved by the settings that all diffs have in common. */
export function diffDraft(
  { diff: settings, size, style }: Pick<UiState, 'diff' | 'size' | 'style'>,
  diff: DiffView,
): Pick<TextDraft, 'text' | 'inOneColumn'> {
  const { context } = settings;
  const color = style.skin !== 'mono';
  return {
    text: diffText(diff, { mode: diffMode(settings, size.columns), context, color }),
    inOneColumn: diffText(diff, { mode: 'unified', context, color }),
  };
}

function made({ lines }: DiffView, { mode, context, color }: DiffOptions): ViewerText {
  const digits = String(Math.max(1, lines.length)).length;
  const entries = entriesOf(lines, mode, context);
  return {
    length: entries.length,
    generation: 0,
    at: (index) => entries[index],
    indexOf: (line) => placeOf(entries, (line as Entry).at),
    plain: (line) => plainEntry(line as Entry),
    paint: (line) => paintedEntry(line as Entry, digits, color),
    changes: entries.filter((entry, index) => {
      const before = entries[index - 1];
      return isChange(entry) && (before === undefined || !isChange(before));
    }),
  };
}

function isChange(entry: Entry): boolean {
  return entry.kind === 'unified' ? entry.line.kind !== 'same' : entry.kind === 'split' && entry.isChange;
}

/** Of the entry that shows a line of the diff, or hides it. */
function placeOf(entries: readonly Entry[], line: number): number {
  let low = 0;
  let high = entries.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((entries[middle]?.at ?? Infinity) <= line) low = middle;
    else high = middle - 1;
  }
  return low;
}

/** Without the marks of changed words, so that what is looked for is found across them. */
function plainEntry(entry: Entry): string {
  if (entry.kind === 'fold') return '';
  if (entry.kind === 'unified') return lineText(entry.line, true).text;
  const sides = entry.left === entry.right ? [entry.left] : [entry.left, entry.right];
  return sides.flatMap((line) => (line === undefined ? [] : lineText(line, true).text)).join('\n');
}

const signs: Readonly<Record<DiffLine['kind'], readonly [sign: string, tone: Tone]>> = {
  same: [' ', 'dim'],
  add: ['+', 'ok'],
  del: ['-', 'bad'],
};

function paintedEntry(entry: Entry, digits: number, color: boolean): PaintedLine {
  switch (entry.kind) {
    case 'fold':
      // Nothing of it goes sideways.
      return { lead: [[`${' '.repeat(digits + 2)}⋯ ${plural(entry.hidden, 'unchanged line')}`, 'dim']], body: noText };
    case 'unified':
      return paintedSide(entry.line, entry.line.b ?? entry.line.a, digits, color);
    case 'split':
      return {
        ...paintedSide(entry.left, entry.left?.a, digits, color),
        beside: paintedSide(entry.right, entry.right?.b, digits, color),
      };
  }
}

const noText = toneText([]);

function paintedSide(
  line: DiffLine | undefined,
  number: number | undefined,
  digits: number,
  color: boolean,
): PaintedSide {
  if (line === undefined) return { lead: [], body: noText };
  const [sign, tone] = signs[line.kind];
  const lead = (shown: string): Line => [
    [sign, tone],
    [` ${fit(shown, digits)}  `, 'dim'],
  ];
  return { lead: lead(String(number ?? '')), leadBelow: lead(''), body: lineText(line, color) };
}
