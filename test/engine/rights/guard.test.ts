import { duplexPair } from 'node:stream';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  commandNames,
  entryOf,
  type CommandName,
  type EngineCommands,
} from '../../../src/engine/commands/table/index.ts';
import { commandsByName } from '../../../src/engine/commands/by-name.ts';
import { guardedCommands } from '../../../src/engine/rights/guard.ts';
import { needsOn } from '../../../src/engine/rights/meant.ts';
import type { Need, Principal } from '../../../src/engine/rights/need.ts';
import { authorize } from '../../../src/engine/rights/policy.ts';
import { McptuiError } from '../../../src/kernel/errors.ts';
import type { EventDraft } from '../../../src/store/types.ts';
import { engineHarness, type Harness } from '../../support/worlds/engine-harness.ts';
import { aDraft } from '../../support/builders/builders.ts';
import { aDraftFor, queueOn } from '../../support/worlds/proposing.ts';

let harness: Harness;
let session = '';
let proposal = '';
let revision = '';

const content = { summary: '', priority: 5, body: 'text' };

beforeAll(async () => {
  harness = await engineHarness();
  const { commands } = harness.engine;
  await commands.createProject('ops');
  await commands.createServer(aDraft({ name: 'gitea', project: 'ops', replicas: 0 }));
  await commands.createAgent('reviewer', { project: 'ops' });
  await commands.createContent('prompt', { name: 'style', content });
  ({ revisionId: revision = '' } = await commands.createContent('prompt', { name: 'rules', project: 'ops', content }));
  await commands.createContent('personality', {
    name: 'careful',
    agent: 'reviewer',
    content: { summary: '', prompts: [] },
  });
  const { proposals } = queueOn(harness.db, harness.clock);
  const draft = aDraftFor('other', {
    author: 'agent:reviewer',
    name: 'rules',
    place: { scope: 'project', project: 'ops' },
  });
  proposal = (await proposals.propose(draft)).id;
  const [ours] = duplexPair();
  session = harness.engine.router.agents.accept(ours, { project: 'ops' });
  harness.engine.view();
});
afterAll(() => harness.close());

