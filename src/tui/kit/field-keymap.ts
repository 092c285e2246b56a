/** Keys of any line that is being typed. */
import type { UiState } from '../state/ui-store.ts';
import { editField } from './field.ts';
import { bind, type Binding } from './keymap.ts';
import type { TypedLine } from './overlay.ts';

const edits: readonly (readonly [id: string, keys: readonly string[], help: string])[] = [
  ['left', ['left', 'ctrl-b'], 'a character back'],
  ['right', ['right', 'ctrl-f'], 'a character on'],
  ['start', ['home', 'ctrl-a'], 'to the start of the line'],
  ['end', ['end', 'ctrl-e'], 'to its end'],
  ['erase', ['backspace'], 'erase the character before'],
  ['delete', ['delete'], 'erase the character at the insertion point'],
  ['cut-to-start', ['ctrl-u'], 'erase all before the insertion point'],
  ['cut-to-end', ['ctrl-k'], 'erase all behind it'],
  ['cut-word', ['ctrl-w'], 'erase the word before'],
];

/** `lineOf` finds the line being typed in the overlay on top. */
export function fieldKeymap(lineOf: (state: UiState) => TypedLine | undefined): readonly Binding[] {
  return edits.map(([id, keys, help]) =>
    bind({
      id: `field.${id}`,
      keys,
      focus: 'field',
      help,
      repeats: true,
      target: (state) => lineOf(state) ?? 'no line is being typed',
      run(line, ui) {
        const edited = editField(line.field, keys[0] ?? '');
        if (edited !== undefined) line.put(ui, edited);
      },
    }),
  );
}
