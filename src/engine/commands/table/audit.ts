/** Lists the commands on the journal of audit events. */
import * as z from 'zod';
import type { AuditEvent, AuditQuery, ChainHead, VerifyReport } from '../../../store/types.ts';
import type { SeenQuery } from '../../audit/seen-book.ts';
import { SEEN_KINDS, type SeenReport } from '../../audit/seen-report.ts';
import type { AuditSession } from '../../audit/session-book.ts';
import type { AuditBundle } from '../../signing/audit-bundle.ts';
import { command } from './entry.ts';
import { count, text } from './shapes.ts';

const query = z.strictObject({
  before: count.exactOptional(),
  after: count.exactOptional(),
  limit: count.exactOptional(),
  kind: text.exactOptional(),
  session: text.exactOptional(),
  target: text.exactOptional(),
  text: text.exactOptional(),
});

const seenQuery = z.strictObject({
  n: count.exactOptional(),
  at: z.number().exactOptional(),
  what: z.enum(SEEN_KINDS).exactOptional(),
  name: text.exactOptional(),
  texts: z.boolean().exactOptional(),
});

export const auditEntries = {
  events: command<(query: AuditQuery) => Promise<readonly AuditEvent[]>>({
    about:
      'Audit events, `limit` of them (200 unless told): the newest first, or those `after` a number, oldest first.',
    effect: 'reads',
    verb: 'view',
    resource: 'audit',
    audit: [],
    on: () => [],
    seen: (all, sees, meant) => all.filter((event) => sees([meant.event(event)])),
    args: [['query', query]],
  }),
  auditSessions: command<(query?: { readonly limit?: number }) => Promise<readonly AuditSession[]>>({
    about:
      'What the journal tells of sessions, one row each, newest first: who, calls, errors, refusals, tokens. Made of the newest ' +
      '200,000 events, for 5,000 sessions at most, or `limit`.',
    effect: 'reads',
    verb: 'view',
    resource: 'audit',
    audit: [],
    on: () => [],
    seen: (all, sees) => all.filter(({ project }) => sees([{ kind: 'audit', name: 'session_bind', project }])),
    args: [['query', z.strictObject({ limit: count.exactOptional() }).optional()]],
  }),
  sessionSaw: command<(session: string, query?: SeenQuery) => Promise<SeenReport>>({
    about:
      'What an agent had been shown by a moment of its session (an event `n`, a time `at`; now unless told): instructions, lists and ' +
      'prompts, each as it was sent last, known secret values masked. With `texts` the results themselves, of 64 MiB in all that are kept.',
    effect: 'reads',
    verb: 'view',
    resource: 'audit',
    audit: [],
    on: (meant, session) => [{ kind: 'audit', name: 'session_saw', project: meant.session(session).project }],
    args: [
      ['session', text],
      ['query', seenQuery.optional()],
    ],
  }),
  verifyAudit: command<(kept?: Pick<ChainHead, 'seq' | 'hash'>) => Promise<VerifyReport>>({
    about:
      'Checks the whole chain, and each signed decision. `kept`: a head of an earlier day, which must still be in it.',
    effect: 'reads',
    verb: 'view',
    resource: 'audit',
    audit: [],
    on: () => [{ kind: 'audit' }],
    args: [['kept', z.strictObject({ seq: count, hash: text }).optional()]],
  }),
  exportAudit: command<(from: number, to: number) => Promise<AuditBundle>>({
    about:
      'The records that hold the events `from` to `to`, with their hashes, the keys and the head: what can be checked ' +
      'without this engine. At most 16 MiB; records hold what was changed as well.',
    effect: 'reads',
    verb: 'view',
    resource: 'audit',
    audit: [],
    on: () => [{ kind: 'audit' }],
    args: [
      ['from', count],
      ['to', count],
    ],
  }),
  auditHead: command<() => Promise<ChainHead>>({
    about: 'The newest record and its hash, to be kept elsewhere.',
    effect: 'reads',
    verb: 'view',
    resource: 'audit',
    audit: [],
    on: () => [{ kind: 'audit' }],
    args: [],
  }),
};
