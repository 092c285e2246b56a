/** Lists the prompts to bind to a personality: bound ones with their place, free ones, and why others cannot be. */
import type { BindChoice, EngineCommands, Saved } from '../../engine/index.ts';
import { box } from '../kit/box.ts';
import { clean, cut, fit, widthOf } from '../../text/clean.ts';
import { failureText, type Ui } from '../kit/ui.ts';
import { saidOfSave } from './editor/content-job.ts';
import { emptyField } from '../state/field.ts';
import { fieldSpans } from '../kit/field-spans.ts';
import { plural } from '../../text/format.ts';
import { layoutOf, windowTop, type Placed } from '../kit/layout.ts';
import { lastOf } from '../state/memo.ts';
import { target, type Move } from '../kit/scroll.ts';
import { glyphs, type Span, type Line } from '../kit/theme.ts';
import type { UiState } from '../state/ui-store.ts';
import type { BindListState } from '../state/overlays.ts';
import { bind, type Binding } from '../kit/keymap.ts';
import type { OverlayKind } from '../kit/overlay.ts';

/** Choices that hold all words that were typed. */
const matching = lastOf((choices: readonly BindChoice[], typed: string): readonly BindChoice[] => {
  const words = typed.toLowerCase().split(/\s+/).filter(Boolean);
  if (words.length === 0) return choices;
  return choices.filter(({ ref, refusal = '' }) => {
    const text = `${ref} ${refusal}`.toLowerCase();
    return words.every((word) => text.includes(word));
  });
});

function shownIn({ choices, field }: BindListState): readonly BindChoice[] {
  return matching(choices, field.text);
}

export function openBindList(ui: Ui, personality: string): void {
  const { commands } = ui;
  if (commands === undefined) return ui.notify('info', 'the engine is still starting');
  commands.bindChoices(personality).then(
    (choices) => {
      if (ui.state.overlay !== undefined) return;
      ui.open({ kind: 'bind', key: {}, personality, choices, field: emptyField, index: 0, busy: false });
    },
    (error: unknown) => ui.notify('bad', failureText(error)),
  );
}

/** Rows of the list on this screen. */
function pageOf(state: Placed): number {
  return Math.max(1, layoutOf(state).body - 4);
}

function bindListRows(state: UiState, list: BindListState): readonly string[] {
  const { style } = state;
  const { columns, body } = layoutOf(state);
  const shown = shownIn(list);
  const page = pageOf(state);
  const index = Math.min(list.index, Math.max(0, shown.length - 1));
  const top = windowTop(index - Math.floor(page / 2), index, page, shown.length);
  const visible = shown.slice(top, top + page);
  const widest = visible.reduce((longest, { ref }) => Math.max(longest, widthOf(clean(ref))), 12);
  const room = Math.min(widest + 2, columns - 36);
  const lines = visible.map((choice, slot) => choiceLine(choice, room, top + slot === index));
  if (shown.length === 0)
    lines.push([list.choices.length === 0 ? '   there is no prompt yet' : '   no prompt matches']);
  const bound = list.choices.filter(({ position }) => position !== undefined).length;
  const title = `Prompts of ${cut(clean(list.personality), 40)}`;
  const note = `${bound} bound · ${plural(shown.length, 'prompt')}`;
  const search: Line = [' search: ', ...fieldSpans(list.field, columns - 16), list.busy ? ['  saving …', 'dim'] : ''];
  const reason = shown[index]?.refusal ?? '';
  return box(style, columns, body, [[title, 'strong']], note, [search, [], ...lines], clean(reason));
}

function choiceLine({ ref, semver, position, refusal }: BindChoice, room: number, chosen: boolean): Line {
  const mark = chosen ? ' ▸ ' : '   ';
  const name: Span = [`${fit(clean(ref), room - 1)} `, chosen ? 'strong' : refusal === undefined ? 'plain' : 'dim'];
  if (position !== undefined) {
    const why: Span = refusal === undefined ? '' : [`  ${clean(refusal)}`, 'bad'];
    return [
      mark,
      [`${String(position + 1).padStart(3)} `, 'accent'],
      [`${glyphs.ok} `, 'ok'],
      name,
      clean(semver),
      why,
    ];
  }
  if (refusal === undefined) return [mark, '    ', [`${glyphs.off} `, 'dim'], name, clean(semver)];
  return [mark, '    ', [`${glyphs.bad} `, 'dim'], name, [clean(refusal), 'dim']];
}

