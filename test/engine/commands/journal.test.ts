/** What a command's success leaves in the journal is what the table says. */
// Loaded when a server first asks for it; here before that, since nobody waits for real time.
import '@modelcontextprotocol/sdk/client/auth.js';
import { duplexPair } from 'node:stream';
import { afterEach, beforeEach, expect, it } from 'vitest';
import {
  commandNames,
  entryOf,
  isReading,
  type CommandName,
  type EngineCommands,
} from '../../../src/engine/commands/table/index.ts';
import { makeKey } from '../../../src/engine/signing/key-file.ts';
import { signingCommands } from '../../../src/engine/signing/signing-client.ts';
import { PASSPHRASE } from '../../support/worlds/signers.ts';
import { aDraft } from '../../support/builders/builders.ts';
import { engineHarness, type Harness } from '../../support/worlds/engine-harness.ts';
import { OAuthServer } from '../../support/worlds/oauth-server.ts';
import { aDraftFor, promptContent, queueOn } from '../../support/worlds/proposing.ts';

const ACTOR = 'operator:ann';

let harness: Harness;
let commands: EngineCommands;
let unlike: string[];
const tried = new Set<CommandName>();

beforeEach(async () => {
  unlike = [];
  harness = await engineHarness();
  commands = harness.engine.commandsFor(ACTOR);
});
afterEach(() => harness.close());

/** The outcome of what needs the clock or the streams to go on. */
async function soon<T>(work: Promise<T>): Promise<T> {
  let isOver = false;
  const over = (): void => void (isOver = true);
  work.then(over, over);
  await harness.until(() => isOver, 'an outcome');
  return work;
}

/** Runs a command; remembers it when it journalled what its entry does not name, or nothing though the entry names something. */
async function ran<Name extends CommandName>(
  name: Name,
  ...args: Parameters<EngineCommands[Name]>
): Promise<Awaited<ReturnType<EngineCommands[Name]>>> {
  const before = (await harness.audit()).length;
  const run = commands[name] as (...given: unknown[]) => Promise<Awaited<ReturnType<EngineCommands[Name]>>>;
  tried.add(name);
  const result = await soon(run(...args));
  const fresh = (await harness.audit()).slice(before).filter(({ actor }) => actor === ACTOR);
  const kinds = [...new Set(fresh.map(({ kind }) => kind))];
  const { audit } = entryOf(name);
  if (kinds.some((kind) => !audit.includes(kind)) || kinds.length > 0 !== audit.length > 0) {
    unlike.push(`${name} journalled ${kinds.join(', ') || 'nothing'}`);
  }
  return result;
}

it('the commands on servers, secrets and tokens journal the kinds that the table names', async () => {
  await ran('createServer', aDraft());
  await harness.untilPhase('fs-1', 'running');
  await ran('updateServer', 'fs', { patch: { context: 'files' } });
  await ran('probe', 'fs-1');
  await harness.until(() => harness.instance('fs-1').tools === 5, 'its tools');
  await ran('callTool', 'fs', 'echo', { text: 'hi' });
  for (const name of ['stop', 'start', 'restart', 'hold'] as const) await ran(name, 'fs-1');
  harness.process.fate = () => ({
    ok: false,
    failure: { kind: 'container', image: 'any', reason: 'it does not start' },
  });
  await commands.restart('fs-1');
  await harness.untilPhase('fs-1', 'error');
  await ran('retry', 'fs-1');
  await ran('setSecret', 'a', 'a value of some length');
  await ran('setSecret', 'a', 'another value of some length');
  await ran('secretVersions', 'a');
  await ran('restoreSecret', 'a', 1);
  await ran('rekeySecrets');
  await ran('secrets');
  await ran('removeSecret', 'a');
  await ran('createSecretBackend', 'echo', { kind: 'command', command: ['echo', 'a value of some length'] });
  await ran('secretBackends');
  await ran('testSecretBackend', 'echo');
  await ran('deleteSecretBackend', 'echo');
  await ran('createToken', 'laptop');
  await ran('rotateToken', 'laptop');
  await ran('tokens');
  await ran('removeToken', 'laptop');
  await ran('dropLists');
  await ran('instanceDetail', 'fs-1');
  await ran('auditHead');
  await ran('deleteServer', 'fs');
  expect(unlike).toEqual([]);
});

it('the commands on sessions and calls journal the kinds that the table names', async () => {
  const [ours] = duplexPair();
  await ran('disconnectSession', harness.engine.router.agents.accept(ours, { project: 'default' }));
  await ran('cancelCall', 'none');
  await commands.createProject('web', { gated: true });
  const [gated] = duplexPair();
  await ran('admitSession', harness.engine.router.agents.accept(gated, { project: 'web' }));
  expect(unlike).toEqual([]);
});

it('the commands on models journal the kinds that the table names', async () => {
  await ran('createModel', 'small', { kind: 'ollama', model: 'm', tier: 'fast' });
  await ran('updateModel', 'small', { tier: 'both' });
  await ran('testModel', 'small');
  await ran('deleteModel', 'small');
  expect(unlike).toEqual([]);
});

