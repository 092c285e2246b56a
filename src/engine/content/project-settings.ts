/** Judges and merges the settings of a project: its gate, its pages, and how it names tools. */
import { McptuiError } from '../../kernel/errors.ts';
import { noSuch } from '../../kernel/no-such.ts';
import type { Project, Shape } from '../../store/schema/index.ts';
import { approvalsSchema, type Approvals } from '../../store/schema/operator-key.ts';
import type { Transaction } from '../../store/types.ts';
import { faultsOf } from './faults.ts';
import { isTransparent } from '../gate/gate-rules.ts';
import { builtInRoles, NO_ROLE } from '../rights/built-in-roles.ts';
import { personOf } from '../signing/document.ts';
import type { ProjectChange } from './changes.ts';

/** A lone server that agents see as it is has nothing of mcptui's beside it. @throws McptuiError `invalid` */
export function refuseBeside(tx: Transaction<Shape>, name: string, { gated, pages = {} }: ProjectChange): void {
  const { kind = 'passthrough', overrides = {} } = pages;
  const isPaged = kind !== 'passthrough' || Object.values(overrides).some((of) => of !== 'off' && of !== 'default');
  const what = gated === true ? 'cannot be gated' : isPaged ? 'cannot give answers in pages' : undefined;
  if (what === undefined || !isTransparent(tx.collection('servers').all(), name)) return;
  throw new McptuiError(
    'invalid',
    `project ${name} ${what}: its one server has prefix "", so that agents see its lists and nothing else`,
    { hint: 'give the server a prefix first: mcptui set prefix SERVER NAME' },
  );
}

/** @throws McptuiError `not-found` for a role that there is not */
export function refuseUnknownRole(tx: Transaction<Shape>, { agentRole }: ProjectChange): void {
  if (agentRole === undefined || agentRole === NO_ROLE) return;
  const known = [...builtInRoles, ...tx.collection('roles').all()].map(({ name }) => name);
  if (!known.includes(agentRole)) throw noSuch('role', agentRole, known, 'mcptui get roles');
}

/** What is left of a name that clients put something in front of. */
const LEAST_NAME_CHARS = 24;

/** @throws McptuiError `invalid` when too little is left of tools' names */
export function refuseShortNames(
  name: string,
  { toolNameLimit = 64, clientPrefix = '' }: Partial<Pick<Project, 'toolNameLimit' | 'clientPrefix'>>,
): void {
  const left = toolNameLimit - clientPrefix.length;
  if (left >= LEAST_NAME_CHARS) return;
  throw new McptuiError(
    'invalid',
    `project ${name}: ${clientPrefix} leaves ${left} of ${toolNameLimit} characters of a name`,
    {
      hint: `leave at least ${LEAST_NAME_CHARS}`,
    },
  );
}

/** What is not named stays as it is. */
export function mergedGate({ gate }: Partial<Project>, change: ProjectChange): { readonly gate?: object } {
  return change.gate === undefined ? {} : { gate: { ...gate, ...change.gate } };
}

/** The same of pages, and of each of their overrides. */
export function mergedPages({ pages }: Partial<Project>, change: ProjectChange): { readonly pages?: object } {
  if (change.pages === undefined) return {};
  const merged = new Map<string, string>(Object.entries({ ...pages?.overrides, ...change.pages.overrides }));
  const overrides = Object.fromEntries([...merged].filter(([, kind]) => kind !== 'default'));
  return { pages: { ...pages, ...change.pages, overrides } };
}

/**
 * What is not named stays. `plain` takes it away; approvers without a word about the kind mean `signed`.
 * @throws McptuiError `invalid`, `conflict` for somebody who could not sign
 */
export function mergedApprovals(
  tx: Transaction<Shape>,
  before: Partial<Project>,
  { approvals: change }: ProjectChange,
): { readonly approvals?: Approvals | undefined } {
  if (change === undefined) return {};
  if (change.kind === 'plain') return { approvals: undefined };
  const { kind: _, ...named } = change;
  const result = approvalsSchema.safeParse({ kind: 'signed', ...before.approvals, ...named });
  if (!result.success) throw new McptuiError('invalid', `approvals: ${faultsOf(result.error, 'approvals')}`);
  const { approvers, quorum } = result.data;
  const holders = new Set<string>();
  for (const { subject, revokedAt } of tx.collection('operatorKeys').all()) {
    if (revokedAt === undefined) holders.add(personOf(subject));
  }
  const hint = 'mcptui operator init --for user:NAME registers a key';
  const keyless = approvers.find((one) => !holders.has(personOf(one)));
  if (keyless !== undefined) throw new McptuiError('conflict', `${keyless} has no key to sign with`, { hint });
  if (new Set(approvers.map(personOf)).size < approvers.length) {
    throw new McptuiError(
      'invalid',
      'approvals: an approver is named twice: operator:NAME and user:NAME are one person',
    );
  }
  if (holders.size < quorum) {
    const people = `${holders.size} ${holders.size === 1 ? 'person has' : 'people have'} a key`;
    throw new McptuiError('conflict', `${quorum} have to sign, and ${people}`, { hint });
  }
  return { approvals: result.data };
}
