/** Keys of the Instances pane. */
import type { InstanceView, ProbeReport } from '../../../engine/index.ts';
import type { Ui } from '../../kit/ui.ts';
import { duration, plural } from '../../../text/format.ts';
import { emptyField } from '../../state/field.ts';
import { always, bind, type Binding } from '../../kit/keymap.ts';
import { phaseWord } from '../../kit/describe.ts';
import { foldedWith, listedInstances, narrowed, selectedInstance } from '../../kit/instances.ts';
import { detailTabs, type DetailTab } from '../../state/panes/instances.ts';
import type { UiState } from '../../state/ui-store.ts';
import { blockingSecret } from '../../kit/secrets.ts';
import { mendSecret } from '../secrets/mend.ts';
import { editModel } from '../../overlays/lists/edit-model.ts';
import { editServer, showHistory } from './edit-server.ts';
import { newServer } from './new-server/form.ts';
import { selectInstance } from './move.ts';
import { markKeymap } from '../../kit/mark-keymap.ts';
import { askForMany, askForOne, foldable, isFolded, isStopped, targetsOf, turnFold, type Targets } from './acts.ts';
import { tabKeymap, turned } from '../../kit/tab-keymap.ts';

/** The selected instance, or why there is none. */
function current(state: UiState): InstanceView | string {
  if (state.view === undefined) return 'the engine is still starting';
  return (
    selectedInstance(state) ?? (state.view.instances.size === 0 ? 'there is no instance' : 'no instance is listed')
  );
}

const when =
  (allow: (instance: InstanceView) => true | string) =>
  (state: UiState): InstanceView | string => {
    const instance = current(state);
    if (typeof instance === 'string') return instance;
    const answer = allow(instance);
    return answer === true ? instance : answer;
  };

const several =
  (allow: (instance: InstanceView) => true | string) =>
  (state: UiState): Targets | string =>
    targetsOf(state, allow, current);

function showTab(ui: Ui, tab: DetailTab): void {
  ui.set({ detail: { ...ui.state.detail, tab, top: 0 }, focus: 'detail' });
}

function noSecret({ name, phase }: InstanceView): string {
  return phase === 'error' ? `${name} does not fail for a secret` : `${name} has not failed for a secret`;
}

function askToDelete(ui: Ui, { server, serverId }: InstanceView): void {
  const instances = [...(ui.state.view?.instances.values() ?? [])].filter((other) => other.serverId === serverId);
  ui.ask({
    kind: 'type-name',
    title: `Delete server ${server}?`,
    lines: [
      `Stops and forgets the server and its ${plural(instances.length, 'instance')}.`,
      `The audit log keeps what it did, and its history stays: mcptui restore server ${server} REVISION.`,
    ],
    name: server,
    otherwise: 'nothing was deleted',
    field: emptyField,
    act: () => ui.run(`deleting ${server} …`, `${server} is deleted`, (commands) => commands.deleteServer(server)),
  });
}

