/** Defines bindings: one table of them drives input, hints, the palette, `?` and docs/keys.md. */
import type { Ui } from './ui.ts';
import type { PaneId } from '../state/pane-id.ts';
import type { UiState } from '../state/ui-store.ts';

/** Where a key means something. `move` is movement in any list or text, `list` the table of one; the rest are panes and overlays. */
export type Focus = PaneId | 'audit-sessions' | 'diff' | 'viewer' | 'move' | 'list' | 'global' | OverlayFocus;

export type OverlayFocus =
  | 'palette'
  | 'filter'
  | 'copy'
  | 'pick'
  | 'columns'
  | 'listing'
  | 'listing-filter'
  | 'revisions'
  | 'revisions-diff'
  | 'import'
  | 'text'
  | 'once'
  | 'saw'
  | 'ask'
  | 'hidden'
  | 'confirm'
  | 'type-name'
  | 'quit'
  | 'bind'
  | 'form'
  | 'form-fields'
  | 'editor'
  | 'editor-save'
  | 'editor-diff'
  | 'editor-leave'
  | 'editor-busy'
  | 'field';

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
  /** False: the key is text here, or nothing. */
  applies(state: UiState): boolean;
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
  readonly applies?: (state: UiState) => boolean;
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
    applies: draft.applies ?? (() => true),
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

/** Focuses of a pane that see a key, first one first. */
export function focusesOf(state: Pick<UiState, 'pane' | 'zoomed' | 'focus' | 'audit'>): readonly Focus[] {
  const inDetail = state.zoomed || state.focus === 'detail';
  const { pane } = state;
  if (pane === 'audit' && !inDetail && state.audit.sessions !== undefined)
    return ['audit-sessions', pane, 'move', 'list', 'global'];
  if (!inDetail && pane !== 'logs') return [pane, 'move', 'list', 'global'];
  return ['diff', 'viewer', pane, 'move', 'list', 'global'];
}

/** The binding that a key means there now. */
export function findBinding(
  bindings: readonly Binding[],
  focuses: readonly Focus[],
  key: string,
  state: UiState,
): Binding | undefined {
  for (const focus of focuses) {
    const found = bindings.find(
      (binding) => binding.focus === focus && binding.keys.includes(key) && binding.applies(state),
    );
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

const overlayTitles: Readonly<Record<OverlayFocus, string>> = {
  palette: 'Command palette',
  filter: 'Filter, find, keep or hide, while it is typed',
  copy: 'Copy menu',
  pick: 'List to choose from',
  columns: 'Columns of a table',
  listing: 'Projects, agents, tokens',
  'listing-filter': 'The filter of such a list',
  revisions: 'Revisions of a server',
  'revisions-diff': 'Two revisions of a server, compared',
  import: 'Servers of agents’ clients to be imported',
  text: 'A text over the pane: help, messages, a description',
  once: 'A token that is shown once',
  saw: 'What an agent was shown',
  ask: 'A line that is asked for',
  hidden: 'A secret value that is asked for',
  confirm: 'Question y/N',
  'type-name': 'Question that wants a name',
  quit: 'Question before quitting',
  bind: 'Prompts of a personality',
  form: 'Form',
  'form-fields': 'Fields of a form',
  editor: 'Inline editor',
  'editor-save': 'Saving in the inline editor',
  'editor-diff': 'Changes in the inline editor',
  'editor-leave': 'Leaving the inline editor',
  'editor-busy': 'The inline editor while it saves',
  field: 'Any line being typed',
};

const focusTitles: Readonly<Record<Focus, string>> = {
  instances: 'Instances',
  prompts: 'Prompts',
  personalities: 'Personalities',
  inbox: 'Inbox',
  audit: 'Audit',
  'audit-sessions': 'Audit, with its sessions',
  sessions: 'Sessions',
  secrets: 'Secrets',
  logs: 'Logs',
  tools: 'Tools',
  diff: 'Any diff',
  viewer: 'Any text',
  move: 'Any list or text',
  list: 'Any list',
  global: 'Everywhere',
  ...overlayTitles,
};

export function focusTitle(focus: Focus): string {
  return focusTitles[focus];
}

/** Where keys mean something while an overlay is open, in the order of the help. */
export const overlayFocuses: readonly Focus[] = Object.keys(overlayTitles) as readonly Focus[];

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
      // What has no key is called by its name in the palette.
      if (shown.length === 0) shown.push(`\`:${id.slice(id.indexOf('.') + 1)}\``);
      lines.push(`| ${shown.join(' ').replaceAll('|', '\\|')} | ${help} | \`${id}\` |`);
    }
    lines.push('');
  }
  return lines.join('\n');
}
