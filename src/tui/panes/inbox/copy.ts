/** Offers what `y` copies of a proposal. */
import type { DiffView } from '../../../engine/index.ts';
import type { CopyItem } from '../../../text/copy-item.ts';
import type { UiState } from '../../state/ui-store.ts';
import { loadedProposal, selectedProposal } from './select.ts';

export function inboxCopyItems(state: UiState): readonly CopyItem[] {
  const proposal = selectedProposal(state);
  if (proposal === undefined) return [];
  const data = loadedProposal(state, proposal);
  const loaded: readonly CopyItem[] =
    data === undefined
      ? []
      : [
          { key: 'u', name: 'diff', text: diffText(data.diff) },
          { key: 'x', name: 'text', text: data.text },
        ];
  return [
    { key: 'i', name: 'id', text: proposal.id },
    { key: 'n', name: 'name', text: proposal.ref },
    { key: 'h', name: 'hash', text: proposal.hash },
    ...loaded,
    { key: 'j', name: 'JSON', text: JSON.stringify(proposal) },
    { key: 'd', name: 'describe', text: `mcptui describe proposal ${proposal.id}` },
  ];
}

/** Every line with its sign, as a patch has them. */
function diffText({ left, right, lines }: DiffView): string {
  const signs = { same: ' ', add: '+', del: '-' } as const;
  const body = lines.map(({ kind, parts }) => signs[kind] + parts.map(({ text }) => text).join(''));
  return [`--- ${left}`, `+++ ${right}`, ...body, ''].join('\n');
}
