/** The answers of dialogs. */
import { bind, type Binding } from '../kit/keymap.ts';
import type { QuestionState } from '../state/overlays.ts';
import type { UiState } from '../state/ui-store.ts';

const asked = (state: UiState): QuestionState | string =>
  state.overlay?.kind === 'question' ? state.overlay : 'nothing is asked';

export const dialogKeymap: readonly Binding[] = [
  bind({
    id: 'question.yes',
    keys: ['y'],
    focus: 'confirm',
    help: 'yes',
    calm: true,
    target: asked,
    run: ({ key }, ui) => ui.answer(key),
  }),
  bind({
    id: 'question.no',
    keys: ['n', 'enter', 'esc', 'N'],
    focus: 'confirm',
    help: 'no (the default)',
    target: asked,
    run: (_question, ui) => ui.close(),
  }),
  bind({
    id: 'quit.stop',
    keys: ['s'],
    focus: 'quit',
    help: 'stop the instances and quit',
    calm: true,
    target: asked,
    run: (_question, ui) => ui.terminal.quit('quit-stop'),
  }),
  bind({
    id: 'quit.hand-over',
    keys: ['h'],
    focus: 'quit',
    help: 'hand over to a daemon and quit: agents go on',
    calm: true,
    target: asked,
    run: (_question, ui) => ui.terminal.quit('quit-handover'),
  }),
  bind({
    id: 'quit.cancel',
    keys: ['n', 'enter', 'esc', 'N'],
    focus: 'quit',
    help: 'stay (the default)',
    target: asked,
    run: (_question, ui) => ui.close(),
  }),
];
