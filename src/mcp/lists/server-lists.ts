/** Holds one server's lists: for each kind of client where that matters to it, and remembered while no program runs. */
import type { Clock } from '../../kernel/clock.ts';
import { ROUTER_PROFILE, type ClientProfile } from '../eras/client-profile.ts';
import type { CachedList, ListTimes } from './list-cache.ts';
import type { ListKind } from '../types/lists.ts';
import { ClientUse } from './client-use.ts';
import { recalled, remembered, type ListMemory } from './list-memory.ts';
import { ProfileLists, type ProfileEntry } from './profile-lists.ts';

export interface ServerListsOptions {
  readonly clock: Clock;
  readonly times: ListTimes;
  /** Where lists are kept while no program runs; absent = nowhere. */
  readonly memory?: ListMemory | undefined;
}

export class ServerLists {
  readonly #options: ServerListsOptions;
  readonly #isIsolated: () => boolean;
  readonly #entries: ProfileLists;
  readonly #use = new ClientUse();
  #definition: string | undefined;

  /** A shared server has one kind of client. */
  constructor(options: ServerListsOptions, isIsolated: () => boolean) {
    this.#options = options;
    this.#isIsolated = isIsolated;
    this.#entries = new ProfileLists(options.clock, options.times);
  }

  /** It matters to the server what an agent's client can do. */
  get isParticular(): boolean {
    return this.#isIsolated() && (this.#use.isAsking || this.#entries.differ);
  }

  get all(): readonly ProfileEntry[] {
    return this.#entries.all;
  }

  /** What clients of this kind are served: their own lists, or what is known of another kind until those are. */
  served(profile: ClientProfile): ProfileEntry {
    if (!this.#isIsolated()) return this.own(profile);
    return this.#entries.served(profile, this.isParticular ? (told) => this.#use.fits(profile, told) : undefined);
  }

  /** What instances that were told of this client are read into. */
  own(profile: ClientProfile): ProfileEntry {
    return this.#entries.own(this.#isIsolated() ? profile : ROUTER_PROFILE);
  }

  /** Whether an instance that was told of `told` may serve a client of `client`. */
  fits(client: ClientProfile, told: ClientProfile): boolean {
    return !this.#entries.differ && this.#use.fits(client, told);
  }

  /** Whether clients of this kind are served the lists of another one, which theirs may differ from. */
  isLentTo(profile: ClientProfile): boolean {
    if (!this.isParticular) return false;
    const { profile: told } = this.served(profile);
    return told.key !== profile.key && !this.fits(profile, told);
  }

  /** All other kinds of clients whose list is known see just the same, and so did this one. */
  isServedAlready(list: CachedList, kind: ListKind): boolean {
    const others = this.all.map(({ lists }) => lists[kind]).filter((other) => other !== list && other.isKnown);
    return others.length > 0 && others.every((other) => other.equals(list));
  }

  /** The lists of this kind were read. True when others see other lists now. */
  compare(profile: ClientProfile): boolean {
    return this.#isIsolated() && this.#entries.compare(profile);
  }

  /** The server has asked something of an agent's client. */
  asked(method: string): void {
    if (this.#use.note(method)) this.remember();
  }

  /** What is known is written down, soon. */
  remember(): void {
    if (this.#definition === undefined) return;
    const known = () => remembered(this.#entries.all, this.#use.asked, this.#entries.differ);
    this.#options.memory?.save(this.#definition, known);
  }

  /** Takes up what was remembered of a definition, once. */
  recall(definition: string | undefined): void {
    if (definition === undefined || definition === this.#definition) return;
    this.#definition = definition;
    const { clock, times, memory } = this.#options;
    const { entries, asked, differ } = recalled(memory?.load(definition), clock, times);
    this.#entries.recall(entries, differ);
    this.#use.recall(asked);
  }
}
