/**
 * What a proposal of each kind means: one entry a kind. The queue itself knows none of them, so that other kinds (tool
 * definitions, calls that wait for a person) come in by an entry here.
 */
import { contentKinds, type Content, type ContentKind, type Proposal } from '../../store/schema/content.ts';
import type { Shape } from '../../store/schema/index.ts';
import type { Transaction } from '../../store/types.ts';
import type { SaveOptions } from './changes.ts';
import { assertBindable } from './bindings.ts';
import { contentHash } from './content-hash.ts';
import { diffTexts } from './diff.ts';
import { fromDocument, toDocument } from './document.ts';
import { checkContent, rowById, type ContentRow } from './rows.ts';
import { risksOf } from './risks.ts';
import { saveContent, type SaveParts } from './save.ts';
import type { Saved } from './types.ts';
import type { Json } from '../../kernel/json.ts';

/** What a proposed content is like, against what is live. */
export interface Judged {
  readonly content: Content;
  readonly hash: string;
  readonly added: number;
  readonly removed: number;
  readonly risks: string[];
}

export interface ApplyRequest {
  readonly content: Content;
  /** Who approves. */
  readonly actor: string;
  readonly options: SaveOptions;
  readonly cause: number;
}

export interface ProposalKind {
  toText: (content: Content) => string;
  /** The content that a document gives, not yet checked. @throws McptuiError `invalid` */
  fromText: (text: string, base: Content) => unknown;
  /** What it would change, as it is live in this transaction. */
  live(tx: Transaction<Shape>, proposal: Pick<Proposal, 'targetId'>): ContentRow | undefined;
  /** @throws McptuiError `invalid` for what could never be approved */
  judge(tx: Transaction<Shape>, proposal: Pick<Proposal, 'targetId' | 'name' | 'agent'>, content: unknown): Judged;
  /** Makes it live: the resource, its revision, the event. */
  apply(tx: Transaction<Shape>, parts: SaveParts, proposal: Proposal, request: ApplyRequest): Saved;
}

function contentProposals(kind: ContentKind): ProposalKind {
  return {
    toText: (content) => toDocument(kind, content),
    fromText: (text, base) => fromDocument(kind, text, base),
    live: (tx, { targetId }) => rowById(tx, kind, targetId),
    judge(tx, { targetId, name, agent }, given) {
      const content = checkContent(kind, name, given);
      if ('prompts' in content) assertBindable(tx, agent ?? '', content.prompts, name);
      const live = rowById(tx, kind, targetId)?.content;
      const before = live === undefined ? '' : toDocument(kind, live);
      const diff = diffTexts({ label: '', text: before }, { label: '', text: toDocument(kind, content) });
      const lines = { removed: diff.removed, before: before.split('\n').length - 1 };
      return {
        content,
        hash: contentHash(content as Json),
        added: diff.added,
        removed: diff.removed,
        risks: [...risksOf(kind, live, content, lines)],
      };
    },
    apply: (tx, parts, proposal, { content, actor, options, cause }) =>
      saveContent(tx, parts, {
        kind,
        live: rowById(tx, kind, proposal.targetId),
        place: { scope: proposal.scope, project: proposal.project, agent: proposal.agent },
        name: proposal.name,
        content,
        author: proposal.author,
        actor,
        options,
        proposal: proposal.id,
        cause,
      }),
  };
}

export const proposalKinds = Object.fromEntries(contentKinds.map((kind) => [kind, contentProposals(kind)])) as Readonly<
  Record<ContentKind, ProposalKind>
>;
