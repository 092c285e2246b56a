/** Lists agents; of one its project, default personality, summary and whether it is the default agent are edited. */
import type { AgentChange, AgentView } from '../../../engine/index.ts';
import type { Ui } from '../../kit/ui.ts';
import { fieldOf } from '../../state/field.ts';
import type { UiState } from '../../state/ui-store.ts';
import { askToRemove, byName, fact, nameFault, namesOf, selectNew, type ListedRow, type Listing } from './listing.ts';

const agentOf = ({ view }: UiState, { id }: ListedRow): AgentView | undefined => view?.agents.get(id);

function change(ui: Ui, name: string, what: AgentChange): void {
  ui.run(`changing agent ${name} …`, `agent ${name} is changed`, (commands) => commands.updateAgent(name, what));
}

function pickProject(ui: Ui, title: string, now: string, act: (ui: Ui, project: string) => void): void {
  const choices = [...(ui.state.view?.projects.values() ?? [])].sort(byName);
  ui.pick({
    title,
    does: 'takes it',
    choices: choices.map(({ name, servers }) => ({ id: name, name, note: `${servers} servers`, isOn: name === now })),
    act,
  });
}

function create(ui: Ui): void {
  ui.askText({
    title: 'New agent',
    lines: ['Prompts, personalities and skills can be its own.'],
    label: 'name',
    does: 'goes on',
    required: 'an agent needs a name',
    check: (name, { view }) => nameFault('agent', name, view?.agents.values() ?? []),
    act: (after, name) =>
      pickProject(after, `Project of agent ${name}`, 'default', (ui2, project) =>
        ui2.run(
          `making agent ${name} …`,
          () => {
            selectNew(ui2, 'agents', name);
            return ['ok', `agent ${name} is made`];
          },
          (commands) => commands.createAgent(name, { project }),
        ),
      ),
  });
}

function pickPersonality(ui: Ui, { name, defaultPersonality }: AgentView): void {
  const own = [...(ui.state.view?.personalities.values() ?? [])].filter(({ agent }) => agent === name).sort(byName);
  if (own.length === 0) return ui.notify('info', `agent ${name} has no personality: 3 n makes one`);
  ui.pick({
    title: `Default personality of ${name}`,
    does: 'takes it',
    choices: [
      { id: '', name: 'none', note: 'sessions choose one, or have none', isOn: defaultPersonality === null },
      ...own.map((row) => ({ id: row.name, name: row.name, note: row.summary, isOn: row.name === defaultPersonality })),
    ],
    act: (after, id) => change(after, name, { defaultPersonality: id === '' ? null : id }),
  });
}

function askForSummary(ui: Ui, { name, summary }: AgentView): void {
  ui.askText({
    title: `Summary of agent ${name}`,
    lines: ['One line, for lists.'],
    label: 'summary',
    does: 'saves it',
    required: undefined,
    field: fieldOf(summary),
    act: (after, text) => change(after, name, { summary: text }),
  });
}

function edit(ui: Ui, row: ListedRow): void {
  const agent = agentOf(ui.state, row);
  if (agent === undefined) return;
  const { name, project, summary, isDefault, defaultPersonality } = agent;
  const choices = [
    { id: 'personality', name: 'default personality', note: defaultPersonality ?? 'none' },
    { id: 'project', name: 'project', note: project },
    { id: 'summary', name: 'summary', note: summary === '' ? 'none' : summary },
    {
      id: 'default',
      name: isDefault ? 'be the default agent no longer' : 'be the default agent',
      note: isDefault ? 'sessions that name no agent work as it' : 'for sessions that name no agent',
    },
  ];
  ui.pick({
    title: `Edit agent ${name}`,
    does: 'changes it',
    choices: choices.map((choice) => ({ ...choice, isOn: false })),
    act(after, id) {
      if (id === 'personality') return pickPersonality(after, agent);
      if (id === 'summary') return askForSummary(after, agent);
      if (id === 'default') return change(after, name, { isDefault: !isDefault });
      pickProject(after, `Project of agent ${name}`, project, (last, to) => change(last, name, { project: to }));
    },
  });
}

function remove(ui: Ui, { name }: ListedRow): void {
  askToRemove(ui, {
    noun: 'agent',
    name,
    lines: ['Refused while prompts, personalities or skills belong to it.'],
    verb: 'delete',
    done: 'deleted',
    act: (after) =>
      after.run(`deleting agent ${name} …`, `agent ${name} is deleted`, (commands) => commands.deleteAgent(name)),
  });
}

type Owned = readonly { readonly name: string; readonly agent?: string }[];
const own = (rows: Iterable<Owned[number]>, name: string): Owned => [...rows].filter(({ agent }) => agent === name);

export const agents: Listing = {
  title: 'Agents',
  noun: 'agent',
  columns: ['NAME', 'PROJECT', 'DEFAULT PERSONALITY', 'DEFAULT', 'SESSIONS', 'SUMMARY'],
  isScoped: true,
  rows({ view, project }) {
    if (view === undefined) return undefined;
    const rows = [...view.agents.values()].filter((agent) => project === undefined || agent.project === project);
    return rows.sort(byName).map((agent) => ({
      id: agent.id,
      name: agent.name,
      cells: [
        agent.name,
        agent.project,
        agent.defaultPersonality ?? '-',
        agent.isDefault ? 'yes' : '-',
        String([...view.sessions.values()].filter((session) => session.agent === agent.name).length),
        agent.summary === '' ? '-' : agent.summary,
      ],
    }));
  },
  create,
  edit,
  remove,
  async describe(row, state) {
    const { view } = state;
    const agent = agentOf(state, row);
    if (view === undefined || agent === undefined) return [[`agent ${row.name} is gone`]];
    const { name } = agent;
    return [
      ...fact('agent', name),
      ...fact('summary', agent.summary),
      ...fact('project', agent.project),
      ...fact('default', agent.isDefault ? 'yes: for sessions that name no agent' : 'no'),
      ...fact('personality', agent.defaultPersonality ?? 'none by default'),
      ...fact('personalities', namesOf(own(view.personalities.values(), name))),
      ...fact('prompts', namesOf(own(view.prompts.values(), name))),
      ...fact('skills', namesOf(own(view.skills.values(), name))),
      ...fact(
        'sessions',
        [...view.sessions.values()]
          .filter((one) => one.agent === name)
          .map((one) => `${one.id} ${one.client}`)
          .join('\n') || '-',
      ),
    ];
  },
};
