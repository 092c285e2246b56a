/** Keys that work in every pane. */
import type { Ui } from '../kit/ui.ts';
import type { Undo } from '../state/notice.ts';
import type { TimeStyle } from '../../text/format.ts';
import { always, bind, type Binding } from '../kit/keymap.ts';
import { layoutOf } from '../kit/layout.ts';
import type { Tables } from '../kit/overlay.ts';
import { paneList, paneOf } from './panes.ts';
import type { Move } from '../kit/scroll.ts';
import type { UiState } from '../state/ui-store.ts';
import { movedBy } from '../kit/viewer/model.ts';
import { withoutPatterns, type ShownText } from '../kit/viewer/reading.ts';
import { skinNames } from '../state/style.ts';
import { openHelp } from '../overlays/help.ts';
import { openMessages } from '../overlays/messages.ts';
import { openPalette } from '../overlays/palette.ts';

const moves: readonly (readonly [id: string, keys: readonly string[], help: string, move: Move])[] = [
  ['move.down', ['j', 'down'], 'down', { by: 1 }],
  ['move.up', ['k', 'up'], 'up', { by: -1 }],
  ['move.half-down', ['ctrl-d'], 'half a page down', { pages: 0.5 }],
  ['move.half-up', ['ctrl-u'], 'half a page up', { pages: -0.5 }],
  ['move.page-down', ['pgdn'], 'a page down', { pages: 1 }],
  ['move.page-up', ['pgup'], 'a page up', { pages: -1 }],
  ['move.first', ['g', 'home'], 'to the beginning', { to: 'first' }],
  ['move.last', ['G', 'end'], 'to the end; follows what is live', { to: 'last' }],
];

/** `shown` finds the text that has the keys; without one movement is the pane's. */
export const moveKeymap = (shown: (state: UiState) => ShownText | undefined): readonly Binding[] => [
  ...moves.map(([id, keys, help, move]) =>
    bind({
      id,
      keys,
      focus: 'move',
      help,
      repeats: true,
      target: always,
      run(state, ui) {
        const text = shown(state);
        if (text === undefined) paneOf(state).move(ui, move);
        else text.put(ui, movedBy(text, move));
      },
    }),
  ),
  ...([-8, 8] as const).map((columns) =>
    bind({
      id: columns < 0 ? 'move.left' : 'move.right',
      keys: columns < 0 ? ['H', 'left'] : ['L', 'right'],
      focus: 'move',
      help: columns < 0 ? 'sideways to the left' : 'sideways to the right',
      repeats: true,
      target: (state) => shown(state) ?? 'only a text goes sideways: enter opens one, W gives a list the whole width',
      run(text, ui) {
        // Lines that are wrapped have no side.
        const { view } = text;
        text.put(ui, { ...view, wrap: false, left: Math.max(0, view.left + columns) });
      },
    }),
  ),
];

const timeStyles: readonly TimeStyle[] = ['local', 'relative', 'utc'];

/** Closes one level: detail, focus, filter, problems only, notice. Never the console. */
function back(ui: Ui): void {
  const { state } = ui;
  if (state.notice !== undefined && state.notice.until === undefined) return ui.set({ notice: undefined });
  if (paneOf(state).cancel?.(ui) === true) return;
  const text = paneOf(state).text?.(state);
  const plain = text === undefined ? undefined : withoutPatterns(text);
  if (text !== undefined && plain !== undefined) return text.put(ui, plain);
  if ((state.zoomed || state.focus === 'detail') && paneOf(state).backInDetail?.(ui) === true) return;
  if (state.zoomed) return ui.set({ zoomed: false, focus: 'list' });
  if (state.focus === 'detail') return ui.set({ focus: 'list' });
  const pane = paneOf(state);
  if (pane.filter(state) !== '') return pane.setFilter(ui, '');
  if (pane.back?.(ui) === true) return;
  ui.notify('info', 'nothing to close here · q quits');
}

/** Right after the act at once; later after a question, since what it was is not on screen any more. */
function takeBack(undo: Undo, ui: Ui): void {
  if (ui.clock.now() <= undo.until) return ui.takeBack(undo);
  const isBack = undo.key === 'z';
  ui.ask({
    kind: 'confirm',
    title: isBack ? 'Take it back?' : 'Do it again?',
    lines: [`${isBack ? 'The last action was' : 'What was taken back'}: ${undo.label}.`],
    yes: isBack ? 'take it back' : 'do it again',
    no: 'no, leave it',
    act: (after) => after.takeBack(undo),
  });
}

