/** Lists what the console has said, newest first: notices go away after seconds, and an operator may look elsewhere. */
import { cleanLines } from '../../text/clean.ts';
import { clockTime } from '../../text/format.ts';
import { noticeMarks } from '../kit/notice-marks.ts';
import type { Ui } from '../kit/ui.ts';
import { ledText, type LedLine, type ViewerText } from '../kit/viewer/text.ts';
import { lastOf } from '../state/memo.ts';
import type { Notice } from '../state/notice.ts';
import { openSource } from './text.ts';

export function openMessages(ui: Ui): void {
  openSource(ui, 'Messages', ({ messages }) => messagesText(messages));
}

const none: LedLine = { lead: [], spans: ['nothing has been said yet'] };

const messagesText = lastOf((messages: readonly Notice[]): ViewerText => {
  const lines = messages.toReversed().flatMap(({ tone, text, at }) => {
    const [mark, colour] = noticeMarks[tone];
    return cleanLines(text).map((line, index): LedLine => {
      if (index > 0) return { lead: [' '.repeat(clockTime(at).length + 1 + mark.length)], spans: [line] };
      return {
        lead: [
          [`${clockTime(at)} `, 'dim'],
          [mark, colour],
        ],
        spans: [line],
      };
    });
  });
  return ledText(lines.length === 0 ? [none] : lines);
});
