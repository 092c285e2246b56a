/** An engine in memory with one of each thing, and what every command needs there, written down by hand. */
import { duplexPair } from 'node:stream';
import type { CommandName } from '../../../src/engine/commands/table/index.ts';
import { aDraft } from '../builders/builders.ts';
import { engineHarness, type Harness } from './engine-harness.ts';
import { aDraftFor, queueOn } from './proposing.ts';

const content = { summary: '', priority: 5, body: 'text' };

/** Ids of what the world has made. */
interface Made {
  readonly session: string;
  readonly proposal: string;
  readonly revision: string;
}

/** `VERB KIND NAME @PROJECT`, each. */
export type Needs = Readonly<Record<CommandName, readonly [args: readonly unknown[], needs: readonly string[]]>>;

export interface NeedsWorld {
  readonly harness: Harness;
  readonly needs: Needs;
}

export async function needsWorld(): Promise<NeedsWorld> {
  const harness = await engineHarness();
  const { commands } = harness.engine;
  await commands.createProject('ops');
  await commands.createServer(aDraft({ name: 'gitea', project: 'ops', replicas: 0 }));
  await commands.createAgent('reviewer', { project: 'ops' });
  await commands.createContent('prompt', { name: 'style', content });
  const { revisionId: revision = '' } = await commands.createContent('prompt', {
    name: 'rules',
    project: 'ops',
    content,
  });
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
  const proposal = (await proposals.propose(draft)).id;
  const [ours] = duplexPair();
  const session = harness.engine.router.agents.accept(ours, { project: 'ops' });
  harness.engine.view();
  return { harness, needs: needsOf({ session, proposal, revision }) };
}

function needsOf({ session, proposal, revision }: Made): Needs {
  return {
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
    secretVersions: [['a'], ['view secret file/a']],
    restoreSecret: [['file/a', 1], ['edit secret file/a']],
    rekeySecrets: [[], ['edit secret file/']],
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
    // Each document is judged by itself: test/engine/apply/apply.rights.test.ts.
    applyDocuments: [[[]], []],
    planDocuments: [[[]], []],
    exportDocuments: [[], []],
    reload: [[], ['run engine']],
    canI: [['view', 'server', { as: 'user:ann' }], ['view role']],
    whoAmI: [[], []],
    whyEvent: [[1], ['view audit']],
    events: [[{}], []],
    auditSessions: [[], []],
    sessionSaw: [[session], ['view audit session_saw @ops']],
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
    withdrawProposal: [
      [proposal],
      [`edit proposal ${proposal} @ops`, 'view prompt rules @ops', 'view project ops @ops'],
    ],
    commentProposal: [
      [proposal, 'x'],
      [`edit proposal ${proposal} @ops`, 'view prompt rules @ops', 'view project ops @ops'],
    ],
    editProposal: [
      [proposal, 'x'],
      [`edit proposal ${proposal} @ops`, 'view prompt rules @ops', 'view project ops @ops'],
    ],
    rebaseProposal: [[proposal], [`edit proposal ${proposal} @ops`, 'view prompt rules @ops', 'view project ops @ops']],
  };
}
