/** Keys of any diff that has the focus. */
import type { Ui } from '../ui.ts';
import { bind, type Binding } from '../keymap.ts';
import type { UiState } from '../../state/ui-store.ts';
import type { ShownDiff } from './place.ts';
import { contextSteps } from '../../state/diff-settings.ts';
import type { Pane } from '../pane.ts';

/** False where a text has the keys: there they mean what they mean in any text. */
type Applies = (state: UiState) => boolean;

/** Finds the diff on screen, or why there is none. */
type Shown = (state: UiState) => ShownDiff | string;

const hunk = (shown: Shown, isDiff: Applies, way: 1 | -1): Binding =>
  bind({
    id: way === 1 ? 'diff.next' : 'diff.previous',
    keys: [way === 1 ? 'n' : 'N'],
    focus: 'diff',
    applies: isDiff,
    help: way === 1 ? 'the next change' : 'the change before',
    target: shown,
    run({ rows, top, scrollTo }, ui) {
      const { hunks } = rows;
      const next = way === 1 ? hunks.find((at) => at > top) : hunks.findLast((at) => at < top);
      if (next === undefined) ui.notify('info', way === 1 ? 'no further change' : 'no change before this one');
      else scrollTo(ui, next);
    },
  });

const context = (shown: Shown, isDiff: Applies, way: 1 | -1): Binding =>
  bind({
    id: way === 1 ? 'diff.more-context' : 'diff.less-context',
    keys: [way === 1 ? '}' : '{'],
    focus: 'diff',
    applies: isDiff,
    help: way === 1 ? 'more unchanged lines around changes' : 'fewer unchanged lines around changes',
    target: shown,
    run(_shown: ShownDiff, ui: Ui) {
      const { diff } = ui.state;
      const next = contextSteps[contextSteps.indexOf(diff.context) + way];
      if (next === undefined) return ui.notify('info', way === 1 ? 'all lines are shown' : 'only changes are shown');
      ui.set({ diff: { ...diff, context: next } });
    },
  });

/** `paneOf` tells the pane in front, whose diff the keys are about. */
export function diffKeymap(paneOf: (state: UiState) => Pane): readonly Binding[] {
  const shown: Shown = (state) => paneOf(state).diff?.(state) ?? 'no diff is shown here';
  const isDiff: Applies = (state) => paneOf(state).text?.(state) === undefined;
  return [
    hunk(shown, isDiff, 1),
    hunk(shown, isDiff, -1),
    context(shown, isDiff, -1),
    context(shown, isDiff, 1),
    bind({
      id: 'diff.wrap',
      keys: ['w'],
      focus: 'diff',
      applies: isDiff,
      help: 'wrap long lines, or cut them',
      target: shown,
      run(_shown, ui) {
        const { diff } = ui.state;
        ui.set({ diff: { ...diff, wrap: !diff.wrap } });
      },
    }),
  ];
}