it('the commands on roles and bindings journal the kinds that the table names', async () => {
  await ran('applyDocuments', [
    { kind: 'role', metadata: { name: 'by-text' }, spec: { rules: [{ verbs: ['view'], kinds: ['*'] }] } },
  ]);
  await ran('planDocuments', []);
  await ran('exportDocuments');
  await ran('reload');
  await ran('createRole', 'caller', { rules: [{ verbs: ['run'], kinds: ['server'], names: ['fs'] }] });
  await ran('updateRole', 'caller', { summary: 'calls fs' });
  const { id } = await ran('createBinding', 'agent:reviewer', 'caller', { projects: ['ops'] });
  await ran('canI', 'run', 'server', { name: 'fs', project: 'ops', as: 'agent:reviewer' });
  await ran('deleteBinding', id);
  await ran('deleteRole', 'caller');
  expect(unlike).toEqual([]);
});

it('the commands on keys and signatures journal the kinds that the table names', async () => {
  const { key } = await makeKey({ name: 'ann', subject: ACTOR }, PASSPHRASE);
  const signed = signingCommands(commands, () => Promise.resolve(key));
  const { key: spare } = await makeKey({ name: 'spare', subject: ACTOR }, PASSPHRASE);
  await ran('registerKey', key.publicHalf());
  await signed.registerKey(spare.publicHalf());
  const draft = await ran('decisionDraft', 'revokeKey', ['spare']);
  if (draft === null) throw new Error('nothing is demanded');
  await ran('signDecision', 'revokeKey', ['spare'], key.sign(draft));
  await harness.pass(1);
  const again = await commands.decisionDraft('revokeKey', ['spare']);
  await ran('revokeKey', 'spare', key.sign(again ?? draft));
  expect(unlike).toEqual([]);
});

it('the commands on logins journal the kinds that the table names', async () => {
  const server = await OAuthServer.start();
  try {
    const source = { kind: 'url', url: server.url, allowPrivate: true } as const;
    await commands.createServer(aDraft({ name: 'far', runtime: 'remote', source }));
    await harness.untilPhase('far-1', 'error');
    const { authorizationUrl } = await ran('beginLogin', 'far', 'http://127.0.0.1:33418/callback');
    await ran('finishLogin', 'far', await server.agree(authorizationUrl));
    await ran('logout', 'far');
  } finally {
    await server.close();
  }
  expect(unlike).toEqual([]);
});

it('the commands on projects, agents and content journal the kinds that the table names', async () => {
  await ran('createProject', 'ops');
  await ran('updateProject', 'ops', { instructions: 'be brief' });
  await ran('createAgent', 'reviewer', { project: 'ops' });
  await ran('updateAgent', 'reviewer', { summary: 'reads' });
  await ran('createContent', 'prompt', { name: 'style', content: promptContent('one') });
  await ran('createContent', 'personality', {
    name: 'careful',
    agent: 'reviewer',
    content: { summary: '', prompts: [] },
  });
  await ran('attachPrompt', 'reviewer/careful', 'style');
  await ran('detachPrompt', 'reviewer/careful', 'style');
  const { revisionId = '' } = await ran('saveContent', 'prompt', 'style', { content: promptContent('two') });
  await ran('undoRevision', revisionId);
  await ran('restoreContent', 'prompt', 'style', '0.1.1');
  await ran('revisions', 'prompt', 'style');
  await ran('deleteContent', 'personality', 'reviewer/careful');
  await ran('deleteContent', 'prompt', 'style');
  await ran('deleteAgent', 'reviewer');
  await ran('deleteProject', 'ops');
  expect(unlike).toEqual([]);
});

it('the commands on proposals journal the kinds that the table names', async () => {
  const { proposals } = queueOn(harness.db, harness.clock);
  const propose = async (body: string, author = 'agent:reviewer'): Promise<string> =>
    (await proposals.propose(aDraftFor(body, { author }))).id;
  const first = await propose('one');
  await ran('proposalDetail', first);
  await ran('commentProposal', first, 'why?');
  const { hash } = await ran('editProposal', first, 'two');
  await ran('approveProposal', first, { hash });
  await ran('createProposal', 'prompt', { name: 'style', text: 'five', reason: 'shorter' });
  await ran('createProposal', 'prompt', { name: 'style', text: 'six', reason: 'shorter still' });
  const second = await propose('three');
  await ran('saveContent', 'prompt', 'style', { content: promptContent('two', { summary: 'moved' }) });
  await ran('rebaseProposal', second);
  await ran('rejectProposal', second, 'no');
  await ran('reopenProposal', second);
  await ran('withdrawProposal', await propose('four', ACTOR));
  await ran('deleteContent', 'prompt', 'style');
  expect(unlike).toEqual([]);
});

it('the commands on the engine itself journal the kinds that the table names', async () => {
  expect(harness.isShutDown).toBe(false);
  await ran('shutDown');
  expect(harness.isShutDown).toBe(true);
  expect(unlike).toEqual([]);
});

// Its own last test, as it needs what the others tried.
it('every command that changes something is tried here', () => {
  expect(commandNames.filter((name) => !isReading(name) && !tried.has(name))).toEqual([]);
});
