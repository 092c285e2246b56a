/** Shows the last call of a tool: how it went, then what came back, in words or as JSON. */
import { clean, cleanLines, cut } from '../../../text/clean.ts';
import { bytesText, clockTime, duration } from '../../../text/format.ts';
import { lastOf } from '../../state/memo.ts';
import { pretty, readAnswer, renderedParts, type CallResult } from '../../../text/call-result.ts';
import { plainLines } from '../../kit/viewer/text.ts';
import { glyphs, type Span, type Line } from '../../kit/theme.ts';
import type { UiState } from '../../state/ui-store.ts';
import type { ToolCall } from '../../state/panes/tools.ts';

const spinner = ['◐', '◓', '◑', '◒'] as const;

/** One line: running and for how long, answered and how fast, or why not. */
export function callHead({ state }: ToolCall, { now, style }: Pick<UiState, 'now' | 'style'>): Line {
  switch (state.kind) {
    case 'running': {
      const seconds = Math.max(0, Math.floor((now - state.startedAt) / 1000));
      return [
        [`${spinner[style.still ? 0 : seconds % spinner.length] ?? ''} running ${seconds}s`, 'busy'],
        '   Esc cancels it',
      ];
    }
    case 'failed':
      return [
        [`${glyphs.bad} not answered`, 'bad'],
        [`   ${clockTime(state.at)}`, 'dim'],
      ];
    case 'answered': {
      const { durationMs, bytes } = state.report;
      const result = answerOf(state.report.answer);
      const isGood = result.kind === 'result' && !result.isError;
      const how: Span = isGood ? [`${glyphs.ok} answered`, 'ok'] : [`${glyphs.bad} failed`, 'bad'];
      return [how, ` in ${duration(durationMs)} · ${bytesText(bytes)}`, [`   ${clockTime(state.at)}`, 'dim']];
    }
  }
}

export function argsLine({ args }: ToolCall, width: number): Line {
  return [['args  ', 'dim'], cut(clean(args.slice(0, width * 2)), Math.max(8, width - 6))];
}

const answerOf: (answer: string) => CallResult = lastOf(readAnswer);

/** Made once for a result and a manner; of many lines only those on screen are painted. */
export const resultLines: (call: ToolCall, isRaw: boolean) => readonly Line[] = lastOf(
  (call: ToolCall, isRaw: boolean): readonly Line[] => {
    const { state } = call;
    if (state.kind === 'running') return [];
    if (state.kind === 'failed') return cleanLines(state.message).map((text): Line => [[text, 'bad']]);
    const result = answerOf(state.report.answer);
    if (isRaw) return plainLines(pretty(result.value));
    const lines: Line[] = [];
    for (const { text, tone } of renderedParts(result)) {
      for (const line of cleanLines(text)) lines.push(tone === 'plain' ? [line] : [[line, tone]]);
    }
    return lines;
  },
);
