/** Lays a form over the pane. */
import { bind, type Binding } from '../../kit/keymap.ts';
import { guardMs, type OverlayKind } from '../../kit/overlay.ts';
import type { Ui } from '../../kit/ui.ts';
import type { FormState } from '../../state/overlays.ts';
import type { UiState } from '../../state/ui-store.ts';
import {
  advance,
  editOutside,
  isChosen,
  leave,
  move,
  pasteInForm,
  submit,
  toggleJson,
  typeField,
  typeJson,
} from './form.ts';
import { formHint, formRows } from './form-view.ts';

const open = ({ overlay }: UiState): FormState | string =>
  overlay?.kind === 'form' ? overlay : 'no form is open: x opens that of a tool, n that of a server';

const key = (draft: {
  readonly id: string;
  readonly keys: readonly string[];
  readonly help: string;
  readonly repeats?: boolean;
  readonly run: (form: FormState, ui: Ui) => void;
}): Binding => bind({ ...draft, focus: 'form', target: open });

const step = (id: string, keys: readonly string[], help: string, by: number): Binding =>
  bind({
    id: `form.${id}`,
    keys,
    focus: 'form-fields',
    help,
    repeats: true,
    target: open,
    run: (form, ui) => move(ui, form, by),
  });

const fieldAt = ({ overlay }: UiState) => (overlay?.kind === 'form' ? overlay.fields[overlay.index] : undefined);

const choose = (id: string, pressed: string, help: string): Binding =>
  bind({
    id: `form.${id}`,
    keys: [pressed],
    focus: 'form-fields',
    help,
    repeats: true,
    applies(state) {
      const field = fieldAt(state);
      return field !== undefined && isChosen(field);
    },
    target: open,
    run: (form, ui) => typeField(ui, form, pressed),
  });

const keymap: readonly Binding[] = [
  key({
    id: 'form.send',
    keys: ['ctrl-s'],
    help: 'send it: call the tool, create the server',
    run: (form, ui) => submit(ui, form),
  }),
  bind({
    id: 'form.json',
    keys: ['ctrl-t'],
    focus: 'form',
    help: 'the arguments of a call as JSON, or as fields again',
    target(state) {
      const form = open(state);
      return typeof form === 'string' || form.schema !== undefined ? form : 'this form has fields alone';
    },
    run: (form, ui) => toggleJson(ui, form),
  }),
  key({
    id: 'form.external',
    keys: ['ctrl-g'],
    help: 'the field, or the JSON, in $EDITOR',
    run: (form, ui) => editOutside(ui, form),
  }),
  key({
    id: 'form.leave',
    keys: ['esc'],
    help: 'from JSON back to the fields, else leave; what is typed stays for the next time',
    repeats: true,
    run: (form, ui) => leave(ui, form),
  }),
  step('next', ['tab', 'down'], 'the next field', 1),
  step('previous', ['shift-tab', 'up'], 'the field before', -1),
  step('page-down', ['pgdn'], 'five fields on', 5),
  step('page-up', ['pgup'], 'five fields back', -5),
  choose('next-choice', 'right', 'the next choice; space, too, and a letter the one that begins with it'),
  choose('previous-choice', 'left', 'the choice before'),
  bind({
    id: 'form.enter',
    keys: ['enter'],
    focus: 'form-fields',
    help: 'the next field; from what runs to the last line; there: send it',
    target: open,
    run(form, ui) {
      if (form.index < form.fields.length) return advance(ui, form);
      // A return that was pressed before that line was there sends nothing.
      if (ui.clock.monotonicMs() - form.openedAt >= guardMs) submit(ui, form);
    },
  }),
];

export const formOverlay: OverlayKind<FormState> = {
  keymap,
  focuses: ({ json }) => (json === undefined ? ['form', 'form-fields'] : ['form']),
  view: (state, form) => ({ top: 0, rows: formRows(state, form) }),
  hint: formHint,
  onKey(ui, form, pressed) {
    if (form.json === undefined) typeField(ui, form, pressed);
    else typeJson(ui, form, form.json, pressed);
  },
  onPaste: pasteInForm,
};
