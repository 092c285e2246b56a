/** Lists where secrets come from: how each backend answers, with the form that makes and changes those that are defined. */
import type { BackendState, BackendView } from '../../../engine/index.ts';
import { age, clockTime, duration } from '../../../text/format.ts';
import { backendForm, backendPlace, backendState } from '../../../text/backend-words.ts';
import type { Ui } from '../../kit/ui.ts';
import type { UiState } from '../../state/ui-store.ts';
import { openBackendForm } from './backend-form.ts';
import { askToRemove, byName, fact, load, openedListing, type ListedRow, type Listing } from './listing.ts';

/** Asks each of them, and for each secret, anew. */
function reload(ui: Ui): void {
  load(ui, async (commands) => {
    const all = await commands.secretBackends();
    put(ui, all);
    const tested = await Promise.all(all.map(({ name }) => commands.testSecretBackend(name)));
    await commands.secrets();
    put(ui, tested);
  });
}

function put(ui: Ui, backends: readonly BackendView[]): void {
  const open = openedListing(ui, 'backends');
  if (open !== undefined) ui.put({ ...open, backends });
}

const found = (ui: Ui, { name }: ListedRow): BackendView | undefined =>
  openedListing(ui, 'backends')?.backends?.find((one) => one.name === name);

const builtIn = (ui: Ui, { name }: ListedRow): void =>
  ui.notify('info', `${name} is built in: there is nothing to change about it`);

function remove(ui: Ui, row: ListedRow): void {
  const { name } = row;
  if (found(ui, row) === undefined) return builtIn(ui, row);
  const users = [...(ui.state.view?.secrets.values() ?? [])].filter(
    ({ backend, id }) => backend === name || id === `command/${name}`,
  );
  const servers = [...new Set(users.flatMap((one) => one.servers))];
  const uses = servers.length === 0 ? 'No server uses it.' : `Used by ${servers.join(', ')}: their next starts fail.`;
  askToRemove(ui, {
    noun: 'backend',
    name,
    lines: [uses, 'Its secrets stay where they are.'],
    verb: 'delete',
    done: 'deleted',
    act: (after) =>
      after.run(`deleting backend ${name} …`, `backend ${name} is deleted`, async (commands) => {
        await commands.deleteSecretBackend(name, { force: true });
        reload(after);
      }),
  });
}

function test(ui: Ui, row: ListedRow): void {
  const { name } = row;
  if (found(ui, row) === undefined) return reload(ui);
  ui.run<BackendView>(
    `asking backend ${name} …`,
    (view) => [view.state.kind === 'ok' ? 'ok' : 'bad', `backend ${name}: ${backendState(view)}`],
    async (commands) => {
      const view = await commands.testSecretBackend(name);
      const { backends = [] } = openedListing(ui, 'backends') ?? {};
      put(
        ui,
        backends.map((one) => (one.name === name ? view : one)),
      );
      return view;
    },
  );
}

function builtInRows({ view }: UiState): readonly ListedRow[] {
  const file = view?.info.secretFile;
  const state =
    file?.kind === 'unreadable' ? `unreadable: ${file.reason}` : file?.kind === 'ok' ? `ok, ${file.entries} kept` : '-';
  return [
    { id: 'env', name: 'env', cells: ['env', 'built in', 'ok', '-', 'secret:env/NAME', 'the engine’s environment'] },
    { id: 'file', name: 'file', cells: ['file', 'built in', state, '-', 'secret:file/NAME', 'the encrypted file'] },
  ];
}

export const backends: Listing = {
  title: 'Backends of secrets',
  noun: 'backend',
  columns: ['NAME', 'KIND', 'STATE', 'AUTH', 'WRITE', 'PLACE'],
  rows: (state, overlay) =>
    overlay.backends === undefined
      ? undefined
      : [...builtInRows(state), ...overlay.backends.toSorted(byName).map(rowOf)],
  load: reload,
  create: (ui) => openBackendForm(ui, undefined, openedListing(ui, 'backends')?.backends ?? [], () => reload(ui)),
  edit(ui, row) {
    const view = found(ui, row);
    if (view === undefined) return builtIn(ui, row);
    openBackendForm(ui, view, [], () => reload(ui));
  },
  remove,
  act: { label: 'test', run: test },
  async describe({ name }, { now }, overlay) {
    const view = overlay.backends?.find((one) => one.name === name);
    return view === undefined
      ? fact('backend', `${name}, which is built in: secret:${name}/NAME`)
      : describeBackend(view, now);
  },
};

function rowOf(view: BackendView): ListedRow {
  const { name, kind, fields } = view;
  const auth = fields.kind === 'openbao' ? fields.auth.method : '-';
  return { id: name, name, cells: [name, kind, backendState(view), auth, backendForm(view), backendPlace(view)] };
}

function describeBackend(view: BackendView, now: number): ReturnType<typeof fact> {
  const { name, fields, state, endsAt } = view;
  return [
    ...fact('backend', `${name}: ${fields.kind}`),
    ...fact('write', backendForm(view)),
    ...fact('place', backendPlace(view)),
    ...(fields.kind === 'openbao'
      ? [
          ...fact('auth', fields.auth.method),
          ...fact('mount', fields.mount ?? ''),
          ...fact('namespace', fields.namespace ?? ''),
          ...fact('authority', fields.caFile ?? ''),
        ]
      : fact('kept', `${duration(fields.refreshMs)} in memory`)),
    ...fact('waits', duration(fields.timeoutMs)),
    ...fact('state', backendState(view)),
    ...fact('asked', askedWords(state, now)),
    ...fact('login ends', endsAt === undefined ? '' : `in ${age(Math.max(0, endsAt - now))}, renewed before`),
  ];
}

const askedWords = (state: BackendState, now: number): string =>
  state.kind === 'unknown' ? 'not yet' : `${age(Math.max(0, now - state.at))} ago (${clockTime(state.at)})`;
