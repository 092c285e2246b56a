/**
 * Leases the instances of an isolated server to sessions: one to one, from the session's first need to its end, or
 * until it gives its instance up because it is idle and others wait.
 *
 * A session that needs an instance makes a claim. It gets an idle instance that was told of a client like its own, in
 * what matters to the server; else one is made: an idle instance of another profile is retired (its successor is
 * initialised for the claim), or the server grows. What a session has used is retired with it, because a stdio server
 * keeps state.
 */
import { BoundedMap } from '../../kernel/bounded-map.ts';
import { timeWords } from '../../kernel/time-words.ts';
import { BARE_PROFILE, ROUTER_PROFILE, type ClientProfile } from '../eras/client-profile.ts';
import { RPC, type RpcError } from '../wire/rpc-errors.ts';
import type { Upstream } from '../upstream/upstream.ts';

/** Instances whose profile is remembered for when they come again. */
const MAX_REMEMBERED = 128;

/** A session, as far as leases need to know it. */
export interface LeaseHolder {
  readonly id: string;
  readonly profile: ClientProfile;
  /** It is content with whatever an instance was told of its client: an operator's call. */
  readonly takesAny: boolean;
  /** Since its client was heard last; undefined while it works, or listens: then it keeps what it has. */
  readonly idleMs?: number | undefined;
}

/** Gets the instance, or why there is none. */
export type Receiver = (outcome: Upstream | RpcError) => void;

export interface LeaseHost<S extends LeaseHolder> {
  /** Most instances at once. */
  maxInstances(): number;
  /** The instance takes no more calls: the session's next one waits for its successor. */
  isDraining(instanceId: string): boolean;
  /** Whether an instance that was told of `told` may serve a client of `client`. */
  fits(client: ClientProfile, told: ClientProfile): boolean;
  /** It matters to the server what its client can do. */
  isParticular(): boolean;
  /** The instance is the session's from now on; called before its first request. */
  leased(session: S, upstream: Upstream): void;
  /** The session has not used its instance for so long, and others wait: it is the session's no more. */
  reclaimed(session: S, upstream: Upstream, idleMs: number): void;
  /** The instance serves nobody any more and should be replaced by a fresh one. */
  retired(instanceId: string, reason: string): void;
  /** How many sessions have or want an instance. */
  demand(sessions: number): void;
}

interface Claim<S> {
  readonly session: S;
  upstream: Upstream | undefined;
  readonly receivers: Set<Receiver>;
}

interface Instance<S> {
  readonly upstream: Upstream;
  readonly profile: ClientProfile;
  claim: Claim<S> | undefined;
  isRetired: boolean;
}

export class Leases<S extends LeaseHolder> {
  readonly #server: string;
  readonly #host: LeaseHost<S>;
  readonly #claims = new Map<S, Claim<S>>();
  readonly #instances = new Map<string, Instance<S>>();
  /** Being initialised: the profile, and the claim that it is for. */
  readonly #coming = new Map<string, Claim<S> | undefined>();
  /** Of instances that will come again: what they were initialised with. */
  readonly #lastProfiles = new BoundedMap<string, ClientProfile>(MAX_REMEMBERED);
  #newestProfile: ClientProfile | undefined;

  constructor(server: string, host: LeaseHost<S>) {
    this.#server = server;
    this.#host = host;
  }

  get size(): number {
    return this.#claims.size;
  }

  /** Of the agents' client that came last. */
  get newestProfile(): ClientProfile {
    return this.#newestProfile ?? ROUTER_PROFILE;
  }

  /** The session's instance, if it has one. */
  held(session: S): Upstream | undefined {
    return this.#claims.get(session)?.upstream;
  }

  holder(instanceId: string): S | undefined {
    return this.#instances.get(instanceId)?.claim?.session;
  }

  isIdle(instanceId: string): boolean {
    const instance = this.#instances.get(instanceId);
    return instance !== undefined && !instance.isRetired && instance.claim === undefined;
  }

