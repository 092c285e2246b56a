/** Tells dropped records that the chain itself vouches for from records that somebody took away. */
import { append } from '../../kernel/append.ts';
import { keptFiles, type KeptFile } from './archive.ts';
import type { StoreFs } from '../files/fs.ts';
import { eventsOf, NO_HASH, parseRecord, readLine } from '../record.ts';
import type { Gap, JournalFiles } from './segments.ts';
import type { AuditEvent } from '../types.ts';

/** Events that say which records were dropped, and why. */
const RETENTION = 'audit_retention';
const REPAIR = 'store_repaired';

export interface GapBounds {
  readonly firstSeq: number;
  readonly lastSeq: number;
  /** Hash of record `lastSeq`. */
  readonly head: string;
}

export function isVoucher({ kind }: { readonly kind: string }): boolean {
  return kind === RETENTION || kind === REPAIR;
}

/** Retention drops from the front only; a gap in the middle is a repair's, which names it. */
export function vouches(event: AuditEvent, gap: Gap): boolean {
  const detail = event.detail ?? {};
  if (event.kind === RETENTION) {
    return isFront(gap) && detail['lastSeq'] === gap.lastSeq && detail['head'] === gap.head;
  }
  if (event.kind !== REPAIR) return false;
  const { gaps, lost } = detail;
  if (Array.isArray(gaps)) return gaps.some((named) => isGap(named, gap));
  // Of before repairs named gaps by their hashes.
  return Array.isArray(lost) && lost.includes(lostRecords(gap));
}

function isGap(named: unknown, { firstSeq, lastSeq, head }: GapBounds): boolean {
  if (typeof named !== 'object' || named === null) return false;
  const bounds = named as Partial<GapBounds>;
  return bounds.firstSeq === firstSeq && bounds.lastSeq === lastSeq && bounds.head === head;
}

const isFront = ({ firstSeq, prev }: Gap): boolean => firstSeq === 1 && prev === NO_HASH;

/** Describes what is lost with the records of a gap. */
export function lostRecords({ firstSeq, lastSeq, firstEvent, lastEvent }: Gap): string {
  const records = lastSeq === firstSeq ? `record ${lastSeq}` : `records ${firstSeq} to ${lastSeq}`;
  const events = lastEvent - firstEvent + 1;
  if (events === 0) return `${records} of the journal, without events`;
  const named = events === 1 ? `event ${lastEvent}` : `events ${firstEvent} to ${lastEvent}`;
  return `${records} of the journal, with audit ${named}`;
}

export function unvouchedReason({ firstSeq, lastSeq }: GapBounds): string {
  return `records ${firstSeq} to ${lastSeq} are missing, and no record of the journal says that they were dropped`;
}

/** Events of a segment file that may vouch for gaps; of what cannot be read, none. */
export function vouchersIn(bytes: Buffer): AuditEvent[] {
  const found: AuditEvent[] = [];
  for (const kind of [RETENTION, REPAIR]) {
    const mark = `"kind":"${kind}"`;
    for (let at = bytes.indexOf(mark); at !== -1; at = bytes.indexOf(mark, at + 1)) {
      const line = readLine(bytes, bytes.lastIndexOf(0x0a, at) + 1);
      const record = line?.ok === true ? parseRecord(line.body) : undefined;
      if (line === undefined || record === undefined) continue;
      append(
        found,
        eventsOf(record).filter((event) => event.kind === kind),
      );
      at = line.end - 1;
    }
  }
  return found;
}

export interface Vouched {
  /** Those that nothing vouches for. */
  readonly unvouched: readonly { readonly path: string; readonly gap: Gap }[];
  /** What retention kept. */
  readonly kept: readonly KeptFile[];
}

/** Looks through the newest files first, no further than it must. */
export async function checkVouched(fs: StoreFs, files: JournalFiles): Promise<Vouched> {
  const open = new Set(files.gaps);
  let retention: AuditEvent | undefined;
  for (const segment of files.segments.toReversed()) {
    if (open.size === 0) break;
    for (const event of vouchersIn(await fs.read(segment.path))) {
      for (const each of open) if (vouches(event, each.gap)) open.delete(each);
      if (event.kind === RETENTION && event.n > (retention?.n ?? 0)) retention = event;
    }
  }
  return { unvouched: [...open], kept: keptFiles(retention?.detail?.['kept']) };
}
