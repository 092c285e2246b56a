/** Prompts: which text is live, who changed it, which links are broken. */
import type { EngineView, PromptView } from '../../../engine/index.ts';
import { clean } from '../../../text/clean.ts';
import { age, count } from '../../../text/format.ts';
import type { PaneFrame, Pane, Resource } from '../../kit/pane.ts';
import { layoutOf, windowTop } from '../../kit/layout.ts';
import { selectedIndex } from '../../kit/list.ts';
import { lastOf } from '../../state/memo.ts';
import type { CopyItem } from '../../../text/copy-item.ts';
import { firstLine } from '../../kit/scroll.ts';
import { detailRoom, paintSplit } from '../../kit/split-pane.ts';
import { row } from '../../kit/theme.ts';
import type { UiState } from '../../state/ui-store.ts';
import { nextVersion } from '../../../text/versions.ts';
import { promptDiffRows, promptLineCount, promptLines, promptTitle } from './detail.ts';
import { wantsOfPrompts } from './load.ts';
import { movePrompts, withPrompt } from './move.ts';
import { brokenCount, listedPrompts, loadedOf, promptsFilter, scopeOf, selectedPrompt } from './select.ts';
import { promptColumns, promptHeading, promptRow } from './table.ts';

function paint(state: UiState): PaneFrame {
  return paintSplit(state, {
    title: 'Prompts',
    note: note(state),
    list: (width, height) => list(state, width, height),
    detailTitle: promptTitle(state),
    detailNote: detailNote(state),
    detail: () => promptLines(state),
    foot: foot(state),
  });
}

function list(state: UiState, width: number, height: number): readonly string[] {
  const { style, prompts, now } = state;
  const rows = listedPrompts(state);
  const selected = selectedIndex(rows, prompts);
  const top = windowTop(prompts.top, selected, height, rows.length);
  const columns = promptColumns(width);
  const shown = [promptHeading(style, width, columns)];
  for (let slot = 0; slot < height; slot += 1) {
    const prompt = rows[top + slot];
    if (prompt !== undefined) shown.push(promptRow(style, width, columns, prompt, now, top + slot === selected));
    else shown.push(row(style, width, slot === 1 && rows.length === 0 ? [emptyLine(state)] : []));
  }
  return shown;
}

function emptyLine({ view, prompts }: UiState): string {
  if (view === undefined || view.prompts.size === 0) return '  No prompt yet: n adds one.';
  const hidden = `none of ${count(view.prompts.size)} prompts`;
  return prompts.filter === ''
    ? `  ${hidden} has a broken link · ! shows all`
    : `  ${hidden} matches · Esc clears the filter`;
}

function note(state: UiState): string {
  const { prompts, size } = state;
  const rows = listedPrompts(state);
  const { list: height } = layoutOf(state);
  const top = windowTop(prompts.top, selectedIndex(rows, prompts), height, rows.length);
  const range = rows.length === 0 ? '0' : `${count(top + 1)}-${count(Math.min(rows.length, top + height))}`;
  const parsed = promptsFilter(prompts.filter);
  const problem = parsed.ok ? '' : ` (${parsed.reason})`;
  const filter = prompts.filter === '' ? '' : `filter ${clean(prompts.filter)}${problem} · `;
  const only = prompts.problemsOnly ? '! broken only · ' : '';
  const order = `${prompts.sort} ${prompts.reverse ? '↓' : '↑'}`;
  return `${filter}${only}${size.columns < 80 ? '' : 'sort '}${order} · ${range} of ${count(rows.length)}`;
}

function detailNote(state: UiState): string {
  if (state.zoomed) return state.size.columns < 80 ? 'Esc back' : '[ ] tab · Esc back';
  return detailRoom(state).isPeek ? 'enter = full text' : '[ ] tab · + zoom';
}

