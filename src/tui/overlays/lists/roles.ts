/** Lists roles: what each allows, and who has it. They are made and changed as rules on the command line. */
import { ruleText } from '../../../engine/index.ts';
import { count } from '../../../text/format.ts';
import type { Ui } from '../../kit/ui.ts';
import { askToRemove, byName, fact, load, openedListing, type ListedRow, type Listing } from './listing.ts';

/** Asks for them again. */
function reload(ui: Ui): void {
  load(ui, async (commands) => {
    const roles = await commands.roles();
    const open = openedListing(ui, 'roles');
    if (open !== undefined) ui.put({ ...open, roles });
  });
}

function remove(ui: Ui, { name }: ListedRow): void {
  const role = openedListing(ui, 'roles')?.roles?.find((one) => one.name === name);
  if (role?.isBuiltIn === true) return ui.notify('info', `${name} is built in: it is not deleted`);
  askToRemove(ui, {
    noun: 'role',
    name,
    lines: [role?.bound === 0 ? 'Nobody has it.' : 'Whoever has it may do no more what it alone allows.'],
    verb: 'delete',
    done: 'deleted',
    act: (after) =>
      after.run(`deleting role ${name} …`, `role ${name} is deleted`, async (commands) => {
        await commands.deleteRole(name);
        reload(after);
      }),
  });
}

export const roles: Listing = {
  title: 'Roles',
  noun: 'role',
  columns: ['NAME', 'MADE BY', 'BOUND', 'RULES', 'SUMMARY'],
  rows: (_state, overlay) =>
    overlay.roles?.toSorted(byName).map(({ name, isBuiltIn, bound, rules, summary }) => ({
      id: name,
      name,
      cells: [name, isBuiltIn ? 'mcptui' : 'you', count(bound), count(rules.length), summary],
    })),
  load: reload,
  create: (ui) =>
    ui.notify('info', 'a role is made of rules: mcptui create role NAME --allow "run tool gitea/list_* @ops"'),
  edit: 'a role is edited as rules: mcptui edit role NAME --allow …',
  remove,
  async describe({ name }, _state, overlay, commands) {
    const role = overlay.roles?.find((one) => one.name === name);
    if (role === undefined) return [[`role ${name} is gone`]];
    const bound = (await commands.bindings()).filter((one) => one.role === name);
    const who = bound.map(
      ({ subject, projects }) => `${subject} ${projects?.map((one) => `@${one}`).join(' ') ?? 'everywhere'}`,
    );
    return [
      ...fact('role', name),
      ...fact('summary', role.summary),
      ...fact('allows', role.rules.map(ruleText).join('\n') || '-'),
      [],
      ...fact('has it', who.join('\n') || 'nobody'),
    ];
  },
};
