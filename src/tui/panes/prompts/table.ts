/** Shows a prompt as a row of the table. */
import type { PromptView } from '../../../engine/index.ts';
import { clean, fit } from '../../../text/clean.ts';
import { age } from '../../../text/format.ts';
import { cell, type Table } from '../../kit/table.ts';
import type { Tone } from '../../kit/theme.ts';
import type { UiState } from '../../state/ui-store.ts';
import { scopeOf } from './select.ts';

const fixed = { REV: 8, PRI: 4, LINK: 5, AGE: 5 } as const;
const widestScope = 24;

const links: Readonly<Record<PromptView['linkState'], readonly [string, Tone]>> = {
  none: ['-', 'plain'],
  ok: ['ok', 'ok'],
  broken: ['BRKN', 'bad'],
};

export const promptTable: Table<PromptView, UiState> = {
  grows: 'NAME',
  /** Name and scope share what the others leave. */
  widths(width) {
    const room = Math.max(20, width - 2 - 8 - 4 - 5 - 5);
    const scope = Math.min(widestScope, Math.floor(room * 0.42));
    return { ...fixed, NAME: room - scope, SCOPE: scope };
  },
  columns: [
    { title: 'NAME', cell: ({ name }, width) => cell(clean(name), width) },
    { title: 'SCOPE', cell: (prompt, width) => cell(clean(scopeOf(prompt)), width) },
    { title: 'REV', cell: ({ semver }, width) => cell(clean(semver), width) },
    { title: 'PRI', cell: ({ priority }, width) => [fit(String(priority), width)] },
    {
      title: 'LINK',
      cell({ linkState }, width) {
        const [word, tone] = links[linkState];
        return [[fit(word, width), tone]];
      },
    },
    { title: 'AGE', cell: ({ updatedAt }, width, { now }) => [fit(age(now - updatedAt), width)] },
  ],
};
