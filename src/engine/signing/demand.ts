/** Decides whether a decision has to be signed, who may sign it, and how many have to. Pure. */
import type { Project } from '../../store/schema/index.ts';
import type { DecisionSignature, OperatorKey } from '../../store/schema/operator-key.ts';
import type { EpochMs } from '../../kernel/clock.ts';
import { personOf, type Approved } from './document.ts';
import type { Decided } from './signable.ts';

/** What one project asks for. */
export interface Demand {
  readonly project: string;
  readonly approvers: readonly string[];
  readonly quorum: number;
}

export type KnownSigner = Pick<OperatorKey, 'id' | 'subject' | 'revokedAt'>;

/** Signatures that wait for others are good for as long as a proposal waits. */
export const WAITS_MS = 30 * 86_400_000;

function matches(pattern: string, name: string): boolean {
  return pattern.endsWith('*') ? name.startsWith(pattern.slice(0, -1)) : pattern === name;
}

/** Of each project that the decision is about; none = it is made as it always was. */
export function demandsOf(
  { of, byOne }: Pick<Decided, 'of' | 'byOne'>,
  projects: readonly Pick<Project, 'name' | 'approvals'>[],
  keys: readonly KnownSigner[],
): readonly Demand[] {
  if (of === 'keys') {
    const isKept = keys.some(({ revokedAt }) => revokedAt === undefined);
    return isKept ? [{ project: 'the keys', approvers: [], quorum: 1 }] : [];
  }
  return projects.flatMap(({ name, approvals }) => {
    if (approvals === undefined || (of !== 'all' && !of.some((pattern) => matches(pattern, name)))) return [];
    return [{ project: name, approvers: approvals.approvers, quorum: byOne === true ? 1 : approvals.quorum }];
  });
}

/** Why this person's signature counts for nothing; undefined when it counts. */
export function refusalOf(
  by: string,
  { author, owner }: Pick<Decided, 'author' | 'owner'>,
  demands: readonly Demand[],
  keys: readonly KnownSigner[],
): string | undefined {
  if (author !== undefined && personOf(author) === personOf(by)) return 'it is your own: somebody else has to decide';
  const closed = demands.find(({ approvers }) => approvers.length > 0 && !isListed(by, approvers));
  if (closed !== undefined)
    return `${by} is not among the approvers of ${closed.project}: ${closed.approvers.join(', ')}`;
  const has = owner !== undefined && keys.some(({ subject }) => personOf(subject) === personOf(owner));
  if (has && personOf(owner) !== personOf(by))
    return `${owner} has had a key: only a key of theirs vouches for another`;
  return undefined;
}

function isListed(by: string, approvers: readonly string[]): boolean {
  return approvers.some((one) => personOf(one) === personOf(by));
}

/** How far a decision is, by the signatures that still count; `added` has just signed. */
export function approved(
  decided: Pick<Decided, 'kind' | 'subject' | 'author' | 'owner'> & { readonly hash: string },
  demands: readonly Demand[],
  {
    rows,
    keys,
    now,
    added,
  }: {
    readonly rows: readonly DecisionSignature[];
    readonly keys: readonly KnownSigner[];
    readonly now: EpochMs;
    readonly added?: string;
  },
): Approved {
  const signers = new Map<string, string>();
  for (const row of rows) {
    const isOfIt = row.kind === decided.kind && row.subject === decided.subject && row.hash === decided.hash;
    if (!isOfIt || row.isSpent || now - row.at > WAITS_MS) continue;
    const isGood = keys.some(({ id, revokedAt }) => id === row.key && revokedAt === undefined);
    if (isGood && refusalOf(row.by, decided, demands, keys) === undefined) signers.set(personOf(row.by), row.by);
  }
  if (added !== undefined) signers.set(personOf(added), added);
  const need = Math.max(0, ...demands.map(({ quorum }) => quorum));
  return { have: signers.size, need, signers: [...signers.values()] };
}