/** What each command needs of whom, written down by hand: `VERB KIND NAME @PROJECT`. */
const expected = (): Readonly<Record<CommandName, readonly [args: readonly unknown[], needs: readonly string[]]>> => ({
  createServer: [[{ name: 'new', project: 'ops' }], ['create server new @ops']],
  checkServer: [[{ name: 'new' }], ['view server new @default']],
  updateServer: [['gitea', { patch: {} }], ['edit server gitea @ops']],
  planServer: [['gitea', { patch: {} }], ['view server gitea @ops']],
  serverDocument: [['gitea'], ['view server gitea @ops']],
  serverRevisions: [['gitea'], ['view server gitea @ops']],
  diffServer: [['gitea'], ['view server gitea @ops']],
  deleteServer: [['gitea'], ['delete server gitea @ops']],
  start: [['gitea'], ['run server gitea @ops']],
  stop: [['server/gitea'], ['run server gitea @ops']],
  restart: [['gitea'], ['run server gitea @ops']],
  retry: [['gitea'], ['run server gitea @ops']],
  hold: [['gitea'], ['run server gitea @ops']],
  probe: [['unheard-of'], ['run server unheard-of']],
  instanceDetail: [['gitea'], ['view server gitea @ops']],
  logs: [['gitea'], ['view server gitea @ops']],
  secrets: [[], []],
  testSecret: [['file/a'], ['view secret file/a']],
  setSecret: [['a', 'value'], ['edit secret file/a']],
  removeSecret: [['a'], ['delete secret file/a']],
  secretBackends: [[], []],
  createSecretBackend: [
    ['pass', { kind: 'command', command: ['pass'] }],
    ['create secret pass/', 'create server pass'],
  ],
  deleteSecretBackend: [['bao'], ['delete secret bao/']],
  testSecretBackend: [['bao'], ['view secret bao/']],
  beginLogin: [['gitea'], ['create server gitea @ops']],
  finishLogin: [['gitea', 'x'], ['create server gitea @ops']],
  logout: [['gitea'], ['delete server gitea @ops']],
  createToken: [['laptop'], ['create token laptop']],
  rotateToken: [['laptop'], ['edit token laptop']],
  removeToken: [['laptop'], ['delete token laptop']],
  tokens: [[], []],
  roles: [[], []],
  createRole: [['r', { rules: [] }], ['create role r']],
  updateRole: [['r', {}], ['edit role r']],
  deleteRole: [['r'], ['delete role r']],
  bindings: [[], []],
  createBinding: [['user:ann', 'viewer'], ['edit role viewer']],
  deleteBinding: [['b7'], ['edit role']],
  operatorKeys: [[], []],
  registerKey: [[{ name: 'laptop' }], ['create token laptop']],
  revokeKey: [['laptop'], ['delete token laptop']],
  decisionDraft: [
    ['rejectProposal', [proposal, 'no']],
    ['approve prompt rules @ops', 'approve project ops @ops'],
  ],
  signDecision: [['admitSession', [session]], [`admit session ${session} @ops`]],
  canI: [['view', 'server', { as: 'user:ann' }], ['view role']],
  whoAmI: [[], []],
  whyEvent: [[1], ['view audit']],
  events: [[{}], []],
  auditSessions: [[], []],
  verifyAudit: [[], ['view audit']],
  auditHead: [[], ['view audit']],
  exportAudit: [[1, 2], ['view audit']],
  shutDown: [[], ['run engine']],
  catalog: [[], []],
  callTool: [
    ['gitea', 'list', {}],
    ['run tool gitea/list @ops', 'run project ops @ops'],
  ],
  cancelCall: [['c1'], []],
  disconnectSession: [[session], [`delete session ${session} @ops`]],
  dropLists: [[], ['run server']],
  sessionGate: [[session], [`view session ${session} @ops`]],
  admitSession: [[session], [`admit session ${session} @ops`]],
  page: [['ops', 'x'], ['view audit - @ops']],
  models: [[], []],
  createModel: [['small', {}], ['create model small']],
  updateModel: [['small', {}], ['edit model small']],
  modelDocument: [['small'], ['view model small']],
  deleteModel: [['small'], ['delete model small']],
  testModel: [['small'], ['run model small']],
  createProject: [['web'], ['create project web @web']],
  updateProject: [['ops', {}], ['edit project ops @ops']],
  deleteProject: [['ops'], ['delete project ops @ops']],
  projectDetail: [['ops'], ['view project ops @ops']],
  createAgent: [['bot', { project: 'ops' }], ['create agent bot @ops']],
  updateAgent: [
    ['reviewer', { project: 'web' }],
    ['edit agent reviewer @ops', 'edit agent reviewer @web'],
  ],
  deleteAgent: [['reviewer'], ['delete agent reviewer @ops']],
  createContent: [
    ['prompt', { name: 'new', project: 'ops', content: { ...content, link: 'style' } }],
    ['create prompt new @ops', 'edit project ops @ops', 'view prompt style'],
  ],
  saveContent: [
    ['prompt', 'rules', { text: '---\nlink: style\n---\nx' }],
    ['edit prompt rules @ops', 'edit project ops @ops', 'view prompt style'],
  ],
  deleteContent: [
    ['prompt', 'project:ops/rules'],
    ['delete prompt rules @ops', 'edit project ops @ops'],
  ],
  contentDetail: [['prompt', 'style'], ['view prompt style']],
  attachPrompt: [
    ['reviewer/careful', 'rules'],
    [
      'edit personality reviewer/careful @ops',
      'edit agent reviewer @ops',
      'view prompt rules @ops',
      'view project ops @ops',
    ],
  ],
  detachPrompt: [
    ['careful', 'rules'],
    ['edit personality reviewer/careful @ops', 'edit agent reviewer @ops'],
  ],
  bindChoices: [['reviewer/careful'], ['view personality reviewer/careful @ops', 'view agent reviewer @ops']],
  compose: [
    [{ agent: 'reviewer', personality: 'careful' }],
    [
      'view project ops @ops',
      'view agent reviewer @ops',
      'view personality reviewer/careful @ops',
      'view agent reviewer @ops',
    ],
  ],
  revisions: [
    ['prompt', 'rules'],
    ['view prompt rules @ops', 'view project ops @ops'],
  ],
  findRevisions: [['abcd'], []],
  revisionDetail: [[revision], ['view prompt rules @ops', 'view project ops @ops']],
  revisionText: [
    ['prompt', 'rules', '0.1.0'],
    ['view prompt rules @ops', 'view project ops @ops'],
  ],
  diffContent: [
    ['prompt', 'rules'],
    ['view prompt rules @ops', 'view project ops @ops'],
  ],
  diffText: [
    ['prompt', 'rules', 'x'],
    ['view prompt rules @ops', 'view project ops @ops'],
  ],
  diffComposed: [
    [{ project: 'ops' }, {}],
    ['view project ops @ops', 'view project default @default'],
  ],
  restoreContent: [
    ['personality', 'bot/gone', '0.1.0'],
    ['edit personality bot/gone', 'edit agent bot'],
  ],
  undoRevision: [[revision], ['edit prompt rules @ops', 'edit project ops @ops']],
  createProposal: [
    ['prompt', { name: 'new', project: 'ops', text: '---\nlink: style\n---\nx', reason: 'why' }],
    ['create proposal - @ops', 'view prompt style'],
  ],
  proposalDetail: [[proposal], ['view prompt rules @ops', 'view project ops @ops']],
  approveProposal: [
    [proposal, { hash: 'x', text: '---\nlink: style\n---\nx' }],
    ['approve prompt rules @ops', 'approve project ops @ops', 'view prompt style'],
  ],
  rejectProposal: [
    [proposal, 'no'],
    ['approve prompt rules @ops', 'approve project ops @ops'],
  ],
  reopenProposal: [[proposal], ['approve prompt rules @ops', 'approve project ops @ops']],
  withdrawProposal: [[proposal], [`edit proposal ${proposal} @ops`, 'view prompt rules @ops', 'view project ops @ops']],
  commentProposal: [
    [proposal, 'x'],
    [`edit proposal ${proposal} @ops`, 'view prompt rules @ops', 'view project ops @ops'],
  ],
  editProposal: [
    [proposal, 'x'],
    [`edit proposal ${proposal} @ops`, 'view prompt rules @ops', 'view project ops @ops'],
  ],
  rebaseProposal: [[proposal], [`edit proposal ${proposal} @ops`, 'view prompt rules @ops', 'view project ops @ops']],
});

