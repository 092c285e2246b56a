/** Reads of an event what was decided by it, and what a signature of that decision has to say. Pure. */
import * as z from 'zod';
import type { AuditEvent, Change } from '../../store/types.ts';
import { parseRef } from '../content/refs.ts';
import { personOf, type DecisionKind } from './document.ts';
import type { Decided } from './signable.ts';
import type { AuditedProject, AuditedState } from './audited-state.ts';

export interface RecordedDecision extends Pick<Decided, 'of' | 'byOne' | 'author' | 'owner'> {
  readonly kind: DecisionKind;
  /** For people: `proposal/p7f3`. */
  readonly about: string;
  /** Whether a signature of this kind is over this decision; `subject` is of its document. */
  fits(signed: {
    readonly subject: string;
    readonly by: string;
    readonly shown: Readonly<Record<string, unknown>>;
  }): boolean;
  /** What an operator does about it. */
  readonly step: string;
}

export interface InspectedEvent {
  readonly event: AuditEvent;
  /** Rows that the same record changed, before they count. */
  readonly changes: readonly Change[];
  readonly isApproval: boolean;
}

const PROPOSAL_KINDS = { proposal_approve: 'approve', proposal_reject: 'reject', proposal_reopen: 'reopen' } as const;

/** Settings of a project that nobody has to sign. */
const FREE_SETTINGS: ReadonlySet<string> = new Set(['toolNameLimit', 'clientPrefix', 'pages', 'version']);

/** Undefined for what decides nothing. */
export function recordedDecision(
  { event, changes, isApproval }: InspectedEvent,
  state: AuditedState,
): RecordedDecision | undefined {
  switch (event.kind) {
    case 'proposal_approve':
    case 'proposal_reject':
    case 'proposal_reopen':
      return ofProposal(event, PROPOSAL_KINDS[event.kind], changes, state);
    case 'gate':
      return ofGate(event, changes);
    case 'binding_create':
    case 'binding_delete':
      return ofBinding(event, changes, state);
    case 'role_update':
      return ofRole(event, state);
    case 'project_update':
    case 'project_delete':
      return ofProject(event, changes, state);
    case 'agent_update':
      return ofAgent(event, changes, state);
    case 'operator_key':
    case 'operator_key_revoke':
      return ofKey(event);
    case 'revision_create':
    case 'prompt_delete':
    case 'personality_delete':
    case 'skill_delete':
      return isApproval ? undefined : ofEdit(event, state);
    default:
      return undefined;
  }
}

const rowSchema = z.looseObject({
  author: z.string(),
  project: z.string().optional(),
  agent: z.string().optional(),
});
const proposalDetail = z.looseObject({ hash: z.string().optional(), ref: z.string().optional() });

