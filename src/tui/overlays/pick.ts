/** Lets the operator choose from a list: letters narrow it, enter takes the one under the mark. */
import { clean, fit, widthOf } from '../../text/clean.ts';
import { plural } from '../../text/format.ts';
import { fieldSpans } from '../kit/field-spans.ts';
import { box } from '../kit/box.ts';
import { bind, type Binding } from '../kit/keymap.ts';
import { layoutOf, windowTop, type Placed } from '../kit/layout.ts';
import type { OverlayKind } from '../kit/overlay.ts';
import { target, type Move } from '../kit/scroll.ts';
import { glyphs, type Line } from '../kit/theme.ts';
import { lastOf } from '../state/memo.ts';
import type { Choice, PickState } from '../state/overlays.ts';
import type { UiState } from '../state/ui-store.ts';

const matching = lastOf((choices: readonly Choice[], typed: string): readonly Choice[] => {
  const words = typed.toLowerCase().split(/\s+/).filter(Boolean);
  return choices.filter(({ name, note }) => words.every((word) => `${name} ${note}`.toLowerCase().includes(word)));
});

const shownIn = ({ choices, field }: PickState): readonly Choice[] => matching(choices, field.text);
const indexOf = (list: PickState): number => Math.min(list.index, Math.max(0, shownIn(list).length - 1));

const pageOf = (state: Placed): number => Math.max(1, layoutOf(state).body - 4);

const open = (state: UiState): PickState | string =>
  state.overlay?.kind === 'pick' ? state.overlay : 'no list to choose from is open';

const move = (id: string, key: string, help: string, by: Move): Binding =>
  bind({
    id: `pick.${id}`,
    keys: [key],
    focus: 'pick',
    help,
    repeats: true,
    target: open,
    run(list, ui) {
      ui.set({ overlay: { ...list, index: target(by, indexOf(list), shownIn(list).length, pageOf(ui.state)) } });
    },
  });

const keymap: readonly Binding[] = [
  move('up', 'up', 'the one above', { by: -1 }),
  move('down', 'down', 'the one below', { by: 1 }),
  move('page-up', 'pgup', 'a page up', { pages: -1 }),
  move('page-down', 'pgdn', 'a page down', { pages: 1 }),
  bind({
    id: 'pick.take',
    keys: ['enter'],
    focus: 'pick',
    help: 'take the one under the mark',
    target: open,
    run(list, ui) {
      const choice = shownIn(list)[indexOf(list)];
      if (choice === undefined) return ui.notify('info', `${list.field.text} is in no name: erase some of it`);
      ui.answer(list.key, choice.id);
    },
  }),
  bind({
    id: 'pick.close',
    keys: ['esc'],
    focus: 'pick',
    help: 'choose nothing',
    repeats: true,
    target: open,
    run: (_list, ui) => ui.close(),
  }),
];

function choiceLine({ name, note, isOn }: Choice, room: number, isUnder: boolean): Line {
  return [
    isUnder ? ' ▸ ' : '   ',
    [isOn ? `${glyphs.ok} ` : '  ', 'ok'],
    [`${fit(clean(name), room)}  `, isUnder ? 'strong' : 'plain'],
    [clean(note), 'dim'],
  ];
}

export const pickOverlay: OverlayKind<PickState> = {
  keymap,
  focuses: () => ['pick'],
  view(state, list) {
    const { style } = state;
    const { columns, body } = layoutOf(state);
    const shown = shownIn(list);
    const page = pageOf(state);
    const index = indexOf(list);
    const top = windowTop(index - Math.floor(page / 2), index, page, shown.length);
    const visible = shown.slice(top, top + page);
    const widest = visible.reduce((most, { name }) => Math.max(most, widthOf(clean(name))), 12);
    const lines = visible.map((choice, slot) =>
      choiceLine(choice, Math.min(widest, columns - 30), top + slot === index),
    );
    if (shown.length === 0) lines.push(['   none of them']);
    const search: Line = [' search: ', ...fieldSpans(list.field, columns - 16)];
    const note = plural(shown.length, 'choice');
    return { top: 0, rows: box(style, columns, body, [[clean(list.title), 'strong']], note, [search, [], ...lines]) };
  },
  hint: ({ does }) => `type a part of the name · ↑ ↓ · enter ${does} · Esc closes`,
  line: (list) => ({
    field: list.field,
    put: (ui, field) => ui.set({ overlay: { ...list, field, index: 0 } }),
  }),
};
