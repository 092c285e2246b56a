/** Handles the commands on proposals. */
import type { Shape } from '../../store/schema/index.ts';
import type { Database } from '../../store/types.ts';
import { proposalDetail } from '../content/details.ts';
import { fromDocument } from '../content/document.ts';
import { placeOf } from '../content/draft-place.ts';
import { kindRef } from '../content/refs.ts';
import { rowsOf } from '../content/rows.ts';
import { proposalView } from '../views/content-views.ts';
import type { ContentProposals } from '../content/content-proposals.ts';
import { announcing } from './content.ts';
import type { CommandsOf } from './table/entry.ts';
import type { proposalEntries } from './table/proposals.ts';

export interface ProposalCommandParts {
  /** `operator:ann` */
  readonly actor: string;
  readonly db: Database<Shape>;
  readonly proposals: ContentProposals;
  /** Something that agents or consoles see has changed. */
  readonly contentChanged: () => void;
}

export function proposalCommands(parts: ProposalCommandParts): CommandsOf<typeof proposalEntries> {
  const { actor, db, proposals } = parts;
  const changing = announcing(parts);
  return {
    async createProposal(kind, { reason, ...draft }) {
      const place = placeOf(db, kind, draft);
      const ref = kindRef(kind, { ...place, name: draft.name, id: '' });
      const live = rowsOf(db, kind).find((row) => kindRef(kind, row) === ref);
      const content = draft.content ?? fromDocument(kind, draft.text ?? '', live?.content);
      const filing = { kind, place, name: draft.name, content, reason, author: actor };
      return proposalView(db, await changing(proposals.propose(filing)));
    },
    proposalDetail: async (id) => proposalDetail(db, proposals.get(db, id)),
    approveProposal: (id, options) => changing(proposals.approve(id, actor, options)),
    rejectProposal: (id, reason) => changing(proposals.reject(id, actor, reason)),
    withdrawProposal: (id) => changing(proposals.withdraw(id, actor)),
    reopenProposal: (id) => changing(proposals.reopen(id, actor)),
    commentProposal: (id, text) => changing(proposals.comment(id, actor, text)),
    editProposal: async (id, text) => ({ hash: (await changing(proposals.edit(id, actor, text))).hash }),
    rebaseProposal: (id, resolved) => changing(proposals.rebase(id, actor, resolved)),
  };
}
