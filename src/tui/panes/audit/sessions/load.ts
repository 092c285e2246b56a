/** Asks for the sessions of the journal while they are shown: at once, and then when something has happened, every two seconds at most. */
import type { Wanted } from '../../../kit/pane.ts';
import type { UiState } from '../../../state/ui-store.ts';
import { withRows } from './acts.ts';

const everyMs = 2_000;
/** As many are listed. */
const mostRows = 500;

export function wantedSessions({ audit, now }: UiState): Wanted | undefined {
  const { sessions, list } = audit;
  if (sessions === undefined) return undefined;
  const { last } = list.ring;
  const isFirst = sessions.rows === undefined && sessions.error === undefined;
  if (!isFirst && (sessions.upTo >= last || now - sessions.askedAt < everyMs)) return undefined;
  return {
    key: `sessions ${isFirst ? 'first' : sessions.askedAt}`,
    again: !isFirst,
    async load(commands) {
      const rows = await commands.auditSessions({ limit: mostRows });
      return (state) => withRows(state, rows, last);
    },
    failed:
      (error) =>
      ({ audit: later, now: at }) =>
        later.sessions === undefined
          ? {}
          : { audit: { ...later, sessions: { ...later.sessions, error, askedAt: at } } },
  };
}
