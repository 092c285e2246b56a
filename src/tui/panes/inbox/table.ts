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

/** `1/2` where several people have to sign. */
function quorumWord({ state, approvals }: ProposalView): string {
  if (state !== 'pending' || approvals === undefined || approvals.need < 2) return '';
  return `${approvals.have}/${approvals.need}`;
}

const isPending = ({ state }: ProposalView): boolean => state === 'pending';

export const inboxTable: Table<ProposalView, UiState> = {
  grows: 'TARGET',
  widths(width, rows) {
    const from = width < 70 ? 9 : 14;
    const versions = width < 70 ? 12 : 16;
    // Where one person is enough the column would say nothing.
    const signed = rows.some((row) => quorumWord(row) !== '') ? (width < 70 ? 5 : 8) : 0;
    const target = Math.max(8, width - 2 - 10 - 8 - 6 - from - versions - signed);
    return { ID: 10, KIND: 8, TARGET: target, 'BASE→NEW': versions, SIGNED: signed, FROM: from, AGE: 6 };
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
    {
      title: 'SIGNED',
      head: (width) => (width < 7 ? 'SIG' : 'SIGNED'),
      cell: (proposal, width) => cell(quorumWord(proposal), width),
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
