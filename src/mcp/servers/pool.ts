/**
 * Holds the connected instances of one server, and chooses which of them serves a session. A shared server's instances
 * serve any number of sessions (`LeastLoaded`); an isolated one's serve one session each (`Leases`). `acquire` is the
 * only place where a session gets an instance, `release` the only one where it gives it back.
 */
import { ROUTER_PROFILE, type ClientProfile } from '../eras/client-profile.ts';
import { inTime } from './in-time.ts';
import { LeaseRoom } from './lease-room.ts';
import { Leases, type LeaseHolder, type LeaseHost, type Receiver } from './leases.ts';
import type { ListSet } from '../lists/list-cache.ts';
import { ServerLists } from '../lists/server-lists.ts';
import { downError, type RpcError } from '../wire/rpc-errors.ts';
import { LeastLoaded } from './least-loaded.ts';
import type { Down, PoolOptions } from './pool-host.ts';
import type { RoutedServer } from '../types/server.ts';
import type { UpstreamInfo } from '../types/connection.ts';
import type { Upstream } from '../upstream/upstream.ts';

const NOT_CONNECTED: Down = { state: 'starting', reason: 'no instance is connected yet' };
const NO_OTHER: Down = { state: 'starting', reason: 'no other instance was there in time' };
const DEFAULT_MAX_INSTANCES = 8;

/** How long a call waits for a server that is starting, where nothing else is said. */
const START_TIMEOUT_MS = 60_000;
const REASON_MS = 5_000;

/** States of a server that has no instance now and will have one soon. */
const COMING = new Set(['starting', 'pending', 'stopping']);

export class ServerPool {
  readonly name: string;
  /** Of the instance that connected last; kept while none is. */
  info: UpstreamInfo | undefined;
  /** Its lists, and what it asks of agents' clients. */
  readonly known: ServerLists;
  readonly #options: PoolOptions;
  readonly #upstreams = new Map<string, Upstream>();
  readonly #failing = new Set<string>();
  /** Will be stopped once their calls have ended: they get no other. */
  readonly #draining = new Set<string>();
  readonly #leastLoaded = new LeastLoaded<LeaseHolder>();
  readonly #leases: Leases<LeaseHolder>;
  readonly #room: LeaseRoom<LeaseHolder>;
  #routed: RoutedServer | undefined;
  #arrivals: (() => void)[] = [];

  constructor(name: string, options: PoolOptions) {
    this.name = name;
    this.#options = options;
    this.known = new ServerLists(options, () => this.isIsolated);
    const host: LeaseHost<LeaseHolder> = {
      maxInstances: () => this.routed?.maxInstances ?? DEFAULT_MAX_INSTANCES,
      isDraining: (instanceId) => this.#draining.has(instanceId),
      leased: (session, upstream) => options.host.leased(session, upstream),
      fits: (client, told) => this.known.fits(client, told),
      isParticular: () => this.known.isParticular,
      reclaimed: (...of) => options.host.reclaimed(...of),
      retired: (instanceId, reason) => options.host.retired(instanceId, reason),
      demand: () => this.#tellDemand(),
    };
    this.#leases = new Leases(name, host);
    this.#room = new LeaseRoom(options.clock, this.#leases);
  }

  /** Undefined while no definition is known: then no agent reaches it. */
  get routed(): RoutedServer | undefined {
    return this.#routed;
  }

