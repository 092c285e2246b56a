/** Defines what proposals of prompts, personalities and skills mean to the queue: one entry a kind. */
import { McptuiError } from '../../kernel/errors.ts';
import { defined } from '../../kernel/defined.ts';
import type { Json } from '../../kernel/json.ts';
import { contentKinds, type Content, type ContentKind } from '../../store/schema/content.ts';
import type { Proposal, ProposalSubject } from '../../store/schema/proposal.ts';
import type { Shape } from '../../store/schema/index.ts';
import type { Database, Transaction } from '../../store/types.ts';
import { textKept } from '../inbox/closed-proposals.ts';
import type { Filing, ProposalKind, ProposalKinds } from '../inbox/proposal-kind.ts';
import type { Proposals } from '../inbox/proposals.ts';
import { assertBindable } from './bindings.ts';
import type { ApproveOptions } from './changes.ts';
import { contentHash } from './content-hash.ts';
import { diffTexts } from './diff.ts';
import { fromDocument, toDocument } from './document.ts';
import { assertPlace, placeGone } from './place-gone.ts';
import { rebased } from './rebase.ts';
import { kindRef, type Place } from './refs.ts';
import { revisionContent } from './revisions.ts';
import { risksOf } from './risks.ts';
import { checkContent, rowById, rowsOf } from './rows.ts';
import { saveContent, type SaveParts } from './save.ts';
import type { Saved } from './types.ts';
import { isStaleBase } from './stale-base.ts';

export interface ProposalDraft extends Filing {
  readonly kind: ContentKind;
  readonly place: Place;
  readonly name: string;
  /** Not yet checked. */
  readonly content: unknown;
}

export type ContentProposals = Proposals<ProposalDraft, ApproveOptions, Saved>;

export interface ContentProposalParts extends SaveParts {
  readonly db: Database<Shape>;
  /** Whether a text holds the value of a secret that is known here. */
  readonly holdsSecret: (text: string) => boolean;
}

type Target = Pick<Proposal, 'targetId' | 'name' | 'agent'>;
/** What a proposed content is like, against what is live. */
type Judged = Pick<ProposalSubject, 'hash' | 'added' | 'removed' | 'risks'> & { readonly content: Content };

export function contentProposals(parts: ContentProposalParts): ProposalKinds<ProposalDraft, ApproveOptions, Saved> {
  const entries = contentKinds.map((kind) => [kind, contentProposal(kind, parts)] as const);
  return Object.fromEntries(entries) as ProposalKinds<ProposalDraft, ApproveOptions, Saved>;
}

function contentProposal(
  kind: ContentKind,
  parts: ContentProposalParts,
): ProposalKind<ProposalDraft, ApproveOptions, Saved> {
  /** @throws McptuiError `invalid` for what could never be approved */
  function judged(tx: Transaction<Shape>, { targetId, name, agent }: Target, given: unknown): Judged {
    const content = checkContent(kind, name, given);
    if ('prompts' in content) assertBindable(tx, agent ?? '', content.prompts, name);
    const live = rowById(tx, kind, targetId)?.content;
    const before = live === undefined ? '' : toDocument(kind, live);
    const diff = diffTexts({ label: '', text: before }, { label: '', text: toDocument(kind, content) });
    const lines = { removed: diff.removed, before: before.split('\n').length - 1 };
    const secret = parts.holdsSecret(JSON.stringify(content)) ? ['holds the value of a secret'] : [];
    return {
      content,
      hash: contentHash(content as Json),
      added: diff.added,
      removed: diff.removed,
      risks: [...secret, ...risksOf(kind, live, content, lines)],
    };
  }

  const fromText = (text: string, proposal: Proposal): unknown => fromDocument(kind, text, textKept(proposal));

  return {
    subject(tx, { place, name, content }) {
      const ref = kindRef(kind, { ...place, name, id: '' });
      assertPlace(tx, place);
      const target = rowsOf(tx, kind).find((row) => kindRef(kind, row) === ref);
      const proposed = judged(tx, { targetId: target?.id, name, agent: place.agent }, content);
      if (target?.current.hash === proposed.hash) {
        throw new McptuiError('conflict', `${kind} ${ref} is already exactly like this, at ${target.current.semver}`);
      }
      return {
        subject: { name, ref, ...place, ...defined({ targetId: target?.id, base: target?.current }), ...proposed },
        what: target === undefined ? `new ${kind} ${ref}` : `${kind} ${ref} ${target.current.semver}`,
      };
    },
    gone: placeGone,
    refuseGone: assertPlace,
    edited: (tx, proposal, text) => judged(tx, proposal, fromText(text, proposal)),
    async rebasing(before) {
      // A revision never changes, so it may be read ahead of the transaction.
      const base = before.base === undefined ? undefined : await revisionContent(parts.db, before.base.id);
      return (tx, proposal, resolved) => {
        const found = rebased(proposal, rowById(tx, kind, proposal.targetId), base, resolved);
        if (found.kind === 'conflict') return found;
        const { content, onto } = found;
        return { kind: 'clean', subject: { ...judged(tx, proposal, content), base: onto }, onto: onto.semver };
      };
    },
    apply(tx, proposal, { text, bump, semver, note = proposal.reason }, { actor, cause }) {
      refuseStale(tx, proposal);
      const content: Content =
        text === undefined ? textKept(proposal) : judged(tx, proposal, fromText(text, proposal)).content;
      return saveContent(tx, parts, {
        kind,
        live: rowById(tx, kind, proposal.targetId),
        place: { scope: proposal.scope, project: proposal.project, agent: proposal.agent },
        name: proposal.name,
        content,
        author: proposal.author,
        actor,
        options: defined({ bump, semver, note }),
        proposal: proposal.id,
        cause,
      });
    },
  };
}

/** @throws McptuiError `conflict` when its base is no longer what is live */
function refuseStale(tx: Transaction<Shape>, { id, kind, ref, base, targetId }: Proposal): void {
  const live = rowById(tx, kind, targetId)?.current;
  if (base === undefined) {
    if (!rowsOf(tx, kind).some((row) => kindRef(kind, row) === ref)) return;
    throw new McptuiError('conflict', `${kind} ${ref} has been created since proposal ${id}`, {
      hint: 'reject it; its author can propose a change of what is there now',
    });
  }
  if (!isStaleBase(base, live)) return;
  if (live === undefined) throw new McptuiError('conflict', `${kind} ${ref} is deleted: proposal ${id} has no target`);
  throw new McptuiError('conflict', `proposal ${id} is stale: it was made on ${base.semver}, live is ${live.semver}`, {
    hint: `rebase it first: mcptui rebase proposal ${id}`,
  });
}
