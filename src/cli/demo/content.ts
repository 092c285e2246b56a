/** Defines what the demo's agents are told, and what one of them proposes: enough to see a diff, a mark and a history. */
import { systemClock } from '../../kernel/clock.ts';
import { McptuiError } from '../../kernel/errors.ts';
import { agentsSocket } from '../../kernel/paths.ts';
import type { Engine } from '../../engine/index.ts';
import { readFeed } from '../../engine/host/feed.ts';
import { linkEngine } from '../../mcp/proxy/link.ts';

const rules = `You deploy services with the runner.

Check that the build is green.
Always deploy on Fridays.
Tell the channel before and after.
`;

/** Adds it once: a demo that was opened before keeps what became of it. */
export async function addDemoContent(engine: Engine, socketPath: string): Promise<void> {
  const { commands } = engine;
  if ([...engine.view().agents.values()].some(({ name }) => name === 'reviewer')) return;
  await commands.updateProject('default', { instructions: 'This is the demo. Nothing here is production.' });
  await commands.createAgent('reviewer', { summary: 'reads before it writes' });
  const prompt = (name: string, body: string, more: { agent?: string; project?: string } = {}, priority = 5) =>
    commands.createContent('prompt', { name, ...more, content: { summary: '', priority, body } });
  await prompt('style', 'Be brief. Say what you did, then what is left.');
  await prompt('deploy-rules', rules, { project: 'default' }, 8);
  await commands.saveContent(
    'prompt',
    'style',
    {
      content: {
        summary: 'how to write',
        priority: 5,
        body: 'Be brief. Say what you did, what is left, and what you are not sure of.',
      },
    },
    { bump: 'minor', note: 'doubts belong into the answer' },
  );
  await prompt('howto', 'Read the whole change twice. Name the line.', { agent: 'reviewer' });
  const prompts = ['style', 'agent:reviewer/howto'];
  await commands.createContent('personality', {
    name: 'careful',
    agent: 'reviewer',
    content: { summary: '', prompts },
  });
  await commands.updateAgent('reviewer', { defaultPersonality: 'careful' });
  // The demo's own agent, which has to prove that it is this one.
  const ticket = await commands.createToken('demo-reviewer', { subject: 'agent:reviewer', isTicket: true });
  await propose(socketPath, ticket, [
    {
      name: 'deploy-rules',
      body: rules.replace('Always deploy on Fridays.', 'Deploy after the checks, never on Fridays.'),
      reason: 'two deploys failed on Friday',
    },
    {
      name: 'rollback',
      body: 'Roll back first, ask later: see https://runbooks.example/rollback for {{service}}.',
      reason: 'nothing tells what to do when a deploy fails',
      scope: 'global',
    },
  ]);
  await commands.removeToken('demo-reviewer');
}

/** A gated project: what its agents get depends on what they say that they are about to do. */
export const GATED_PROJECT = 'shop';

const gatedPrompts: readonly (readonly [name: string, tags: readonly string[], summary: string, body: string])[] = [
  [
    'deploy-the-shop',
    ['deploy', 'release'],
    'How the shop is deployed',
    '# Before\n\nThe build is green and nobody else deploys.\n\n# After\n\nLook at the error rate for ten minutes.',
  ],
  [
    'roll-back',
    ['deploy', 'rollback', 'incident'],
    'What to do when a deploy of the shop fails',
    'Roll back first, look for the cause afterwards, and write down when it began.',
  ],
  ['write-to-customers', ['mail', 'support'], 'How we write to customers', 'Short, friendly, and with one next step.'],
  [
    'count-the-stock',
    ['stock', 'report'],
    'How stock is counted',
    'Count on Mondays; a difference of over 2 % is told.',
  ],
];

/** Adds it once. */
export async function addGatedProject(engine: Engine): Promise<void> {
  const { commands } = engine;
  if ([...engine.view().projects.values()].some(({ name }) => name === GATED_PROJECT)) return;
  await commands.createProject(GATED_PROJECT, {
    instructions: 'You work for a small shop.',
    gated: true,
    gate: { tools: 'selected' },
  });
  for (const [name, tags, summary, body] of gatedPrompts) {
    const content = { summary, priority: 5, tags: [...tags], body };
    await commands.createContent('prompt', { name, project: GATED_PROJECT, content });
  }
  const content = { summary: 'Always', priority: 10, body: 'Never write down a customer’s address.' };
  await commands.createContent('prompt', { name: 'privacy', project: GATED_PROJECT, content });
}

/** As any agent does: a session on the engine's socket that calls a tool. @throws McptuiError `unavailable` */
async function propose(socketPath: string, ticket: string, proposals: readonly object[]): Promise<void> {
  const identity = { project: 'default', agent: 'reviewer' };
  const link = await linkEngine(agentsSocket(socketPath), identity, systemClock, { ticket });
  if (link.kind !== 'linked') throw new McptuiError('unavailable', 'the demo’s agent could not connect');
  const { socket } = link;
  const waiting = new Map<number, () => void>();
  readFeed(socket, (message) => waiting.get((message as { readonly id?: number }).id ?? 0)?.());
  socket.resume();
  let id = 0;
  const request = (method: string, params: object): Promise<void> => {
    id += 1;
    const own = id;
    return new Promise((resolve, reject) => {
      waiting.set(own, resolve);
      socket.once('close', () => reject(new McptuiError('unavailable', 'the demo’s agent lost its connection')));
      socket.write(`${JSON.stringify({ jsonrpc: '2.0', id: own, method, params })}\n`);
    });
  };
  try {
    const clientInfo = { name: 'demo-agent', version: '1' };
    await request('initialize', { protocolVersion: '2025-11-25', capabilities: {}, clientInfo });
    for (const args of proposals) await request('tools/call', { name: 'propose_prompt', arguments: args });
  } finally {
    socket.end();
  }
}
