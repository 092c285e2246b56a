/** Keys of any diff that is read, beside those of any text. */
import { bind, type Binding } from '../keymap.ts';
import { contextSteps } from '../../state/diff-settings.ts';
import type { UiState } from '../../state/ui-store.ts';
import { atChange } from '../viewer/model.ts';
import type { ShownText } from '../viewer/reading.ts';

/** Finds the text that has the keys. */
type Shown = (state: UiState) => ShownText | undefined;

const isDiff = (read: ShownText | undefined): read is ShownText => (read?.text.changes ?? []).length > 0;

const target =
  (shown: Shown) =>
  (state: UiState): ShownText | string => {
    const read = shown(state);
    return isDiff(read) ? read : 'no diff is shown here';
  };

const step = (shown: Shown, way: 1 | -1): Binding =>
  bind({
    id: way === 1 ? 'diff.next' : 'diff.previous',
    keys: [way === 1 ? 'n' : 'N'],
    focus: 'diff',
    help: way === 1 ? 'the next change' : 'the change before',
    // While something is looked for, the keys go from one place found to the next.
    applies(state) {
      const read = shown(state);
      return isDiff(read) && read.view.find === '';
    },
    target: target(shown),
    run(read, ui) {
      const view = atChange(read, way);
      if (view === undefined) ui.notify('info', way === 1 ? 'no further change' : 'no change before this one');
      else read.put(ui, view);
    },
  });

const context = (shown: Shown, way: 1 | -1): Binding =>
  bind({
    id: way === 1 ? 'diff.more-context' : 'diff.less-context',
    keys: [way === 1 ? '}' : '{'],
    focus: 'diff',
    help: way === 1 ? 'more unchanged lines around changes' : 'fewer unchanged lines around changes',
    applies: (state) => isDiff(shown(state)),
    target: target(shown),
    run(_read, ui) {
      const { diff } = ui.state;
      const next = contextSteps[contextSteps.indexOf(diff.context) + way];
      if (next === undefined) return ui.notify('info', way === 1 ? 'all lines are shown' : 'only changes are shown');
      ui.set({ diff: { ...diff, context: next } });
    },
  });

export function diffKeymap(shown: Shown): readonly Binding[] {
  return [step(shown, 1), step(shown, -1), context(shown, -1), context(shown, 1)];
}
