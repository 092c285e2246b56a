/** Shows a personality as a row of the table. */
import type { PersonalityView } from '../../../engine/index.ts';
import { clean, fit } from '../../../text/clean.ts';
import { age } from '../../../text/format.ts';
import { cell, type Table } from '../../kit/table.ts';
import type { UiState } from '../../state/ui-store.ts';

const fixed = { PROMPTS: 8, DEF: 5, AGE: 5 } as const;
const widestAgent = 24;

export const personalityTable: Table<PersonalityView, UiState> = {
  grows: 'PERSONALITY',
  /** Name and agent share what the others leave. */
  widths(width) {
    const room = Math.max(20, width - 2 - 8 - 5 - 5);
    const agent = Math.min(widestAgent, Math.floor(room * 0.45));
    return { ...fixed, PERSONALITY: room - agent, AGENT: agent };
  },
  columns: [
    { title: 'PERSONALITY', cell: ({ name }, width) => cell(clean(name), width) },
    { title: 'AGENT', cell: ({ agent }, width) => cell(clean(agent), width) },
    { title: 'PROMPTS', cell: ({ prompts }, width) => [fit(String(prompts.length), width)] },
    { title: 'DEF', cell: ({ isDefault }, width) => [[fit(isDefault ? '★' : '', width), 'accent']] },
    { title: 'AGE', cell: ({ updatedAt }, width, { now }) => [fit(age(now - updatedAt), width)] },
  ],
};
