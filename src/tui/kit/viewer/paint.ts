/** Paints the rows of a text that are on screen, and says in words where the reader is. */
import { append } from '../../../kernel/append.ts';
import { clean, cut, widthOf } from '../../../text/clean.ts';
import { count, plural } from '../../../text/format.ts';
import { spansWidth, type Line, type Span } from '../theme.ts';
import { withinBudget } from '../../state/budget.ts';
import { besideGap, columnsOf, screenOf, type LaidSide, type Reading, type Screen, type ScreenRow } from './model.ts';
import { patternOf, rangesIn, type Pattern } from './pattern.ts';
import { shownLines } from './shown.ts';
import { cutLine, spansOf, type ToneText } from './tone-text.ts';

/** Exactly as many as are on screen, each at most `width` columns. */
export function viewerRows(reading: Reading): readonly Line[] {
  const { view } = reading;
  const screen = screenOf(reading);
  const pattern = view.find === '' ? undefined : patternOf(view.find);
  const marked = markedBodies(screen, typeof pattern === 'object' ? pattern : undefined, view.found);
  const sideOf = (side: LaidSide, row: number): Line =>
    sideLine(side, row, marked.get(side.body) ?? side.body, view.left);
  return screen.rows.map(({ side, beside, row }: ScreenRow): Line => {
    const shown = sideOf(side, row);
    if (beside === undefined) return shown;
    const rest = ' '.repeat(Math.max(0, side.columns - spansWidth(shown)));
    return [...shown, [`${rest}${besideGap}`, 'dim'], ...sideOf(beside, row)];
  });
}

function sideLine(
  { lead, leadBelow, starts, indent, columns }: LaidSide,
  row: number,
  body: ToneText,
  left: number,
): Line {
  const room = columnsOf(lead, columns);
  if (starts === undefined) return [...lead, ...cutLine(body, left, room)];
  const from = starts[row];
  // The other half has more rows.
  if (from === undefined) return [];
  const isLast = row === starts.length - 1;
  const text = body.text.slice(from, starts[row + 1] ?? body.text.length);
  const words = text.trimEnd();
  // Spaces at the end of a row hang over it; of the last one as many are shown as there is room for.
  const spaces = isLast ? Math.min(text.length - words.length, Math.max(0, room - indent - widthOf(words))) : 0;
  const before: Line = row === 0 ? lead : (leadBelow ?? [' '.repeat(spansWidth(lead))]);
  return [...before, ' '.repeat(indent), ...spansOf(body, from, from + words.length + spaces)];
}

/** The lines on screen that have what is looked for, with it standing out. */
function markedBodies(
  { rows }: Screen,
  pattern: Pattern | undefined,
  found: object | undefined,
): ReadonlyMap<ToneText, ToneText> {
  const marked = new Map<ToneText, ToneText>();
  if (pattern === undefined) return marked;
  const work = (): void => {
    for (const { line, side, beside } of rows) {
      for (const one of beside === undefined ? [side] : [side, beside]) {
        if (marked.has(one.body)) continue;
        const ranges = rangesIn(pattern, one.body.text);
        if (ranges.length > 0) marked.set(one.body, withMarks(one.body, ranges, line === found));
      }
    }
  };
  if (pattern.isOpen) withinBudget(work);
  else work();
  return marked;
}

function withMarks(body: ToneText, ranges: ReturnType<typeof rangesIn>, isCurrent: boolean): ToneText {
  const spans: Span[] = [];
  let from = 0;
  for (const [start, end] of ranges) {
    append(spans, spansOf(body, from, start));
    spans.push([body.text.slice(start, end), isCurrent ? 'mark' : 'accent']);
    from = end;
  }
  append(spans, spansOf(body, from, body.text.length));
  let at = 0;
  const parts = spans.map((span) => {
    const [text, tone] = typeof span === 'string' ? ([span, 'plain'] as const) : span;
    at += text.length;
    return { end: at, tone };
  });
  return { text: body.text, parts };
}

/**
 * `find warn 3/12 · & error · 1-20 of 1,204 lines`: what is looked for, what is left out, where the reader is. With a `noun`
 * of its own a text is counted that fits on the screen, too.
 */
export function viewerWords(reading: Reading, noun?: string): string {
  const { view, text } = reading;
  const { shown, rows } = screenOf(reading);
  const words: string[] = [];
  if (shown.problem !== undefined) words.push(shown.problem);
  else if (view.find !== '') words.push(`find ${shortened(view.find)} ${foundWords(reading)}`);
  if (view.keep !== '') words.push(`& ${shortened(view.keep)}`);
  if (view.hide !== '') words.push(`- ${shortened(view.hide)}`);
  if (view.left > 0 && !view.wrap) words.push(`column ${view.left + 1}`);
  const [first] = rows;
  const last = rows.at(-1);
  const of = shown.length === text.length ? '' : ` (${count(text.length)} in all)`;
  if (first !== undefined && last !== undefined && (noun !== undefined || shown.length > rows.length || of !== '')) {
    words.push(`${count(first.index + 1)}-${count(last.index + 1)} of ${plural(shown.length, noun ?? 'line')}${of}`);
  }
  return words.join(' · ');
}

function foundWords({ view, text }: Reading): string {
  const shown = shownLines(text, view);
  const { found = [] } = shown;
  if (found.length === 0) return 'not found';
  const at = view.found === undefined ? -1 : shown.foundFrom(view.found);
  return at === -1 || found[at] !== view.found
    ? `${count(found.length)} found`
    : `${count(at + 1)}/${count(found.length)}`;
}

const shortened = (pattern: string): string => cut(clean(pattern), 24);

/** `214 new below`: what came since the reader left the end; undefined at the end. */
export function belowWords(reading: Reading): string | undefined {
  const { shown, rows, isAtEnd } = screenOf(reading);
  if (isAtEnd) return undefined;
  const last = rows.at(-1)?.index ?? -1;
  const { leftEndAt } = reading.view;
  const fresh = leftEndAt === undefined ? 0 : reading.text.length - 1 - reading.text.indexOf(leftEndAt);
  const below = shown.length - 1 - last;
  return fresh > 0 ? `${count(fresh)} new below` : `${plural(below, 'line')} below`;
}
