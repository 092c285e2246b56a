/** Deletes a prompt, personality or skill, and supersedes what was proposed for it, in the caller's transaction. */
import type { Clock } from '../../kernel/clock.ts';
import type { Ids } from '../../kernel/ids.ts';
import type { ContentKind } from '../../store/schema/content.ts';
import type { Shape } from '../../store/schema/index.ts';
import type { Transaction } from '../../store/types.ts';
import { usersOf } from './bindings.ts';
import { builtInContent, type SystemPrompt } from './system-texts.ts';
import { tidy } from '../inbox/closed-proposals.ts';
import { ended } from '../inbox/state.ts';
import { used } from './places.ts';
import { kindRef } from './refs.ts';
import { deleteRow, type ContentRow } from './rows.ts';
import { saveContent } from './save.ts';
import { ruleOf } from './system-rules.ts';

export interface RemovalParts {
  readonly clock: Clock;
  readonly ids: Ids;
  /** `operator:ann` */
  readonly actor: string;
}

/** What is built in gets its built-in text again, as a revision. @throws McptuiError `conflict` while it is used */
export function removeContent(
  tx: Transaction<Shape>,
  { actor, clock, ids }: RemovalParts,
  kind: ContentKind,
  row: ContentRow,
): void {
  const ref = kindRef(kind, row);
  if (kind === 'prompt' && ruleOf(row, row.name) !== undefined) {
    const content = builtInContent(row.name as SystemPrompt);
    const options = { note: 'reset to the built-in text' };
    saveContent(tx, { clock, ids }, { kind, live: row, place: row, name: row.name, content, author: actor, options });
    return;
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
