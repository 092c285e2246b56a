/** Opens the console on pane 2 with a few prompts and skills. */
import { day, fixtureNow, hour } from '../builders/console-builders.ts';
import { aPersonality, aPrompt, aSkill, deployRules } from '../builders/content-builders.ts';
import { openApp, type OpenApp, type OpenAppOptions } from './open-app.tsx';

export const promptsContent: NonNullable<OpenAppOptions['content']> = {
  prompts: [
    aPrompt({ name: 'deploy-rules', project: 'ops', semver: '1.4.2', priority: 8, updatedAt: fixtureNow - 2 * hour }),
    aPrompt(),
    aPrompt({
      name: 'gitea-howto',
      agent: 'reviewer',
      semver: '2.0.0',
      link: 'project:web/gone',
      linkState: 'broken',
      links: [
        { ref: 'project:web/gone', kind: 'prompt', health: 'dead', reason: 'there is no prompt project:web/gone' },
      ],
      updatedAt: fixtureNow - day,
    }),
    aPrompt({ name: 'triage', project: 'ops', semver: '1.0.3', priority: 4 }),
  ],
  personalities: [aPersonality({ isDefault: true })],
  skills: [aSkill(), aSkill({ name: 'triage', project: 'ops', scope: 'project', files: ['SKILL.md', 'labels.txt'] })],
  bodies: { 'project:ops/deploy-rules': `${deployRules}\nTell {{env}} \u001b[2J\u202e.` },
};

export async function openPrompts(options: OpenAppOptions = {}): Promise<OpenApp> {
  const app = await openApp({ content: promptsContent, ...options });
  await app.press('2');
  await app.settle();
  return app;
}
