/** Keys of Prompts: for prompts and for skills. */
import type { PromptView, RevisionView } from '../../../engine/index.ts';
import type { Ui } from '../../kit/ui.ts';
import { otherMode } from '../../state/diff-settings.ts';
import { nextBump } from '../../state/save-choice.ts';
import { always, bind, type Binding } from '../../kit/keymap.ts';
import { enterDetail, isInDetail } from '../../kit/split-pane.ts';
import type { UiState } from '../../state/ui-store.ts';
import {
  deletePrompt,
  editPrompt,
  fixLink,
  inline,
  inYourEditor,
  newPrompt,
  noteBeforeSaving,
  restoreRevision,
} from './actions.ts';
import { showPromptTab, showShelf } from './move.ts';
import { historyOf, isBroken, loadedOf, promptList, tabsOf, type Shelved } from './select.ts';
import type { Pair } from '../../state/panes/prompts.ts';
import { tabKeymap, turned } from '../../kit/tab-keymap.ts';

/** The selected row, or why there is none. */
function current(state: UiState): Shelved | string {
  const { view, prompts } = state;
  if (view === undefined) return 'the engine is still starting';
  const { size } = prompts.shelf === 'skill' ? view.skills : view.prompts;
  const none = size === 0 ? `there is no ${prompts.shelf}: n adds one` : `no ${prompts.shelf} is listed`;
  return promptList.selected(state) ?? none;
}

interface Chosen {
  readonly prompt: Shelved;
  readonly revision: RevisionView;
  readonly revisions: readonly RevisionView[];
}

/** The revision under the mark of the history, or why there is none. */
function chosen(state: UiState): Chosen | string {
  const prompt = current(state);
  if (typeof prompt === 'string') return prompt;
  if (state.prompts.tab !== 'History' || !isInDetail(state)) return 'h shows the history: choose a revision there';
  const revisions = loadedOf(state, prompt)?.revisions ?? [];
  const { at } = historyOf(state, prompt);
  const revision = revisions[Math.min(at, revisions.length - 1)];
  return revision === undefined ? 'the history is still loading' : { prompt, revision, revisions };
}

/** Two revisions, the older one first: the marked ones, else the marked or the live one and the one chosen. */
function pairOf(state: UiState, { prompt, revision, revisions }: Chosen): Pair | undefined {
  const { marks } = historyOf(state, prompt);
  const [first, second] = marks.length === 2 ? marks : [marks[0] ?? prompt.semver, revision.semver];
  const age = (semver: string | undefined): number => revisions.findIndex((one) => one.semver === semver);
  // Of the live one alone: what it changed.
  if (first === second) {
    const before = revisions[age(first) + 1];
    return before === undefined ? undefined : [before.semver, revision.semver];
  }
  const [newer, older] = age(first) < age(second) ? [first, second] : [second, first];
  return newer === undefined || older === undefined ? undefined : [older, newer];
}

function showPair(ui: Ui, target: Chosen): void {
  const { state } = ui;
  const pair = pairOf(state, target);
  if (pair === undefined) return ui.notify('info', 'there is no revision before this one');
  const { prompts } = state;
  const history = { ...historyOf(state, target.prompt), pair };
  ui.set({ prompts: { ...prompts, tab: 'Diff', history, historyTop: 0 } });
}

const inHistory = (state: UiState): boolean => state.prompts.tab === 'History' && isInDetail(state);

