/** Personalities: what an agent will actually read, in which order. */
import type { EngineView, PersonalityView } from '../../../engine/index.ts';
import { clean } from '../../../text/clean.ts';
import { age, count, plural } from '../../../text/format.ts';
import type { PaneFrame, Pane, Resource } from '../../kit/pane.ts';
import { windowTop } from '../../kit/layout.ts';
import { selectedIndex } from '../../kit/list.ts';
import { lastOf } from '../../state/memo.ts';
import type { CopyItem } from '../../../text/copy-item.ts';
import { firstLine } from '../../kit/scroll.ts';
import { detailRoom, paintSplit } from '../../kit/split-pane.ts';
import { row } from '../../kit/theme.ts';
import type { UiState } from '../../state/ui-store.ts';
import { personalityDiffRows, personalityLineCount, personalityLines, personalityTitle } from './detail.ts';
import { wantsOfPersonalities } from './load.ts';
import { movePersonalities, withPersonality } from './move.ts';
import { agentOf, listedPersonalities, personalitiesFilter, selectedPersonality } from './select.ts';
import { personalityColumns, personalityHeading, personalityRow } from './table.ts';

function paint(state: UiState): PaneFrame {
  return paintSplit(state, {
    title: 'Personalities',
    note: note(state),
    list: (width, height) => list(state, width, height),
    detailTitle: personalityTitle(state),
    detailNote: detailNote(state),
    detail: () => personalityLines(state),
    foot: foot(state),
  });
}

function list(state: UiState, width: number, height: number): readonly string[] {
  const { style, personalities, now } = state;
  const rows = listedPersonalities(state);
  const selected = selectedIndex(rows, personalities);
  const top = windowTop(personalities.top, selected, height, rows.length);
  const columns = personalityColumns(width);
  const shown = [personalityHeading(style, width, columns)];
  for (let slot = 0; slot < height; slot += 1) {
    const one = rows[top + slot];
    if (one !== undefined) shown.push(personalityRow(style, width, columns, one, now, top + slot === selected));
    else shown.push(row(style, width, slot === 1 && rows.length === 0 ? [emptyLine(state)] : []));
  }
  return shown;
}

function emptyLine({ view }: UiState): string {
  if (view === undefined || view.personalities.size === 0) {
    return view?.agents.size === 0 ? '  No agent yet: mcptui create agent NAME.' : '  No personality yet: n adds one.';
  }
  return `  none of ${plural(view.personalities.size, 'personality').replace('ys', 'ies')} matches · Esc clears the filter`;
}

/** `agent reviewer · default careful`. */
function note(state: UiState): string {
  const { personalities } = state;
  const selected = selectedPersonality(state);
  const parsed = personalitiesFilter(personalities.filter);
  const problem = parsed.ok ? '' : ` (${parsed.reason})`;
  const filter = personalities.filter === '' ? '' : `filter ${clean(personalities.filter)}${problem} · `;
  const total = `${count(listedPersonalities(state).length)} of ${count(state.view?.personalities.size ?? 0)}`;
  if (selected === undefined) return `${filter}${total}`;
  const worn = agentOf(state, selected)?.defaultPersonality ?? 'none';
  return `${filter}agent ${clean(selected.agent)} · default ${clean(worn)} · ${total}`;
}

function detailNote(state: UiState): string {
  if (state.zoomed) return state.size.columns < 80 ? 'Esc back' : '[ ] tab · Esc back';
  return detailRoom(state).isPeek ? 'enter = preview' : '[ ] tab · + zoom';
}

function foot(state: UiState): string {
  const { rows, isPeek } = detailRoom(state);
  const total = personalityLineCount(state);
  if (isPeek || rows === 0 || total <= rows) return '';
  const top = firstLine(state.personalities.place, total, rows);
  return `${count(top + 1)}-${count(Math.min(total, top + rows))} of ${count(total)} lines`;
}

function copyItems(state: UiState): readonly CopyItem[] {
  const selected = selectedPersonality(state);
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
    selectedIn: (state) => withPersonality(state, one.id),
    select: (ui) => ui.set(withPersonality(ui.state, one.id)),
  };
}

const resourcesOf = lastOf((rows: EngineView['personalities']) => [...rows.values()].map(resourceOf));

export const personalitiesPane: Pane = {
  id: 'personalities',
  number: '3',
  title: 'Personas',
  short: 'Per',
  hasDetail: true,
  badge: ({ view }) => (view === undefined ? '' : String(view.personalities.size)),
  paint,
  filter: ({ personalities }) => personalities.filter,
  setFilter: (ui, text) => ui.set({ personalities: { ...ui.state.personalities, filter: text, top: 0 } }),
  filterProblem({ personalities }) {
    const filter = personalitiesFilter(personalities.filter);
    return filter.ok ? undefined : filter.reason;
  },
  move: movePersonalities,
  moveSideways(ui, columns) {
    const { personalities } = ui.state;
    const left = Math.max(0, personalities.place.left + columns);
    ui.set({ personalities: { ...personalities, place: { ...personalities.place, left } } });
  },
  selectedName(state) {
    const selected = selectedPersonality(state);
    return selected === undefined ? '' : clean(selected.ref);
  },
  copyItems,
  wants: wantsOfPersonalities,
  refresh: ({ personalities }) => ({
    personalities: { ...personalities, loaded: undefined, refreshed: personalities.refreshed + 1 },
  }),
  diff(state) {
    const rows = state.personalities.tab === 'Diff' ? personalityDiffRows(state) : undefined;
    if (rows === undefined) return undefined;
    const { rows: page } = detailRoom(state);
    return {
      rows,
      top: firstLine(state.personalities.place, rows.total, page),
      page,
      scrollTo(ui, top) {
        const { personalities } = ui.state;
        ui.set({ personalities: { ...personalities, place: { ...personalities.place, top } } });
      },
    };
  },
  verbs: { bind: 'personality.bind', preview: 'personality.preview', wear: 'personality.default' },
  resources: ({ personalities }) => resourcesOf(personalities),
};
