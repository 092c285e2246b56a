/** Handles the commands on the journal of audit events. */
import type { Shape } from '../../store/schema/index.ts';
import type { Clock } from '../../kernel/clock.ts';
import { defined } from '../../kernel/defined.ts';
import type { Database, Excerpt } from '../../store/types.ts';
import type { EngineRights } from '../rights/engine-rights.ts';
import { sealed } from '../signing/audit-bundle.ts';
import { excerptWithSignatures, rowsBefore } from '../signing/audit-part.ts';
import type { ChainWatch } from '../audit/chain-watch.ts';
import type { SeenBook } from '../audit/seen-book.ts';
import type { SessionBook } from '../audit/session-book.ts';
import type { auditEntries } from './table/audit.ts';
import type { CommandsOf } from './table/entry.ts';

export interface AuditParts {
  readonly db: Database<Shape>;
  readonly chain: ChainWatch;
  readonly sessionBook: SessionBook;
  readonly seen: SeenBook;
  readonly clock: Clock;
  readonly rights: EngineRights;
}

const mutable = ({ start, head, records }: Excerpt) => ({ start, head, records: [...records] });

export function auditCommands({
  db,
  chain,
  sessionBook,
  seen,
  clock,
  rights,
}: AuditParts): CommandsOf<typeof auditEntries> {
  return {
    events: (query) => db.events(query),
    auditSessions: async ({ limit } = {}) => (await sessionBook.sessions()).slice(0, limit),
    sessionSaw: (session, query = {}) => seen.report(session, query),
    verifyAudit: (kept) => chain.verify(kept),
    async exportAudit(from, to) {
      const keys = db
        .collection('operatorKeys')
        .all()
        .map(({ id, subject, publicKey }) => ({ id, subject, publicKey }));
      const excerpt = await excerptWithSignatures(db, from, to);
      const before = await rowsBefore(db, excerpt.start);
      const about = { format: 'mcptui-audit/1' as const, exportedAt: clock.now(), from, to, keys };
      return sealed({ ...about, ...defined({ before }), ...mutable(excerpt) });
    },
    // A signature may name it.
    auditHead: async () => rights.signing.heads.now(),
  };
}
