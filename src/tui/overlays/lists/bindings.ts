/** Lists bindings: who has which role, and where. A new one is chosen step by step. */
import { age, timeLabel } from '../../../text/format.ts';
import { person } from '../../kit/describe.ts';
import type { Ui } from '../../kit/ui.ts';
import { byName, fact, load, openedListing, type ListedRow, type Listing } from './listing.ts';

/** Asks for them again. */
function reload(ui: Ui): void {
  load(ui, async (commands) => {
    const bindings = await commands.bindings();
    const open = openedListing(ui, 'bindings');
    if (open !== undefined) ui.put({ ...open, bindings });
  });
}

const EVERYWHERE = '*';

function create(ui: Ui): void {
  ui.askText({
    title: 'New binding',
    lines: ['Who gets a role: user:NAME, group:NAME, service:NAME, agent:NAME or client:NAME.'],
    label: 'subject',
    does: 'goes on',
    required: 'a binding needs a subject',
    act: (after, subject) => pickRole(after, subject),
  });
}

function pickRole(ui: Ui, subject: string): void {
  load(ui, async (commands) => {
    const roles = await commands.roles();
    ui.pick({
      title: `Which role does ${subject} get?`,
      does: 'goes on',
      choices: roles.toSorted(byName).map(({ name, summary }) => ({ id: name, name, note: summary, isOn: false })),
      act: (after, role) => pickPlace(after, subject, role),
    });
  });
}

function pickPlace(ui: Ui, subject: string, role: string): void {
  const projects = [...(ui.state.view?.projects.values() ?? [])].sort(byName);
  ui.pick({
    title: `Where is ${subject} ${role}?`,
    does: 'gives it',
    choices: [
      ...projects.map(({ name }) => ({ id: name, name: `in project ${name}`, note: 'there alone', isOn: false })),
      { id: EVERYWHERE, name: 'everywhere', note: 'also what belongs to no project', isOn: false },
    ],
    act: (after, place) =>
      after.run(`giving ${subject} the role ${role} …`, `${subject} has the role ${role}`, async (commands) => {
        await commands.createBinding(subject, role, place === EVERYWHERE ? {} : { projects: [place] });
        reload(after);
      }),
  });
}

function remove(ui: Ui, { id, name }: ListedRow): void {
  ui.ask({
    kind: 'confirm',
    title: `Take ${name} away?`,
    lines: ['What this binding alone allows is refused from now on.'],
    yes: 'take it away',
    no: 'no, leave it',
    act: (after) =>
      after.run(`taking ${name} away …`, `${name} is taken away`, async (commands) => {
        await commands.deleteBinding(id);
        reload(after);
      }),
  });
}

export const bindings: Listing = {
  title: 'Bindings',
  noun: 'binding',
  columns: ['SUBJECT', 'ROLE', 'PROJECTS', 'AGE', 'GIVEN BY'],
  isScoped: true,
  // What is given everywhere is given here, too.
  rows: ({ now, project }, overlay) =>
    overlay.bindings
      ?.filter(({ projects }) => project === undefined || (projects?.includes(project) ?? true))
      .map(({ id, subject, role, projects, createdAt, createdBy }) => ({
        id,
        name: `${role} of ${subject}`,
        cells: [subject, role, projects?.join(',') ?? 'all', age(Math.max(0, now - createdAt)), person(createdBy)],
      })),
  load: reload,
  create,
  edit: 'a binding is not edited: n gives another role, D takes this one away',
  remove,
  describe({ id, name }, { now }, overlay) {
    const found = overlay.bindings?.find((one) => one.id === id);
    if (found === undefined) return Promise.resolve([[`binding ${name} is gone`]]);
    const { subject, role, projects, createdAt, createdBy } = found;
    return Promise.resolve([
      ...fact('subject', subject),
      ...fact('role', role),
      ...fact('projects', projects?.join(', ') ?? 'all, and what belongs to none'),
      ...fact('given', `${timeLabel(createdAt, now, 'local')} by ${createdBy}`),
      ...fact('id', id),
    ]);
  },
};
