/** Compares what is wanted with what is there, and says what to do about it. Pure; called afresh at every wake-up. */
import { append } from '../../kernel/append.ts';
import type { Phase } from './phase.ts';

export interface DesiredServer {
  readonly id: string;
  readonly name: string;
  /** Instances that should be there now: the replicas, and what sessions need beyond them. */
  readonly wanted: number;
  /** Changes with every edit of the definition that what runs has to be restarted for. */
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
  /** Agents' calls that it has not answered. */
  readonly openCalls: number;
  /** The definition's version that it was stopped for last, having run with an older one. */
  readonly restartedFor: number | undefined;
  /** Milliseconds for which it has been given no more calls, because it is to be restarted; undefined = it is given them. */
  readonly drainingMs: number | undefined;
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
  /** Gives it no more calls, so that those in flight can end before it is restarted; `resume` takes that back. */
  | { readonly do: 'drain' | 'resume'; readonly instanceId: string }
  | { readonly do: 'stop'; readonly instanceId: string; readonly why: StopReason };

/** Calls in flight are waited for so long before a changed definition ends them. */
export const DRAIN_MS = 30_000;

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
    const kept = mine.slice(0, server.wanted);
    const turn = inRollingTurn(kept, server.version);
    for (const instance of kept) append(actions, forKept(instance, server.version, instance === turn));
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

function isOutdated({ startedVersion }: ObservedInstance, version: number): boolean {
  return startedVersion !== undefined && startedVersion !== version;
}

/**
 * The one instance of a server that is restarted for a changed definition now: another one only when those before it run
 * again, so that a definition that does not start ends one instance and not all. What no session uses comes first.
 */
function inRollingTurn(kept: readonly ObservedInstance[], version: number): ObservedInstance | undefined {
  const meant = kept.filter(({ desired }) => desired === 'running');
  const outdated = meant.filter((one) => one.phase === 'running' && isOutdated(one, version));
  const begun = outdated.find(({ drainingMs }) => drainingMs !== undefined);
  if (begun !== undefined) return begun;
  const isUnsettled = (one: ObservedInstance): boolean => {
    if (one.phase === 'running') return false;
    // Held, it starts when an operator says so: nobody waits for that.
    if (one.phase === 'error') return !one.held && (one.restartedFor === version || isOutdated(one, version));
    const waits = one.phase === 'pending' || one.phase === 'stopped';
    return !(waits && one.held && !one.retryAsked && !one.restartAsked);
  };
  if (meant.some(isUnsettled)) return undefined;
  return outdated.find(({ leased }) => !leased) ?? outdated[0];
}

function forKept(instance: ObservedInstance, version: number, isInTurn: boolean): readonly Action[] {
  const { id: instanceId, phase } = instance;
  const changed = isOutdated(instance, version);
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
      if (phase === 'starting') return changed ? [{ do: 'stop', instanceId, why: 'changed' }] : [];
      return whileRunning(instance, isInTurn);
    case 'pending':
    case 'stopped':
    case 'error': {
      const why = startReason(instance, changed);
      return why === undefined ? [] : [{ do: 'start', instanceId, why }];
    }
  }
}

function whileRunning(
  { id: instanceId, openCalls, drainingMs }: ObservedInstance,
  isInTurn: boolean,
): readonly Action[] {
  if (!isInTurn) return drainingMs === undefined ? [] : [{ do: 'resume', instanceId }];
  if (openCalls === 0 || (drainingMs ?? 0) >= DRAIN_MS) return [{ do: 'stop', instanceId, why: 'changed' }];
  return drainingMs === undefined ? [{ do: 'drain', instanceId }] : [];
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
