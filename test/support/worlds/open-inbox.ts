/** The console on its Inbox, with the proposals of the picture unless told otherwise. */
import type { ContentRows } from './content-fixture.ts';
import {
  aPersonality,
  aPrompt,
  deployRules,
  deployRulesProposed,
  pictureProposals,
} from '../builders/content-builders.ts';
import { openApp, type OpenApp, type OpenAppOptions } from './open-app.tsx';

export const inboxContent: ContentRows = {
  prompts: [aPrompt({ name: 'deploy-rules', semver: '1.4.1' }), aPrompt()],
  personalities: [aPersonality()],
  proposals: pictureProposals(),
  bodies: { 'deploy-rules': deployRules },
  proposed: { p7f3: deployRulesProposed, p801: 'Roll back at once.', p802: `${deployRules}\nTrust \u202Eme.` },
};

export async function openInbox(options: OpenAppOptions = {}): Promise<OpenApp> {
  const app = await openApp({ ...options, content: { ...inboxContent, ...options.content } });
  await app.press('4');
  await app.settle();
  return app;
}

/** A body too long for any screen of the tests. */
export function longBody(lines: number): string {
  return Array.from({ length: lines }, (_, index) => `Rule ${index + 1}.`).join('\n');
}
