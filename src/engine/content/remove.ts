/** Deletes a prompt, personality or skill, and supersedes what was proposed for it, in the caller's transaction. */
import type { Clock } from '../../kernel/clock.ts';
import { McptuiError } from '../../kernel/errors.ts';
import type { ContentKind } from '../../store/schema/content.ts';
import type { Shape } from '../../store/schema/index.ts';
import type { Transaction } from '../../store/types.ts';
import { usersOf } from './bindings.ts';
import { SYSTEM_PROJECT } from './built-in-projects.ts';
import { systemPrompts } from './built-ins.ts';
import { tidy } from '../inbox/closed-proposals.ts';
import { ended } from '../inbox/state.ts';
import { used } from './places.ts';
import { kindRef } from './refs.ts';
import { deleteRow, type ContentRow } from './rows.ts';

export interface RemovalParts {
  readonly clock: Clock;
  /** `operator:ann` */
  readonly actor: string;
}

/** @throws McptuiError `conflict` while it is used, or built in */
export function removeContent(
  tx: Transaction<Shape>,
  { actor, clock }: RemovalParts,
  kind: ContentKind,
  row: ContentRow,
): void {
  const ref = kindRef(kind, row);
  if (kind === 'prompt' && row.project === SYSTEM_PROJECT && row.name in systemPrompts) {
    throw new McptuiError('conflict', `prompt ${ref} is built in: it cannot be deleted`, {
      hint: `mcptui edit prompt ${ref}`,
    });
  }
  const users = usersOf(tx, kind, row);
  if (users.length > 0) throw used(kind, ref, users);
  deleteRow(tx, kind, row.id);
  tx.event({ kind: `${kind}_delete`, actor, target: `${kind}/${ref}`, outcome: 'ok', message: row.current.semver });
  // What waits for a decision has lost its target.
  for (const proposal of tx.collection('proposals').all()) {
    if (proposal.state !== 'pending' || proposal.targetId !== row.id) continue;
    tx.collection('proposals').replace(ended(proposal, 'superseded', clock.now()));
    tx.event({
      kind: 'proposal_supersede',
      actor,
      target: `proposal/${proposal.id}`,
      outcome: 'ok',
      message: `${kind} ${ref} is deleted`,
      cause: -1,
    });
  }
  tidy(tx);
}