export const instancesKeymap: readonly Binding[] = [
  bind({
    id: 'instance.open',
    keys: ['enter'],
    focus: 'instances',
    help: 'full detail; of a folded server: its instances',
    hint: (state) => (isFolded(state) ? 'unfold' : 'detail'),
    target: current,
    run(instance, ui) {
      if (isFolded(ui.state)) return turnFold(ui, instance);
      selectInstance(ui, instance.id);
      ui.set({ zoomed: true, focus: 'detail' });
    },
  }),
  bind({
    id: 'instance.logs',
    keys: ['l'],
    focus: 'instances',
    help: 'its log, followed',
    hint: 'logs',
    target: current,
    run(instance, ui) {
      selectInstance(ui, instance.id);
      showTab(ui, 'Logs');
      if (ui.state.size.columns < 80 || ui.state.size.rows < 30) ui.set({ zoomed: true });
    },
  }),
  bind({
    id: 'instance.tools',
    keys: ['T'],
    focus: 'instances',
    help: 'the tools it offers',
    target: when(({ model }) => model === undefined || `model ${model} offers no tools`),
    run(instance, ui) {
      selectInstance(ui, instance.id);
      showTab(ui, 'Tools');
      if (ui.state.size.columns < 80 || ui.state.size.rows < 30) ui.set({ zoomed: true });
    },
  }),
  bind({
    id: 'instance.probe',
    keys: ['p'],
    focus: 'instances',
    help: 'probe now',
    hint: 'probe',
    target: when(
      (instance) => instance.phase === 'running' || `${instance.name} is ${phaseWord(instance)}, not running`,
    ),
    run(instance, ui) {
      ui.run<ProbeReport>(
        `probing ${instance.name} …`,
        (report) =>
          report.ok
            ? ['ok', `${instance.name}: ${report.target} answered in ${duration(report.durationMs)}`]
            : ['bad', `${instance.name}: ${report.target}: ${report.error ?? 'failed'}`],
        (commands) => commands.probe(instance.id),
      );
    },
  }),
  bind({
    id: 'instance.retry',
    keys: ['R'],
    focus: 'instances',
    help: 'retry now, skipping the back-off; all that are marked, after a question',
    hint: 'retry now',
    dangerous: true,
    target: several(
      (instance) => instance.phase === 'error' || `${instance.name} is ${phaseWord(instance)}, not failed`,
    ),
    run(targets, ui) {
      const [instance] = targets.instances;
      if (targets.of > 1 || instance === undefined) return askForMany(ui, 'retry', targets);
      ui.run(`retrying ${instance.name} …`, `${instance.name}: retry requested`, (commands) =>
        commands.retry(instance.id),
      );
    },
  }),
  bind({
    id: 'instance.secret',
    keys: ['u'],
    focus: 'instances',
    help: 'the secret that it fails for: asks for the value, or shows why it does not resolve',
    hint(state) {
      const instance = current(state);
      return typeof instance !== 'string' && blockingSecret(instance) !== undefined ? 'secret' : undefined;
    },
    target: when((instance) => blockingSecret(instance) !== undefined || noSecret(instance)),
    run: (instance, ui) => mendSecret(ui, instance),
  }),
  bind({
    id: 'instance.hold',
    keys: ['X'],
    focus: 'instances',
    help: 'hold: no more retries until R',
    dangerous: true,
    target: when((instance) => {
      if (instance.held) return `${instance.name} is held already`;
      return instance.phase === 'error' || `${instance.name} is ${phaseWord(instance)}, not failed`;
    }),
    run(instance, ui) {
      ui.run(`holding ${instance.name} …`, `${instance.name} is held`, (commands) => commands.hold(instance.id));
    },
  }),
  bind({
    id: 'instance.start-stop',
    keys: ['s'],
    focus: 'instances',
    help: 'start, or stop after a question; all that are marked',
    hint(state) {
      const instance = current(state);
      return typeof instance !== 'string' && isStopped(instance) ? 'start' : 'stop';
    },
    dangerous: true,
    target: several((instance) => instance.phase !== 'stopping' || `${instance.name} is stopping already`),
    run(targets, ui) {
      const running = targets.instances.filter((one) => !isStopped(one));
      const verb = running.length > 0 ? 'stop' : 'start';
      const instances = running.length > 0 ? running : targets.instances;
      const [instance] = instances;
      if (targets.of > 1 || instance === undefined) return askForMany(ui, verb, { instances, of: targets.of });
      if (verb === 'stop') return askForOne(ui, 'stop', instance);
      ui.run(`starting ${instance.name} …`, `${instance.name}: start requested`, (commands) =>
        commands.start(instance.id),
      );
    },
  }),
  bind({
    id: 'instance.restart',
    keys: ['r'],
    focus: 'instances',
    help: 'restart after a question; all that are marked, one after the other',
    hint: 'restart',
    dangerous: true,
    target: several((instance) => {
      if (instance.phase === 'error') return `${instance.name} is failed, not running: R retries`;
      return instance.phase === 'running' || `${instance.name} is ${phaseWord(instance)}, not running`;
    }),
    run(targets, ui) {
      const [instance] = targets.instances;
      if (targets.of > 1 || instance === undefined) askForMany(ui, 'restart', targets);
      else askForOne(ui, 'restart', instance);
    },
  }),
  ...markKeymap<InstanceView>({
    id: 'instance',
    focus: 'instances',
    help: 'mark or unmark; R, r and s act on all that are marked',
    marked: ({ instances }) => instances.marked,
    current,
    shown(state) {
      const rows = listedInstances(state).flatMap((one) => foldedWith(state, one));
      return rows.length === 0 ? 'no instance is listed' : rows;
    },
    put: (ui, marked) => ui.set({ instances: { ...ui.state.instances, marked } }),
  }),
  bind({
    id: 'instance.fold',
    keys: ['f'],
    focus: 'instances',
    help: 'the instances of a server that is well as one row, or each',
    target(state) {
      const instance = current(state);
      return typeof instance === 'string' ? instance : foldable(state, instance);
    },
    run: (instance, ui) => turnFold(ui, instance),
  }),
  bind({
    id: 'server.new',
    keys: ['n'],
    focus: 'instances',
    help: 'a new server: what runs, then what that needs, in one form',
    hint: ({ view }) => (view?.instances.size === 0 ? 'new server' : undefined),
    dangerous: true,
    target: always,
    run: (_state, ui) => newServer(ui),
  }),
  bind({
    id: 'server.edit',
    keys: ['e'],
    focus: 'instances',
    help: 'edit the server in your editor, or the model; what of a server restarts is shown first',
    hint: 'edit',
    dangerous: true,
    target: current,
    run: ({ server, model }, ui) => (model === undefined ? editServer(ui, server) : editModel(ui, model)),
  }),
  bind({
    id: 'server.history',
    keys: ['h'],
    focus: 'instances',
    help: 'revisions of the server: space marks two, enter compares, B restores one',
    target: when(({ model }) => model === undefined || `model ${model} has no revisions: e edits it`),
    run: ({ server }, ui) => showHistory(ui, server),
  }),
  bind({
    id: 'server.delete',
    keys: ['D'],
    focus: 'instances',
    help: 'delete the server: type its name to confirm',
    hint: 'delete…',
    dangerous: true,
    target: when(({ model }) => model === undefined || `${model} is a model: :models, then D deletes it`),
    run: (instance, ui) => askToDelete(ui, instance),
  }),
  bind({
    id: 'instances.problems',
    keys: ['!'],
    focus: 'instances',
    help: 'only what fails, or all again',
    target: always,
    run({ instances }, ui) {
      ui.set({ instances: narrowed(ui.state, { problemsOnly: !instances.problemsOnly }) });
      if (!instances.problemsOnly && listedInstances(ui.state).length === 0) ui.notify('ok', 'nothing fails');
    },
  }),
  ...tabKeymap<InstanceView>({
    id: 'detail',
    focus: 'instances',
    target: current,
    turn(ui, by) {
      const { focus } = ui.state;
      showTab(ui, turned(detailTabs, ui.state.detail.tab, by));
      ui.set({ focus });
    },
  }),
];
