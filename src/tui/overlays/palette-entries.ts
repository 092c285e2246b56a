/** Lists the palette's entries: every action here and now, panes, what they list, and `verb NAME`. */
import { go } from 'fuzzysort';
import type { Ui } from '../kit/ui.ts';
import { focusesOf, keyLabel } from '../kit/keymap.ts';
import type { Pane, Resource } from '../kit/pane.ts';
import type { UiState } from '../state/ui-store.ts';
import type { Tables } from '../kit/overlay.ts';

export interface Entry {
  /** What is typed to find it. */
  readonly name: string;
  readonly about: string;
  /** Why choosing it does nothing now. */
  refusal(): string | undefined;
  run(ui: Ui): void;
}

/** What the palette lists for what was typed, best first. */
export function paletteEntries(tables: Tables, state: UiState, typed: string, actionsOnly: boolean): readonly Entry[] {
  const wanted = typed.trim();
  const all = actionsOnly
    ? actions(tables, state)
    : [...actions(tables, state), ...places(tables), ...resources(tables, state)];
  if (wanted === '') return all;
  const [word = '', ...rest] = wanted.split(/\s+/);
  const withVerbs = !actionsOnly && rest.length > 0 ? [...verbEntries(tables, state, word), ...all] : all;
  // Names that hold all that was typed come before what only mentions it: enter runs the first one.
  const options = { limit: 100, threshold: 0 };
  const named = go(wanted, withVerbs, { ...options, key: 'name' }).map(({ obj }) => obj);
  if (named.length === options.limit) return named;
  const mentioned = go(wanted, withVerbs, { ...options, key: (entry: Entry) => `${entry.name} ${entry.about}` });
  return [...new Set([...named, ...mentioned.map(({ obj }) => obj)])];
}

const possible = (): undefined => undefined;

function actions({ bindings }: Tables, state: UiState): Entry[] {
  const here: UiState = { ...state, overlay: undefined };
  const focuses = focusesOf(here);
  return bindings()
    .filter((binding) => focuses.includes(binding.focus) && !binding.repeats)
    .map((binding) => ({
      name: binding.id,
      about: `${binding.help} (${binding.keys.map(keyLabel).join(' ')})`,
      refusal: () => binding.refusal(here),
      run: (ui) => binding.invoke(ui),
    }));
}

function places({ panes }: Tables): Entry[] {
  return panes.map((pane) => ({
    name: pane.title.toLowerCase(),
    about: `pane ${pane.number}`,
    refusal: possible,
    run: (ui) => ui.showPane(pane.id),
  }));
}

function goTo(ui: Ui, pane: Pane, resource: Resource): void {
  ui.showPane(pane.id);
  resource.select(ui);
}

function resources({ panes }: Tables, state: UiState): Entry[] {
  const { view } = state;
  if (view === undefined) return [];
  return panes.flatMap((pane) =>
    (pane.resources?.(view) ?? []).map((resource) => ({
      name: resource.name,
      get about() {
        return resource.about(state);
      },
      refusal: possible,
      run: (ui: Ui) => goTo(ui, pane, resource),
    })),
  );
}

/** `retry gitea-1`; a pane's own title is a verb, too: `inbox p7f3`. */
function verbEntries({ panes, bindings }: Tables, state: UiState, typedVerb: string): Entry[] {
  const found: Entry[] = [];
  const { view } = state;
  const begun = typedVerb.toLowerCase();
  for (const pane of panes) {
    const all = view === undefined ? undefined : pane.resources?.(view);
    if (all === undefined) continue;
    const title = pane.title.toLowerCase();
    if (title.startsWith(begun)) {
      for (const resource of all) {
        const name = `${title} ${resource.name}`;
        found.push({
          name,
          about: 'show it',
          refusal: possible,
          run: (ui) => goTo(ui, pane, resource),
        });
      }
    }
    for (const [verb, id] of Object.entries(pane.verbs ?? {})) {
      const binding = verb.startsWith(begun) ? bindings().find((candidate) => candidate.id === id) : undefined;
      if (binding === undefined) continue;
      for (const resource of all) {
        found.push({
          name: `${verb} ${resource.name}`,
          about: binding.help,
          refusal: () => binding.refusal(resource.selectedIn({ ...state, pane: pane.id, overlay: undefined })),
          run(ui) {
            goTo(ui, pane, resource);
            binding.invoke(ui);
          },
        });
      }
    }
  }
  return found;
}
