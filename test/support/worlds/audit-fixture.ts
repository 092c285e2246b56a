/** What the fixture of screens tells of sessions: summed up from its events as the engine does it. */
import type { AuditEvent, AuditQuery, EngineCommands } from '../../../src/engine/index.ts';
import { SessionBook } from '../../../src/engine/audit/session-book.ts';
import { shownBy } from '../../../src/engine/audit/seen-report.ts';
import { McptuiError } from '../../../src/kernel/errors.ts';

type Commands = Pick<EngineCommands, 'auditSessions' | 'sessionSaw'>;

/** `texts`: what is kept of what agents were shown, by hash. */
export function auditFixture(
  events: (query: AuditQuery) => Promise<readonly AuditEvent[]>,
  texts: Readonly<Record<string, string>> = {},
): Commands {
  const book = new SessionBook({ events });
  return {
    auditSessions: async ({ limit } = {}) => (await book.sessions()).slice(0, limit),
    async sessionSaw(session, query = {}) {
      const row = (await book.sessions()).find(({ id }) => id === session);
      if (row === undefined) throw new McptuiError('not-found', `no session ${session} in the journal`);
      const read = await events({ after: 0, limit: 5_000 });
      const all = read.filter((event) => event.session === session && event.kind === 'session_saw');
      const { items, ...moment } = shownBy(all, query);
      const given = items.map((item) => {
        const text = texts[item.hash ?? ''];
        return query.texts !== true
          ? item
          : text === undefined
            ? { ...item, missing: 'gone' as const }
            : { ...item, text };
      });
      return { session, client: row.client, project: row.project, ...moment, items: given };
    },
  };
}
