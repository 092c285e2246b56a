/** Ends the wait of an instance early, because what made its last attempt fail is no more. */
import type { Clock } from '../../kernel/clock.ts';
import type { RuntimeKind } from '../../store/schema/runtime-kind.ts';
import type { Masker } from '../secrets/masker.ts';
import { keyOf, resolveSecrets } from '../secrets/resolver.ts';
import type { SecretBackends } from '../secrets/secret-source.ts';
import type { Fleet } from './fleet.ts';
import type { LiveInstance } from './live-instance.ts';

export interface CausesGoneOptions {
  readonly clock: Clock;
  readonly fleet: Fleet;
  readonly secrets: SecretBackends;
  readonly masker: Masker;
  /** Calls of agents that an instance has not answered. */
  readonly openCalls: (instanceId: string) => number;
  readonly wake: () => void;
}

/** How often an unresolved secret is looked at during the wait. */
const CAUSE_CHECK_MS = 5_000;

export class CausesGone {
  readonly #o: CausesGoneOptions;
  readonly #lastCauseCheck = new Map<string, number>();

  constructor(options: CausesGoneOptions) {
    this.#o = options;
  }

  /** Ends the wait of an instance whose secret resolves again; called at every pass, acts every few seconds. */
  async lookFor(live: LiveInstance, found: () => void): Promise<void> {
    const now = this.#o.clock.monotonicMs();
    const { state } = live;
    if (state.phase !== 'error' || state.causeGone || live.record.held) return;
    if (live.record.failure?.kind !== 'secret') return;
    if (now - (this.#lastCauseCheck.get(live.id) ?? -Infinity) < CAUSE_CHECK_MS) return;
    this.#lastCauseCheck.set(live.id, now);
    if (await this.secretsResolve(live)) {
      state.causeGone = true;
      this.#lastCauseCheck.delete(live.id);
      found();
    }
  }

  async secretsResolve(live: LiveInstance): Promise<boolean> {
    const server = this.#o.fleet.serverOf(live);
    if (server === undefined) return false;
    const resolved = await resolveSecrets(server, this.#o.secrets, this.#o.masker);
    live.unresolved = resolved.ok ? [] : resolved.unresolved;
    live.unresolvedKeys = resolved.ok ? [] : resolved.keys;
    if (resolved.ok) this.#compare(live, resolved.marks);
    return resolved.ok;
  }

  /** A process has the values that it was started with; a connection is made anew with those of now, as soon as it is idle. */
  #compare(live: LiveInstance, now: ReadonlyMap<string, string>): void {
    const { state } = live;
    if (state.phase !== 'running') return;
    state.stale = [...state.marks].flatMap(([key, mark]) => (now.get(key) === mark ? [] : [key]));
    const isRemote = state.started.server.runtime === 'remote';
    if (state.stale.length === 0 || !isRemote || this.#o.openCalls(live.id) > 0) return;
    live.recycleReason ??= `secret ${state.stale.join(', ')} has changed`;
    this.#o.wake();
  }

  /** It has a value now: what failed for want of it is looked at in the next pass. `key`: `file/NAME`. */
  secretKept(key: string): void {
    for (const { id, record } of this.#o.fleet.all()) {
      if (record.failure?.kind !== 'secret') continue;
      if (record.failure.unresolved.some((ref) => keyOf(ref) === key)) this.#lastCauseCheck.delete(id);
    }
    this.#o.wake();
  }

  /** Somebody has logged in: what waited for that starts now, and what runs begins a session of that person. */
  loggedIn(serverId: string): void {
    for (const live of this.#o.fleet.all()) {
      if (live.record.serverId !== serverId) continue;
      const { state } = live;
      if (state.phase === 'running') live.restartAsked = true;
      else if (state.phase === 'error') state.causeGone = live.record.failure?.kind === 'login';
    }
    this.#o.wake();
  }

  /** The container engine answers again: what waited for it starts now. */
  runtimeBack(kind: RuntimeKind): void {
    for (const live of this.#o.fleet.all()) {
      const { state } = live;
      if (state.phase !== 'error' || live.record.failure?.kind !== 'runtime-away') continue;
      if (this.#o.fleet.serverOf(live)?.runtime === kind) state.causeGone = true;
    }
    this.#o.wake();
  }
}
