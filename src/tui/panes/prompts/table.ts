/** Shows a prompt or a skill as a row of the table. */
import type { LinkHealth } from '../../../engine/index.ts';
import { clean, fit } from '../../../text/clean.ts';
import { age } from '../../../text/format.ts';
import { cell, type Table } from '../../kit/table.ts';
import type { Tone } from '../../kit/theme.ts';
import type { UiState } from '../../state/ui-store.ts';
import { healthOf, scopeOf, type Shelved } from './select.ts';

const fixed = {
  prompt: { REV: 8, PRI: 4, LINK: 5, FILES: 0, AGE: 5 },
  skill: { REV: 8, PRI: 0, LINK: 0, FILES: 6, AGE: 5 },
} as const;
const widestScope = 24;

const links: Readonly<Record<LinkHealth | 'none', readonly [string, Tone]>> = {
  none: ['-', 'plain'],
  alive: ['ok', 'ok'],
  unknown: ['?', 'dim'],
  dead: ['DEAD', 'bad'],
};

export const promptTable: Table<Shelved, UiState> = {
  grows: 'NAME',
  /** Name and scope share what the others leave. */
  widths(width, _rows, { prompts }) {
    const taken = fixed[prompts.shelf];
    const others = taken.REV + taken.PRI + taken.LINK + taken.FILES + taken.AGE;
    const room = Math.max(20, width - 2 - others);
    const scope = Math.min(widestScope, Math.floor(room * 0.42));
    return { ...taken, NAME: room - scope, SCOPE: scope };
  },
  columns: [
    { title: 'NAME', cell: ({ name }, width) => cell(clean(name), width) },
    { title: 'SCOPE', cell: (prompt, width) => cell(clean(scopeOf(prompt)), width) },
    { title: 'REV', cell: ({ semver }, width) => cell(clean(semver), width) },
    { title: 'PRI', cell: (row, width) => [fit(row.kind === 'prompt' ? String(row.priority) : '', width)] },
    {
      title: 'LINK',
      cell(row, width) {
        const [word, tone] = links[healthOf(row) ?? 'none'];
        return [[fit(word, width), tone]];
      },
    },
    { title: 'FILES', cell: (row, width) => [fit(row.kind === 'skill' ? String(row.files.length) : '', width)] },
    { title: 'AGE', cell: ({ updatedAt }, width, { now }) => [fit(age(now - updatedAt), width)] },
  ],
};
