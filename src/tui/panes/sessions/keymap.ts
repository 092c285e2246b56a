/** Keys of the Sessions pane. */
import type { InstanceView, SessionView, UpstreamView } from '../../../engine/index.ts';
import type { Ui } from '../../kit/ui.ts';
import { plural } from '../../../text/format.ts';
import { bind, type Binding } from '../../kit/keymap.ts';
import { blockingSecret } from '../../kit/secrets.ts';
import { mendSecret } from '../secrets/mend.ts';
import { openSaw } from '../../overlays/saw.ts';
import { filterAudit } from '../audit/filter.ts';
import { isInDetail } from '../../kit/split-pane.ts';
import type { UiState } from '../../state/ui-store.ts';
import { askToAdmit, showDecision } from './gate.ts';
import { selectedUpstream, sessionList, type SessionRow } from './select.ts';

function session(state: UiState): SessionRow | string {
  if (isInDetail(state)) return 'this list is of upstreams: Tab goes to the sessions';
  return sessionList.selected(state) ?? 'no session is connected';
}

/** The one under the keys; in the list of sessions all are meant. */
function dropped(state: UiState): { readonly upstream: UpstreamView | undefined } | string {
  if (!isInDetail(state)) return { upstream: undefined };
  const upstream = selectedUpstream(state);
  return upstream === undefined ? 'there is no upstream' : { upstream };
}

/** An instance of the upstream under the keys that fails for a secret. */
function blocked(state: UiState): InstanceView | string {
  const upstream = isInDetail(state) ? selectedUpstream(state) : undefined;
  if (upstream === undefined) return 'this list is of sessions: Tab goes to the upstreams';
  const all = [...(state.view?.instances.values() ?? [])].filter(({ serverId }) => serverId === upstream.id);
  return all.find((one) => blockingSecret(one) !== undefined) ?? `${upstream.server} does not fail for a secret`;
}

function askToDisconnect(ui: Ui, { id, client, calls }: SessionView): void {
  ui.ask({
    kind: 'confirm',
    title: `Disconnect ${client}?`,
    lines: [
      `Session ${id}, ${plural(calls, 'call')}. Its calls in flight fail.`,
      'A client that still runs connects again by itself, as a new session.',
    ],
    yes: 'disconnect it',
    no: 'no, leave it',
    act: (after) =>
      after.run(`disconnecting ${client} …`, `${client} is disconnected`, (commands) => commands.disconnectSession(id)),
  });
}

function isGated(state: UiState): boolean {
  return !isInDetail(state) && sessionList.selected(state)?.gate !== undefined;
}

function timelineOf({ id }: SessionRow): { readonly filter: string } {
  return { filter: `session:${id}` };
}

function showTimeline(ui: Ui, { filter }: { readonly filter: string }): void {
  ui.showPane('audit');
  filterAudit(ui, filter);
}

export const sessionsKeymap: readonly Binding[] = [
  bind({
    id: 'session.timeline',
    keys: ['enter'],
    focus: 'sessions',
    help: 'its events in the audit timeline, in a gated project why it sees what it sees; of an upstream: the calls of its tools',
    hint: (state) => (isInDetail(state) ? 'its calls' : isGated(state) ? 'why' : 'timeline'),
    target(state): { readonly filter: string } | { readonly why: SessionRow } | string {
      if (!isInDetail(state)) {
        const found = sessionList.selected(state);
        if (found === undefined) return 'no session is connected';
        return found.gate === undefined ? timelineOf(found) : { why: found };
      }
      const upstream = selectedUpstream(state);
      return upstream === undefined ? 'there is no upstream' : { filter: `kind:tool_call target:${upstream.server}/` };
    },
    run(meant, ui) {
      if ('why' in meant) showDecision(ui, meant.why);
      else showTimeline(ui, meant);
    },
  }),
  bind({
    id: 'session.events',
    keys: ['T'],
    focus: 'sessions',
    help: 'its events in the audit timeline',
    hint: (state) => (isGated(state) ? 'timeline' : undefined),
    target(state): { readonly filter: string } | string {
      const found = session(state);
      return typeof found === 'string' ? found : timelineOf(found);
    },
    run: (meant, ui) => showTimeline(ui, meant),
  }),
  bind({
    id: 'session.why',
    keys: ['w'],
    focus: 'sessions',
    help: 'why it sees what it sees: what opened its gate, what was chosen and what was left out',
    target: session,
    run: (found, ui) => showDecision(ui, found),
  }),
  bind({
    id: 'session.saw',
    keys: ['s'],
    focus: 'sessions',
    help: 'what it has been shown: instructions, lists and prompts, now and at each earlier moment',
    hint: (state) => (isInDetail(state) ? undefined : 'what it saw'),
    target: session,
    run: ({ id }, ui) => openSaw(ui, id),
  }),
  bind({
    id: 'session.admit',
    keys: ['a'],
    focus: 'sessions',
    help: 'open its gate, after a question: it sees all of its project',
    hint: (state) => (isGated(state) ? 'admit…' : undefined),
    dangerous: true,
    target(state) {
      const found = session(state);
      if (typeof found === 'string') return found;
      if (found.gate === undefined) return `project ${found.project} is not gated: the session sees all of it`;
      return found.endedAt === undefined ? found : `${found.client} is not connected any more`;
    },
    run: (found, ui) => askToAdmit(ui, found),
  }),
  bind({
    id: 'upstream.secret',
    keys: ['u'],
    focus: 'sessions',
    help: 'the secret that the selected upstream fails for: asks for the value, or shows why it does not resolve',
    hint: (state) => (typeof blocked(state) === 'string' ? undefined : 'secret'),
    target: blocked,
    run: (instance, ui) => mendSecret(ui, instance),
  }),
  bind({
    id: 'session.disconnect',
    keys: ['X'],
    focus: 'sessions',
    help: 'disconnect it, after a question',
    hint: 'disconnect…',
    dangerous: true,
    target(state) {
      const found = session(state);
      return typeof found === 'string' || found.endedAt === undefined
        ? found
        : `${found.client} is not connected any more`;
    },
    run: (found, ui) => askToDisconnect(ui, found),
  }),
  bind({
    id: 'upstream.drop-lists',
    keys: ['i'],
    focus: 'sessions',
    help: 'drop the cached lists and ask again: of the selected upstream, else of all',
    hint: (state) => (isInDetail(state) ? 'drop its cache' : 'drop caches'),
    dangerous: true,
    target: dropped,
    run({ upstream }, ui) {
      const of = upstream?.server ?? 'all upstreams';
      ui.run<readonly string[]>(
        `dropping the lists of ${of} …`,
        (servers) => [
          'ok',
          `lists of ${upstream?.server ?? plural(servers.length, 'upstream')} dropped and asked for again`,
        ],
        (commands) => commands.dropLists(upstream?.server),
      );
    },
  }),
];