function words({ verb, kind, name, project }: Need): string {
  const shown = name ?? (project === undefined ? undefined : '-');
  return [verb, kind, shown, project === undefined ? undefined : `@${project}`]
    .filter((part) => part !== undefined)
    .join(' ');
}

describe('what commands need', () => {
  it('is written down for every command', () => {
    expect(Object.keys(expected()).toSorted()).toEqual([...commandNames].toSorted());
  });

  it('follows from the table of commands', () => {
    const { meant } = harness.engine.rights;
    const found = Object.fromEntries(
      Object.entries(expected()).map(([name, [args]]) => {
        const { verb, on, also } = entryOf(name as CommandName);
        const given = args as never[];
        return [name, [...needsOn(verb, on(meant, ...given)), ...(also?.(meant, ...given) ?? [])].map(words)];
      }),
    );
    const wanted = Object.fromEntries(Object.entries(expected()).map(([name, [, needs]]) => [name, needs]));
    expect(found).toEqual(wanted);
  });
});

describe('guardedCommands', () => {
  /** Answers without doing anything, so that what the guard lets through is seen. */
  const asked: string[] = [];
  const inner: EngineCommands = commandsByName((name) => {
    asked.push(name);
    const { seen } = entryOf(name);
    return Promise.resolve(seen === undefined ? undefined : []);
  });
  const events: EventDraft[] = [];
  const guardedFor = (principal: Principal): EngineCommands => {
    const { rights, meant } = harness.engine.rights;
    return guardedCommands(inner, principal, {
      rights,
      meant,
      record: (event) => void events.push(event),
      recordsReads: () => false,
    });
  };
  const run = async (commands: EngineCommands, name: CommandName, args: readonly unknown[]): Promise<boolean> => {
    try {
      await (commands[name] as (...of: readonly unknown[]) => Promise<unknown>)(...args);
      return true;
    } catch (error) {
      if (error instanceof McptuiError && error.code === 'denied') return false;
      throw error;
    }
  };

  it('lets through exactly what the rights of a principal allow, 100,000 times', async () => {
    const { commands } = harness.engine;
    for (const [who, role, projects] of [
      ['user:v', 'viewer', undefined],
      ['user:r', 'reviewer', ['ops']],
      ['user:e', 'editor', ['o*']],
      ['group:g', 'operator', ['default']],
      ['user:a', 'admin', undefined],
    ] as const) {
      await commands.createBinding(who, role, projects === undefined ? {} : { projects: [...projects] });
    }
    const principals: readonly Principal[] = [
      { subject: 'user:v' },
      { subject: 'user:r', groups: ['group:g'] },
      { subject: 'user:e' },
      { subject: 'user:a', projects: ['ops'] },
      { subject: 'user:a' },
      { subject: 'user:nobody' },
      { subject: 'service:s', roles: ['editor'] },
      { subject: 'client:x' },
      { subject: 'operator' },
    ];
    const table = Object.entries(expected()) as [CommandName, readonly [readonly unknown[], readonly string[]]][];
    const guards = principals.map(guardedFor);
    let next = 1;
    const pick = (count: number): number => (next = (next * 48_271) % 2_147_483_647) % count;
    let tried = 0;
    let passed = 0;
    while (tried < 100_000) {
      const who = pick(principals.length);
      const [name, [args, needs]] = table[pick(table.length)] ?? table[0]!;
      const principal = principals[who] ?? { subject: 'none' };
      const allowed = needs.every((line) => {
        const [verb, kind, named, project] = line.split(' ') as [Need['verb'], Need['kind'], string?, string?];
        const need = { verb, kind, name: named === '-' ? undefined : named, project: project?.slice(1) };
        // A project's role is for agents, and this one is asked as `agent` has it.
        return authorize(
          harness.engine.rights.rights.policy,
          principal,
          need,
          principal.subject === 'client:x' ? 'agent' : undefined,
        ).allowed;
      });
      const guard = guards[who];
      if (guard === undefined) throw new Error('no such principal');
      const got = await run(guard, name, args);
      if (got !== allowed) throw new Error(`${principal.subject} ${name}: ${got}, not ${allowed}`);
      tried += 1;
      if (got) passed += 1;
    }
    expect(passed).toBeGreaterThan(10_000);
    expect(passed).toBeLessThan(90_000);
  }, 120_000);

  it('journals each refusal and each permitted change, and names who can grant it', async () => {
    events.length = 0;
    const viewer = guardedFor({ subject: 'user:v' });
    await expect(viewer.deleteServer('gitea')).rejects.toMatchObject({
      code: 'denied',
      message:
        'user:v may not delete server gitea in project ops: no role of user:v allows delete server gitea in project ops',
      hint: 'the operator of this engine, user:a can grant it: mcptui create binding user:v operator --project ops',
    });
    await viewer.serverDocument('gitea');
    await guardedFor({ subject: 'user:a' }).deleteModel('small');
    expect(events.map(({ kind, actor, target, outcome }) => [kind, actor, target, outcome])).toEqual([
      ['rbac_decision', 'user:v', 'server/gitea', 'denied'],
      ['rbac_decision', 'user:a', 'model/small', 'ok'],
    ]);
  });
});