  /** The definition or the state of the server has changed: those who wait in vain are told so. */
  set routed(routed: RoutedServer | undefined) {
    this.#routed = routed;
    this.known.recall(routed?.definition);
    if (!this.isComing && !this.#drainsAll) this.#wakeReaders();
    const error = this.#refusal();
    if (error !== undefined) this.#leases.refuse(error);
  }

  get isIsolated(): boolean {
    return this.#routed?.isolation === 'session';
  }

  get upstreams(): Iterable<Upstream> {
    return this.#upstreams.values();
  }

  /** How long a call waits for a start: its time, and a moment in which the reason of its end arrives. */
  get startTimeoutMs(): number {
    return (this.#routed?.startTimeoutMs ?? START_TIMEOUT_MS) + REASON_MS;
  }

  /** Any connected instance, good ones first. */
  get any(): Upstream | undefined {
    let fallback: Upstream | undefined;
    for (const upstream of this.#upstreams.values()) {
      if (!this.#failing.has(upstream.id)) return upstream;
      fallback ??= upstream;
    }
    return fallback;
  }

  get isConnected(): boolean {
    return this.#upstreams.size > 0;
  }

  /** Why no instance can answer. */
  get down(): Down {
    return this.#routed?.down ?? NOT_CONNECTED;
  }

  /** No instance is connected, and one is on its way. */
  get isComing(): boolean {
    return !this.isConnected && this.down.retryAt === undefined && COMING.has(this.down.state);
  }

  /** Every connected instance is about to be stopped, and to come again. */
  get #drainsAll(): boolean {
    return this.isConnected && this.#draining.size >= this.#upstreams.size;
  }

  /** The lists that clients of this profile are served. */
  lists(profile: ClientProfile): ListSet {
    return this.known.served(profile).lists;
  }

  /** The profile whose lists people are shown: that of the client that came last, or of any whose lists are known. */
  get shownProfile(): ClientProfile {
    if (!this.isIsolated) return ROUTER_PROFILE;
    const newest = this.#leases.newestProfile;
    const connected = [...this.#upstreams.keys()].flatMap((id) => this.profileOf(id) ?? []);
    return [newest, ...connected].find((profile) => this.lists(profile).tools.isKnown) ?? connected[0] ?? newest;
  }

  /** An instance whose lists are those that the profile is served, and not what one session has made of them: none that one has used. */
  listSource(profile: ClientProfile): Upstream | undefined {
    if (!this.isIsolated) return this.any;
    const { key } = this.known.served(profile).profile;
    const all = [...this.#upstreams.values()];
    const fitting = all.filter(({ id }) => !this.known.isParticular || this.profileOf(id)?.key === key);
    const fresh = fitting.filter((upstream) => !this.#options.host.isUsed(upstream));
    return fresh.find(({ id }) => this.#leases.isIdle(id)) ?? fresh[0];
  }

  /** What a connected instance was told of the client behind it. */
  profileOf(instanceId: string): ClientProfile | undefined {
    return this.isIsolated ? this.#leases.profileOf(instanceId) : ROUTER_PROFILE;
  }

  /** The one session that an instance is leased to. */
  holder(instanceId: string): LeaseHolder | undefined {
    return this.#leases.holder(instanceId);
  }

  /** Of a shared server: the sessions that have used an instance. */
  users(upstream: Upstream): Iterable<LeaseHolder> {
    return this.#leastLoaded.users(upstream);
  }

  /** Chooses the client profile that an instance is initialised with; `likely` while no client is known. */
  begin(instanceId: string, likely: ClientProfile): ClientProfile {
    return this.isIsolated ? this.#leases.begin(instanceId, likely) : ROUTER_PROFILE;
  }

  /** It could not be initialised. */
  abandon(instanceId: string): void {
    this.#leases.abandon(instanceId);
  }

  add(upstream: Upstream, profile: ClientProfile): void {
    const isFirst = this.info === undefined;
    this.#upstreams.set(upstream.id, upstream);
    this.info = upstream.info;
    const lists = this.known.own(profile).lists;
    lists.isLate = false;
    // A recycled instance comes often: its lists are read anew behind the readers' backs.
    if (!this.isIsolated) lists.invalidate();
    this.#wakeReaders();
    if (!this.isIsolated) return;
    this.#leases.add(upstream, profile);
    if (isFirst) this.#tellDemand();
  }

  /** Calls back once, when the next instance has connected or none can be hoped for soon. */
  onArrival(arrived: () => void): void {
    this.#arrivals.push(arrived);
  }

  remove(upstream: Upstream): void {
    if (this.#upstreams.get(upstream.id) !== upstream) return;
    this.#upstreams.delete(upstream.id);
    this.#failing.delete(upstream.id);
    this.#draining.delete(upstream.id);
    this.#leastLoaded.remove(upstream);
    this.#leases.remove(upstream.id);
  }

  probed(instanceId: string, isGood: boolean): void {
    if (isGood) this.#failing.delete(instanceId);
    else if (this.#upstreams.has(instanceId)) this.#failing.add(instanceId);
  }

  /** Calls that come from now on go to another instance, or wait for the next one; until it is said to be over. */
  drain(upstream: Upstream, isDraining: boolean): void {
    if (this.#upstreams.get(upstream.id) !== upstream) return;
    if (isDraining) return void this.#draining.add(upstream.id);
    this.#draining.delete(upstream.id);
    this.#leases.resume(upstream.id);
    this.#wakeReaders();
  }

  /** The instance that takes the session's next call without a wait. */
  ready(session: LeaseHolder): Upstream | undefined {
    const held = this.held(session);
    return held === undefined || this.#draining.has(held.id) ? undefined : held;
  }

  /** The instance that the session has used last, while it is connected. */
  held(session: LeaseHolder): Upstream | undefined {
    return this.isIsolated ? this.#leases.held(session) : this.#leastLoaded.held(session);
  }

  /** The instance for a session: `receive` is called once, now or when there is one. Returns how to take the request back. */
  acquire(session: LeaseHolder, receive: Receiver): () => void {
    const isFailing = (instanceId: string): boolean => this.#failing.has(instanceId);
    if (!this.isIsolated) {
      const pick = (): Upstream | undefined => this.#pick(session, isFailing);
      if (!this.isComing && !this.#drainsAll) {
        receive(pick() ?? this.downError(this.down));
        return () => {};
      }
      return this.#inTime(receive, (there) => {
        this.onArrival(() => there(pick() ?? this.downError(this.down)));
        return () => {};
      });
    }
    const held = this.#leases.held(session);
    const isHopeless = held === undefined && !this.isConnected && !this.isComing;
    if (isHopeless) {
      receive(this.downError(this.down));
      return () => {};
    }
    const claim = (): (() => void) =>
      this.#inTime(receive, (there) => {
        const takeBack = this.#leases.claim(session, isFailing, there);
        const error = this.#refusal();
        if (error !== undefined) this.#leases.refuse(error);
        return takeBack;
      });
    if (this.#leases.hasRoomFor(session)) return claim();
    let takeBack = (): void => {};
    const there = (): void => void (takeBack = claim());
    const leave = this.#room.request(session, there, there);
    return () => {
      leave();
      takeBack();
    };
  }

  #pick(session: LeaseHolder, isFailing: (instanceId: string) => boolean): Upstream | undefined {
    const staying = [...this.#upstreams.values()].filter(({ id }) => !this.#draining.has(id));
    const used = this.#leastLoaded.held(session);
    if (used !== undefined && this.#draining.has(used.id)) this.#leastLoaded.release(session);
    return this.#leastLoaded.pick(session, staying, isFailing);
  }

  /** Waits no longer than a start may take. */
  #inTime(receive: Receiver, wait: (there: Receiver) => () => void): () => void {
    const late = (): RpcError => this.downError(this.isConnected ? NO_OTHER : this.down);
    return inTime(this.#options.clock, this.startTimeoutMs, receive, wait, late);
  }

  /** The session is gone. */
  release(session: LeaseHolder): void {
    this.#leastLoaded.release(session);
    this.#leases.release(session);
    this.#room.look();
  }

  downError(down: Down): ReturnType<typeof downError> {
    return downError(this.name, down, this.#options.clock.now());
  }

  /** Why those who wait for an instance of their own will not get one now. */
  #refusal(): ReturnType<typeof downError> | undefined {
    if (this.#routed === undefined) return this.downError({ state: 'unknown', reason: 'it has been removed' });
    if (this.#routed.noMore !== undefined) return this.downError(this.#routed.noMore);
    return this.isConnected || this.isComing ? undefined : this.downError(this.down);
  }

  /** A server that has never connected is not started many times over: its first instance shows whether it can run. */
  #tellDemand(): void {
    if (this.isIsolated) this.#options.host.demand(this.name, this.info === undefined ? 0 : this.#leases.size);
  }

  #wakeReaders(): void {
    const arrivals = this.#arrivals;
    this.#arrivals = [];
    for (const arrived of arrivals) arrived();
  }
}
