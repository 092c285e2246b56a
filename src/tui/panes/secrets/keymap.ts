/** Keys of the Secrets pane. */
import type { SecretTest, SecretView } from '../../../engine/index.ts';
import { always, bind, type Binding } from '../../kit/keymap.ts';
import { askToCreate, askToRestart, askToRestore, askToRotate, usesWords } from '../../kit/secrets.ts';
import type { Ui } from '../../kit/ui.ts';
import { openListing } from '../../overlays/lists/overlay.ts';
import { emptyField } from '../../state/field.ts';
import type { UiState } from '../../state/ui-store.ts';
import { showInstance } from '../instances/move.ts';
import { consumersOf } from './detail.ts';
import { secretList } from './select.ts';

function current(state: UiState): SecretView | string {
  if (state.view === undefined) return 'the engine is still starting';
  const none = state.view.secrets.size === 0 ? 'there is no secret: n keeps one' : 'no secret is listed';
  return secretList.selected(state) ?? none;
}

const when =
  (refused: (row: SecretView) => string | undefined) =>
  (state: UiState): SecretView | string => {
    const row = current(state);
    return typeof row === 'string' ? row : (refused(row) ?? row);
  };

const isKept = ({ backend, state, last }: SecretView): boolean =>
  backend === 'file' && state !== 'missing' && !(state === 'failing' && last?.ok !== true);

/** What can be done with a value of the encrypted file only. */
function unkept(row: SecretView): string | undefined {
  if (row.backend === 'env') return `${row.path} is in the environment of the engine: it is set where that is started`;
  if (row.backend !== 'file') return `${row.path} is kept by ${row.backend}: it is changed there`;
  return isKept(row) ? undefined : `${row.path} is not kept`;
}

