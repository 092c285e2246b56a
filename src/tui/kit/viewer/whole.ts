/** Makes one text of all lines that are shown: plain for a file and the clipboard, with their colours for a pager. */
import { clean } from '../../../text/clean.ts';
import type { Style } from '../../state/style.ts';
import { spansWidth, toned, type Span } from '../theme.ts';
import { lineOfKeys, type Reading } from './model.ts';
import type { ShownText } from './reading.ts';
import { shownLines } from './shown.ts';
import type { PaintedLine } from './text.ts';
import { spansOf } from './tone-text.ts';

export function wholeText(read: ShownText): string {
  return read.whole?.() ?? joined(read, ({ lead, body }) => plainLead(lead) + body.text);
}

export function pagedText(read: ShownText, style: Style): string {
  if (read.whole !== undefined) return read.whole().split('\n').map(clean).join('\n');
  return joined(read, ({ lead, body }) => {
    const spans = [...lead, ...spansOf(body, 0, body.text.length)];
    return spans.map((span) => (typeof span === 'string' ? span : toned(style, ...span))).join('');
  });
}

/** The line that `y` copies, without its time and name; undefined for an empty text. */
export function copiedLine(reading: Reading): string | undefined {
  const line = lineOfKeys(reading);
  return line === undefined ? undefined : reading.text.plain(line);
}

function joined({ text: onScreen, inOneColumn, view }: ShownText, toText: (line: PaintedLine) => string): string {
  const text = inOneColumn ?? onScreen;
  const shown = shownLines(text, view);
  const lines: string[] = [];
  for (let index = 0; index < shown.length; index += 1) {
    const line = shown.at(index);
    if (line !== undefined) lines.push(toText(text.paint(line)));
  }
  return `${lines.join('\n')}\n`;
}

const plainLead = (lead: readonly Span[]): string =>
  spansWidth(lead) === 0 ? '' : lead.map((span) => (typeof span === 'string' ? span : span[0])).join('');
