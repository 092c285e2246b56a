/** Opens the console with one of the lists that lie over a pane. */
import type { ProjectDetail, TokenInfo } from '../../../src/engine/index.ts';
import { day, fixtureNow } from '../builders/console-builders.ts';
import { aPersonality, anAgent, aPrompt } from '../builders/content-builders.ts';
import { openApp, type OpenApp, type OpenAppOptions } from './open-app.tsx';

export const defaultProject: ProjectDetail = {
  name: 'default',
  instructions: 'Say what you did.\nAsk before you delete.',
  gated: false,
  gate: { promptTokens: 8_000, tools: 'all', useTool: 'auto', models: 'local', always: [] },
  pages: { kind: 'passthrough', pageTokens: 8_000, overrides: {} },
  agentRole: 'agent',
  builtIn: true,
  servers: ['fs'],
  prompts: [],
  skills: [],
};

const laptop: TokenInfo = { name: 'laptop', isOperator: false, createdAt: fixtureNow - 3 * day };
const ci: TokenInfo = { name: 'ci', isOperator: true, projects: ['ops'], createdAt: fixtureNow - day };

export async function openListing(list: string, options: OpenAppOptions = {}): Promise<OpenApp> {
  const app = await openApp({
    content: {
      agents: [anAgent({ isDefault: true, summary: 'Reads what others wrote' }), anAgent({ name: 'writer' })],
      personalities: [aPersonality({ name: 'careful', agent: 'reviewer' })],
      prompts: [aPrompt()],
    },
    tokens: [laptop, ci],
    ...options,
  });
  Object.assign(app.engine.commands, { projectDetail: async () => defaultProject });
  await app.send(':');
  await app.send(list);
  await app.press('\r');
  await app.settle();
  return app;
}

/** Types a text, and enter. */
export async function typeLine(page: OpenApp, text: string): Promise<void> {
  await page.press(...Array.from(text), '\r');
  await page.settle();
}
