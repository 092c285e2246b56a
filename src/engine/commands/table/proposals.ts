/** Lists the commands on proposals. */
import * as z from 'zod';
import type { ContentKind } from '../../../store/schema/content.ts';
import { approveOptions, proposalDraft, type ApproveOptions, type ProposalRequest } from '../../content/changes.ts';
import type { ProposalDetail, ProposalView, RebaseOutcome, Saved } from '../../content/types.ts';
import { viewing } from '../../rights/meant.ts';
import type { Signature } from '../../signing/document.ts';
import { command } from './entry.ts';
import { kind, signature, text } from './shapes.ts';

const resolution = z.strictObject({ text, onto: text });

export const proposalEntries = {
  createProposal: command<(kind: ContentKind, draft: ProposalRequest) => Promise<ProposalView>>({
    about:
      'Files a proposal in the caller’s name: the whole content or document, and why. A newer one of the same author for the ' +
      'same thing replaces it. Refused with `conflict` when nothing would change or too many wait.',
    effect: 'changes',
    verb: 'create',
    resource: 'proposal',
    audit: ['proposal_create', 'proposal_supersede'],
    on: (meant, kind, draft) => [{ kind: 'proposal', project: meant.placed(kind, draft)[0]?.project }],
    also: (meant, kind, draft) => viewing(meant.linked(kind, draft)),
    args: [
      ['kind', kind],
      ['draft', proposalDraft],
    ],
  }),
  proposalDetail: command<(id: string) => Promise<ProposalDetail>>({
    about: 'A proposal with its document, what it changes, and who reads it once it is approved.',
    effect: 'reads',
    verb: 'view',
    resource: 'proposal',
    audit: [],
    on: (meant, id) => meant.proposal(id),
    args: [['id', text]],
  }),
  approveProposal: command<(id: string, options: ApproveOptions, signature?: Signature) => Promise<Saved>>({
    about:
      'Makes what is proposed live. `hash` is that of what was shown. Refused with `denied` for one’s own, `conflict` when ' +
      'it is decided, changed or stale. `signature`: where the project demands signed decisions.',
    effect: 'changes',
    verb: 'approve',
    resource: 'proposal',
    audit: ['proposal_approve', 'revision_create', 'decision_sign'],
    on: (meant, id) => meant.proposal(id),
    also: (meant, id, { text }) => viewing(meant.linkedBy(id, text)),
    args: [['id', text], ['options', approveOptions], signature],
  }),
  rejectProposal: command<(id: string, reason: string, signature?: Signature) => Promise<void>>({
    about: 'Rejects a proposal; its author reads the reason.',
    effect: 'changes',
    verb: 'approve',
    resource: 'proposal',
    audit: ['proposal_reject', 'decision_sign'],
    on: (meant, id) => meant.proposal(id),
    args: [['id', text], ['reason', text], signature],
  }),
  withdrawProposal: command<(id: string) => Promise<void>>({
    about: 'Takes a proposal back; only its author may.',
    effect: 'changes',
    verb: 'edit',
    resource: 'proposal',
    audit: ['proposal_withdraw'],
    on: (meant, id) => [meant.proposalItself(id)],
    also: (meant, id) => viewing(meant.proposal(id)),
    args: [['id', text]],
  }),
  reopenProposal: command<(id: string, signature?: Signature) => Promise<void>>({
    about: 'Makes a rejected proposal pending again.',
    effect: 'changes',
    verb: 'approve',
    resource: 'proposal',
    audit: ['proposal_reopen', 'decision_sign'],
    on: (meant, id) => meant.proposal(id),
    args: [['id', text], signature],
  }),
  commentProposal: command<(id: string, text: string) => Promise<void>>({
    about: 'Adds a comment.',
    effect: 'changes',
    verb: 'edit',
    resource: 'proposal',
    audit: ['proposal_comment'],
    on: (meant, id) => [meant.proposalItself(id)],
    also: (meant, id) => viewing(meant.proposal(id)),
    args: [
      ['id', text],
      ['text', text],
    ],
  }),
  editProposal: command<(id: string, text: string) => Promise<{ readonly hash: string }>>({
    about: 'Replaces what is proposed; answers with its new hash.',
    effect: 'changes',
    verb: 'edit',
    resource: 'proposal',
    audit: ['proposal_edit'],
    on: (meant, id) => [meant.proposalItself(id)],
    also: (meant, id) => viewing(meant.proposal(id)),
    args: [
      ['id', text],
      ['text', text],
    ],
  }),
  rebaseProposal: command<(id: string, resolved?: z.output<typeof resolution>) => Promise<RebaseOutcome>>({
    about:
      'Redoes a stale proposal on the live revision. A conflict changes nothing and answers with the document with markers: ' +
      'edit it and pass it as `resolved` with the same `onto`. Refused when live has changed again or markers are left.',
    effect: 'changes',
    verb: 'edit',
    resource: 'proposal',
    audit: ['proposal_rebase'],
    on: (meant, id) => [meant.proposalItself(id)],
    also: (meant, id) => viewing(meant.proposal(id)),
    args: [
      ['id', text],
      ['resolved', resolution.optional()],
    ],
  }),
};
