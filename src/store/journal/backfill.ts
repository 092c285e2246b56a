/** Fills the window with older events after the store was opened, so that opening need not wait for them. */
import { eventsIn, type EventSources } from './query.ts';
import { listJournal } from './segments.ts';
import { nextTurn } from '../turns.ts';

/** So many are put into the window before the event loop gets a turn. */
const EVENTS_A_TURN = 250;

/** Reads segments from the newest back until the window is full, there are no more, or `stopped`. @throws McptuiError `unavailable` for damage */
export async function backfill(sources: EventSources, stopped: () => boolean): Promise<void> {
  const { fs, dataDir, format, window, newest } = sources;
  const after = Math.max(0, newest - window.size);
  const { segments } = await listJournal(fs, dataDir, format);
  for (const segment of segments.toReversed()) {
    const oldest = window.oldest ?? newest + 1;
    if (stopped() || window.isFull || oldest <= after + 1) return;
    if (segment.start.events + 1 >= oldest) continue;
    const events = await eventsIn(sources, segment, after, oldest, stopped);
    let joint = window.oldest ?? oldest;
    if (joint !== oldest) return;
    for (let end = events.length; end > 0; end -= EVENTS_A_TURN) {
      // Meanwhile the window may have filled up from the other end, and lost what these would join.
      if (stopped() || window.isFull || (window.oldest ?? joint) !== joint) return;
      window.prepend(events.slice(Math.max(0, end - EVENTS_A_TURN), end));
      joint = window.oldest ?? joint;
      await nextTurn();
    }
  }
}
