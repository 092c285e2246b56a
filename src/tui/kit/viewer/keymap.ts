/** Keys of any text: find on, keep and hide lines, wrap, the pager, a file. */
import { failureText, type Ui } from '../ui.ts';
import { bind, type Binding } from '../keymap.ts';
import { askToSave } from '../save.ts';
import { fieldOf } from '../../state/field.ts';
import type { UiState } from '../../state/ui-store.ts';
import { foundNext } from './model.ts';
import { pagedText, wholeText } from './whole.ts';
import type { ShownText } from './reading.ts';

type Shown = (state: UiState) => ShownText | undefined;

const noText = 'no text has the keys: enter opens one';

const step = (shown: Shown, way: 1 | -1): Binding =>
  bind({
    id: way === 1 ? 'text.find-next' : 'text.find-previous',
    keys: [way === 1 ? 'n' : 'N'],
    focus: 'viewer',
    help: `the ${way === 1 ? 'next' : 'previous'} line with what / looks for`,
    hint: (state) => (way === 1 && shown(state)?.view.find !== '' ? 'next' : undefined),
    repeats: true,
    // Without a search the diff or the pane may mean something else by the key.
    applies: (state) => (shown(state)?.view.find ?? '') !== '',
    target: (state) => shown(state) ?? noText,
    run(read, ui) {
      const view = foundNext(read, way);
      read.put(ui, view);
      if (view.found === undefined) ui.notify('info', `${read.view.find} is in no line that is shown`);
    },
  });

const narrow = (shown: Shown, which: 'keep' | 'hide'): Binding =>
  bind({
    id: `text.${which}`,
    keys: [which === 'keep' ? '&' : '-'],
    focus: 'viewer',
    help:
      which === 'keep' ? 'keep only lines with a word, !word or /regex/' : 'hide lines with a word, !word or /regex/',
    hint: which === 'keep' ? 'keep' : 'hide',
    applies: (state) => shown(state) !== undefined,
    target: (state) => shown(state) ?? noText,
    run({ view }, ui) {
      ui.open({ kind: 'filter', mode: which, field: fieldOf(view[which]), before: view[which] });
    },
  });

async function page(ui: Ui, read: ShownText): Promise<void> {
  const { page: toPager } = ui.terminal;
  if (toPager === undefined) return ui.notify('info', 'this terminal cannot start a pager');
  try {
    await toPager(pagedText(read, ui.state.style), read.name);
  } catch (error) {
    ui.notify('bad', failureText(error));
  }
}

/** `shown` finds the text that has the keys: in the pane in front, or over it. */
export function viewerKeymap(shown: Shown): readonly Binding[] {
  const ofText = { focus: 'viewer', applies: (state: UiState) => shown(state) !== undefined } as const;
  const target = (state: UiState): ShownText | string => shown(state) ?? noText;
  return [
    bind({
      ...ofText,
      id: 'text.find',
      keys: ['/'],
      help: 'find a word, !word or /regex/',
      hint: 'find',
      target,
      run({ view: { find } }, ui) {
        ui.open({ kind: 'filter', mode: 'find', field: fieldOf(find), before: find });
      },
    }),
    step(shown, 1),
    step(shown, -1),
    narrow(shown, 'keep'),
    narrow(shown, 'hide'),
    bind({
      ...ofText,
      id: 'text.wrap',
      keys: ['w'],
      help: 'wrap long lines, or cut them: H and L then go sideways',
      hint: 'wrap',
      target,
      run(read, ui) {
        read.put(ui, { ...read.view, wrap: !read.view.wrap, left: 0 });
      },
    }),
    bind({
      ...ofText,
      id: 'text.pager',
      keys: ['o'],
      help: 'read it in $MCPTUI_PAGER, $PAGER or less',
      hint: 'pager',
      target,
      run: (read, ui) => void page(ui, read),
    }),
    bind({
      ...ofText,
      id: 'text.save',
      keys: ['S'],
      help: 'save it to a file',
      hint: 'save',
      target,
      run: (read, ui) =>
        askToSave(ui, { name: read.name, what: `${read.name}, as it is shown here`, text: () => wholeText(read) }),
    }),
  ];
}
