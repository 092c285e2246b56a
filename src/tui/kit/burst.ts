/**
 * Tells typing from what a terminal without bracketed paste sends of a clipboard: more keys at once than fingers press.
 * Such a burst is one paste, so that it costs little and acts on nothing.
 */
import type { InputEvent } from './keys.ts';
import { textOf } from './keys.ts';

/** Keys in one read that are still typing, on a machine that stood still for seconds. */
const MOST_TYPED = 64;
/** A key that is held repeats; beyond this many the rest is left out. */
const MOST_REPEATS = 256;
/** What follows a burst so closely is its rest. */
const REST_WITHIN_MS = 100;

export interface BurstMemory {
  /** Monotonic; when the last burst, or a piece of it, arrived. */
  lastAtMs: number;
}

export function newBurstMemory(): BurstMemory {
  return { lastAtMs: -Infinity };
}

/** What arrived at one moment, as what it was. */
export function withBursts(events: readonly InputEvent[], memory: BurstMemory, nowMs: number): readonly InputEvent[] {
  const isRest = nowMs - memory.lastAtMs < REST_WITHIN_MS && events.some(({ kind }) => kind === 'key');
  if (!isRest && events.length <= MOST_TYPED) return events;
  const [first] = events;
  if (!isRest && first?.kind === 'key' && events.every((event) => event.kind === 'key' && event.key === first.key)) {
    return events.slice(0, MOST_REPEATS);
  }
  memory.lastAtMs = nowMs;
  return [{ kind: 'paste', text: events.map(textIn).join('') }];
}

function textIn(event: InputEvent): string {
  if (event.kind === 'paste') return event.text;
  if (event.kind === 'mouse') return '';
  if (event.key === 'enter') return '\n';
  if (event.key === 'tab') return '\t';
  return textOf(event.key) ?? '';
}
