/** The table of personalities: which columns fit, and one row as text. */
import type { EpochMs } from '../../../kernel/clock.ts';
import type { PersonalityView } from '../../../engine/index.ts';
import { clean, fit } from '../../../text/clean.ts';
import { age } from '../../../text/format.ts';
import { row } from '../../kit/theme.ts';
import type { Style } from '../../state/style.ts';

const margin = 2;
const prompts = 8;
const isDefault = 5;
const old = 5;
const widestAgent = 24;

export interface PersonalityColumns {
  readonly name: number;
  readonly agent: number;
}

/** `width` is the inside of the list. Name and agent share what the others leave. */
export function personalityColumns(width: number): PersonalityColumns {
  const room = Math.max(20, width - margin - prompts - isDefault - old);
  const agent = Math.min(widestAgent, Math.floor(room * 0.45));
  return { name: room - agent, agent };
}

export function personalityHeading(style: Style, width: number, { name, agent }: PersonalityColumns): string {
  const heads = [fit('PERSONALITY', name), fit('AGENT', agent), fit('PROMPTS', prompts), fit('DEF', isDefault), 'AGE'];
  return row(style, width, [[' '.repeat(margin) + heads.join(''), 'dim']]);
}

export function personalityRow(
  style: Style,
  width: number,
  { name, agent }: PersonalityColumns,
  personality: PersonalityView,
  now: EpochMs,
  selected: boolean,
): string {
  return row(
    style,
    width,
    [
      selected ? '▸ ' : '  ',
      `${fit(clean(personality.name), name - 1)} `,
      `${fit(clean(personality.agent), agent - 1)} `,
      fit(String(personality.prompts.length), prompts),
      [fit(personality.isDefault ? '★' : '', isDefault), 'accent'],
      age(now - personality.updatedAt),
    ],
    { selected },
  );
}
