/** Finds what a session had been shown by a moment, from the events that tell of it. Pure. */
import type { EpochMs } from '../../kernel/clock.ts';
import type { AuditEvent } from '../../store/types.ts';

export const SEEN_KINDS = [
  'instructions',
  'begin_session',
  'tools',
  'prompts',
  'resources',
  'templates',
  'prompt',
  'read',
] as const;
export type SeenKind = (typeof SEEN_KINDS)[number];

/** A list, the instructions or a prompt, as a session had got it last. */
export interface SeenItem {
  readonly what: SeenKind;
  /** Of a prompt; the URI of what was read. */
  readonly name?: string;
  /** Number of the event that tells of it. */
  readonly n: number;
  readonly at: EpochMs;
  readonly bytes: number;
  /** SHA-256 of what is kept of it; absent: it was too long to be kept. */
  readonly hash?: string;
  /** Known secret values stand masked in it. */
  readonly masked?: boolean;
  /** JSON of the result as it was sent, where it was asked for. */
  readonly text?: string;
  /** Why there is no text: it was too long, is no longer kept, or is too much beside the others. */
  readonly missing?: 'too-long' | 'gone' | 'too-much';
}

export interface SeenReport {
  readonly session: string;
  readonly client: string;
  readonly project: string;
  /** Number and time of the newest event of this report; absent: nothing had been shown by then. */
  readonly n?: number;
  readonly at?: EpochMs;
  /** Numbers of the changes before that and after the moment. */
  readonly earlier?: number;
  readonly later?: number;
  readonly items: readonly SeenItem[];
}

/** A moment of a session: by an event of the journal or by time; default: now. */
export interface SeenMoment {
  readonly n?: number;
  readonly at?: EpochMs;
}

/** `events`: those that tell what the session saw, the oldest first. */
export function shownBy(
  events: readonly AuditEvent[],
  { n = Infinity, at = Infinity }: SeenMoment,
): Pick<SeenReport, 'n' | 'at' | 'earlier' | 'later' | 'items'> {
  const isBy = (event: AuditEvent): boolean => event.n <= n && event.at <= at;
  const by = events.filter(isBy);
  const last = by.at(-1);
  const earlier = by.at(-2);
  const later = events.find((event) => !isBy(event));
  const newest = new Map<string, SeenItem>();
  for (const event of by) {
    const item = itemOf(event);
    if (item !== undefined) newest.set(`${item.what}/${item.name ?? ''}`, item);
  }
  const place = ({ what }: SeenItem): number => SEEN_KINDS.indexOf(what);
  return {
    ...(last === undefined ? {} : { n: last.n, at: last.at }),
    ...(earlier === undefined ? {} : { earlier: earlier.n }),
    ...(later === undefined ? {} : { later: later.n }),
    items: [...newest.values()].toSorted((a, b) => place(a) - place(b) || a.n - b.n),
  };
}

function itemOf({ n, at, detail = {} }: AuditEvent): SeenItem | undefined {
  const what = SEEN_KINDS.find((kind) => kind === detail['what']);
  if (what === undefined) return undefined;
  const { name, bytes, hash } = detail;
  return {
    what,
    ...(typeof name === 'string' ? { name } : {}),
    n,
    at,
    bytes: typeof bytes === 'number' ? bytes : 0,
    ...(typeof hash === 'string' ? { hash } : {}),
    ...(detail['masked'] === true ? { masked: true } : {}),
  };
}
