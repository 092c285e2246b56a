/** Describes a command as the table holds it: its signature, its arguments, what it does to which resource, what it journals. */
import type * as z from 'zod';
import type { AccessVerb, Need } from '../../rights/need.ts';
import type { Meant, Thing } from '../../rights/meant.ts';

/** Commands that read may be called by a read-only console. */
export type Effect = 'reads' | 'changes';

/** Kind of thing that the permission is for. `content`: a prompt, personality or skill, as the argument `kind` says. */
export type Resource =
  | 'engine'
  | 'server'
  | 'instance'
  | 'secret'
  | 'login'
  | 'token'
  | 'audit'
  | 'tool'
  | 'model'
  | 'session'
  | 'project'
  | 'agent'
  | 'content'
  | 'proposal'
  | 'role';

/** Whether all of these may be viewed. */
export type Sees = (things: readonly Thing[]) => boolean;

/** Arguments and answers are plain JSON. */
export type Signature = (...args: never[]) => Promise<unknown>;

/** A name and a schema for each argument, in order. */
export type ArgumentSchemas<Args extends readonly unknown[]> = {
  readonly [Index in keyof Args]-?: readonly [name: string, schema: z.ZodType<Args[Index]>];
};

export interface CommandEntry<Run extends Signature = Signature> {
  /** What it does, for docs/commands.md. */
  readonly about: string;
  readonly effect: Effect;
  readonly verb: AccessVerb;
  readonly resource: Resource;
  /** Kinds of the audit events that its success may leave; none for commands that only read. */
  readonly audit: readonly string[];
  readonly args: ArgumentSchemas<Parameters<Run>>;
  /** Things that the verb is needed on: one, and what it belongs to. None: whatever may be seen of the answer is in it. */
  readonly on: (meant: Meant, ...args: Parameters<Run>) => readonly Thing[];
  /** What is needed besides, with verbs of its own. */
  readonly also?: (meant: Meant, ...args: Parameters<Run>) => readonly Need[];
  /** Leaves in an answer what its reader may see. */
  readonly seen?: (answer: Awaited<ReturnType<Run>>, sees: Sees, meant: Meant) => Awaited<ReturnType<Run>>;
  /** For types alone: what its handler is. */
  readonly run?: Run;
}

/** The handlers of some entries, and what callers see of them. */
export type CommandsOf<Entries> = {
  readonly [Name in keyof Entries]: Entries[Name] extends CommandEntry<infer Run> ? Run : never;
};

/** An entry whose argument schemas fit the signature that callers and the handler have. */
export function command<Run extends Signature>(entry: Omit<CommandEntry<Run>, 'run'>): CommandEntry<Run> {
  return entry;
}
