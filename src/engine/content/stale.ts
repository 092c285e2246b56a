/** Refuses a proposal whose base is no longer what is live. */
import { McptuiError } from '../../kernel/errors.ts';
import type { Proposal } from '../../store/schema/content.ts';
import type { Shape } from '../../store/schema/index.ts';
import type { Transaction } from '../../store/types.ts';
import { kindRef } from './refs.ts';
import { rowsOf } from './rows.ts';

/** `semver`, `hash`: of what is live; undefined when it is deleted. @throws McptuiError `conflict` */
export function refuseStale(tx: Transaction<Shape>, proposal: Proposal, semver?: string, hash?: string): void {
  const { kind, ref, base, id } = proposal;
  if (base === undefined) {
    if (!rowsOf(tx, kind).some((row) => kindRef(kind, row) === ref)) return;
    throw new McptuiError('conflict', `${kind} ${ref} has been created since proposal ${id}`, {
      hint: 'reject it; its author can propose a change of what is there now',
    });
  }
  if (hash === undefined) throw new McptuiError('conflict', `${kind} ${ref} is deleted: proposal ${id} has no target`);
  if (hash === base.hash) return;
  throw new McptuiError('conflict', `proposal ${id} is stale: it was made on ${base.semver}, live is ${semver}`, {
    hint: `rebase it first: mcptui rebase proposal ${id}`,
  });
}
