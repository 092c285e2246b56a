/** Lets a principal use the commands that its rights allow, and journals what was refused and what was changed. */
import type { EventDraft } from '../../store/types.ts';
import { commandsByName } from '../commands/by-name.ts';
import { entryOf, type CommandName, type EngineCommands } from '../commands/table/index.ts';
import type { Sees } from '../commands/table/entry.ts';
import { needsOn, viewing, type Meant } from './meant.ts';
import { permitting, type Permitted } from './decided.ts';
import type { Decision, Need, Principal } from './need.ts';
import type { Rights } from './rights.ts';

export interface GuardParts {
  readonly rights: Rights;
  readonly meant: Meant;
  /** May drop what one principal has too many of. */
  readonly record: (draft: EventDraft) => void;
  /** Whether reading that is allowed is journalled too. */
  readonly recordsReads: () => boolean;
  /** A reference that no other decision has. */
  readonly nextRef: () => string;
}

/** The commands of `engine`, for this principal. */
export function guardedCommands(engine: EngineCommands, principal: Principal, parts: GuardParts): EngineCommands {
  const { rights, meant } = parts;
  const sees = seesAs(principal, rights);
  return commandsByName(async (name, args) => {
    const entry = entryOf(name);
    const allowed = demanded(parts, principal, name, args);
    const run = engine[name] as (...of: readonly unknown[]) => Promise<unknown>;
    const [first] = allowed;
    const permitted: Permitted = { subject: principal.subject, ref: parts.nextRef(), isNamed: false };
    const tell = (): void => {
      if (first !== undefined) parts.record(decisionEvent(principal, name, first.need, first.decision, permitted.ref));
    };
    let answer: unknown;
    try {
      answer = await permitting(permitted, () => run(...args));
    } catch (error) {
      // It has failed, but not before it changed something.
      if (permitted.isNamed) tell();
      throw error;
    }
    if (entry.effect === 'changes' || parts.recordsReads()) tell();
    return entry.seen === undefined ? answer : entry.seen(answer, sees, meant);
  });
}

/** What was decided for a command. Journals what it refuses. @throws McptuiError `denied` */
export function demanded(
  { rights, meant, record }: GuardParts,
  principal: Principal,
  name: CommandName,
  args: readonly unknown[],
): readonly { readonly need: Need; readonly decision: Decision }[] {
  return needsOf(name, meant, args).map((need) => {
    const decision = rights.decide(principal, need);
    if (decision.allowed) return { need, decision };
    record(decisionEvent(principal, name, need, decision));
    throw rights.refusal(principal, need, decision);
  });
}

/** What a command needs the right to. */
export function needsOf(name: CommandName, meant: Meant, args: readonly unknown[]): readonly Need[] {
  const { verb, on, also } = entryOf(name);
  const given = args as never[];
  return [...needsOn(verb, on(meant, ...given)), ...(also?.(meant, ...given) ?? [])];
}

/** Whether all of some things may be viewed. */
export function seesAs(principal: Principal, rights: Rights): Sees {
  return (things) => viewing(things).every((need) => rights.decide(principal, need).allowed);
}

export function decisionEvent(
  { subject, by }: Principal,
  what: CommandName | 'call' | 'propose' | 'impersonate',
  { verb, kind, name, project }: Need,
  { allowed, because }: Decision,
  ref?: string,
): EventDraft {
  return {
    kind: 'rbac_decision',
    actor: subject,
    target: name === undefined ? kind : `${kind}/${name}`,
    outcome: allowed ? 'ok' : 'denied',
    message: `${verb}: ${because}`,
    detail: {
      command: what,
      verb,
      kind,
      ...(name === undefined ? {} : { name }),
      ...(project === undefined ? {} : { project }),
      ...(by === undefined ? {} : { by }),
      allowed,
      because,
      ...(ref === undefined ? {} : { decision: ref }),
    },
  };
}
