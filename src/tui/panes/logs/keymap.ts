/** Keys of the Logs pane: whose log, from when, and which run. */
import type { InstanceView } from '../../../engine/index.ts';
import { always, bind, type Binding } from '../../kit/keymap.ts';
import { describeInstance } from '../../kit/describe.ts';
import { listedInstances, selectedInstance } from '../../kit/instances.ts';
import { scopeWords } from '../../kit/projects.ts';
import { blockingSecret } from '../../kit/secrets.ts';
import type { Ui } from '../../kit/ui.ts';
import { at as viewAt, screenOf } from '../../kit/viewer/model.ts';
import type { ShownText } from '../../kit/viewer/reading.ts';
import { belowWords } from '../../kit/viewer/paint.ts';
import type { HeldLine } from '../../state/log-text.ts';
import type { Choice } from '../../state/overlays.ts';
import type { UiState } from '../../state/ui-store.ts';
import { selectInstance } from '../instances/move.ts';
import { mendSecret } from '../secrets/mend.ts';
import { logSources, paneText } from './reading.ts';

const text = (state: UiState): ShownText | string => paneText(state) ?? 'no log is shown yet';

/** Another log is followed from its end. */
function showLog(ui: Ui, id: string): void {
  selectInstance(ui, id);
  const { [ui.state.pane]: _, ...texts } = ui.state.texts;
  ui.set({ texts });
}

const step = (way: 1 | -1): Binding =>
  bind<UiState>({
    id: way === 1 ? 'logs.next' : 'logs.previous',
    keys: [way === 1 ? ')' : '('],
    focus: 'logs',
    help: way === 1 ? 'the log of the next instance' : 'the log of the instance before',
    target: (state) => (listedInstances(state).length === 0 ? 'there is no instance' : state),
    run(state, ui) {
      const rows = listedInstances(state);
      const current = selectedInstance(state);
      const at = current === undefined ? 0 : rows.indexOf(current);
      const next = rows[(at + way + rows.length) % rows.length];
      if (next !== undefined) showLog(ui, next.id);
    },
  });

const steps = [
  { words: '1m', ms: 60_000 },
  { words: '5m', ms: 300_000 },
  { words: '1h', ms: 3_600_000 },
] as const;

/** Of the project that is looked at, and those that are shown already. */
function choicesOf(state: UiState, isOn: (instance: InstanceView) => boolean): readonly Choice[] {
  const { view, project } = state;
  const rows = [...(view?.instances.values() ?? [])];
  const here =
    project === undefined
      ? rows
      : rows.filter((one) => one.project === project || one.model !== undefined || isOn(one));
  return here.map((instance) => {
    const { glyph, state: word, reason } = describeInstance(instance, state.now);
    return { id: instance.id, name: instance.name, note: `${glyph} ${word} ${reason}`, isOn: isOn(instance) };
  });
}

const anyInstance = (state: UiState): UiState | string =>
  state.view === undefined || state.view.instances.size === 0 ? 'there is no instance' : state;

/** The first of the instances shown that fails for a secret. */
function blocked(state: UiState): InstanceView | string {
  const sources = logSources(state);
  const found = sources.find((one) => blockingSecret(one) !== undefined);
  if (found !== undefined) return found;
  const [shown] = sources;
  return shown === undefined ? 'no log is shown yet' : `${shown.name} does not fail for a secret`;
}

/** More at once would be read by nobody. */
const mostSources = 8;

function toggleSource(ui: Ui, id: string): void {
  const { logs } = ui.state;
  const sources = logSources(ui.state);
  if (sources[0]?.id === id) return ui.notify('info', 'this log is the one that is shown: enter chooses another');
  if (logs.others.includes(id)) return ui.set({ logs: { ...logs, others: logs.others.filter((one) => one !== id) } });
  if (sources.length >= mostSources)
    return ui.notify('info', `${mostSources} logs are merged already: A takes one off`);
  ui.set({ logs: { ...logs, others: [...logs.others, id] } });
}

