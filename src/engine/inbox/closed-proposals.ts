/** Bounds what is kept of proposals that are closed: their texts go, their hashes stay, and of very many the oldest go. Pure. */
import { McptuiError } from '../../kernel/errors.ts';
import type { Content } from '../../store/schema/content.ts';
import type { Proposal } from '../../store/schema/proposal.ts';
import type { Shape } from '../../store/schema/index.ts';
import type { Transaction } from '../../store/types.ts';

/** Closed ones that are listed; the audit log knows of all. */
export const MAX_CLOSED = 500;
/** A rejected one can be opened again while it is among so many of the newest. */
export const MAX_REJECTED_TEXTS = 20;

export interface Tidying<T> {
  /** Lose their texts. */
  readonly bare: readonly T[];
  /** Are listed no more. */
  readonly gone: readonly T[];
}

export function tidying<T extends Pick<Proposal, 'id' | 'state' | 'content' | 'updatedAt'>>(
  rows: readonly T[],
): Tidying<T> {
  const closed = rows.filter(({ state }) => state !== 'pending').sort((a, b) => b.updatedAt - a.updatedAt);
  const gone = closed.slice(MAX_CLOSED);
  const open = closed.filter(({ state }) => state === 'rejected').slice(0, MAX_REJECTED_TEXTS);
  const bare = closed.slice(0, MAX_CLOSED).filter((row) => row.content !== undefined && !open.includes(row));
  return { bare, gone };
}

/** Called after a proposal was closed, in the same transaction. Returns whether anything changed. */
export function tidy(tx: Transaction<Shape>): boolean {
  const proposals = tx.collection('proposals');
  const { bare, gone } = tidying(proposals.all());
  for (const { content: _, ...row } of bare) proposals.replace(row);
  for (const { id } of gone) proposals.delete(id);
  return bare.length + gone.length > 0;
}

/** @throws McptuiError `conflict` when it is not kept any more */
export function textKept({ id, content }: Pick<Proposal, 'id' | 'content'>): Content {
  if (content !== undefined) return content;
  throw new McptuiError('conflict', `the text of proposal ${id} is not kept any more, only its hash`, {
    hint: 'its author can propose it again',
  });
}

/** In place of a text that is gone. */
export const textGone = ({ hash }: Pick<Proposal, 'hash'>): string =>
  `The text of a closed proposal is not kept. Its SHA-256 is ${hash}.\n`;
