/** Lists tokens for connections over TCP. A new one is shown once, and kept nowhere here. */
import type { TokenInfo } from '../../../engine/index.ts';
import { age, timeLabel } from '../../../text/format.ts';
import { expiryOf, holderOf, lastUse, reachOf } from '../../../text/token-words.ts';
import type { Ui } from '../../kit/ui.ts';
import { showOnce } from '../once.ts';
import { askToRemove, byName, fact, load, nameFault, openedListing, type ListedRow, type Listing } from './listing.ts';

/** Asks for them again. */
function reload(ui: Ui): void {
  load(ui, async (commands) => {
    const tokens = await commands.tokens();
    const open = openedListing(ui, 'tokens');
    if (open !== undefined) ui.put({ ...open, tokens });
  });
}

function goodFor(token: TokenInfo): string {
  if (token.isOperator) return 'MCP, and the API: it may change everything';
  if (token.isTicket === true) return 'the agents’ socket, as MCPTUI_TICKET of mcptui proxy';
  return reachOf(token) === 'mcp' ? 'MCP only' : 'MCP, and the API as far as its roles allow';
}

function create(ui: Ui): void {
  const { tokens: taken = [] } = openedListing(ui, 'tokens') ?? {};
  ui.askText({
    title: 'New token',
    lines: ['Whoever shows it may connect over TCP. Name it after its holder.'],
    label: 'name',
    does: 'goes on',
    required: 'a token needs a name',
    check: (name) => nameFault('token', name, taken),
    act: (after, name) => pickScope(after, name),
  });
}

function pickScope(ui: Ui, name: string): void {
  const projects = [...(ui.state.view?.projects.values() ?? [])].sort(byName);
  const agents = [...(ui.state.view?.agents.values() ?? [])].sort(byName);
  ui.pick({
    title: `What is token ${name} good for?`,
    does: 'makes the token',
    choices: [
      { id: 'all', name: 'agents of all projects', note: 'MCP only', isOn: true },
      ...projects.map((project) => ({
        id: `project ${project.name}`,
        name: `agents of project ${project.name}`,
        note: 'MCP only, this project alone',
        isOn: false,
      })),
      ...agents.map((agent) => ({
        id: `ticket ${agent.name}`,
        name: `a ticket of agent ${agent.name}`,
        note: 'proves the agent on the agents’ socket',
        isOn: false,
      })),
      { id: 'operator', name: 'an operator', note: 'MCP and the API: may change everything', isOn: false },
    ],
    act: (after, id) => make(after, name, id),
  });
}

function optionsOf(scope: string) {
  const [kind, name = ''] = scope.split(' ');
  if (kind === 'operator') return { isOperator: true };
  if (kind === 'ticket') return { subject: `agent:${name}`, isTicket: true };
  return kind === 'project' ? { projects: [name] } : {};
}

function make(ui: Ui, name: string, scope: string): void {
  const options = optionsOf(scope);
  ui.run(`making token ${name} …`, `token ${name} is made: copy it now`, async (commands) => {
    const token = await commands.createToken(name, options);
    showOnce(ui, `Token ${name}`, ['Copy it now: it is shown only this once, and kept nowhere.'], token);
    reload(ui);
  });
}

function remove(ui: Ui, { name }: ListedRow): void {
  askToRemove(ui, {
    noun: 'token',
    name,
    lines: ['Its holder is refused from now on; its sessions end.'],
    verb: 'revoke',
    done: 'revoked',
    act: (after) =>
      after.run(`revoking token ${name} …`, `token ${name} is revoked`, async (commands) => {
        await commands.removeToken(name);
        reload(after);
      }),
  });
}

export const tokens: Listing = {
  title: 'Tokens',
  noun: 'token',
  columns: ['NAME', 'HOLDER', 'FOR', 'ROLES', 'PROJECTS', 'USED', 'EXPIRES', 'AGE'],
  isScoped: true,
  // What is good for all projects is good for this one.
  rows: ({ now, project }, overlay) =>
    overlay.tokens
      ?.filter(({ projects }) => project === undefined || (projects?.includes(project) ?? true))
      .sort(byName)
      .map((token) => ({
        id: token.name,
        name: token.name,
        cells: [
          token.name,
          holderOf(token),
          reachOf(token),
          token.roles?.join(',') ?? '-',
          token.projects?.join(',') ?? 'all',
          lastUse(token, now),
          expiryOf(token, now),
          age(Math.max(0, now - token.createdAt)),
        ],
      })),
  load: reload,
  create,
  edit: 'a token is not edited: n makes another one, D revokes this one',
  remove,
  async describe({ name }, { now }, overlay) {
    const token = overlay.tokens?.find((one) => one.name === name);
    if (token === undefined) return [[`token ${name} is gone`]];
    return [
      ...fact('token', name),
      ...fact('holder', holderOf(token)),
      ...fact('for', goodFor(token)),
      ...fact('roles', token.roles?.join(', ') ?? '-'),
      ...fact('projects', token.projects?.join(', ') ?? 'all'),
      ...fact('agents', token.agents?.join(', ') ?? 'all'),
      ...fact('used', lastUse(token, now) === 'never' ? 'never' : `${lastUse(token, now)} ago`),
      ...fact('expires', expiryOf(token, now)),
      ...fact('made', `${timeLabel(token.createdAt, now, 'local')}, ${age(Math.max(0, now - token.createdAt))} ago`),
      [],
      [['The token itself is kept nowhere: a new one has to be made where it was lost.', 'dim']],
    ];
  },
};
