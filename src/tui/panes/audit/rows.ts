/** Finds the selected event, its words, and what follows from it. */
import { clean } from '../../../text/clean.ts';
import type { EventRing, HeldEvent } from '../../state/event-ring.ts';
import { person } from '../../kit/describe.ts';
import type { Tone } from '../../kit/theme.ts';
import type { UiState } from '../../state/ui-store.ts';

export const outcomeWords: Readonly<Record<HeldEvent['outcome'], readonly [string, Tone]>> = {
  ok: ['ok', 'ok'],
  error: ['ERR', 'bad'],
  denied: ['DENIED', 'warn'],
  info: ['-', 'plain'],
};

/** The selected event; while following, the newest one. */
export function selectedEvent(state: Pick<UiState, 'audit'>): HeldEvent | undefined {
  const { follow, selected, list } = state.audit;
  if (follow || selected === undefined) return list.at(list.length - 1);
  return list.at(list.rowOf(selected)) ?? list.at(0);
}

/** Who acted, short: `ann`, `claude-code`, `engine`. */
export function actorWord(event: HeldEvent): string {
  return person(event.actor);
}

/** What it was done to; what the kind says already is left out, and of a long id its end is kept. */
export function targetWord({ kind, target = '' }: HeldEvent): string {
  const slash = target.indexOf('/');
  const noun = target.slice(0, Math.max(0, slash));
  const isSaid = noun === 'instance' || (noun !== '' && kind.includes(noun));
  const name = isSaid ? target.slice(slash + 1) : target;
  return clean(name.replace(/\bses_[0-9A-Z]{18}(?=[0-9A-Z]{8}$)/, 'ses_…'));
}

export function messageWord({ message = '' }: HeldEvent): string {
  return clean(message);
}

/** How many later events are looked through for effects. */
const effectsWindow = 2000;
let last:
  | { readonly ring: EventRing; readonly n: number; readonly newest: number; readonly found: readonly number[] }
  | undefined;

/** Numbers of events that name this one as their cause, oldest first, among the next 2,000. */
export function effectsOf(ring: EventRing, n: number): readonly number[] {
  const end = Math.min(ring.last, n + effectsWindow);
  if (last !== undefined && last.ring === ring && last.n === n && last.newest === end) return last.found;
  const resumed = last !== undefined && last.ring === ring && last.n === n && last.newest < end ? last : undefined;
  const found = [...(resumed?.found ?? [])];
  for (let next = (resumed?.newest ?? n) + 1; next <= end; next += 1) {
    if (ring.get(next)?.cause === n) found.push(next);
  }
  last = { ring, n, newest: end, found };
  return found;
}
