/** Keys `[` and `]`, which turn the tabs of a detail. */
import type { UiState } from '../state/ui-store.ts';
import { bind, type Binding, type Focus } from './keymap.ts';
import type { Ui } from './ui.ts';

interface TabKeys<T extends object> {
  /** `prompt`: the actions are `prompt.next-tab` and `prompt.previous-tab`. */
  readonly id: string;
  readonly focus: Focus;
  /** Default: `next tab of the detail`. */
  readonly help?: string;
  readonly target: (state: UiState) => T | string;
  readonly turn: (ui: Ui, by: 1 | -1, target: T) => void;
}

export function tabKeymap<T extends object>({ id, focus, help, target, turn }: TabKeys<T>): readonly Binding[] {
  return (['previous', 'next'] as const).map((way) =>
    bind<T>({
      id: `${id}.${way}-tab`,
      keys: [way === 'next' ? ']' : '['],
      focus,
      help: `${way} tab${help === undefined ? ' of the detail' : `: ${help}`}`,
      target,
      run: (found, ui) => turn(ui, way === 'next' ? 1 : -1, found),
    }),
  );
}

/** The tab beside this one, around the end. */
export function turned<Tab>(tabs: readonly [Tab, ...Tab[]] | readonly Tab[], tab: Tab, by: 1 | -1): Tab {
  return tabs[(tabs.indexOf(tab) + by + tabs.length) % tabs.length] ?? tab;
}
