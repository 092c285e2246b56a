/** Asks: a question with y and n, one before quitting, or one that wants the name of what is to go. */
import { clean, widthOf } from '../../text/clean.ts';
import { fieldSpans } from '../kit/field-spans.ts';
import { bind, type Binding } from '../kit/keymap.ts';
import { atBottom, guardMs, textLines, type OverlayKind } from '../kit/overlay.ts';
import type { Line } from '../kit/theme.ts';
import type { Overlay, Question, QuestionState } from '../state/overlays.ts';
import type { UiState } from '../state/ui-store.ts';

type Named = Question & { readonly kind: 'type-name' };

const focuses = { confirm: 'confirm', quit: 'quit', 'type-name': 'type-name' } as const;

export function isQuitQuestion(overlay: Overlay | undefined): boolean {
  return overlay?.kind === 'question' && overlay.question.kind === 'quit';
}

const asked = (state: UiState): QuestionState | string =>
  state.overlay?.kind === 'question' ? state.overlay : 'nothing is asked';

function named(state: UiState): { readonly overlay: QuestionState; readonly question: Named } | string {
  const overlay = asked(state);
  if (typeof overlay === 'string') return overlay;
  const { question } = overlay;
  return question.kind === 'type-name' ? { overlay, question } : 'no name is asked for';
}

const keymap: readonly Binding[] = [
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
    run: ({ key }, ui) => ui.decline(key),
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
  bind({
    id: 'name.confirm',
    keys: ['enter'],
    focus: 'type-name',
    help: 'do it, once the name is typed; without one nothing happens',
    target: named,
    run({ overlay, question }, ui) {
      if (question.field.text === '') return ui.close();
      if (ui.clock.monotonicMs() - overlay.openedAt < guardMs) return;
      if (question.field.text === question.name) return ui.answer(overlay.key);
      ui.notify('warn', `that is not ${question.name}: ${question.otherwise}`);
    },
  }),
  bind({
    id: 'name.cancel',
    keys: ['esc'],
    focus: 'type-name',
    help: 'leave everything as it is',
    target: named,
    run: (_named, ui) => ui.close(),
  }),
];

function lines(question: Question, hosting: boolean, columns: number): readonly Line[] {
  switch (question.kind) {
    case 'confirm':
      return [
        ...textLines(question.lines, columns),
        [' ', ['y', 'accent'], ` ${question.yes}   `, ['n', 'strong'], [` ${question.no} (default)`, 'strong']],
      ];
    case 'type-name':
      return [...textLines(question.lines, columns), ...nameLines(question, columns)];
    case 'quit':
      return hosting
        ? [
            [' This console runs the engine. What to do with the instances?'],
            [' ', ['s', 'accent'], ' stop the instances and quit'],
            [' ', ['h', 'accent'], ' hand over to a daemon: agents go on'],
            [' ', ['n', 'strong'], [' stay here (default)', 'strong']],
          ]
        : [];
  }
}

/** A long name has its own line, so that what is typed is always on screen. */
function nameLines({ name, field }: Named, columns: number): readonly Line[] {
  const text = ` Type ${clean(name)} to confirm: `;
  const room = columns - 4 - widthOf(text);
  if (room >= Math.min(40, widthOf(clean(name)) + 2)) return [[text, ...fieldSpans(field, room)]];
  return [...textLines([text.trim()], columns), [' ', ...fieldSpans(field, columns - 6)]];
}

export const questionOverlay: OverlayKind<QuestionState> = {
  keymap,
  focuses: ({ question }) => [focuses[question.kind]],
  view(state, { question }) {
    const title = question.kind === 'quit' ? 'Quit?' : question.title;
    return atBottom(state, title, lines(question, state.host.hosting, state.size.columns));
  },
  hint: ({ question }) =>
    question.kind === 'type-name'
      ? 'type the name, then enter · Esc keeps everything'
      : 'Esc, n and enter change nothing',
  line(overlay) {
    const { question } = overlay;
    if (question.kind !== 'type-name') return undefined;
    return {
      field: question.field,
      put: (ui, field) => ui.set({ overlay: { ...overlay, question: { ...question, field } } }),
    };
  },
  onPaste: (ui) => ui.notify('warn', 'pasted text answers no question: type it'),
  onlyAlone: true,
  isFresh: ({ question, openedAt }, nowMs) => question.kind !== 'type-name' && nowMs - openedAt < guardMs,
};