const open = (state: UiState): BindListState | string =>
  state.overlay?.kind === 'bind' ? state.overlay : 'no list of prompts is open';

const indexOf = (list: BindListState): number => Math.min(list.index, Math.max(0, shownIn(list).length - 1));

const move = (id: string, key: string, help: string, by: Move): Binding =>
  bind({
    id: `bind.${id}`,
    keys: [key],
    focus: 'bind',
    help,
    repeats: true,
    target: open,
    run(list, ui) {
      const index = target(by, indexOf(list), shownIn(list).length, pageOf(ui.state));
      ui.set({ overlay: { ...list, index } });
    },
  });

const keymap: readonly Binding[] = [
  move('up', 'up', 'the prompt above', { by: -1 }),
  move('down', 'down', 'the prompt below', { by: 1 }),
  move('page-up', 'pgup', 'a page up', { pages: -1 }),
  move('page-down', 'pgdn', 'a page down', { pages: 1 }),
  bind({
    id: 'bind.toggle',
    keys: ['enter'],
    focus: 'bind',
    help: 'bind the prompt at the end, or unbind it',
    target: open,
    run(list, ui) {
      const choice = shownIn(list)[indexOf(list)];
      if (choice !== undefined && !list.busy) toggle(ui, list, choice);
    },
  }),
  bind({
    id: 'bind.back',
    keys: ['esc'],
    focus: 'bind',
    help: 'clear the search, then close the list',
    repeats: true,
    target: open,
    run(list, ui) {
      if (list.field.text === '') ui.close();
      else ui.set({ overlay: { ...list, field: emptyField, index: 0 } });
    },
  }),
];

export const bindListOverlay: OverlayKind<BindListState> = {
  keymap,
  focuses: () => ['bind'],
  view: (state, list) => ({ top: 0, rows: bindListRows(state, list) }),
  hint: () => 'type to search · ↑ ↓ PgUp PgDn choose · enter binds or unbinds · Esc closes',
  line: (list) => ({
    field: list.field,
    put: (ui, field) => ui.set({ overlay: { ...list, field, index: 0 } }),
  }),
};

/** Binds what is free at the end, and unbinds what is bound; the list stays open for more. */
function toggle(ui: Ui, list: BindListState, { ref, position, refusal }: BindChoice): void {
  const { key, personality } = list;
  if (position === undefined && refusal !== undefined) {
    return ui.notify('warn', `${ref} cannot be bound: ${refusal}`);
  }
  const { commands } = ui;
  if (commands === undefined) return;
  ui.set({ overlay: { ...list, busy: true } });
  const did = position === undefined ? `binds ${ref}` : `no longer binds ${ref}`;
  change(commands, personality, ref, position !== undefined)
    .then(async (saved) => [saved, await commands.bindChoices(personality)] as const)
    .then(
      ([saved, choices]) => {
        show(ui, key, choices, ref);
        ui.notify(...saidOfSave('personality', saved, did));
      },
      (error: unknown) => {
        show(ui, key, undefined, ref);
        ui.notify('bad', failureText(error));
      },
    );
}

function change(commands: EngineCommands, personality: string, ref: string, isBound: boolean): Promise<Saved> {
  return isBound ? commands.detachPrompt(personality, ref) : commands.attachPrompt(personality, ref);
}

/** The list as it is now, still on the same prompt. */
function show(ui: Ui, key: object, choices: readonly BindChoice[] | undefined, ref: string): void {
  const list = ui.opened<BindListState>({ kind: 'bind', key });
  if (list === undefined) return;
  const next = { ...list, busy: false, choices: choices ?? list.choices };
  const index = shownIn(next).findIndex((choice) => choice.ref === ref);
  ui.put({ ...next, index: Math.max(0, index) });
}
