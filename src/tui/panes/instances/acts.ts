/** Does what keys ask of instances: of the selected one, of those that are marked, of all of a folded server. */
import type { EngineCommands, InstanceView } from '../../../engine/index.ts';
import { clean } from '../../../text/clean.ts';
import { plural } from '../../../text/format.ts';
import { foldedWith, listedInstances, selectedInstance } from '../../kit/instances.ts';
import { restartInTurn } from '../../kit/restart-in-turn.ts';
import type { Ui } from '../../kit/ui.ts';
import type { UiState } from '../../state/ui-store.ts';

export type Verb = 'retry' | 'start' | 'stop' | 'restart';

/** What a verb is about. */
export interface Targets {
  readonly instances: readonly InstanceView[];
  /** As many were meant; the others are left as they are. */
  readonly of: number;
}

/** Marked ones that are listed. */
export function markedInstances(state: UiState): readonly InstanceView[] {
  const { marked } = state.instances;
  if (marked.size === 0) return [];
  return listedInstances(state).flatMap((one) => foldedWith(state, one).filter(({ id }) => marked.has(id)));
}

/** Those that the keys are about, or why there is none; `allow` says why a verb does nothing to one. */
export function targetsOf(
  state: UiState,
  allow: (instance: InstanceView) => true | string,
  current: (state: UiState) => InstanceView | string,
): Targets | string {
  const selected = current(state);
  const marked = markedInstances(state);
  if (typeof selected === 'string' && marked.length === 0) return selected;
  const meant = marked.length > 0 ? marked : typeof selected === 'string' ? [] : foldedWith(state, selected);
  const instances = meant.filter((instance) => allow(instance) === true);
  if (instances.length > 0) return { instances, of: meant.length };
  const [first] = meant;
  const why = first === undefined ? true : allow(first);
  return why === true ? 'no instance is listed' : why;
}

export const isStopped = (instance: InstanceView): boolean =>
  instance.phase === 'stopped' || (instance.desired === 'stopped' && instance.phase === 'error');

const words = {
  retry: { ask: 'Retry', doing: 'retrying', yes: 'retry them', line: 'Their back-off ends now.' },
  start: { ask: 'Start', doing: 'starting', yes: 'start them', line: 'They are started again.' },
  stop: {
    ask: 'Stop',
    doing: 'stopping',
    yes: 'stop them',
    line: 'Calls in flight fail; agents lose their tools until they are started again.',
  },
  restart: {
    ask: 'Restart',
    doing: 'restarting',
    yes: 'restart them',
    line: 'One after the other: each when its calls have ended, the next when it is ready.',
  },
} as const;

/** Asks, naming all of them; a yes does it and takes the marks away. */
export function askForMany(ui: Ui, verb: Verb, { instances, of }: Targets): void {
  const { ask, doing, yes, line } = words[verb];
  const names = instances.slice(0, 12).map(({ name }) => clean(name));
  const more = instances.length > names.length ? ` and ${instances.length - names.length} more` : '';
  const left = of - instances.length;
  const rest =
    left === 0 ? [] : [`${plural(left, 'other')} ${left === 1 ? 'is' : 'are'} left as before: nothing to ${verb}.`];
  ui.ask({
    kind: 'confirm',
    title: `${ask} ${plural(instances.length, 'instance')}?`,
    lines: [`${names.join(', ')}${more}`, line, ...rest],
    yes,
    no: 'no, leave them',
    act(after) {
      after.set({ instances: { ...after.state.instances, marked: new Set() } });
      if (verb === 'restart')
        return restartInTurn(
          after,
          instances.map(({ name }) => name),
        );
      const count = plural(instances.length, 'instance');
      after.run(`${doing} ${count} …`, `${count}: ${verb} requested`, (commands) => inOrder(commands, verb, instances));
    },
  });
}

async function inOrder(commands: EngineCommands, verb: Exclude<Verb, 'restart'>, instances: readonly InstanceView[]) {
  for (const { id } of instances) await commands[verb](id);
}

/** What ending this one costs now: what does not run has neither calls nor tools. */
function costOf({ phase, model }: InstanceView, verb: 'stop' | 'restart'): string {
  if (phase !== 'running') return 'It does not run: no more attempts are made until it is started again.';
  if (model !== undefined) {
    return `Rules answer in its place until it ${verb === 'stop' ? 'is started again' : 'runs again'}.`;
  }
  return verb === 'stop'
    ? 'Calls in flight fail; agents lose its tools until it is started again.'
    : 'Calls in flight fail; its tools are back once it is running again.';
}

export function askForOne(ui: Ui, verb: 'stop' | 'restart', instance: InstanceView): void {
  const { id, name } = instance;
  const { ask, doing } = words[verb];
  ui.ask({
    kind: 'confirm',
    title: `${ask} ${name}?`,
    lines: [costOf(instance, verb)],
    yes: `${verb} it`,
    no: 'no, leave it',
    act: () => ui.run(`${doing} ${name} …`, `${name}: ${verb} requested`, (commands) => commands[verb](id)),
  });
}

/** Whether the row stands for all instances of its server. */
export function isFolded(state: UiState): boolean {
  const selected = selectedInstance(state);
  return selected !== undefined && foldedWith(state, selected).length > 1;
}

/** The instance, or why its row neither folds nor unfolds. */
export function foldable(state: UiState, instance: InstanceView): InstanceView | string {
  if (isFolded(state) || state.instances.unfolded.has(instance.serverId)) return instance;
  return `${instance.server}: three instances or more are one row while all of them are well`;
}

/** Shows each instance of the server, or all of them as one row again. */
export function turnFold(ui: Ui, { serverId }: InstanceView): void {
  const unfolded = new Set(ui.state.instances.unfolded);
  if (!unfolded.delete(serverId)) unfolded.add(serverId);
  ui.set({ instances: { ...ui.state.instances, unfolded } });
}
