/** Shows secrets: which reference does not resolve, who is hit, who has an old value. Never a value. */
import type { BackendStateView, SecretView } from '../../../engine/index.ts';
import { clean } from '../../../text/clean.ts';
import type { CopyItem } from '../../../text/copy-item.ts';
import { plural } from '../../../text/format.ts';
import { listPane } from '../../kit/list-pane.ts';
import type { Pane, Resource, Wanted } from '../../kit/pane.ts';
import { scroll, type Move } from '../../kit/scroll.ts';
import { detailRoom } from '../../kit/split-pane.ts';
import { glyphs } from '../../kit/theme.ts';
import type { Ui } from '../../kit/ui.ts';
import { lastOf } from '../../state/memo.ts';
import type { UiState } from '../../state/ui-store.ts';
import { secretLines } from './detail.ts';
import { isFailing, secretList, secretOrders } from './select.ts';
import { lookOf, secretTable, stateWords, type SecretContext } from './table.ts';

/** The backends and how they are. */
function note({ view, secrets }: UiState): string {
  const file = view?.info.secretFile;
  const fileWord =
    file?.kind === 'unreadable'
      ? `${glyphs.warn} unreadable`
      : file?.kind === 'ok'
        ? `${glyphs.ok} ${file.entries}`
        : glyphs.off;
  const only = secrets.problemsOnly ? '! problems only · ' : '';
  const defined = (view?.info.secretBackends ?? []).map(backendWord).join('');
  return `${only}env ${glyphs.ok} · file ${fileWord}${defined} · values are never shown`;
}

/** `openbao ▲ sealed` */
function backendWord({ name, state }: BackendStateView): string {
  const word = state.kind === 'failing' ? `${glyphs.warn} ${state.why}` : state.kind === 'ok' ? glyphs.ok : glyphs.off;
  return ` · ${name} ${word}`;
}

function emptyLine({ secrets, view }: UiState): string {
  const all = view?.secrets.size ?? 0;
  if (secrets.filter !== '') return `none of ${plural(all, 'secret')} matches the filter · Esc clears it`;
  if (secrets.problemsOnly) return `every secret resolves · ! shows all ${plural(all, 'secret')} again`;
  return 'no server refers to a secret and none is kept · n keeps one';
}

function moveInDetail(ui: Ui, by: Move): void {
  const { state } = ui;
  const total = secretLines(state).length;
  const page = Math.max(1, detailRoom(state).rows);
  const { top } = scroll({ ...state.secrets.place, left: 0 }, by, total, page);
  secretList.patch(ui, { place: { top: top === 'end' ? Math.max(0, total - page) : top } });
}

function copyItems(state: UiState): readonly CopyItem[] {
  const row = secretList.selected(state);
  if (row === undefined) return [];
  const create: CopyItem = { key: 'm', name: 'command', text: `mcptui create secret ${row.path}` };
  return [
    { key: 'n', name: 'name', text: row.path },
    { key: 'r', name: 'reference', text: `secret:${row.id}` },
    ...(row.backend === 'file' ? [create] : []),
    { key: 'd', name: 'describe', text: `mcptui describe secret ${row.id}` },
    { key: 'j', name: 'JSON', text: JSON.stringify(row) },
  ];
}

/** Once when the pane comes to the front: how each resolves now. */
function wants({ secrets }: UiState): Wanted {
  return {
    key: `secrets ${secrets.asked}`,
    again: true,
    async load(commands) {
      await commands.secrets();
      // What it found comes with the view.
      return () => ({});
    },
    failed: () => () => ({}),
  };
}

function resourceOf(row: SecretView): Resource {
  return {
    name: clean(row.path),
    about: () => `secret · ${lookOf(row)[0]} ${row.backend} · ${stateWords(row).text}`,
    selectedIn: (state) => secretList.withSelected(state, row.id),
    select: (ui) => ui.set(secretList.withSelected(ui.state, row.id)),
  };
}

const resourcesOf = lastOf((secrets: ReadonlyMap<string, SecretView>) => [...secrets.values()].map(resourceOf));

export const secretsPane: Pane = listPane<SecretView, SecretContext>({
  id: 'secrets',
  number: '7',
  title: 'Secrets',
  short: 'Sec',
  legend: '● resolves  ✗ does not resolve  ▲ an instance has the old value  ○ unused, or not asked for yet',
  source: secretList,
  orders: secretOrders,
  table: secretTable,
  context: ({ now }) => ({ now }),
  note,
  emptyLine,
  badge({ view }) {
    const all = view?.secrets ?? new Map<string, SecretView>();
    const bad = [...all.values()].filter(isFailing).length;
    return all.size === 0 ? '' : `${all.size}${bad === 0 ? '' : `!${bad}`}`;
  },
  detail(state) {
    const row = secretList.selected(state);
    const { rows, isPeek } = detailRoom(state);
    const lines = secretLines(state);
    const top = Math.min(state.secrets.place.top, Math.max(0, lines.length - rows));
    return {
      detailTitle: row === undefined ? [] : [[clean(row.path), 'strong'], ` · ${row.backend}`],
      detailNote: isPeek ? '+ all of it' : state.zoomed ? 'Esc back' : '',
      detail: () => lines.slice(top, top + rows),
      foot:
        rows > 0 && lines.length > rows ? `${top + 1}-${top + Math.min(rows, lines.length)} of ${lines.length}` : '',
    };
  },
  moveInDetail,
  selectedName: (state) => clean(secretList.selected(state)?.path ?? ''),
  copyItems,
  back(ui) {
    if (!ui.state.secrets.problemsOnly) return false;
    secretList.patch(ui, { problemsOnly: false });
    return true;
  },
  wants,
  refresh: ({ secrets }) => ({ secrets: { ...secrets, asked: secrets.asked + 1 } }),
  verbs: { test: 'secret.test', rotate: 'secret.rotate' },
  resources: ({ secrets }) => resourcesOf(secrets),
});
