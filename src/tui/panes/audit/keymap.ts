/** Keys of the Audit pane. */
import type { HeldEvent } from '../../state/event-ring.ts';
import type { Ui } from '../../kit/ui.ts';
import { always, bind, type Binding } from '../../kit/keymap.ts';
import type { UiState } from '../../state/ui-store.ts';
import { followAudit, selectAudit } from './move.ts';
import { askToSave } from '../../kit/save.ts';
import { isInDetail } from '../../kit/split-pane.ts';
import { eventLines } from './event-json.ts';
import { facetChoices } from './facets.ts';
import { filterAudit, foldAudit } from './filter.ts';
import { effectsOf, selectedEvent } from './rows.ts';
import { giveKeys, hideSessions, showSessions } from './sessions/acts.ts';

const current = (state: UiState): HeldEvent | string => selectedEvent(state) ?? 'there is no event yet';

/** Goes to an event that the list shows, or says why it cannot. */
function goTo(ui: Ui, n: number, what: string): void {
  const { list } = ui.state.audit;
  if (list.ring.get(n) === undefined) return ui.notify('info', `${what} #${n} is older than what is loaded`);
  const event = list.ring.get(n);
  // What is folded is unfolded for who asks for it.
  if (!list.shows(n) && list.folds && event !== undefined && list.matches(event)) foldAudit(ui, false);
  if (!list.shows(n) && list.session !== undefined && event?.session !== list.session) {
    return ui.notify('info', `${what} #${n} is not of this session: F shows all events`);
  }
  if (!list.shows(n)) return ui.notify('info', `${what} #${n} is hidden by the filter: Esc clears it`);
  selectAudit(ui, list.rowOf(n));
}

/** The next event of the same session in one direction. */
function inSession(ui: Ui, event: HeldEvent, step: 1 | -1): void {
  const { list } = ui.state.audit;
  for (let index = list.rowOf(event.n) + step; index >= 0 && index < list.length; index += step) {
    if (list.at(index)?.session === event.session) return selectAudit(ui, index);
  }
  ui.notify('info', `no ${step === 1 ? 'later' : 'earlier'} event of session ${event.session ?? ''}`);
}

const ofSession = (state: UiState): HeldEvent | string => {
  const event = current(state);
  return typeof event === 'string' || event.session !== undefined ? event : `#${event.n} belongs to no session`;
};

export const auditKeymap: readonly Binding[] = [
  bind({
    id: 'audit.open',
    keys: ['enter'],
    focus: 'audit',
    help: 'full detail; there: go to the event that caused this one',
    hint: (state) => (isInDetail(state) ? undefined : state.audit.sessions?.hasKeys === true ? 'its events' : 'detail'),
    target: current,
    run(event, ui) {
      if (ui.state.audit.sessions?.hasKeys === true && !isInDetail(ui.state)) return giveKeys(ui, false);
      if (isInDetail(ui.state)) {
        if (event.cause === undefined) return ui.notify('info', `#${event.n} names no cause`);
        return goTo(ui, event.cause, 'cause');
      }
      selectAudit(ui, ui.state.audit.list.rowOf(event.n));
      ui.set({ zoomed: true, focus: 'detail' });
    },
  }),
  bind({
    id: 'audit.follow',
    keys: ['f'],
    focus: 'audit',
    help: 'follow the newest event, or pause',
    hint: (state) => (state.audit.follow ? 'pause' : 'follow'),
    target: always,
    run(state, ui) {
      if (!state.audit.follow) return followAudit(ui);
      selectAudit(ui, state.audit.list.length - 1);
    },
  }),
  bind({
    id: 'audit.sessions',
    keys: ['F'],
    focus: 'audit',
    help: 'the sessions beside the timeline, which shows the events of the chosen one; hide them again',
    hint: ({ audit }) => (audit.sessions === undefined ? 'sessions' : 'hide'),
    target: always,
    run({ audit: { sessions } }, ui) {
      if (sessions === undefined) showSessions(ui);
      else hideSessions(ui);
    },
  }),
  bind({
    id: 'audit.facets',
    keys: ['&'],
    focus: 'audit',
    help: 'keep only a kind, actor, result or target that there is, with counts: added to the filter',
    hint: (state) => (isInDetail(state) ? undefined : 'keep only'),
    target: ({ audit }) => (audit.list.ring.size <= 0 ? 'there is no event yet' : audit),
    run({ list, filter }, ui) {
      ui.pick({
        title: filter === '' ? 'Show only …' : `Show only … and ${filter}`,
        does: 'filters',
        choices: facetChoices(list),
        act: (after, term) => filterAudit(after, `${after.state.audit.filter} ${term}`.trim()),
      });
    },
  }),
  bind({
    id: 'audit.engine',
    keys: ['e'],
    focus: 'audit',
    help: "show the engine's routine and what it repeats too, or fold them again",
    hint: ({ audit }) => (audit.list.folded > 0 ? "engine's" : undefined),
    target: always,
    run({ audit: { list } }, ui) {
      foldAudit(ui, !list.folds);
      ui.notify(
        'info',
        list.folds ? 'attempts, recycles and repeats of the engine are folded' : 'all events are shown',
      );
    },
  }),
  bind({
    id: 'audit.export',
    keys: ['S'],
    focus: 'audit',
    help: 'save the events of the filter to a file, a line of JSON each',
    hint: 'export',
    target: ({ audit }) => (audit.list.ring.size <= 0 ? 'there is no event yet' : audit),
    run({ list, filter }, ui) {
      const what = filter === '' ? 'All events that are loaded' : `The events of the filter ${filter}`;
      askToSave(ui, { name: 'audit.jsonl', what: `${what}, a line of JSON each.`, text: () => eventLines(list) });
    },
  }),
  bind({
    id: 'audit.cause',
    keys: ['K'],
    focus: 'audit',
    help: 'go to the event that caused this one',
    hint: 'cause',
    target(state) {
      const event = current(state);
      return typeof event === 'string' || event.cause !== undefined ? event : `#${event.n} names no cause`;
    },
    run: (event, ui) => goTo(ui, event.cause ?? event.n, 'cause'),
  }),
  bind({
    id: 'audit.effects',
    keys: ['J'],
    focus: 'audit',
    help: 'go to the first event that this one caused',
    hint: 'effects',
    target(state) {
      const event = current(state);
      if (typeof event === 'string') return event;
      return effectsOf(state.audit.list.ring, event.n).length > 0 ? event : `#${event.n} has no effects yet`;
    },
    run: (event, ui) => goTo(ui, effectsOf(ui.state.audit.list.ring, event.n)[0] ?? event.n, 'effect'),
  }),
  bind({
    id: 'audit.session-previous',
    keys: ['('],
    focus: 'audit',
    help: 'the event before this one in its session',
    target: ofSession,
    run: (event, ui) => inSession(ui, event, -1),
  }),
  bind({
    id: 'audit.session-next',
    keys: [')'],
    focus: 'audit',
    help: 'the event after this one in its session',
    hint: 'in session',
    target: ofSession,
    run: (event, ui) => inSession(ui, event, 1),
  }),
];
