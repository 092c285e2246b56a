/** Draws the borders of panes as text, so that a row stays one string. */
import { cut, widthOf } from '../../text/clean.ts';
import { row, spansWidth, toned, type Span } from './theme.ts';
import type { Style } from '../state/style.ts';

interface Edge {
  readonly left: string;
  readonly right: string;
}

const edges = {
  top: { left: '┌', right: '┐' },
  middle: { left: '├', right: '┤' },
  bottom: { left: '└', right: '┘' },
} as const;

/** `┌ title ──── note ┐`; the note gives way to the title. What has the focus is `accent`. */
export function border(
  style: Style,
  width: number,
  edge: keyof typeof edges,
  title: readonly Span[] = [],
  note = '',
  tone: 'dim' | 'accent' = 'dim',
): string {
  const { left, right }: Edge = edges[edge];
  const inner = Math.max(0, width - 2);
  const head: readonly Span[] = title.length === 0 ? [] : [' ', ...title, ' '];
  const headWidth = Math.min(spansWidth(head), Math.max(0, inner - 2));
  const room = inner - headWidth - 4;
  const tail = note === '' || room < 4 ? '' : ` ${cut(note, room)} `;
  const line = '─'.repeat(Math.max(0, inner - headWidth - widthOf(tail)));
  return (
    toned(style, left, tone) + row(style, headWidth, head) + toned(style, line, tone) + tail + toned(style, right, tone)
  );
}

/** One row inside the box; `inner` is exactly two columns narrower than the box. */
export function framed(style: Style, inner: string, tone: 'dim' | 'accent' = 'dim'): string {
  const side = toned(style, '│', tone);
  return side + inner + side;
}

/** A whole box of `height` rows, borders included; lines that are missing stay blank. */
export function box(
  style: Style,
  width: number,
  height: number,
  title: readonly Span[],
  note: string,
  lines: readonly (readonly Span[])[],
  foot = '',
): string[] {
  const rows = [border(style, width, 'top', title, note)];
  for (let index = 0; index < height - 2; index += 1) {
    rows.push(framed(style, row(style, width - 2, lines[index] ?? [])));
  }
  rows.push(border(style, width, 'bottom', [], foot));
  return rows;
}
