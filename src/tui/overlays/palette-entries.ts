/** Lists the palette's entries: every action here and now, panes, what they list, and `verb NAME`. */
import { go } from 'fuzzysort';
import type { Ui } from '../kit/ui.ts';
import { focusesOf, keyLabel, type Binding } from '../kit/keymap.ts';
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

/** Lists the palette's entries for what was typed, best first. */
export function paletteEntries(tables: Tables, state: UiState, typed: string, actionsOnly: boolean): readonly Entry[] {
  const wanted = typed.trim();
  const here = actions(tables, state);
  if (actionsOnly) return wanted === '' ? here : ranked(here, wanted);
  const all = [...here, ...places(tables), ...resources(tables, state)];
  if (wanted === '') return all;
  const [word = '', ...rest] = wanted.split(/\s+/);
  const verbs = rest.length > 0 ? verbEntries(tables, state, word) : [];
  const elsewhere = Object.groupBy(actionsElsewhere(tables, state), (entry) =>
    entry.refusal() === undefined ? 'can' : 'cannot',
  );
  const found = ranked([...verbs, ...all, ...(elsewhere.can ?? [])], wanted);
  // What has nothing to act on says so, after all that has.
  const idle = (elsewhere.cannot ?? []).filter(({ name }) => name.toLowerCase().includes(wanted.toLowerCase()));
  return [...found, ...idle].slice(0, MOST_SHOWN);
}

const MOST_SHOWN = 100;

/**
 * What is called so comes first, then names that begin with what was typed, then names that hold it, then names that hold its letters, then what
 * says it in its description: enter runs the first one. Letters scattered over a description are no match.
 */
function ranked(entries: readonly Entry[], wanted: string): readonly Entry[] {
  const typed = wanted.toLowerCase();
  const lower = entries.map((entry) => ({ entry, name: entry.name.toLowerCase() }));
  const exact = lower.filter(({ name }) => name === typed);
  const begun = lower.filter(({ name }) => name.startsWith(typed) || name.includes(`.${typed}`));
  const held = lower.filter(({ name }) => name.includes(typed));
  const scattered = go(wanted, [...entries], { limit: MOST_SHOWN, threshold: 0, key: 'name' }).map(({ obj }) => obj);
  const told = entries.filter(({ about }) => about.toLowerCase().includes(typed));
  const inOrder = [...[...exact, ...begun, ...held].map(({ entry }) => entry), ...scattered, ...told];
  return [...new Set(inOrder)].slice(0, MOST_SHOWN);
}

/** Lists the actions of other panes, on what is selected there. */
function actionsElsewhere({ bindings, panes }: Tables, state: UiState): readonly Entry[] {
  return panes
    .filter(({ id }) => id !== state.pane)
    .flatMap((pane) => {
      const there: UiState = { ...state, pane: pane.id, focus: 'list', zoomed: false, overlay: undefined };
      return bindings(state)
        .filter((binding) => binding.focus === pane.id && !binding.repeats)
        .map((binding): Entry => ({
          name: binding.id,
          about: aboutOf(binding, ` in ${pane.title}${selectedThere(pane, there)}`),
          refusal: () => binding.refusal(there),
          run(ui) {
            ui.showPane(pane.id);
            binding.invoke(ui);
          },
        }));
    });
}

function selectedThere(pane: Pane, there: UiState): string {
  const name = pane.selectedName?.(there) ?? '';
  return name === '' ? '' : `, on ${name}`;
}

function aboutOf({ help, keys }: Binding, where = ''): string {
  return keys.length === 0 ? `${help}${where}` : `${help}${where} (${keys.map(keyLabel).join(' ')})`;
}

const possible = (): undefined => undefined;

function actions({ bindings }: Tables, state: UiState): Entry[] {
  const here: UiState = { ...state, overlay: undefined };
  const focuses = focusesOf(here);
  return bindings(state)
    .filter((binding) => focuses.includes(binding.focus) && !binding.repeats)
    .map((binding) => ({
      name: binding.id,
      about: aboutOf(binding),
      refusal: () => binding.refusal(here),
      run: (ui) => binding.invoke(ui),
    }));
}

function places({ panes }: Tables): Entry[] {
  return panes.map((pane) => ({
    name: pane.title.toLowerCase(),
    about: `pane ${pane.number}`,
    refusal: possible,
    run(ui) {
      ui.showPane(pane.id);
      pane.titled?.(ui);
    },
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
      const binding = verb.startsWith(begun) ? bindings(state).find((candidate) => candidate.id === id) : undefined;
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
