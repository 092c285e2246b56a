/** Writes events as the command line prints them: the time in UTC, the detail as it came. */
import type { AuditList } from '../../state/audit-list.ts';
import type { HeldEvent } from '../../state/event-ring.ts';

export function eventJson({ detailJson, ...event }: HeldEvent): string {
  const detail = detailJson === undefined ? {} : { detail: JSON.parse(detailJson) as unknown };
  return JSON.stringify({ ...event, at: new Date(event.at).toISOString(), ...detail });
}

/** One line for each event that the filter lets through, those without a row too. */
export function eventLines(list: AuditList): string {
  return list
    .matching()
    .map((event) => `${eventJson(event)}\n`)
    .join('');
}