/** The help lists what is in the tables. */
export const globalKeymap = (tables: Tables): readonly Binding[] => [
  ...paneList.map((pane) =>
    bind({
      id: `pane.${pane.id}`,
      keys: [pane.number],
      focus: 'global',
      help: pane.title,
      target: always,
      run(state, ui) {
        const isHere = state.pane === pane.id && state.overlay === undefined;
        ui.showPane(pane.id);
        if (isHere) pane.again?.(ui);
      },
    }),
  ),
  bind({
    id: 'pane.last',
    keys: ['`'],
    focus: 'global',
    help: 'the pane before this one',
    target: always,
    run: (state, ui) => ui.showPane(state.previousPane),
  }),
  bind({
    id: 'focus.next',
    keys: ['tab', 'shift-tab'],
    focus: 'global',
    help: 'between list and detail',
    target(state) {
      if (state.zoomed) return 'only the detail is shown: Esc goes back';
      if (paneOf(state).nextPart?.(state) !== undefined) return state;
      if (!paneOf(state).hasDetail) return 'there is no list beside this text';
      return layoutOf(state).detail > 3 ? state : 'there is no detail beside this list: + shows it';
    },
    run: (state, ui) =>
      (paneOf(state).nextPart?.(state) ?? ((to) => to.set({ focus: state.focus === 'list' ? 'detail' : 'list' })))(ui),
  }),
  bind({
    id: 'detail.zoom',
    keys: ['+', '_'],
    focus: 'global',
    help: 'the detail alone, or beside the list again',
    target: (state) => (paneOf(state).hasDetail ? state : 'there is no detail to zoom here'),
    run: (state, ui) => ui.set({ zoomed: !state.zoomed, focus: state.zoomed ? 'list' : 'detail' }),
  }),
  bind({
    id: 'app.palette',
    keys: [':', 'ctrl-p'],
    focus: 'global',
    help: 'command palette: actions, panes, instances, `retry NAME`',
    target: always,
    run: (_state, ui) => openPalette(ui, false),
  }),
  bind({
    id: 'app.actions',
    keys: ['.'],
    focus: 'global',
    help: 'all actions here, with the reason why one is not possible',
    target: always,
    run: (_state, ui) => openPalette(ui, true),
  }),
  bind({
    id: 'list.copy',
    keys: ['y'],
    focus: 'global',
    help: 'copy menu: name, id, JSON, command',
    hint: 'copy',
    target: always,
    run: (_state, ui) => ui.open({ kind: 'copy' }),
  }),
  bind({
    id: 'app.help',
    keys: ['?'],
    focus: 'global',
    help: 'this help',
    target: always,
    run: (_state, ui) => openHelp(ui, tables),
  }),
  bind({
    id: 'app.time',
    keys: ['t'],
    focus: 'global',
    help: 'times: local, relative, UTC',
    target: always,
    run(state, ui) {
      const time = timeStyles[(timeStyles.indexOf(state.time) + 1) % timeStyles.length] ?? 'local';
      ui.set({ time });
      ui.notify('info', `times are ${time === 'utc' ? 'UTC' : time}`);
    },
  }),
  bind({
    id: 'app.messages',
    keys: [],
    focus: 'global',
    help: 'what the console has said, newest first',
    target: always,
    run: (_state, ui) => openMessages(ui),
  }),
  bind({
    id: 'app.lock',
    keys: [],
    focus: 'global',
    help: 'forget the key that decisions are signed with; the next one asks for the passphrase',
    target: ({ unlocked }) => (unlocked === undefined ? 'no key is open' : { name: unlocked }),
    run({ name }, ui) {
      ui.keys.lock();
      ui.notify('ok', `key ${name} is locked`);
    },
  }),
  bind({
    id: 'app.mouse',
    keys: [],
    focus: 'global',
    help: 'wheel and click on or off; off, the terminal selects text',
    target: always,
    run(state, ui) {
      const mouse = !state.mouse;
      ui.set({ mouse });
      ui.terminal.mouse(mouse);
      ui.notify('info', mouse ? 'mouse on: wheel and click; shift selects text' : 'mouse off');
    },
  }),
  bind({
    id: 'app.theme',
    keys: [],
    focus: 'global',
    help: 'the next skin: the terminal’s colours, high contrast, no colours',
    target: always,
    run(state, ui) {
      const skin = skinNames[(skinNames.indexOf(state.style.skin) + 1) % skinNames.length] ?? 'standard';
      ui.set({ style: { ...state.style, skin } });
      ui.notify('info', `skin ${skin}, also next time unless MCPTUI_SKIN says otherwise`);
    },
  }),
  bind({
    id: 'app.undo',
    keys: ['z'],
    focus: 'global',
    help: 'takes the last approval, rejection or edit back, by a new revision',
    hint: 'undo',
    dangerous: true,
    target: (state) => state.undo ?? 'there is nothing to undo',
    run: takeBack,
  }),
  bind({
    id: 'app.redo',
    keys: ['Z'],
    focus: 'global',
    help: 'does again what z took back, by a new revision',
    hint: 'redo',
    dangerous: true,
    target: (state) => state.redo ?? 'there is nothing to do again',
    run: takeBack,
  }),
  bind({
    id: 'app.redraw',
    keys: ['ctrl-l'],
    focus: 'global',
    help: 'draw the screen again',
    target: always,
    run: (_state, ui) => ui.terminal.redraw(),
  }),
  bind({
    id: 'app.refresh',
    keys: ['ctrl-r'],
    focus: 'global',
    help: 'ask the engine for the open detail again',
    target: (state) => (state.engine === 'ready' ? state : 'the engine is still starting'),
    run(state, ui) {
      ui.set(paneOf(state).refresh?.(state) ?? {});
      ui.notify('info', 'asked again');
    },
  }),
  bind({
    id: 'app.back',
    keys: ['esc'],
    focus: 'global',
    help: 'closes one level; never quits',
    target: always,
    run: (_state, ui) => back(ui),
  }),
  bind({
    id: 'app.suspend',
    keys: ['ctrl-z'],
    focus: 'global',
    help: 'back to the shell; fg returns',
    calm: true,
    target: (state) => (state.host.hosting ? 'ctrl-z would stop the engine that this console runs' : state),
    run(_state, ui) {
      if (ui.terminal.suspend === undefined) return ui.notify('info', 'this terminal cannot suspend');
      ui.terminal.suspend();
    },
  }),
  bind({
    id: 'app.quit',
    keys: ['q'],
    focus: 'global',
    help: 'quit; asks what to do with the instances when this console runs the engine',
    calm: true,
    target: always,
    run: (_state, ui) => ui.askToQuit(),
  }),
];