/** The start of the run before the one on screen. */
function previousRun(ui: Ui, read: ShownText): void {
  const [first] = screenOf(read).rows;
  const from = first === undefined ? read.text.length : read.text.indexOf(first.line);
  const isFollowing = belowWords(read) === undefined;
  // At the end the run that goes on is on screen or above: the one before it is wanted.
  let skip = isFollowing ? 1 : 0;
  for (let index = isFollowing ? read.text.length - 1 : from - 1; index >= 0; index -= 1) {
    const held = read.text.at(index) as HeldLine | undefined;
    if (held?.line.stream !== 'start') continue;
    if (skip > 0) skip -= 1;
    else return read.put(ui, viewAt(read, { line: held, row: 0 }));
  }
  const { logs } = ui.state;
  if (logs.text?.hasOlder !== true || logs.text.isFull) return ui.notify('info', 'no earlier run is in this log');
  read.put(ui, viewAt(read, 'start'));
  ui.notify('info', 'the run before this one is in older lines, which are being read: P again');
}

export const logsKeymap: readonly Binding[] = [
  bind({
    id: 'logs.secret',
    keys: ['u'],
    focus: 'logs',
    help: 'the secret that the instance shown fails for: asks for the value, or shows why it does not resolve',
    hint: (state) => (typeof blocked(state) === 'string' ? undefined : 'secret'),
    target: blocked,
    run: (instance, ui) => mendSecret(ui, instance),
  }),
  bind({
    id: 'logs.pick',
    keys: ['enter'],
    focus: 'logs',
    help: 'choose whose log is shown: type a part of the name',
    hint: 'choose',
    target: anyInstance,
    run(state, ui) {
      const current = selectedInstance(state);
      ui.pick({
        title: `Whose log?${scopeWords(state)}`,
        does: 'shows it',
        choices: choicesOf(state, ({ id }) => id === current?.id),
        act: showLog,
      });
    },
  }),
  bind({
    id: 'logs.follow',
    keys: ['f'],
    focus: 'logs',
    help: 'follow the newest line, or stop here',
    hint(state) {
      const read = paneText(state);
      return read?.view.top === 'end' ? 'pause' : 'follow';
    },
    target: text,
    run(read, ui) {
      const [first] = screenOf(read).rows;
      const isFollowing = read.view.top === 'end';
      if (isFollowing && first !== undefined) return read.put(ui, viewAt(read, first));
      read.put(ui, viewAt(read, 'end'));
    },
  }),
  bind({
    id: 'logs.since',
    keys: ['ctrl-t'],
    focus: 'logs',
    help: 'only lines since 1m, 5m, 1h, or all',
    hint: 'since',
    target: always,
    run({ logs, now }, ui) {
      const index = steps.findIndex(({ words }) => words === logs.since?.words);
      const next = steps[index + 1];
      ui.set({ logs: { ...logs, since: next === undefined ? undefined : { words: next.words, at: now - next.ms } } });
      ui.notify('info', next === undefined ? 'all lines are shown' : `only lines since ${next.words} ago`);
    },
  }),
  bind({
    id: 'logs.previous-run',
    keys: ['P'],
    focus: 'logs',
    help: 'where the run before this one starts; again: the one before that',
    hint: 'previous run',
    target: text,
    run: (read, ui) => previousRun(ui, read),
  }),
  bind({
    id: 'logs.add',
    keys: ['A'],
    focus: 'logs',
    help: 'add the log of another instance, merged by time, or take it off',
    hint: 'add',
    target: anyInstance,
    run(state, ui) {
      const shown = new Set(logSources(state).map(({ id }) => id));
      ui.pick({
        title: `Which log beside this one?${scopeWords(state)}`,
        does: 'adds it or takes it off',
        choices: choicesOf(state, ({ id }) => shown.has(id)),
        act: toggleSource,
      });
    },
  }),
  step(-1),
  step(1),
];
