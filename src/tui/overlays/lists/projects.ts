/** Lists projects; what is edited of one are its instructions. */
import type { ProjectDetail } from '../../../engine/index.ts';
import { count } from '../../../text/format.ts';
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

/** Its agents say first what they are about to do, or not any more. */
function askToGate(ui: Ui, { id, name }: ListedRow): void {
  const isGated = ui.state.view?.projects.get(id)?.gated === true;
  const gated = !isGated;
  ui.ask({
    kind: 'confirm',
    title: gated ? `Gate project ${name}?` : `Open project ${name} to all?`,
    lines: gated
      ? [
          'Its agents say first what they are about to do, and get the prompts and tools that fit.',
          'Those at work are told.',
        ]
      : ['Its agents meet all its tools and prompts at once. Those at work are told.'],
    yes: gated ? 'gate it' : 'open it',
    no: 'no, leave it',
    act: (after) =>
      after.run(
        `changing project ${name} …`,
        gated ? `project ${name} is gated` : `project ${name} is open to all`,
        (commands) => commands.updateProject(name, { gated }),
      ),
  });
}

function gateFact({ gated, gate }: ProjectDetail): string {
  if (!gated) return 'none: agents meet all of it at once · t gates it';
  const { promptTokens, tools, models } = gate;
  return `prompts up to ${count(promptTokens)} tokens, ${tools} tools, models ${models}`;
}

function rows({ view }: UiState): readonly ListedRow[] | undefined {
  if (view === undefined) return undefined;
  const countIn = (all: Iterable<{ readonly project?: string }>, name: string): string =>
    String([...all].filter(({ project }) => project === name).length);
  return [...view.projects.values()].sort(byName).map(({ id, name, servers, gated }) => ({
    id,
    name,
    cells: [
      name,
      String(servers),
      countIn(view.agents.values(), name),
      countIn(view.prompts.values(), name),
      countIn(view.skills.values(), name),
      countIn(view.sessions.values(), name),
      gated ? 'gated' : '-',
    ],
  }));
}

export const projects: Listing = {
  title: 'Projects',
  noun: 'project',
  columns: ['NAME', 'SERVERS', 'AGENTS', 'PROMPTS', 'SKILLS', 'SESSIONS', 'GATE'],
  rows,
  create,
  edit: (ui, { name }) => editIn(ui, () => jobOf(ui, name)),
  remove,
  act: { label: 'gate', run: askToGate },
  async describe({ name }, { view }, _overlay, commands) {
    const detail = await commands.projectDetail(name);
    const agents = [...(view?.agents.values() ?? [])].filter(({ project }) => project === name);
    const { toolNameLimit, clientPrefix = '' } = detail;
    return [
      ...fact('project', name),
      ...fact('servers', detail.servers.join(', ') || '-'),
      ...fact('agents', namesOf(agents)),
      ...fact('prompts', detail.prompts.join(', ') || '-'),
      ...(detail.links ?? [])
        .filter(({ status }) => status !== 'alive')
        .flatMap(({ prompt, link, status, reason = '', next = '' }) =>
          fact(`${status} link`, `${prompt}: ${link}: ${reason}${next === '' ? '' : ` → ${next}`}`),
        ),
      ...fact('skills', detail.skills.join(', ') || '-'),
      ...fact('tool names', toolNameLimit === undefined ? '' : `at most ${toolNameLimit} characters`),
      ...fact('client prefix', clientPrefix),
      ...fact('gate', gateFact(detail)),
      ...fact('deletable', detail.builtIn ? 'no, it is built in' : ''),
      [],
      ...(detail.instructions === ''
        ? [[['no instructions: e writes some', 'dim']] as const]
        : plainLines(detail.instructions)),
    ];
  },
};
