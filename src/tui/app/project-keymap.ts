/** Chooses the project whose rows the panes show. */
import { bind, type Binding } from '../kit/keymap.ts';
import { narrowed } from '../kit/instances.ts';
import { projectOfEvent } from '../kit/projects.ts';
import type { Ui } from '../kit/ui.ts';
import { plural } from '../../text/format.ts';
import type { Choice } from '../state/overlays.ts';
import type { UiState } from '../state/ui-store.ts';

/** Names of projects are never empty. */
const all = '';

/** Each list begins anew: what was selected may be gone from it. */
function showProject(ui: Ui, project: string | undefined): void {
  const { state } = ui;
  const { prompts, personalities, inbox, sessions, secrets, tools, audit } = state;
  const start = { selected: undefined, at: 0, top: 0 };
  audit.list.setProject(project, (event) => projectOfEvent(event, ui.state.view));
  const next = { ...state, project };
  ui.set({
    project,
    instances: narrowed(next, {}),
    prompts: { ...prompts, ...start, other: { ...prompts.other, ...start } },
    personalities: { ...personalities, ...start },
    inbox: { ...inbox, ...start },
    sessions: { ...sessions, ...start, upstreams: { ...sessions.upstreams, ...start } },
    secrets: { ...secrets, ...start },
    tools: { ...tools, ...start },
    audit: { ...audit, revision: audit.revision + 1, topRow: undefined },
  });
  ui.notify('info', project === undefined ? 'all projects are shown' : `only project ${project} is shown · ctrl-o`);
}

function choices({ view, project }: UiState): readonly Choice[] {
  const rows = [...(view?.projects.values() ?? [])].sort((a, b) => (a.name < b.name ? -1 : 1));
  return [
    { id: all, name: 'all', note: plural(rows.length, 'project'), isOn: project === undefined },
    ...rows.map(({ name, servers }) => ({
      id: name,
      name,
      note: plural(servers, 'server'),
      isOn: name === project,
    })),
  ];
}

export const projectKeymap: readonly Binding[] = [
  bind({
    id: 'app.project',
    keys: ['ctrl-o'],
    focus: 'global',
    help: 'the rows of one project only, or of all again',
    target: (state) => (state.view === undefined ? 'the engine is still starting' : state),
    run: (state, ui) =>
      ui.pick({
        title: 'Which project?',
        does: 'shows its rows in every pane',
        choices: choices(state),
        act: (after, id) => showProject(after, id === all ? undefined : id),
      }),
  }),
];
