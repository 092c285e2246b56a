/** What `y` offers to copy of the selected row. */
import type { HeldEvent } from '../event-ring.ts';
import { selectedEvent } from '../panes/audit/rows.ts';
import { selectedInstance, selectedSession } from '../select.ts';
import type { UiState } from '../ui-store.ts';

export interface CopyItem {
  readonly key: string;
  readonly name: string;
  readonly text: string;
}

export function copyItems(state: UiState): readonly CopyItem[] {
  const connect: CopyItem = { key: 'c', name: 'connect an agent', text: 'claude mcp add mcptui -- mcptui proxy' };
  if (state.pane === 'audit') {
    const event = selectedEvent(state);
    if (event === undefined) return [connect];
    return [
      { key: 'n', name: 'number', text: String(event.n) },
      { key: 't', name: 'target', text: event.target ?? '' },
      { key: 'j', name: 'JSON', text: eventJson(event) },
    ];
  }
  if (state.pane === 'sessions') {
    const session = selectedSession(state);
    return session === undefined
      ? [connect]
      : [
          { key: 'i', name: 'id', text: session.id },
          { key: 'j', name: 'JSON', text: JSON.stringify(session) },
          connect,
        ];
  }
  const instance = selectedInstance(state);
  if (instance === undefined) return [connect];
  const reason =
    instance.failure === undefined ? instance.healthReason : `${instance.failure.code}: ${instance.failure.message}`;
  return [
    { key: 'n', name: 'name', text: instance.name },
    { key: 'i', name: 'id', text: instance.id },
    { key: 'r', name: 'reason', text: reason ?? '' },
    { key: 'j', name: 'JSON', text: JSON.stringify(instance) },
    { key: 'd', name: 'describe', text: `mcptui describe instance ${instance.name}` },
    connect,
  ].filter(({ text }) => text !== '');
}

/** As the command line prints it: the time in UTC, the detail as it came. */
function eventJson({ detailJson, ...event }: HeldEvent): string {
  const detail = detailJson === undefined ? {} : { detail: JSON.parse(detailJson) as unknown };
  return JSON.stringify({ ...event, at: new Date(event.at).toISOString(), ...detail });
}
