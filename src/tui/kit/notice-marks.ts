/** Gives each tone of a notice its mark and its colour. */
import type { Notice } from '../state/notice.ts';
import type { Tone } from './theme.ts';

export const noticeMarks: Readonly<Record<Notice['tone'], readonly [mark: string, tone: Tone]>> = {
  ok: ['✓ ', 'ok'],
  info: ['· ', 'plain'],
  warn: ['▲ ', 'warn'],
  bad: ['✗ ', 'bad'],
};
