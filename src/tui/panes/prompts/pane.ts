/** Shows prompts, or skills: which text is live, who changed it, which links are broken. */
import type { EngineView } from '../../../engine/index.ts';
import { clean } from '../../../text/clean.ts';
import { age, count } from '../../../text/format.ts';
import type { Pane, Resource } from '../../kit/pane.ts';
import { lastOf } from '../../state/memo.ts';
import type { CopyItem } from '../../../text/copy-item.ts';
import { detailRoom, isInDetail } from '../../kit/split-pane.ts';
import { viewerWords } from '../../kit/viewer/paint.ts';
import type { UiState } from '../../state/ui-store.ts';
import { progressWords } from '../../../text/summary-words.ts';
import { nextVersion } from '../../../text/versions.ts';
import { promptLines, promptText, promptTitle } from './detail.ts';
import { wantsOfPrompts } from './load.ts';
import { moveInPrompt, showShelf } from './move.ts';
import { brokenCount, historyOf, loadedOf, scopeOf, promptList, promptOrders, type Shelved } from './select.ts';
import { promptTable } from './table.ts';
import { rangeWords, listPane } from '../../kit/list-pane.ts';

function emptyLine(state: UiState): string {
  const { view } = state;
  const { shelf } = state.prompts;
  const size = (shelf === 'skill' ? view?.skills : view?.prompts)?.size ?? 0;
  if (size === 0) return `No ${shelf} yet: n adds one.`;
  const hidden = `none of ${count(size)} ${shelf}s`;
  return state.prompts.filter === ''
    ? `${hidden} has a dead link · ! shows all`
    : `${hidden} matches · Esc clears the filter`;
}

function note(state: UiState): string {
  const { sort, reverse } = state.tables.prompts;
  const only = state.prompts.problemsOnly && state.prompts.shelf === 'prompt' ? '! dead only · ' : '';
  const order = `${sort === '' ? 'NAME' : sort} ${reverse ? '↓' : '↑'}`;
  return `${only}${state.size.columns < 80 ? '' : 'sort '}${order} · ${rangeWords(promptList, state)}`;
}

function detailNote(state: UiState): string {
  if (state.zoomed) return state.size.columns < 80 ? 'Esc back' : '[ ] tab · Esc back';
  return detailRoom(state).isPeek ? 'enter = full text' : '[ ] tab · + zoom';
}

/** What the next save gives, once something other than the default was chosen; else where the text stands. */
function foot(state: UiState): string {
  const prompt = promptList.selected(state);
  const progress = progressWords(state.view?.info.summaries);
  const summed = progress === undefined || state.prompts.shelf === 'skill' ? '' : clean(progress);
  if (prompt === undefined) return summed;
  const { save } = state.prompts;
  const read = promptText(state);
  const noted = save.note === '' ? '' : ` · note "${clean(save.note)}"`;
  const next = `e E save ${nextVersion(prompt.semver, save.bump)} (${save.bump})${noted}`;
  return [next, read === undefined ? '' : viewerWords(read), summed].filter(Boolean).join(' · ');
}

function copyItems(state: UiState): readonly CopyItem[] {
  const prompt = promptList.selected(state);
  if (prompt === undefined) return [];
  const text = loadedOf(state, prompt)?.detail?.text ?? '';
  return [
    { key: 'n', name: 'name', text: prompt.ref },
    { key: 't', name: 'text', text },
    { key: 'h', name: 'hash', text: prompt.hash },
    { key: 'j', name: 'JSON', text: JSON.stringify(prompt) },
    { key: 'd', name: 'describe', text: `mcptui describe ${prompt.kind} ${prompt.ref}` },
  ];
}

function resourceOf(prompt: Shelved): Resource {
  return {
    // A skill may have the name of a prompt.
    name: prompt.kind === 'skill' ? `skill ${clean(prompt.ref)}` : clean(prompt.ref),
    about: ({ now }) => `${prompt.kind} · ${scopeOf(prompt)} · ${prompt.semver} · ${age(now - prompt.updatedAt)} ago`,
    selectedIn: (state) => promptList.withSelected(state, prompt.id),
    select: (ui) => ui.set(promptList.withSelected(ui.state, prompt.id)),
  };
}

const resourcesOf = lastOf((prompts: EngineView['prompts'], skills: EngineView['skills']) =>
  [...prompts.values(), ...skills.values()].map(resourceOf),
);

/** `[Prompts] Skills 4`; 2 turns from one to the other. */
function heading({ prompts, view }: UiState): string {
  const { skills, prompts: rows } = view ?? {};
  return prompts.shelf === 'prompt' ? `[Prompts] Skills ${skills?.size ?? 0}` : `Prompts ${rows?.size ?? 0} [Skills]`;
}

export const promptsPane: Pane = listPane({
  id: 'prompts',
  number: '2',
  title: 'Prompts',
  heading,
  again: (ui) => showShelf(ui, ui.state.prompts.shelf === 'prompt' ? 'skill' : 'prompt'),
  titled: (ui) => showShelf(ui, 'prompt'),
  short: 'Prm',
  source: promptList,
  orders: promptOrders,
  table: promptTable,
  context: (state) => state,
  note,
  emptyLine,
  badge({ view }) {
    if (view === undefined) return '';
    const broken = brokenCount(view.prompts);
    return `${view.prompts.size}${broken === 0 ? '' : `!${broken}`}`;
  },
  detail: (state) => ({
    detailTitle: promptTitle(state),
    detailNote: detailNote(state),
    detail: () => promptLines(state),
    foot: foot(state),
  }),
  moveInDetail: moveInPrompt,
  text: (state) => (isInDetail(state) ? promptText(state) : undefined),
  selectedName: (state) => clean(promptList.selected(state)?.ref ?? ''),
  copyItems,
  backInDetail(ui) {
    const { state } = ui;
    const prompt = promptList.selected(state);
    if (prompt === undefined || state.prompts.tab !== 'Diff') return false;
    const history = historyOf(state, prompt);
    // Only a diff that the history was asked for.
    if (history.pair === undefined) return false;
    promptList.patch(ui, { tab: 'History', history: { ...history, pair: undefined }, historyTop: 0 });
    return true;
  },
  back(ui) {
    if (!ui.state.prompts.problemsOnly) return false;
    promptList.patch(ui, { problemsOnly: false });
    return true;
  },
  wants: wantsOfPrompts,
  refresh: (state) => ({ prompts: { ...state.prompts, loaded: undefined, refreshed: state.prompts.refreshed + 1 } }),
  verbs: { edit: 'prompt.edit', history: 'prompt.history', diff: 'prompt.diff', 'delete-prompt': 'prompt.delete' },
  resources: ({ prompts, skills }) => resourcesOf(prompts, skills),
});
