/** Compares what is wanted with what is there, and says what to do about it. Pure; called afresh at every wake-up. */
import { append } from '../../kernel/append.ts';
import type { Phase } from './phase.ts';

export interface DesiredServer {
  readonly id: string;
  readonly name: string;
  /** Instances that should be there now: the replicas, and what sessions need beyond them. */
  readonly wanted: number;
  /** Changes with every edit of the definition. */
  readonly version: number;
}

export interface ObservedInstance {
  readonly id: string;
  readonly serverId: string;
  readonly ordinal: number;
  readonly desired: 'running' | 'stopped';
  readonly phase: Phase;
  readonly held: boolean;
  /** The definition's version that it was last started with; undefined when never started by this engine. */
  readonly startedVersion: number | undefined;
  /** Milliseconds since its last start began; undefined when this engine has never started it. */
  readonly lastStartAgoMs: number | undefined;
  /** Milliseconds until the next attempt of a failed instance; 0 = due; undefined = no wait. */
  readonly dueInMs: number | undefined;
  /** The cause of the last failure is gone. */
  readonly causeGone: boolean;
  /** It ended after it had been ready for long. */
  readonly crashed: boolean;
  /** An operator asked for an attempt now. */
  readonly retryAsked: boolean;
  readonly restartAsked: boolean;
  /** An agent asks for it. */
  readonly used?: boolean;
  /** A session uses it. */
  readonly leased: boolean;
  /** A fresh one should take its place. */
  readonly recycleAsked: boolean;
  /** It runs and is of no use: it stopped answering, or lost its connection. */
  readonly broken?: 'hung' | 'lost' | undefined;
}

/** Somebody, or what changed, wants it down. */
export type WishedStop = 'asked' | 'removed' | 'changed' | 'restart' | 'recycled';
export type StopReason = WishedStop | 'hung' | 'lost';
export type StartReason = 'new' | 'due' | 'asked' | 'cause-gone' | 'crashed' | 'changed' | 'recycled' | 'used';

export type Action =
  | { readonly do: 'create'; readonly serverId: string; readonly ordinal: number }
  | { readonly do: 'forget'; readonly instanceId: string }
  | { readonly do: 'start'; readonly instanceId: string; readonly why: StartReason }
  | { readonly do: 'stop'; readonly instanceId: string; readonly why: StopReason };

/**
 * An instance in its back-off counts against what is wanted and is left alone; what is surplus goes, highest ordinal first,
 * what a session uses last.
 */
export function plan(servers: readonly DesiredServer[], instances: readonly ObservedInstance[]): readonly Action[] {
  const actions: Action[] = [];
  const byServer = Map.groupBy(instances, (instance) => instance.serverId);
  const known = new Set(servers.map((server) => server.id));
  for (const server of servers) {
    const mine = (byServer.get(server.id) ?? []).toSorted(
      (a, b) => Number(b.leased) - Number(a.leased) || a.ordinal - b.ordinal,
    );
    for (const ordinal of missingOrdinals(mine, server.wanted)) {
      actions.push({ do: 'create', serverId: server.id, ordinal });
    }
    for (const instance of mine.slice(0, server.wanted)) append(actions, forKept(instance, server.version));
    for (const instance of mine.slice(server.wanted)) append(actions, forSurplus(instance));
  }
  for (const instance of instances) if (!known.has(instance.serverId)) append(actions, forSurplus(instance));
  return actions;
}

function missingOrdinals(mine: readonly ObservedInstance[], wanted: number): readonly number[] {
  const taken = new Set(mine.map((instance) => instance.ordinal));
  const missing: number[] = [];
  for (let ordinal = 1; mine.length + missing.length < wanted; ordinal++)
    if (!taken.has(ordinal)) missing.push(ordinal);
  return missing;
}

function forKept(instance: ObservedInstance, version: number): readonly Action[] {
  const { id: instanceId, phase } = instance;
  const changed = instance.startedVersion !== undefined && instance.startedVersion !== version;
  // On its way down: its next step is planned once it is there.
  if (phase === 'stopping') return [];
  if (instance.desired === 'stopped') {
    return phase === 'stopped' ? [] : [{ do: 'stop', instanceId, why: 'asked' }];
  }
  switch (phase) {
    case 'running':
    case 'starting':
      if (instance.restartAsked) return [{ do: 'stop', instanceId, why: 'restart' }];
      if (instance.broken !== undefined) return [{ do: 'stop', instanceId, why: instance.broken }];
      if (instance.recycleAsked && phase === 'running') return [{ do: 'stop', instanceId, why: 'recycled' }];
      return changed ? [{ do: 'stop', instanceId, why: 'changed' }] : [];
    case 'pending':
    case 'stopped':
    case 'error': {
      const why = startReason(instance, changed);
      return why === undefined ? [] : [{ do: 'start', instanceId, why }];
    }
  }
}

function startReason(instance: ObservedInstance, changed: boolean): StartReason | undefined {
  if (instance.retryAsked || instance.restartAsked) return 'asked';
  if (instance.held) return undefined;
  if (instance.recycleAsked && instance.phase !== 'error') return 'recycled';
  if (instance.phase !== 'error') return 'new';
  if (changed) return 'changed';
  if (instance.crashed) return 'crashed';
  if (instance.causeGone) return 'cause-gone';
  if (instance.used === true) return 'used';
  return instance.dueInMs === undefined || instance.dueInMs <= 0 ? 'due' : undefined;
}

function forSurplus({ id: instanceId, phase }: ObservedInstance): readonly Action[] {
  if (phase === 'stopping') return [];
  const gone = phase === 'stopped' || phase === 'pending' || phase === 'error';
  return [gone ? { do: 'forget', instanceId } : { do: 'stop', instanceId, why: 'removed' }];
}