/** `file/NAME` and `secret:file/NAME` mean the same. */
function bareName(given: string): string {
  return given.replace(/^(?:secret:)?file\//, '');
}

function askForNew(ui: Ui): void {
  ui.askText({
    title: 'New secret',
    does: 'goes on to its value',
    lines: ['Its name, as definitions refer to it: secret:file/NAME.'],
    label: 'name',
    required: 'a name is needed',
    check(given, { view }) {
      const name = bareName(given);
      const row = view?.secrets.get(`file/${name}`);
      if (!/^[\w.-]{1,128}$/.test(name)) {
        return `${JSON.stringify(name)} is no name: 1 to 128 letters, digits, _ . and -`;
      }
      return row !== undefined && isKept(row) ? `${name} is kept already: C rotates it` : undefined;
    },
    act: (after, given) => askToCreate(after, bareName(given)),
  });
}

function askToDelete(ui: Ui, row: SecretView): void {
  const { path, usedBy, stale } = row;
  const uses =
    usedBy.length === 0
      ? 'No server uses it.'
      : `Used by ${usesWords(row)}: ${usedBy.length === 1 ? 'its next start fails' : 'their next starts fail'}.`;
  ui.ask({
    kind: 'type-name',
    title: `Delete secret ${path}?`,
    lines: [uses, ...(stale.length === 0 ? [] : [`${stale.join(', ')} run on with its old value.`])],
    name: path,
    otherwise: 'nothing was deleted',
    field: emptyField,
    act: (after) =>
      after.run(`deleting secret ${path} …`, `secret ${path} is deleted`, (commands) =>
        commands.removeSecret(path, { force: true }),
      ),
  });
}

function saidOf({ id, ...test }: SecretTest): readonly ['ok' | 'bad', string] {
  return test.ok ? ['ok', `${id} resolves`] : ['bad', `${id} does not resolve: ${test.cause}`];
}

export const secretsKeymap: readonly Binding[] = [
  bind({
    id: 'secret.consumers',
    keys: ['enter'],
    focus: 'secrets',
    help: 'the instance that uses it, the one that needs it most first',
    hint: 'consumers',
    target(state) {
      const row = current(state);
      if (typeof row === 'string') return row;
      const [first] = consumersOf(state, row);
      return first === undefined ? { instance: first, row } : { instance: first, row };
    },
    run({ instance, row }, ui) {
      if (instance === undefined) return ui.notify('info', `no instance uses ${row.path}`);
      showInstance(ui, instance.id);
      const others = row.servers.filter((server) => server !== instance.server);
      if (others.length > 0) ui.notify('info', `${row.path} is used by ${others.join(', ')} as well`);
    },
  }),
  bind({
    id: 'secret.test',
    keys: ['p'],
    focus: 'secrets',
    help: 'ask its backend now: resolved, or why not',
    hint: 'test',
    target: current,
    run: ({ id }, ui) => ui.run<SecretTest>(`asking for ${id} …`, saidOf, (commands) => commands.testSecret(id)),
  }),
  bind({
    id: 'secret.fix',
    keys: ['u'],
    focus: 'secrets',
    help: 'create what is missing, under the name that servers use',
    hint: (state) => {
      const row = secretList.selected(state);
      return row?.state === 'missing' && row.backend === 'file' ? 'create it' : undefined;
    },
    dangerous: true,
    target: when((row) => {
      if (row.backend === 'env') return `start the engine with ${row.path} set in its environment`;
      if (row.backend !== 'file') return row.step ?? `${row.path} is kept by ${row.backend}: it is made there`;
      return row.state === 'missing' ? undefined : `${row.path} is not missing`;
    }),
    run: ({ path }, ui) => askToCreate(ui, path),
  }),
  bind({
    id: 'secret.new',
    keys: ['n'],
    focus: 'secrets',
    help: 'keep a new one in the encrypted file',
    hint: 'new',
    dangerous: true,
    target: always,
    run: (_state, ui) => askForNew(ui),
  }),
  bind({
    id: 'secret.rotate',
    keys: ['C'],
    focus: 'secrets',
    help: 'give it another value, then restart who has the old one',
    hint: 'rotate…',
    dangerous: true,
    target: when(unkept),
    run: (row, ui) => askToRotate(ui, row),
  }),
  bind({
    id: 'secret.restore',
    keys: ['B'],
    focus: 'secrets',
    help: 'give it one of its earlier values again',
    dangerous: true,
    target: when(unkept),
    run: (row, ui) => askToRestore(ui, row),
  }),
  bind({
    id: 'secret.restart',
    keys: ['R'],
    focus: 'secrets',
    help: 'restart what has its old value, one after the other',
    hint: (state) => ((secretList.selected(state)?.stale.length ?? 0) > 0 ? 'restart holders' : undefined),
    dangerous: true,
    target: when((row) => (row.stale.length === 0 ? `nothing has an old value of ${row.path}` : undefined)),
    run: ({ path, stale }, ui) => askToRestart(ui, path, stale),
  }),
  bind({
    id: 'secret.delete',
    keys: ['D'],
    focus: 'secrets',
    help: 'delete it: type its name to confirm',
    hint: 'delete…',
    dangerous: true,
    target: when(unkept),
    run: (row, ui) => askToDelete(ui, row),
  }),
  bind({
    id: 'secret.backends',
    keys: ['b'],
    focus: 'secrets',
    help: 'how each backend answers now, with those that you have defined: new, edit, test, delete',
    hint: 'backend health',
    target: (state) => (state.view === undefined ? 'the engine is still starting' : state),
    run: (_state, ui) => openListing(ui, 'backends'),
  }),
  bind({
    id: 'secrets.problems',
    keys: ['!'],
    focus: 'secrets',
    help: 'only what does not resolve or has an old value somewhere, or all again',
    target: always,
    run({ secrets }, ui) {
      secretList.patch(ui, { problemsOnly: !secrets.problemsOnly, selected: undefined, at: 0, top: 0 });
      if (!secrets.problemsOnly && secretList.listed(ui.state).length === 0) ui.notify('ok', 'every secret resolves');
    },
  }),
];
