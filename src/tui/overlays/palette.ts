/** The palette's entries: every action here and now, panes, instances, and `verb instance`. */
import { go } from 'fuzzysort';
import { bindings } from '../bindings.ts';
import { clean } from '../clean.ts';
import type { Console } from '../console.ts';
import { describeInstance } from '../describe.ts';
import { focusesOf, keyLabel } from '../keymap.ts';
import { selectInstance } from '../move.ts';
import { paneList, showPane } from '../panes.ts';
import type { UiState } from '../ui-store.ts';

export interface Entry {
  /** What is typed to find it. */
  readonly name: string;
  readonly about: string;
  /** Why choosing it does nothing now. */
  readonly refusal: string | undefined;
  run(console: Console): void;
}

/** Words that act on an instance, with the binding each stands for. */
const verbs: Readonly<Record<string, string>> = {
  retry: 'instance.retry',
  probe: 'instance.probe',
  logs: 'instance.logs',
  tools: 'instance.tools',
  restart: 'instance.restart',
  hold: 'instance.hold',
  'start-stop': 'instance.start-stop',
  delete: 'server.delete',
};

/** What the palette lists for what was typed, best first. */
export function paletteEntries(state: UiState, typed: string, actionsOnly: boolean): readonly Entry[] {
  const wanted = typed.trim();
  const all = actionsOnly ? actions(state) : [...actions(state), ...places(), ...instances(state)];
  if (wanted === '') return all;
  const [word = '', ...rest] = wanted.split(/\s+/);
  const withVerbs = !actionsOnly && rest.length > 0 ? [...verbEntries(state, word), ...all] : all;
  // Names that hold all that was typed come before what only mentions it: enter runs the first one.
  const options = { limit: 100, threshold: 0 };
  const named = go(wanted, withVerbs, { ...options, key: 'name' }).map(({ obj }) => obj);
  const mentioned = go(wanted, withVerbs, { ...options, key: (entry: Entry) => `${entry.name} ${entry.about}` });
  return [...new Set([...named, ...mentioned.map(({ obj }) => obj)])];
}

function actions(state: UiState): Entry[] {
  const here: UiState = { ...state, overlay: undefined };
  const focuses = focusesOf(here);
  return bindings
    .filter((binding) => focuses.includes(binding.focus) && !binding.repeats)
    .map((binding) => ({
      name: binding.id,
      about: `${binding.help} (${binding.keys.map(keyLabel).join(' ')})`,
      refusal: binding.refusal(here),
      run: (console) => binding.invoke(console),
    }));
}

function places(): Entry[] {
  return paneList.map((pane) => ({
    name: pane.title.toLowerCase(),
    about: `pane ${pane.number}`,
    refusal: undefined,
    run: (console) => showPane(console, pane.id),
  }));
}

function goTo(console: Console, id: string): void {
  showPane(console, 'instances');
  const { instances } = console.state;
  // A filter that hides the instance would make the next key act on another one.
  console.set({ instances: { ...instances, filter: '', problemsOnly: false }, zoomed: false });
  selectInstance(console, id);
}

function instances(state: UiState): Entry[] {
  return [...(state.view?.instances.values() ?? [])].map((instance) => {
    const words = describeInstance(instance, state.now);
    return {
      name: clean(instance.name),
      about: `instance · ${words.glyph} ${words.state} ${words.reason}`,
      refusal: undefined,
      run: (console) => goTo(console, instance.id),
    };
  });
}

function verbEntries(state: UiState, typedVerb: string): Entry[] {
  const found: Entry[] = [];
  for (const [verb, id] of Object.entries(verbs)) {
    if (!verb.startsWith(typedVerb.toLowerCase())) continue;
    const binding = bindings.find((candidate) => candidate.id === id);
    if (binding === undefined) continue;
    for (const instance of state.view?.instances.values() ?? []) {
      const there: UiState = {
        ...state,
        instances: { ...state.instances, selected: instance.id, filter: '', problemsOnly: false },
      };
      found.push({
        name: `${verb} ${clean(instance.name)}`,
        about: binding.help,
        refusal: binding.refusal(there),
        run(console) {
          goTo(console, instance.id);
          binding.invoke(console);
        },
      });
    }
  }
  return found;
}