/** What the next save gives, once something other than the default was chosen; else where the text stands. */
function foot(state: UiState): string {
  const prompt = selectedPrompt(state);
  const { rows, isPeek } = detailRoom(state);
  if (prompt === undefined) return '';
  const { save, place, tab } = state.prompts;
  const noted = save.note === '' ? '' : ` · note "${clean(save.note)}"`;
  const next = `e E save ${nextVersion(prompt.semver, save.bump)} (${save.bump})${noted}`;
  const total = promptLineCount(state);
  if (isPeek || rows === 0 || total <= rows || tab === 'History') return next;
  const top = firstLine(place, total, rows);
  return `${next} · ${count(top + 1)}-${count(Math.min(total, top + rows))} of ${count(total)} lines`;
}

function copyItems(state: UiState): readonly CopyItem[] {
  const prompt = selectedPrompt(state);
  if (prompt === undefined) return [];
  const text = loadedOf(state, prompt)?.detail?.text ?? '';
  return [
    { key: 'n', name: 'name', text: prompt.ref },
    { key: 't', name: 'text', text },
    { key: 'h', name: 'hash', text: prompt.hash },
    { key: 'j', name: 'JSON', text: JSON.stringify(prompt) },
    { key: 'd', name: 'describe', text: `mcptui describe prompt ${prompt.ref}` },
  ];
}

function resourceOf(prompt: PromptView): Resource {
  return {
    name: clean(prompt.ref),
    about: ({ now }) => `prompt · ${scopeOf(prompt)} · ${prompt.semver} · ${age(now - prompt.updatedAt)} ago`,
    selectedIn: (state) => withPrompt(state, prompt.id),
    select: (ui) => ui.set(withPrompt(ui.state, prompt.id)),
  };
}

const resourcesOf = lastOf((prompts: EngineView['prompts']) => [...prompts.values()].map(resourceOf));

export const promptsPane: Pane = {
  id: 'prompts',
  number: '2',
  title: 'Prompts',
  short: 'Prm',
  hasDetail: true,
  badge({ view }) {
    if (view === undefined) return '';
    const broken = brokenCount(view.prompts);
    return `${view.prompts.size}${broken === 0 ? '' : `!${broken}`}`;
  },
  paint,
  filter: ({ prompts }) => prompts.filter,
  setFilter: (ui, text) => ui.set({ prompts: { ...ui.state.prompts, filter: text, top: 0 } }),
  filterProblem({ prompts }) {
    const filter = promptsFilter(prompts.filter);
    return filter.ok ? undefined : filter.reason;
  },
  move: movePrompts,
  moveSideways(ui, columns) {
    const { prompts } = ui.state;
    const left = Math.max(0, prompts.place.left + columns);
    ui.set({ prompts: { ...prompts, place: { ...prompts.place, left } } });
  },
  selectedName(state) {
    const prompt = selectedPrompt(state);
    return prompt === undefined ? '' : clean(prompt.ref);
  },
  copyItems,
  back(ui) {
    const { prompts } = ui.state;
    if (!prompts.problemsOnly) return false;
    ui.set({ prompts: { ...prompts, problemsOnly: false } });
    return true;
  },
  wants: wantsOfPrompts,
  refresh: ({ prompts }) => ({ prompts: { ...prompts, loaded: undefined, refreshed: prompts.refreshed + 1 } }),
  diff(state) {
    const rows = state.prompts.tab === 'Diff' ? promptDiffRows(state) : undefined;
    if (rows === undefined) return undefined;
    const { rows: page } = detailRoom(state);
    return {
      rows,
      top: firstLine(state.prompts.place, rows.total, page),
      page,
      scrollTo(ui, top) {
        const { prompts } = ui.state;
        ui.set({ prompts: { ...prompts, place: { ...prompts.place, top } } });
      },
    };
  },
  verbs: { edit: 'prompt.edit', history: 'prompt.history', diff: 'prompt.diff', 'delete-prompt': 'prompt.delete' },
  resources: ({ prompts }) => resourcesOf(prompts),
};
