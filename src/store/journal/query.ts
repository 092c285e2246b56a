/** Pages of audit events: from the window in memory, and from the segments for what is older. */
import { McptuiError } from '../../kernel/errors.ts';
import { keptEvents, type KeptFile } from './archive.ts';
import type { StoreFs } from '../files/fs.ts';
import { eventsOf } from '../record.ts';
import { damaged, listJournal, walkSegment, type Segment } from './segments.ts';
import { nextTurn, Turns } from '../turns.ts';
import type { AuditEvent, AuditQuery } from '../types.ts';
import { matcher, type EventWindow } from './window.ts';

const DEFAULT_LIMIT = 200;
const MAX_LIMIT = 5_000;
/** Events of the window looked at before the event loop gets a turn. */
const EVENTS_A_TURN = 2_000;

export interface EventSources {
  readonly fs: StoreFs;
  readonly dataDir: string;
  readonly window: EventWindow;
  /** Number of the newest durable event. */
  readonly newest: number;
  readonly format: number;
  /** Keeps retention away while files are read. */
  exclusive<T>(work: () => Promise<T>): Promise<T>;
  readonly active: { readonly path: string; readonly size: number } | undefined;
  /** Decisions of files that were dropped; their numbers are before those of all that is left. */
  readonly kept: () => readonly KeptFile[];
}

/** Newest first, or oldest first when `after` is given. @throws McptuiError `invalid` for a limit out of range, `unavailable` for damage */
export async function queryEvents(query: AuditQuery, sources: EventSources): Promise<readonly AuditEvent[]> {
  const limit = query.limit ?? DEFAULT_LIMIT;
  if (!Number.isInteger(limit) || limit < 1 || limit > MAX_LIMIT) {
    throw new McptuiError('invalid', `limit is ${limit}; use 1 to ${MAX_LIMIT}`);
  }
  const forward = query.after !== undefined;
  const after = query.after ?? 0;
  const before = Math.min(query.before ?? Infinity, sources.newest + 1);
  const matches = matcher(query);
  const found: AuditEvent[] = [];
  const take = async (events: readonly AuditEvent[]): Promise<boolean> => {
    for (let i = 0; i < events.length; i++) {
      if (i % EVENTS_A_TURN === EVENTS_A_TURN - 1) await nextTurn();
      const event = events[forward ? i : events.length - 1 - i];
      if (event !== undefined && matches(event) && found.push(event) === limit) return false;
    }
    return true;
  };
  const oldest = sources.window.oldest ?? sources.newest + 1;
  // As of now: what the window forgets while older events are read from files must not be missing between the two.
  const held = sources.window.between(after, before, !forward);
  const takeHeld = async (): Promise<boolean> => {
    for (const events of held) {
      if (!(await take(events))) return false;
      await nextTurn();
    }
    return true;
  };
  if (!forward && !(await takeHeld())) return found;
  if (after + 1 < oldest && before > after + 1) {
    const all = await sources.exclusive(async () => {
      const end = Math.min(before, oldest);
      if (forward && !(await readKeptEvents(sources, after, end, forward, take))) return false;
      if (!(await readOld(sources, after, end, forward, take))) return false;
      return forward || readKeptEvents(sources, after, end, forward, take);
    });
    if (!all) return found;
  }
  if (forward) await takeHeld();
  return found;
}

/** Hands over the events with `after < n < before`, a segment at a time; false when `take` has had enough. */
async function readOld(
  sources: EventSources,
  after: number,
  before: number,
  forward: boolean,
  take: (events: readonly AuditEvent[]) => Promise<boolean>,
): Promise<boolean> {
  const { segments } = await listJournal(sources.fs, sources.dataDir, sources.format);
  const wanted = segments.filter(
    (segment, i) => segment.start.events + 1 < before && (segments[i + 1]?.start.events ?? Infinity) > after,
  );
  for (const segment of forward ? wanted : wanted.toReversed()) {
    const events = await eventsIn(sources, segment, after, before);
    if (!(await take(events))) return false;
  }
  return true;
}

/** The same for the decisions of dropped files. */
async function readKeptEvents(
  { fs, dataDir, format, kept }: EventSources,
  after: number,
  before: number,
  forward: boolean,
  take: (events: readonly AuditEvent[]) => Promise<boolean>,
): Promise<boolean> {
  const files = kept();
  if (files.length === 0) return true;
  // What a crash has kept and not yet dropped is in both.
  const { gaps } = await listJournal(fs, dataDir, format);
  const gone = gaps[0]?.gap.lastEvent ?? 0;
  for (const file of forward ? files : files.toReversed()) {
    const events = await keptEvents(fs, dataDir, file);
    if (!(await take(events.filter(({ n }) => n > after && n < before && n <= gone)))) return false;
  }
  return true;
}

/** The segment's events with `after < n < before`; fewer when `stopped`. */
export async function eventsIn(
  sources: EventSources,
  segment: Segment,
  after: number,
  before: number,
  stopped: () => boolean = () => false,
): Promise<readonly AuditEvent[]> {
  const { fs, active } = sources;
  const bytes = await fs.read(segment.path, 0, active?.path === segment.path ? active.size : undefined);
  const events: AuditEvent[] = [];
  const walk = walkSegment(bytes, segment.start);
  const turns = new Turns();
  for (;;) {
    const step = walk.next();
    if (step.done === true) {
      const { fault } = step.value;
      if (fault === undefined) return events;
      throw damaged(segment.path, fault.offset, fault.reason);
    }
    const { record } = step.value;
    if (record.n >= before || stopped()) return events;
    if (record.n + record.events.length - 1 > after) {
      for (const event of eventsOf(record)) if (event.n > after && event.n < before) events.push(event);
    }
    await turns.did(step.value.end - step.value.offset);
  }
}
