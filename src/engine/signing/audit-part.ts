/** Takes a part out of the journal that can be judged by itself: with the signatures of its decisions, and what was demanded. */
import { McptuiError } from '../../kernel/errors.ts';
import type { Shape } from '../../store/schema/index.ts';
import type { ChainHead, Database, Excerpt } from '../../store/types.ts';
import type { AuditedRows } from './audited-state.ts';
import { SignatureAudit } from './signature-audit.ts';

type Reads = Pick<Database<Shape>, 'collection' | 'verify' | 'excerpt'>;

/** Without a key nobody can demand a signature, and the journal need not be read. */
const isAnythingSigned = (db: Reads): boolean => db.collection('operatorKeys').all().length > 0;

/**
 * The events `from` to `to`, and those before them that hold signatures of their decisions, as far as one file has room.
 * @throws McptuiError `invalid`, `not-found`
 */
export async function excerptWithSignatures(db: Reads, from: number, to: number): Promise<Excerpt> {
  const asked = await db.excerpt(from, to);
  const first = isAnythingSigned(db) ? await firstSignature(db, from, to) : from;
  if (first === from) return asked;
  try {
    return await db.excerpt(first, to);
  } catch (error) {
    if (error instanceof McptuiError && error.code !== 'unavailable') return asked;
    throw error;
  }
}

/** What was so at a head; undefined where there is nothing to say. */
export async function rowsBefore(db: Reads, { seq }: ChainHead): Promise<AuditedRows | undefined> {
  if (seq === 0 || !isAnythingSigned(db)) return undefined;
  const audit = auditOf(db);
  let rows: AuditedRows | undefined;
  await db.verify(undefined, {
    kept: (events) => audit.kept(events),
    record(record, chain) {
      if (chain.seq > seq) return [];
      audit.record(record, chain);
      if (chain.seq === seq) rows = audit.rows();
      return [];
    },
  });
  return rows ?? audit.rows();
}

async function firstSignature(db: Reads, from: number, to: number): Promise<number> {
  const audit = auditOf(db);
  let first = from;
  await db.verify(undefined, {
    kept: (events) => audit.kept(events),
    record(record, chain) {
      if (chain.events - record.events.length >= to) return [];
      audit.record(record, chain);
      for (const { n } of record.events) {
        if (n >= from && n <= to) first = Math.min(first, ...audit.signaturesOf(n));
      }
      return [];
    },
  });
  return first;
}

const auditOf = (db: Reads): SignatureAudit => new SignatureAudit({ keys: db.collection('operatorKeys').all() });
