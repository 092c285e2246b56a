/** Shows the logs that are read as one text: when, whose, and what was written, in its own colours. */
import { clean, fit, widthOf } from '../../../text/clean.ts';
import { clockTime } from '../../../text/format.ts';
import type { EpochMs } from '../../../kernel/clock.ts';
import type { LogLine } from '../../../engine/index.ts';
import { lastOf } from '../../state/memo.ts';
import type { HeldLine, LogText } from '../../state/log-text.ts';
import type { Line, Tone } from '../../kit/theme.ts';
import { coloured, withoutColours } from '../../kit/viewer/sgr.ts';
import type { ViewerText } from '../../kit/viewer/text.ts';
import { toneText, type ToneText } from '../../kit/viewer/tone-text.ts';

const sourceTones: readonly Tone[] = ['accent', 'ok', 'warn', 'strong'];
const widestName = 20;

/** `names`: of the sources, where there are several. A line from before `since` is left out. */
export const logViewer: (text: LogText, since: EpochMs | undefined, names: readonly string[]) => ViewerText = lastOf(
  (text: LogText, since: EpochMs | undefined, names: readonly string[]): ViewerText => {
    const width = Math.min(widestName, Math.max(0, ...names.map((name) => widthOf(clean(name)))));
    const start = startOf(text, since);
    return {
      get length() {
        return text.length - start();
      },
      get generation() {
        return text.generation;
      },
      at: (index) => text.at(start() + index),
      indexOf: (line) => Math.max(0, text.indexOf(line as HeldLine) - start()),
      plain: (held) => withoutColours((held as HeldLine).line.text),
      paint(held) {
        const { line, source } = held as HeldLine;
        const name = names[source];
        const whose: Line =
          name === undefined || names.length < 2
            ? []
            : [[`${fit(clean(name), width)} `, sourceTones[source % sourceTones.length] ?? 'plain']];
        return { lead: [[`${clockTime(line.at)} `, 'dim'], ...whose, streamSpan(line)], body: bodyOf(line) };
      },
    };
  },
);

/** How many lines are from before; looked up again when other than new lines have come. */
function startOf(text: LogText, since: EpochMs | undefined): () => number {
  if (since === undefined) return () => 0;
  let known: { readonly generation: number; readonly start: number; readonly length: number } | undefined;
  return () => {
    // While all are from before, new ones decide.
    if (known === undefined || known.generation !== text.generation || known.start === known.length) {
      let low = 0;
      let high = text.length;
      while (low < high) {
        const middle = (low + high) >> 1;
        if ((text.at(middle)?.orderAt ?? Infinity) < since) low = middle + 1;
        else high = middle;
      }
      known = { generation: text.generation, start: low, length: text.length };
    }
    return known.start;
  };
}

const streamSpan = ({ stream }: LogLine): Line[number] => [
  `${fit(stream, 6)} `,
  stream === 'stderr' || stream === 'stdout' ? 'dim' : 'accent',
];

const bodies = new WeakMap<LogLine, ToneText>();

function bodyOf(line: LogLine): ToneText {
  let body = bodies.get(line);
  if (body === undefined) {
    body = isMark(line) ? toneText([[`── ${clean(line.text)} ──`, 'strong']]) : coloured(line.text);
    bodies.set(line, body);
  }
  return body;
}

export function isMark({ stream }: LogLine): boolean {
  return stream === 'start' || stream === 'exit';
}