export const promptsKeymap: readonly Binding[] = [
  bind({
    id: 'prompt.open',
    keys: ['enter'],
    focus: 'prompts',
    help: 'full text; in the history: what changed',
    hint: (state) => (inHistory(state) ? 'diff' : 'open'),
    target: current,
    run(prompt, ui) {
      const target = chosen(ui.state);
      if (typeof target !== 'string') return showPair(ui, target);
      if (ui.state.zoomed) return ui.notify('info', 'Esc goes back to the list');
      ui.set({ ...promptList.withSelected(ui.state, prompt.id), zoomed: true, focus: 'detail' });
    },
  }),
  bind({
    id: 'prompt.edit',
    keys: ['e'],
    focus: 'prompts',
    help: 'edit in $EDITOR; unchanged = nothing happens',
    hint: '$EDITOR',
    dangerous: true,
    target: current,
    run: (prompt, ui) => editPrompt(ui, prompt, inYourEditor),
  }),
  bind({
    id: 'prompt.edit-inline',
    keys: ['E'],
    focus: 'prompts',
    help: 'edit here; ctrl-s saves',
    hint: 'inline',
    dangerous: true,
    target: current,
    run: (prompt, ui) => editPrompt(ui, prompt, inline),
  }),
  bind({
    id: 'prompt.mark',
    keys: ['space'],
    focus: 'prompts',
    help: 'mark a revision; two marks are compared',
    hint: (state) => (inHistory(state) ? 'mark' : undefined),
    target: chosen,
    run({ prompt, revision: { semver } }, ui) {
      const { prompts } = ui.state;
      const history = historyOf(ui.state, prompt);
      const others = history.marks.filter((mark) => mark !== semver);
      const marks = others.length < history.marks.length ? others : [...others, semver].slice(-2);
      ui.set({ prompts: { ...prompts, history: { ...history, marks } } });
    },
  }),
  bind({
    id: 'prompt.diff',
    keys: ['d'],
    focus: 'prompts',
    help: 'diff; again: unified or side by side',
    hint: (state) => (state.prompts.tab === 'Diff' ? 'unified/split' : 'diff'),
    target: current,
    run(_prompt, ui) {
      const { state } = ui;
      const target = chosen(state);
      if (typeof target !== 'string') return showPair(ui, target);
      if (state.prompts.tab !== 'Diff') return showPromptTab(ui, 'Diff');
      ui.set({ diff: otherMode(state.diff, state.size.columns) });
    },
  }),
  bind({
    id: 'prompt.history',
    keys: ['h'],
    focus: 'prompts',
    help: 'its revisions; space marks two, enter compares',
    hint: (state) => (inHistory(state) ? undefined : 'history'),
    target: current,
    run(prompt, ui) {
      const next = promptList.withSelected(ui.state, prompt.id);
      const prompts = { ...next.prompts, tab: 'History' as const, historyTop: 0 };
      ui.set({ ...next, prompts, ...enterDetail(ui.state) });
    },
  }),
  bind({
    id: 'prompt.restore',
    keys: ['B'],
    focus: 'prompts',
    help: 'restore the chosen revision, as a new one',
    hint: (state) => (inHistory(state) ? 'restore…' : undefined),
    dangerous: true,
    target(state) {
      const target = chosen(state);
      if (typeof target === 'string' || !target.revision.isCurrent) return target;
      return `${target.revision.semver} is live: nothing to restore`;
    },
    run: ({ prompt, revision }, ui) => restoreRevision(ui, prompt, revision),
  }),
  bind({
    id: 'prompt.fix-link',
    keys: ['F'],
    focus: 'prompts',
    help: 'fix a dead link: name another prompt or resource',
    hint(state) {
      const row = promptList.selected(state);
      return row !== undefined && isBroken(row) ? 'fix link' : undefined;
    },
    dangerous: true,
    target(state): PromptView | string {
      const prompt = current(state);
      if (typeof prompt === 'string') return prompt;
      if (prompt.kind === 'skill') return 'a skill has no link';
      if (isBroken(prompt)) return prompt;
      return prompt.link === undefined ? `${prompt.ref} has no link` : `no link of ${prompt.ref} is dead`;
    },
    run: (prompt, ui) => fixLink(ui, prompt),
  }),
  bind({
    id: 'prompt.bump',
    keys: ['b'],
    focus: 'prompts',
    help: 'what the next save raises: patch, minor, major',
    hint: (state) => `bump:${state.prompts.save.bump}`,
    dangerous: true,
    target: always,
    run({ prompts }, ui) {
      ui.set({ prompts: { ...prompts, save: { ...prompts.save, bump: nextBump(prompts.save.bump) } } });
    },
  }),
  bind({
    id: 'prompt.note',
    keys: ['m'],
    focus: 'prompts',
    help: 'note of the next save',
    hint: 'note',
    dangerous: true,
    target: always,
    run: (_state, ui) => noteBeforeSaving(ui),
  }),
  bind({
    id: 'prompt.new',
    keys: ['n'],
    focus: 'prompts',
    help: 'a new prompt, or a new skill where skills are listed',
    hint: (state) => (isInDetail(state) ? undefined : 'new'),
    dangerous: true,
    target: (state) => (state.view === undefined ? 'the engine is still starting' : state),
    run: (_state, ui) => newPrompt(ui),
  }),
  bind({
    id: 'prompt.delete',
    keys: ['D'],
    focus: 'prompts',
    help: 'delete: type its name to confirm',
    hint: 'delete…',
    dangerous: true,
    target: current,
    run: (prompt, ui) => deletePrompt(ui, prompt),
  }),
  bind({
    id: 'prompts.problems',
    keys: ['!'],
    focus: 'prompts',
    help: 'only dead links, or all again',
    target: (state) => (state.prompts.shelf === 'skill' ? 'skills have no links' : state),
    run({ prompts }, ui) {
      ui.set({ prompts: { ...prompts, problemsOnly: !prompts.problemsOnly, top: 0 } });
      if (!prompts.problemsOnly && promptList.listed(ui.state).length === 0) ui.notify('ok', 'no link is dead');
    },
  }),
  ...tabKeymap<Shelved>({
    id: 'prompt',
    focus: 'prompts',
    target: current,
    turn: (ui, by, { kind }) => showPromptTab(ui, turned(tabsOf(kind), ui.state.prompts.tab, by)),
  }),
  bind({
    id: 'app.skills',
    keys: [],
    focus: 'global',
    help: 'skills, in pane 2 beside the prompts; 2 again turns to them, too',
    target: always,
    run(_state, ui) {
      ui.showPane('prompts');
      showShelf(ui, 'skill');
    },
  }),
];
