/** Names a server's lists, and what the router tells of them. */
import type { EpochMs } from '../../kernel/clock.ts';
import type { WireMap } from '../wire/message.ts';

export type ListKind = 'tools' | 'prompts' | 'resources' | 'templates';

/** How long names may be that reach a model. */
export interface Naming {
  /** Characters that a model takes. */
  readonly limit: number;
  /** What clients put in front of each name, such as `mcp__mcptui__`; undefined = it was not said. */
  readonly clientPrefix: string | undefined;
}

/** A definition that agents do not get as their server gave it. */
export interface Oddity {
  /** Its name or URI; `#3` for the third of a list when it has none. */
  readonly name: string;
  /** What was found, in words. */
  readonly problem: string;
  readonly isLeftOut: boolean;
  /** As the server gave it, when that is an object. */
  readonly given: WireMap | undefined;
}

export interface MemberChange {
  /** `inputSchema.properties.cc` */
  readonly path: string;
  /** Undefined: it was not there. Neither masked nor cut. */
  readonly before: unknown;
  readonly after: unknown;
}

export interface DefinitionDiff {
  readonly added: readonly string[];
  readonly removed: readonly string[];
  readonly changed: readonly { readonly name: string; readonly members: readonly MemberChange[] }[];
  /** Definitions that are not told of one by one. */
  readonly more: number;
}

/** How old what is known of a list is. */
export interface ListState {
  /** Of the last good answer; absent before the first one. */
  readonly fetchedAt?: EpochMs;
  /** Until then nobody asks again: a while after a good answer, a shorter one after a failure. Absent = the next reader asks. */
  readonly freshUntil?: EpochMs;
  /** Why the last answer was none. */
  readonly failure?: string;
}
