/** One change from the agent's idea to the agent's reading: the SDK's client, the proxy, the console in a terminal. */
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import { ResourceUpdatedNotificationSchema } from '@modelcontextprotocol/sdk/types.js';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { AuditEventView } from '../../src/engine/index.ts';
import { openTui, type Tui } from '../support/worlds/open-tui.ts';
import { aHome, bin, textEnv, type Home } from '../support/worlds/run-mcptui.ts';

let home: Home;
let client: Client | undefined;
let tui: Tui | undefined;
const updated: string[] = [];

beforeEach(async () => {
  home = aHome();
  for (const args of [
    ['create', 'project', 'ops', '--instructions', 'Work in ops.'],
    ['create', 'agent', 'reviewer', '--project', 'ops'],
    [
      'create',
      'prompt',
      'deploy-rules',
      '--project',
      'ops',
      '--body',
      'Check twice.\nAlways deploy on Fridays.\nTell everybody.',
    ],
    ['create', 'personality', 'careful', '--agent', 'reviewer', '--prompt', 'project:ops/deploy-rules'],
  ]) {
    const { code, stderr } = await home.mcptui(args);
    if (code !== 0) throw new Error(stderr);
  }
  await home.daemon();
});
afterEach(async () => {
  await client?.close();
  client = undefined;
  await tui?.[Symbol.asyncDispose]();
  await home.close();
});

/** Whoever the ticket proves it to be. */
async function connect(...names: string[]): Promise<Client> {
  const made = await home.mcptui(['create', 'ticket', 'claude', '--agent', 'reviewer']);
  const env = { ...textEnv(home.env), MCPTUI_TICKET: made.stdout.trim() };
  client = new Client({ name: 'claude', version: '2' }, { capabilities: {} });
  client.setNotificationHandler(ResourceUpdatedNotificationSchema, ({ params }) => void updated.push(params.uri));
  await client.connect(new StdioClientTransport({ command: process.execPath, args: [bin, 'proxy', ...names], env }));
  return client;
}

const read = async (agent: Client, uri: string): Promise<unknown> => {
  const [first] = (await agent.readResource({ uri })).contents;
  return first !== undefined && 'text' in first ? first.text : undefined;
};

describe('a proposal', () => {
  it('goes from the agent through the console to the agent, and leaves one chain of causes', async () => {
    // Its ticket says which agent it is.
    const agent = await connect('--personality', 'careful');
    expect(agent.getInstructions()).toBe(
      'Work in ops.\n\n## deploy-rules\n\nCheck twice.\nAlways deploy on Fridays.\nTell everybody.',
    );
    const filed = await agent.callTool({
      name: 'propose_prompt',
      arguments: {
        name: 'deploy-rules',
        body: 'Check twice.\nAlways deploy after the checks.\nTell everybody.',
        reason: 'two deploys failed on Friday',
      },
    });
    const { proposal } = filed.structuredContent as { readonly proposal: string };
    const uri = 'mcptui://projects/ops/prompts/deploy-rules';
    expect(await read(agent, uri)).toContain('on Fridays');
    expect((await agent.listPrompts()).prompts.map(({ name }) => name)).toEqual([
      'deploy-rules',
      `deploy-rules_${proposal}`,
    ]);

    tui = openTui(process.execPath, [bin], { env: textEnv(home.env) });
    await tui.see(/4 Inbox 1/, 20_000);
    await tui.press('4');
    await tui.see(new RegExp(`${proposal}.*deploy-rules`));
    await tui.see('two deploys failed on Friday');
    // The first press opens what is to be read; once it was read to its end, the next one asks.
    await tui.press('a');
    await tui.see('after the checks');
    await tui.still(300);
    await tui.press('a');
    await tui.see(/approve/i);
    await tui.still(300);
    await tui.press('y');
    await tui.see(/deploy-rules.*0\.1\.1/);

    await expect.poll(() => updated).toContain(`mcptui://proposals/${proposal}`);
    expect(await read(agent, `mcptui://proposals/${proposal}`)).toContain('state: approved');
    expect(await read(agent, uri)).toBe('Check twice.\nAlways deploy after the checks.\nTell everybody.');

    await tui.press('5');
    await tui.see(/agent:reviewer|reviewer.*content_read/);
    const events = async (): Promise<readonly AuditEventView[]> => home.json(['get', 'audit', '-n', '200']);
    await expect.poll(async () => (await events()).filter(({ kind }) => kind === 'content_read').length).toBe(2);
    const all = await events();
    const chain: string[] = [];
    for (let event = all.findLast(({ kind }) => kind === 'content_read'); event !== undefined;) {
      chain.unshift(`${event.kind} ${event.actor.split(':')[0]} ${event.target}`);
      const { cause } = event;
      event = all.find(({ n }) => n === cause);
    }
    expect(chain).toEqual([
      `proposal_create agent proposal/${proposal}`,
      `proposal_approve operator proposal/${proposal}`,
      'revision_create operator prompt/project:ops/deploy-rules',
      'content_read agent prompt/project:ops/deploy-rules',
    ]);
    // The same chain, step by step, in the timeline: K goes from an event to its cause.
    await tui.see(/▸.*session_saw/);
    await tui.press('k');
    for (const kind of ['revision_create', 'proposal_approve', 'proposal_create']) {
      await tui.press('K');
      await tui.see(new RegExp(`▸.*${kind}`));
    }
  });

  it('is filed by a known agent only: unknown names are refused with those that exist', async () => {
    const refused = async (...names: string[]): Promise<string> => {
      const { code, stderr } = await home.mcptui(['proxy', ...names]);
      return `${code} ${stderr}`;
    };
    expect(await refused('--agent', 'nobody')).toMatch(/^[1-9].*no agent nobody.*reviewer/s);
    expect(await refused('--agent', 'reviewer', '--personality', 'bold')).toMatch(/no personality.*bold.*careful/s);
    expect(await refused('--project', 'nowhere')).toMatch(/no project nowhere.*ops/s);
  });
});