function ofProposal(
  { target = '', detail }: AuditEvent,
  kind: 'approve' | 'reject' | 'reopen',
  changes: readonly Change[],
  state: AuditedState,
): RecordedDecision | undefined {
  const id = target.replace(/^proposal\//, '');
  const { hash, ref = '' } = proposalDetail.safeParse(detail).data ?? {};
  const row = rowSchema.safeParse(putOf(changes, 'proposals', id)).data;
  const of = row === undefined ? reach(ref, state) : reachOf(row, state);
  if (of === undefined) return undefined;
  return {
    kind,
    about: target,
    of,
    ...(row === undefined ? {} : { author: row.author }),
    ...(kind === 'approve' ? {} : { byOne: true }),
    fits: ({ subject, shown }) => subject === target && shown['hash'] === hash,
    step: `mcptui describe proposal ${id}: ask who is named there; if it is not theirs, mcptui restore what was before`,
  };
}

/** Agents open gates themselves: that is nobody's decision. */
function ofGate({ target = '', actor, detail }: AuditEvent, changes: readonly Change[]): RecordedDecision | undefined {
  if (/^(?:agent|client):/.test(actor) || actor === 'engine') return undefined;
  const gate = changes.find((change) => change.in === 'gates' && 'put' in change);
  const row = gate !== undefined && 'put' in gate ? gate.put : undefined;
  const project = textIn(row, 'project') ?? textIn(detail, 'project');
  if (project === undefined) return undefined;
  return {
    kind: 'admit',
    about: target,
    of: [project],
    byOne: true,
    fits: ({ subject, shown }) => subject === target && shown['project'] === project,
    step: 'mcptui get sessions; disconnect it if nobody meant to let it in',
  };
}

const bindingRow = z.looseObject({ subject: z.string(), role: z.string(), projects: z.array(z.string()).optional() });

function ofBinding(
  { kind, target = '' }: AuditEvent,
  changes: readonly Change[],
  state: AuditedState,
): RecordedDecision | undefined {
  const id = target.replace(/^binding\//, '');
  const removed = kind === 'binding_delete';
  const row = removed ? state.bindings.get(id) : bindingRow.safeParse(putOf(changes, 'bindings', id)).data;
  if (row === undefined) return undefined;
  const { subject: whom, role, projects } = row;
  return {
    kind: 'grant',
    about: `${target} (${role} ${removed ? 'taken from' : 'for'} ${whom})`,
    of: projects ?? 'all',
    fits: ({ subject, shown }) =>
      subject === (removed ? target : `binding/${whom} ${role}`) &&
      shown['subject'] === whom &&
      shown['role'] === role &&
      (shown['removed'] === true) === removed &&
      isSameList(shown['projects'], projects ?? ['*']),
    step: removed ? 'mcptui get bindings: grant it again if it was needed' : `mcptui delete binding ${id}`,
  };
}

function ofRole({ target = '' }: AuditEvent, state: AuditedState): RecordedDecision | undefined {
  const name = target.replace(/^role\//, '');
  const bound = [...state.bindings.values()].filter(({ role }) => role === name);
  const ofAgents = [...state.projects.values()].filter(({ agentRole }) => agentRole === name);
  const isAnywhere = bound.some(({ projects }) => projects === undefined);
  const of = [...ofAgents.map((row) => row.name), ...bound.flatMap(({ projects }) => projects ?? [])];
  return {
    kind: 'grant',
    about: target,
    of: isAnywhere ? 'all' : of,
    fits: ({ subject }) => subject === target,
    step: `mcptui describe role ${name}: set its rules right`,
  };
}

function ofProject(
  { kind, target = '' }: AuditEvent,
  changes: readonly Change[],
  state: AuditedState,
): RecordedDecision | undefined {
  const name = target.replace(/^project\//, '');
  const before = [...state.projects.values()].find((row) => row.name === name);
  const removed = kind === 'project_delete';
  if (!removed && before !== undefined && !isDecided(before, putOf(changes, 'projects', before.id))) return undefined;
  return {
    kind: 'settings',
    about: target,
    of: [name],
    fits: ({ subject, shown }) => subject === target && (shown['removed'] === true) === removed,
    step: removed
      ? `mcptui create project ${name} --approvals signed`
      : `mcptui describe project ${name}: set it right`,
  };
}

/** Whether a setting differs that has to be signed. A row of which an event told alone is compared by its approvals. */
function isDecided(before: AuditedProject, after: Readonly<Record<string, unknown>> | undefined): boolean {
  if (after === undefined) return true;
  const isWhole = before.id !== before.name && 'createdAt' in before;
  const keys = isWhole ? new Set([...Object.keys(before), ...Object.keys(after)]) : new Set(['approvals']);
  return [...keys].some((key) => !FREE_SETTINGS.has(key) && JSON.stringify(before[key]) !== JSON.stringify(after[key]));
}

function ofAgent(
  { target = '' }: AuditEvent,
  changes: readonly Change[],
  state: AuditedState,
): RecordedDecision | undefined {
  const name = target.replace(/^agent\//, '');
  const from = [...state.agents.values()].find((row) => row.name === name);
  const to = from === undefined ? undefined : textIn(putOf(changes, 'agents', from.id), 'project');
  if (from === undefined || to === undefined || to === from.project) return undefined;
  return {
    kind: 'settings',
    about: target,
    of: [from.project, to],
    fits: ({ subject, shown }) => subject === target && shown['project'] === to,
    step: `mcptui edit agent ${name} --project ${from.project}`,
  };
}

function ofKey({ kind, target = '', detail }: AuditEvent): RecordedDecision | undefined {
  const [id, name, owner] = [textIn(detail, 'id'), textIn(detail, 'name'), textIn(detail, 'subject')];
  if (id === undefined || owner === undefined) return undefined;
  const revoked = kind === 'operator_key_revoke';
  const step = `mcptui operator revoke ${name ?? id}`;
  if (revoked) {
    const fits: RecordedDecision['fits'] = ({ subject }) => subject === `key/${id}` || subject === `key/${name ?? ''}`;
    return { kind: 'key', about: `${target} revoked`, of: 'keys', fits, step: 'mcptui operator init' };
  }
  const publicKey = textIn(detail, 'publicKey');
  const fits: RecordedDecision['fits'] = ({ subject, shown }) =>
    subject === `key/${owner}` && shown['publicKey'] === publicKey;
  return { kind: 'key', about: target, of: 'keys', owner, fits, step };
}

/** A signature names what is edited as its signer wrote it: who signed, and that it is an edit, has to do. */
function ofEdit({ target = '', actor }: AuditEvent, state: AuditedState): RecordedDecision | undefined {
  // Built-in texts.
  if (actor === 'engine') return undefined;
  const [, kind = '', ref = ''] = /^(prompt|personality|skill)\/(.*)$/s.exec(target) ?? [];
  const of = kind === 'personality' ? ofAgentNamed(ref.split('/')[0] ?? '', state) : reach(ref, state);
  if (of === undefined) return undefined;
  return {
    kind: 'edit',
    about: target,
    of,
    fits: ({ by }) => personOf(by) === personOf(actor),
    step: `mcptui get revisions ${kind} ${ref}: restore the text that was decided on`,
  };
}

function reach(ref: string, state: AuditedState): RecordedDecision['of'] | undefined {
  const place = parseRef(ref);
  return place === undefined ? undefined : reachOf(place, state);
}

/** What belongs to no project is read in all of them; of an agent that nobody knows there is nothing to say. */
function reachOf(
  { project, agent }: { readonly project?: string | undefined; readonly agent?: string | undefined },
  state: AuditedState,
): RecordedDecision['of'] | undefined {
  if (project !== undefined) return [project];
  return agent === undefined ? 'all' : ofAgentNamed(agent, state);
}

function ofAgentNamed(agent: string, state: AuditedState): readonly string[] | undefined {
  const project = state.projectOfAgent(agent);
  return project === undefined ? undefined : [project];
}

function putOf(changes: readonly Change[], collection: string, id: string): Record<string, unknown> | undefined {
  const change = changes.find((one) => one.in === collection && 'put' in one && one.put.id === id);
  return change !== undefined && 'put' in change ? change.put : undefined;
}

function textIn(value: unknown, key: string): string | undefined {
  const found = (value as Readonly<Record<string, unknown>> | undefined)?.[key];
  return typeof found === 'string' ? found : undefined;
}

function isSameList(one: unknown, other: readonly string[]): boolean {
  if (!Array.isArray(one)) return false;
  const [left, right] = [new Set<unknown>(one), new Set<unknown>(other)];
  return left.size === right.size && [...left].every((item) => right.has(item));
}
