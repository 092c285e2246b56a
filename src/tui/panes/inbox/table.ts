/** Shows a proposal as a row of the table. */
import type { ProposalView } from '../../../engine/index.ts';
import { clean, fit } from '../../../text/clean.ts';
import { age } from '../../../text/format.ts';
import { cell, type Table } from '../../kit/table.ts';
import { glyphs } from '../../kit/theme.ts';
import type { UiState } from '../../state/ui-store.ts';
import { isSeen } from './select.ts';
import { fromWord, kindWord, stateTones, targetWord, versionWord } from './words.ts';

export const riskMark = '⚑';

const isPending = ({ state }: ProposalView): boolean => state === 'pending';

export const inboxTable: Table<ProposalView, UiState> = {
  grows: 'TARGET',
  widths(width) {
    const from = width < 70 ? 9 : 14;
    const versions = width < 70 ? 12 : 16;
    const target = Math.max(8, width - 2 - 10 - 8 - 6 - from - versions);
    return { ID: 10, KIND: 8, TARGET: target, 'BASE→NEW': versions, FROM: from, AGE: 6 };
  },
  marker: (proposal, selected, { inbox }) => [
    selected ? '▸' : ' ',
    [inbox.marked.has(proposal.id) && isPending(proposal) ? '+' : ' ', 'accent'],
  ],
  columns: [
    {
      title: 'ID',
      cell(proposal, width, state) {
        const { isStale, risks } = proposal;
        const waits = isPending(proposal);
        return [
          `${fit(clean(proposal.id), width - 5)} `,
          [isStale && waits ? glyphs.warn : ' ', 'warn'],
          [risks.length > 0 && waits ? riskMark : ' ', 'bad'],
          [waits && isSeen(state, proposal) ? '✓' : ' ', 'dim'],
          ' ',
        ];
      },
    },
    { title: 'KIND', cell: (proposal, width) => [fit(kindWord(proposal), width)] },
    { title: 'TARGET', cell: (proposal, width) => cell(targetWord(proposal, width - 1), width) },
    {
      title: 'BASE→NEW',
      cell: (proposal, width) =>
        isPending(proposal)
          ? cell(versionWord(proposal), width)
          : proposal.decision?.takenBack !== undefined
            ? cell('taken back', width, 'warn')
            : cell(proposal.state, width, stateTones[proposal.state]),
    },
    { title: 'FROM', cell: (proposal, width) => cell(fromWord(proposal), width) },
    {
      title: 'AGE',
      cell(proposal, width, { now }) {
        const { createdAt, decision, updatedAt } = proposal;
        return [fit(age(now - (isPending(proposal) ? createdAt : (decision?.at ?? updatedAt))), width)];
      },
    },
  ],
};
