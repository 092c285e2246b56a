/** Handles the commands on the journal of audit events. */
import type { Shape } from '../../store/schema/index.ts';
import type { Database } from '../../store/types.ts';
import type { ChainWatch } from '../audit/chain-watch.ts';
import type { SessionBook } from '../audit/session-book.ts';
import type { auditEntries } from './table/audit.ts';
import type { CommandsOf } from './table/entry.ts';

export interface AuditParts {
  readonly db: Database<Shape>;
  readonly chain: ChainWatch;
  readonly sessionBook: SessionBook;
}

export function auditCommands({ db, chain, sessionBook }: AuditParts): CommandsOf<typeof auditEntries> {
  return {
    events: (query) => db.events(query),
    auditSessions: () => sessionBook.sessions(),
    verifyAudit: (kept) => chain.verify(kept),
    auditHead: async () => db.head(),
  };
}
