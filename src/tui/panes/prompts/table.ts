/** The table of prompts: which columns fit, and one row as text. */
import type { EpochMs } from '../../../kernel/clock.ts';
import type { PromptView } from '../../../engine/index.ts';
import { clean, fit } from '../../../text/clean.ts';
import { age } from '../../../text/format.ts';
import { row, type Tone } from '../../kit/theme.ts';
import type { Style } from '../../state/style.ts';
import { scopeOf } from './select.ts';

const margin = 2;
const rev = 8;
const pri = 4;
const link = 5;
const old = 5;
const widestScope = 24;

export interface PromptColumns {
  readonly name: number;
  readonly scope: number;
}

/** `width` is the inside of the list. Name and scope share what the others leave. */
export function promptColumns(width: number): PromptColumns {
  const room = Math.max(20, width - margin - rev - pri - link - old);
  const scope = Math.min(widestScope, Math.floor(room * 0.42));
  return { name: room - scope, scope };
}

export function promptHeading(style: Style, width: number, { name, scope }: PromptColumns): string {
  const heads = [fit('NAME', name), fit('SCOPE', scope), fit('REV', rev), fit('PRI', pri), fit('LINK', link), 'AGE'];
  return row(style, width, [[' '.repeat(margin) + heads.join(''), 'dim']]);
}

const links: Readonly<Record<PromptView['linkState'], readonly [string, Tone]>> = {
  none: ['-', 'plain'],
  ok: ['ok', 'ok'],
  broken: ['BRKN', 'bad'],
};

export function promptRow(
  style: Style,
  width: number,
  { name, scope }: PromptColumns,
  prompt: PromptView,
  now: EpochMs,
  selected: boolean,
): string {
  const [linkWord, tone] = links[prompt.linkState];
  return row(
    style,
    width,
    [
      selected ? '▸ ' : '  ',
      `${fit(clean(prompt.name), name - 1)} `,
      `${fit(clean(scopeOf(prompt)), scope - 1)} `,
      `${fit(clean(prompt.semver), rev - 1)} `,
      fit(String(prompt.priority), pri),
      [fit(linkWord, link), tone],
      age(now - prompt.updatedAt),
    ],
    { selected },
  );
}
