/** Bindings: one table drives input, hints, the palette, `?` and docs/keys.md. */
import type { Ui } from './ui.ts';
import type { PaneId, UiState } from '../state/ui-store.ts';

/** Where a key means something. `move` is movement in any list or text; the rest are panes and overlays. */
export type Focus = 'global' | 'move' | PaneId | 'diff' | 'editor' | 'confirm' | 'quit';

export interface Binding {
  /** `instance.retry`; what the palette calls it, too. */
  readonly id: string;
  readonly keys: readonly string[];
  readonly focus: Focus;
  readonly help: string;
  /** The label in the line of hints; undefined = not shown there. */
  readonly hint: ((state: UiState) => string | undefined) | undefined;
  /** Held keys may arrive together; only moves may then act more than once. */
  readonly repeats: boolean;
  /** Changes something that runs: refused with --read-only. */
  readonly dangerous: boolean;
  /** Ignored inside a burst of input: what ends the console or answers a question has to be pressed by itself. */
  readonly calm: boolean;
  /** Why it does nothing now; undefined when it may run. */
  refusal(state: UiState): string | undefined;
  invoke(ui: Ui): void;
}

interface BindingDraft<T extends object> {
  readonly id: string;
  readonly keys: readonly string[];
  readonly focus: Focus;
  readonly help: string;
  readonly hint?: string | ((state: UiState) => string | undefined);
  readonly repeats?: boolean;
  readonly dangerous?: boolean;
  readonly calm?: boolean;
  /** What it acts on, or why it cannot; looked up when pressed. */
  target(state: UiState): T | string;
  run(target: T, ui: Ui): void;
}

export function bind<T extends object>(draft: BindingDraft<T>): Binding {
  const { hint, dangerous = false } = draft;
  const targetOf = (state: UiState): T | string =>
    dangerous && state.host.readOnly ? 'the console is read-only' : draft.target(state);
  return {
    id: draft.id,
    keys: draft.keys,
    focus: draft.focus,
    help: draft.help,
    hint: typeof hint === 'string' ? () => hint : hint,
    repeats: draft.repeats ?? false,
    dangerous,
    calm: draft.calm ?? false,
    refusal(state) {
      const target = targetOf(state);
      return typeof target === 'string' ? target : undefined;
    },
    invoke(ui) {
      const target = targetOf(ui.store.getState());
      if (typeof target === 'string') ui.notify('info', target);
      else draft.run(target, ui);
    },
  };
}

/** For what is always possible: the target is the state itself. */
export const always = (state: UiState): UiState => state;

/** Panes whose detail shows diffs. */
const withDiffs: ReadonlySet<PaneId> = new Set<PaneId>(['prompts', 'personalities', 'inbox']);

/** Focuses that see a key, first one first. */
export function focusesOf(state: Pick<UiState, 'overlay' | 'pane' | 'zoomed' | 'focus'>): readonly Focus[] {
  const { overlay } = state;
  if (overlay === undefined) {
    const inDetail = state.zoomed || state.focus === 'detail';
    return inDetail && withDiffs.has(state.pane)
      ? ['diff', state.pane, 'move', 'global']
      : [state.pane, 'move', 'global'];
  }
  if (overlay.kind === 'editor') return ['editor'];
  if (overlay.kind !== 'question' || overlay.question.kind === 'type-name') return [];
  return [overlay.question.kind === 'quit' ? 'quit' : 'confirm'];
}

export function findBinding(bindings: readonly Binding[], focuses: readonly Focus[], key: string): Binding | undefined {
  for (const focus of focuses) {
    const found = bindings.find((binding) => binding.focus === focus && binding.keys.includes(key));
    if (found !== undefined) return found;
  }
  return undefined;
}

/** Keys that mean two things in one place, as `instances: r is instance.restart and instance.retry`. */
export function clashes(bindings: readonly Binding[], places: readonly (readonly Focus[])[]): string[] {
  const found: string[] = [];
  for (const focuses of places) {
    const taken = new Map<string, string>();
    for (const binding of bindings.filter((candidate) => focuses.includes(candidate.focus))) {
      for (const key of binding.keys) {
        const other = taken.get(key);
        if (other !== undefined) found.push(`${focuses[0]}: ${key} is ${other} and ${binding.id}`);
        taken.set(key, binding.id);
      }
    }
  }
  return found;
}

const labels: Readonly<Record<string, string>> = {
  up: '↑',
  down: '↓',
  left: '←',
  right: '→',
  pgup: 'PgUp',
  pgdn: 'PgDn',
};

/** A key as printed: `↑`, `PgDn`, `ctrl-d`. */
export function keyLabel(key: string): string {
  return labels[key] ?? key;
}

const focusTitles: Readonly<Record<Focus, string>> = {
  instances: 'Instances',
  prompts: 'Prompts',
  personalities: 'Personas',
  inbox: 'Inbox',
  audit: 'Audit',
  sessions: 'Sessions',
  logs: 'Logs',
  tools: 'Tools',
  diff: 'Any diff',
  editor: 'Inline editor',
  move: 'Any list or text',
  global: 'Everywhere',
  confirm: 'Question y/N',
  quit: 'Question before quitting',
};

export function focusTitle(focus: Focus): string {
  return focusTitles[focus];
}

const focusOrder = Object.keys(focusTitles) as readonly Focus[];

/** docs/keys.md. */
export function keysMarkdown(bindings: readonly Binding[]): string {
  const lines = ['# Keys', '', 'Written from the table of bindings that the console itself uses.', ''];
  for (const focus of focusOrder) {
    const group = bindings.filter((binding) => binding.focus === focus);
    if (group.length === 0) continue;
    lines.push(`## ${focusTitle(focus)}`, '', '| Key | What it does | Action |', '| --- | --- | --- |');
    for (const { keys, help, id } of group) {
      const shown = keys.map((key) => (key === '`' ? '`` ` ``' : `\`${keyLabel(key)}\``));
      lines.push(`| ${shown.join(' ').replaceAll('|', '\\|')} | ${help} | \`${id}\` |`);
    }
    lines.push('');
  }
  return lines.join('\n');
}
