/** Merges a proposal with what is live now. Pure. */
import { McptuiError } from '../../kernel/errors.ts';
import type { Content, Current } from '../../store/schema/content.ts';
import type { Proposal } from '../../store/schema/proposal.ts';
import { textKept } from '../inbox/closed-proposals.ts';
import { fromDocument, toDocument } from './document.ts';
import { hasMarkers, mergeTexts } from './merge.ts';
import type { ContentRow } from './rows.ts';

export type Rebased =
  | { readonly kind: 'clean'; readonly content: unknown; readonly onto: Current }
  | { readonly kind: 'conflict'; readonly text: string; readonly onto: string };

/**
 * `base` is what the proposal was made on; `resolved` a document in which a person has settled the conflict.
 * @throws McptuiError `conflict` when there is nothing to do or live has moved again, `invalid` when markers are left
 */
export function rebased(
  proposal: Proposal,
  live: ContentRow | undefined,
  base: Content | undefined,
  resolved: { readonly text: string; readonly onto: string } | undefined,
): Rebased {
  const { kind, ref, id } = proposal;
  if (live === undefined) throw new McptuiError('conflict', `${kind} ${ref} is deleted`);
  const clean = (text: string): Rebased => ({
    kind: 'clean',
    content: fromDocument(kind, text, textKept(proposal)),
    onto: live.current,
  });
  if (resolved !== undefined) {
    if (resolved.onto !== live.current.hash) {
      throw new McptuiError('conflict', `${kind} ${ref} has moved again, to ${live.current.semver}`);
    }
    if (hasMarkers(resolved.text)) {
      throw new McptuiError('invalid', 'the text still holds markers of the conflict: <<<<<<< ======= >>>>>>>');
    }
    return clean(resolved.text);
  }
  if (proposal.base?.hash === live.current.hash) {
    throw new McptuiError('conflict', `proposal ${id} is up to date with ${live.current.semver}`);
  }
  const merged = mergeTexts(
    base === undefined ? '' : toDocument(kind, base),
    { label: `live ${live.current.semver}`, text: toDocument(kind, live.content) },
    { label: `proposal ${id}`, text: toDocument(kind, textKept(proposal)) },
  );
  if (merged.kind === 'clean') return clean(merged.text);
  return { kind: 'conflict', text: merged.text, onto: live.current.hash };
}
