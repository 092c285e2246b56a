/** A project whose server has resources that prompts link, and a gated one, in an engine in memory. */
import type { EngineCommands, PromptView } from '../../../src/engine/index.ts';
import { aDraft } from '../builders/builders.ts';
import type { FakeProcess } from '../fakes/fake-runtime.ts';
import { engineHarness, type Harness } from './engine-harness.ts';
import { body, type Result } from './offered.ts';
import type { Peer } from './peer.ts';

export const URI = 'file:///run book.md';
export const LINK = `ops/fs:${URI}`;
export const SAYS = 'Restart the shop first.';

export interface LinkedWorld {
  readonly harness: Harness;
  readonly ann: EngineCommands;
  /** What runs behind `fs`. */
  readonly fs: () => FakeProcess;
  readonly prompt: (name: string, text: string, more: object) => ReturnType<EngineCommands['createContent']>;
  readonly row: (name: string) => PromptView;
  readonly untilHealth: (name: string, health: string) => Promise<void>;
  /** Its text, or the error as JSON. */
  readonly get: (agent: Peer, name: string, args?: object) => Promise<string>;
  readonly call: (agent: Peer, name: string, args: object) => Promise<string>;
}

export async function linkedWorld(): Promise<LinkedWorld> {
  const harness = await engineHarness();
  const ann = harness.engine.commandsFor('operator:ann');
  await ann.createProject('ops');
  await ann.createProject('web', { gated: true });
  const resources = JSON.stringify({ [URI]: SAYS, 'file:///other': 'Other words.' });
  const env = [{ name: 'SERVE_RESOURCES', value: resources }];
  await ann.createServer(aDraft({ name: 'fs', project: 'ops', env, isolation: 'shared' }));
  await ann.createServer(aDraft({ name: 'shop', project: 'web', isolation: 'shared' }));
  await harness.untilPhase('fs-1', 'running');
  await harness.untilPhase('shop-1', 'running');

  const fs = (): FakeProcess => {
    const found = [...harness.process.running].find(({ request }) => request.server.name === 'fs');
    if (found === undefined) throw new Error('fs does not run');
    return found;
  };
  const prompt = (name: string, text: string, more: object) =>
    ann.createContent('prompt', { name, project: 'ops', ...body(text, more) });
  const row = (name: string): PromptView => {
    const found = [...harness.engine.view().prompts.values()].find((one) => one.name === name);
    if (found === undefined) throw new Error(`no prompt ${name}`);
    return found;
  };
  const untilHealth = async (name: string, health: string): Promise<void> => {
    await harness.pass(1_000);
    await harness.until(() => row(name).links?.[0]?.health === health, `${name} ${health}`);
  };
  const get = async (agent: Peer, name: string, args?: object): Promise<string> => {
    const { result, error } = (await agent.request('prompts/get', {
      name,
      ...(args === undefined ? {} : { arguments: args }),
    })) as Result;
    const [first] = (result?.['messages'] ?? []) as { content: { text: string } }[];
    return first?.content.text ?? JSON.stringify(error);
  };
  const call = async (agent: Peer, name: string, args: object): Promise<string> => {
    const { result, error } = (await agent.request('tools/call', { name, arguments: args })) as Result;
    const content = (result?.['content'] ?? []) as { text: string }[];
    return error === undefined ? content.map(({ text }) => text).join('\n') : JSON.stringify(error);
  };
  return { harness, ann, fs, prompt, row, untilHealth, get, call };
}
