/** Remembers a server's lists while no program runs: they are served at once when it runs again, then corrected. */
import type { Clock } from '../../kernel/clock.ts';
import { profileOf } from '../eras/client-profile.ts';
import { LIST_KINDS, ListSet, type ListTimes } from './list-cache.ts';
import type { ListKind } from '../types/lists.ts';
import { isMap, type WireMap } from '../wire/message.ts';
import { ListIntake } from './definition-check.ts';
import type { ProfileEntry } from './profile-lists.ts';

/** Kinds of clients whose lists are remembered. */
const MAX_REMEMBERED = 4;

export interface RememberedLists {
  /** Capabilities of clients that the server has used. */
  readonly asked: readonly string[];
  /** It lists for each kind of client. */
  readonly differ: boolean;
  readonly sets: readonly {
    readonly capabilities: WireMap;
    readonly lists: Partial<Record<ListKind, readonly WireMap[]>>;
  }[];
}

/** Where it is kept. Neither method throws. */
export interface ListMemory {
  /** Undefined when nothing is known of this definition, or what is kept cannot be read. */
  load(definition: string): unknown;
  /** `lists` is called when it is written, soon. */
  save(definition: string, lists: () => RememberedLists): void;
}

export function remembered(
  entries: readonly ProfileEntry[],
  asked: readonly string[],
  differ: boolean,
): RememberedLists {
  const known = entries.filter(({ lists }) => lists.isKnown).slice(-MAX_REMEMBERED);
  const sets = known.map(({ profile, lists }) => ({
    capabilities: profile.capabilities,
    lists: Object.fromEntries(
      LIST_KINDS.flatMap((kind) => (lists[kind].isKnown ? [[kind, lists[kind].items] as const] : [])),
    ),
  }));
  return { asked, differ, sets };
}

/** Whatever the file holds: what is none of it is left out. */
export function recalled(
  kept: unknown,
  clock: Clock,
  times: ListTimes,
): { readonly entries: readonly ProfileEntry[]; readonly asked: readonly string[]; readonly differ: boolean } {
  const { asked, differ, sets } = isMap(kept) ? kept : {};
  const entries = (Array.isArray(sets) ? sets : []).slice(0, MAX_REMEMBERED).flatMap((set: unknown) => {
    if (!isMap(set) || !isMap(set['capabilities']) || !isMap(set['lists'])) return [];
    const lists = ListSet.empty(clock, times);
    for (const kind of LIST_KINDS) {
      const items = set['lists'][kind];
      if (!Array.isArray(items)) continue;
      const intake = new ListIntake(kind);
      intake.add(items);
      lists[kind].recall({ items: intake.items, extras: {}, oddities: [] });
    }
    return [{ profile: profileOf(set['capabilities']), lists }];
  });
  return {
    entries,
    asked: Array.isArray(asked) ? asked.filter((one) => typeof one === 'string') : [],
    differ: differ === true,
  };
}
