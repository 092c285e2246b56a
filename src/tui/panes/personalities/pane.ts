/** Shows personalities: what an agent will actually read, in which order. */
import type { EngineView, PersonalityView } from '../../../engine/index.ts';
import { clean } from '../../../text/clean.ts';
import { age, count, plural } from '../../../text/format.ts';
import type { Pane, Resource } from '../../kit/pane.ts';
import { lastOf } from '../../state/memo.ts';
import type { CopyItem } from '../../../text/copy-item.ts';
import { detailRoom, isInDetail } from '../../kit/split-pane.ts';
import { viewerWords } from '../../kit/viewer/paint.ts';
import type { UiState } from '../../state/ui-store.ts';
import { bindingLineCount, personalityLines, personalityText, personalityTitle, topOfBindings } from './detail.ts';
import { wantsOfPersonalities } from './load.ts';
import { moveInPersonality } from './move.ts';
import { agentOf, personalityList, personalityOrders } from './select.ts';
import { personalityTable } from './table.ts';
import { listPane } from '../../kit/list-pane.ts';

function emptyLine({ view }: UiState): string {
  if (view === undefined || view.personalities.size === 0) {
    return view?.agents.size === 0 ? 'No agent yet: mcptui create agent NAME.' : 'No personality yet: n adds one.';
  }
  return `none of ${plural(view.personalities.size, 'personality').replace('ys', 'ies')} matches · Esc clears the filter`;
}

/** `agent reviewer · default careful`. */
function note(state: UiState): string {
  const selected = personalityList.selected(state);
  const total = `${count(personalityList.listed(state).length)} of ${count(state.view?.personalities.size ?? 0)}`;
  if (selected === undefined) return total;
  const worn = agentOf(state, selected)?.defaultPersonality ?? 'none';
  return `agent ${clean(selected.agent)} · default ${clean(worn)} · ${total}`;
}

function detailNote(state: UiState): string {
  if (state.zoomed) return state.size.columns < 80 ? 'Esc back' : '[ ] tab · Esc back';
  return detailRoom(state).isPeek ? 'enter = preview' : '[ ] tab · + zoom';
}

function foot(state: UiState): string {
  const { rows, isPeek } = detailRoom(state);
  const read = personalityText(state);
  if (read !== undefined) return viewerWords(read);
  const total = bindingLineCount(state);
  if (isPeek || rows === 0 || total <= rows) return '';
  const top = topOfBindings(state, total);
  return `${count(top + 1)}-${count(Math.min(total, top + rows))} of ${count(total)} lines`;
}

function copyItems(state: UiState): readonly CopyItem[] {
  const selected = personalityList.selected(state);
  if (selected === undefined) return [];
  const { loaded } = state.personalities;
  const text = loaded?.of === selected.id ? (loaded.composition?.text ?? '') : '';
  return [
    { key: 'n', name: 'name', text: selected.ref },
    { key: 't', name: 'assembled text', text },
    { key: 'h', name: 'hash', text: selected.hash },
    { key: 'j', name: 'JSON', text: JSON.stringify(selected) },
    { key: 'p', name: 'proxy command', text: `mcptui proxy --agent ${selected.agent} --personality ${selected.name}` },
    { key: 'd', name: 'describe', text: `mcptui describe personality ${selected.ref}` },
  ];
}

function resourceOf(one: PersonalityView): Resource {
  return {
    name: clean(one.ref),
    about: ({ now }) => `personality · ${plural(one.prompts.length, 'prompt')} · ${age(now - one.updatedAt)} ago`,
    selectedIn: (state) => personalityList.withSelected(state, one.id),
    select: (ui) => ui.set(personalityList.withSelected(ui.state, one.id)),
  };
}

const resourcesOf = lastOf((rows: EngineView['personalities']) => [...rows.values()].map(resourceOf));

export const personalitiesPane: Pane = listPane({
  id: 'personalities',
  number: '3',
  title: 'Personalities',
  snug: 'Persona',
  short: 'Per',
  source: personalityList,
  orders: personalityOrders,
  table: personalityTable,
  context: (state) => state,
  note,
  emptyLine,
  badge: ({ view }) => (view === undefined ? '' : String(view.personalities.size)),
  detail: (state) => ({
    detailTitle: personalityTitle(state),
    detailNote: detailNote(state),
    detail: () => personalityLines(state),
    foot: foot(state),
  }),
  moveInDetail: moveInPersonality,
  text: (state) => (isInDetail(state) ? personalityText(state) : undefined),
  selectedName: (state) => clean(personalityList.selected(state)?.ref ?? ''),
  copyItems,
  wants: wantsOfPersonalities,
  refresh: ({ personalities: list }) => ({
    personalities: { ...list, loaded: undefined, refreshed: list.refreshed + 1 },
  }),
  verbs: { bind: 'personality.bind', preview: 'personality.preview', wear: 'personality.default' },
  resources: ({ personalities: rows }) => resourcesOf(rows),
});
