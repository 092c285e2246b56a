/** Lists projects; what is edited of one are its instructions. */
import { plainLines } from '../../kit/viewer/text.ts';
import type { Ui } from '../../kit/ui.ts';
import { plainSave } from '../../state/save-choice.ts';
import type { UiState } from '../../state/ui-store.ts';
import { commandsOf } from '../editor/content-job.ts';
import type { EditJob } from '../editor/edit-content.ts';
import {
  askToRemove,
  byName,
  editIn,
  fact,
  nameFault,
  namesOf,
  selectNew,
  type ListedRow,
  type Listing,
} from './listing.ts';

function create(ui: Ui): void {
  ui.askText({
    title: 'New project',
    lines: ['Servers, agents, prompts and skills belong to it; an agent’s session sees those of one project.'],
    label: 'name',
    does: 'makes it',
    required: 'a project needs a name',
    check: (name, { view }) => nameFault('project', name, view?.projects.values() ?? []),
    act: (after, name) =>
      after.run(
        `making project ${name} …`,
        () => {
          selectNew(after, 'projects', name);
          return ['ok', `project ${name} is made · e writes its instructions`];
        },
        (commands) => commands.createProject(name),
      ),
  });
}

async function jobOf(ui: Ui, name: string): Promise<EditJob> {
  const { instructions } = await commandsOf(ui).projectDetail(name);
  return {
    title: `instructions of project ${name}`,
    fileName: `project-${name}.md`,
    text: instructions,
    choice: plainSave,
    async save(text) {
      if (text === instructions) return ['info', `project ${name} is as it was`];
      await commandsOf(ui).updateProject(name, { instructions: text });
      return ['ok', `instructions of project ${name} are saved`];
    },
    renew: () => jobOf(ui, name),
  };
}

function remove(ui: Ui, { name }: ListedRow): void {
  askToRemove(ui, {
    noun: 'project',
    name,
    lines: ['Refused while servers, agents, prompts or skills belong to it.'],
    verb: 'delete',
    done: 'deleted',
    act: (after) =>
      after.run(`deleting project ${name} …`, `project ${name} is deleted`, (commands) => commands.deleteProject(name)),
  });
}

function rows({ view }: UiState): readonly ListedRow[] | undefined {
  if (view === undefined) return undefined;
  const count = (all: Iterable<{ readonly project?: string }>, name: string): string =>
    String([...all].filter(({ project }) => project === name).length);
  return [...view.projects.values()].sort(byName).map(({ id, name, servers }) => ({
    id,
    name,
    cells: [
      name,
      String(servers),
      count(view.agents.values(), name),
      count(view.prompts.values(), name),
      count(view.skills.values(), name),
      count(view.sessions.values(), name),
    ],
  }));
}

export const projects: Listing = {
  title: 'Projects',
  noun: 'project',
  columns: ['NAME', 'SERVERS', 'AGENTS', 'PROMPTS', 'SKILLS', 'SESSIONS'],
  rows,
  create,
  edit: (ui, { name }) => editIn(ui, () => jobOf(ui, name)),
  remove,
  async describe({ name }, { view }, _overlay, commands) {
    const detail = await commands.projectDetail(name);
    const agents = [...(view?.agents.values() ?? [])].filter(({ project }) => project === name);
    const { toolNameLimit, clientPrefix = '' } = detail;
    return [
      ...fact('project', name),
      ...fact('servers', detail.servers.join(', ') || '-'),
      ...fact('agents', namesOf(agents)),
      ...fact('prompts', detail.prompts.join(', ') || '-'),
      ...fact('skills', detail.skills.join(', ') || '-'),
      ...fact('tool names', toolNameLimit === undefined ? '' : `at most ${toolNameLimit} characters`),
      ...fact('client prefix', clientPrefix),
      ...fact('deletable', detail.builtIn ? 'no, it is built in' : ''),
      [],
      ...(detail.instructions === ''
        ? [[['no instructions: e writes some', 'dim']] as const]
        : plainLines(detail.instructions)),
    ];
  },
};
