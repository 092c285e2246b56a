/** Handles the commands on the journal of audit events. */
import type { Shape } from '../../store/schema/index.ts';
import type { Database } from '../../store/types.ts';
import type { ChainWatch } from '../audit/chain-watch.ts';
import type { auditEntries } from './table/audit.ts';
import type { CommandsOf } from './table/entry.ts';

export interface AuditParts {
  readonly db: Database<Shape>;
  readonly chain: ChainWatch;
}

export function auditCommands({ db, chain }: AuditParts): CommandsOf<typeof auditEntries> {
  return {
    events: (query) => db.events(query),
    verifyAudit: (kept) => chain.verify(kept),
    auditHead: async () => db.head(),
  };
}