  profileOf(instanceId: string): ClientProfile | undefined {
    return this.#instances.get(instanceId)?.profile;
  }

  /**
   * Asks for an instance; `receive` is called once, at once or later. Returns how to take the request back; the claim stays.
   * `isFailing` picks instances last whose last probe was bad.
   */
  claim(session: S, isFailing: (instanceId: string) => boolean, receive: Receiver): () => void {
    const existing = this.#claims.get(session);
    if (existing?.upstream !== undefined) {
      if (this.#host.isDraining(existing.upstream.id)) return waiting(existing, receive);
      receive(existing.upstream);
      return () => {};
    }
    const claim = existing ?? this.#newClaim(session);
    if (claim === undefined) {
      receive(this.#exhausted());
      return () => {};
    }
    const idle = this.#idle(session, isFailing);
    if (idle !== undefined) {
      this.#assign(claim, idle);
      receive(idle.upstream);
      return () => {};
    }
    const takeBack = waiting(claim, receive);
    this.#convertIdle();
    return takeBack;
  }

  /** It is not stopped after all: its session's calls go on. */
  resume(instanceId: string): void {
    const instance = this.#instances.get(instanceId);
    if (instance?.claim !== undefined) this.#settle(instance.claim, instance.upstream);
  }

  /** An instance is about to be initialised: with whose capabilities. `likely` is of who may come, while nobody has. */
  begin(instanceId: string, likely: ClientProfile): ClientProfile {
    const expected = new Set(this.#coming.values());
    const claim = [...this.#claims.values()].find((one) => one.upstream === undefined && !expected.has(one));
    this.#coming.set(instanceId, claim);
    if (claim !== undefined && !claim.session.takesAny) return claim.session.profile;
    // All that a client can do: then any client may have it.
    if (!this.#host.isParticular()) return ROUTER_PROFILE;
    return this.#lastProfiles.get(instanceId) ?? this.#newestProfile ?? likely;
  }

  /** It could not be initialised. */
  abandon(instanceId: string): void {
    this.#coming.delete(instanceId);
  }

  add(upstream: Upstream, profile: ClientProfile): void {
    const instance: Instance<S> = { upstream, profile, claim: undefined, isRetired: false };
    this.#instances.set(upstream.id, instance);
    this.#lastProfiles.set(upstream.id, profile);
    const expected = this.#coming.get(upstream.id);
    this.#coming.delete(upstream.id);
    const claim = expected !== undefined && this.#isWaiting(expected) ? expected : this.#waitingFor(profile);
    if (claim === undefined) return this.#convertIdle();
    this.#assign(claim, instance);
    this.#settle(claim, upstream);
  }

  /** Lost or stopped: its session keeps the claim, and gets the next one. */
  remove(instanceId: string): void {
    const instance = this.#instances.get(instanceId);
    if (instance === undefined) return;
    this.#instances.delete(instanceId);
    if (instance.claim !== undefined) instance.claim.upstream = undefined;
  }

  /** The session has a claim, or may make one. */
  hasRoomFor(session: S): boolean {
    return this.#claims.has(session) || this.#claims.size < this.#host.maxInstances();
  }

  /** Of the sessions that have an instance and do not use it. */
  longestIdle(): { readonly session: S; readonly idleMs: number } | undefined {
    let longest: { readonly session: S; readonly idleMs: number } | undefined;
    for (const { session, upstream } of this.#claims.values()) {
      const { idleMs } = session;
      if (upstream === undefined || idleMs === undefined || idleMs <= (longest?.idleMs ?? -1)) continue;
      longest = { session, idleMs };
    }
    return longest;
  }

  /** The session gives its instance up; its next request makes a claim like any other. */
  reclaim(session: S, idleMs: number): void {
    const upstream = this.held(session);
    if (upstream !== undefined) this.#host.reclaimed(session, upstream, idleMs);
    this.release(session, `session ${session.id} was idle for ${timeWords(idleMs)}, and another one waits`);
  }

  /** The session is gone, or gives its instance up. */
  release(session: S, reason = `session ${session.id} ended`): void {
    const claim = this.#claims.get(session);
    if (claim === undefined) return;
    this.#claims.delete(session);
    claim.receivers.clear();
    const instance = claim.upstream === undefined ? undefined : this.#instances.get(claim.upstream.id);
    // Before the retirement, so that what is on its way is counted as it will be.
    this.#host.demand(this.#claims.size);
    if (instance === undefined) return;
    instance.claim = undefined;
    this.#retire(instance, reason);
  }

  /** Nobody who waits can be served now. Claims stay: their sessions come first when that changes. */
  refuse(error: RpcError): void {
    for (const claim of this.#claims.values()) if (claim.upstream === undefined) this.#settle(claim, error);
  }

  #newClaim(session: S): Claim<S> | undefined {
    if (this.#claims.size >= this.#host.maxInstances()) return undefined;
    const claim: Claim<S> = { session, upstream: undefined, receivers: new Set() };
    this.#claims.set(session, claim);
    if (!session.takesAny && session.profile.key !== BARE_PROFILE.key) this.#newestProfile = session.profile;
    this.#host.demand(this.#claims.size);
    return claim;
  }

  #exhausted(): RpcError {
    const limit = this.#host.maxInstances();
    const reason = `all ${limit} instances are leased to other sessions`;
    return {
      code: RPC.unavailable,
      message: `server ${this.#server} is exhausted: ${reason}; raise maxInstances, or share it`,
      data: { server: this.#server, state: 'exhausted', reason, maxInstances: limit },
    };
  }

  #idle(session: S, isFailing: (instanceId: string) => boolean): Instance<S> | undefined {
    const idle = [...this.#instances.values()].filter(
      (one) => one.claim === undefined && !one.isRetired && this.#fits(session, one.profile),
    );
    return idle.find((one) => !isFailing(one.upstream.id)) ?? idle[0];
  }

  #assign(claim: Claim<S>, instance: Instance<S>): void {
    instance.claim = claim;
    claim.upstream = instance.upstream;
    this.#host.leased(claim.session, instance.upstream);
  }

  #settle(claim: Claim<S>, outcome: Upstream | RpcError): void {
    const receivers = [...claim.receivers];
    claim.receivers.clear();
    for (const receive of receivers) receive(outcome);
  }

  #isWaiting(claim: Claim<S>): boolean {
    return claim.upstream === undefined && this.#claims.get(claim.session) === claim;
  }

  #waitingFor(profile: ClientProfile): Claim<S> | undefined {
    for (const claim of this.#claims.values()) {
      if (claim.upstream === undefined && this.#fits(claim.session, profile)) return claim;
    }
    return undefined;
  }

  /** Retires idle instances of other profiles: as many as sessions wait for, less those that are being made. */
  #convertIdle(): void {
    const expected = new Set([...this.#coming.values()].filter((claim) => claim !== undefined));
    const retired = [...this.#instances.values()].filter((one) => one.isRetired).length;
    const waiting = [...this.#claims.values()].filter((one) => one.upstream === undefined && !expected.has(one)).length;
    let wanted = waiting - retired;
    for (const instance of this.#instances.values()) {
      if (wanted <= 0) return;
      if (instance.claim !== undefined || instance.isRetired) continue;
      wanted -= 1;
      this.#retire(instance, 'a client with other capabilities needs an instance');
    }
  }

  #fits(session: S, told: ClientProfile): boolean {
    return session.takesAny || session.profile.key === told.key || this.#host.fits(session.profile, told);
  }

  #retire(instance: Instance<S>, reason: string): void {
    instance.isRetired = true;
    this.#host.retired(instance.upstream.id, reason);
  }
}

/** Returns how to take the request back. */
function waiting(claim: Claim<LeaseHolder>, receive: Receiver): () => void {
  claim.receivers.add(receive);
  return () => claim.receivers.delete(receive);
}
