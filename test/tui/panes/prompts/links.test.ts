import { afterEach, describe, expect, it } from 'vitest';
import { fixtureNow, minute } from '../../../support/builders/console-builders.ts';
import { aPrompt } from '../../../support/builders/content-builders.ts';
import type { OpenApp } from '../../../support/worlds/open-app.tsx';
import { openPrompts } from '../../../support/worlds/open-prompts.ts';

const enter = '\r';
let app: OpenApp;
afterEach(() => app.close());

const FILE = 'ops/fs:file:///srv/runbook.md';
const alive = { ref: FILE, kind: 'resource', health: 'alive', checkedAt: fixtureNow - 3 * minute } as const;
const unknown = {
  ref: FILE,
  kind: 'resource',
  health: 'unknown',
  reason: 'server fs is stopped: stopped by ann',
  next: 'mcptui start fs',
} as const;
const dead = {
  ref: 'ops/fs:file:///gone',
  kind: 'resource',
  health: 'dead',
  reason: 'server fs refused it: no such file',
  next: 'mcptui get resources --server fs',
} as const;

async function open(): Promise<void> {
  const rows = [
    aPrompt({ name: 'a-fine', link: FILE, linkState: 'ok', links: [alive] }),
    aPrompt({ name: 'b-open', link: FILE, linkState: 'ok', links: [unknown] }),
    aPrompt({
      name: 'c-dead',
      link: `style, ${dead.ref}`,
      linkState: 'broken',
      links: [{ ref: 'style', kind: 'prompt', health: 'alive' }, dead],
    }),
  ];
  app = await openPrompts({ content: { prompts: rows } });
}
async function press(...keys: string[]): Promise<void> {
  await app.press(...keys);
  await app.settle();
}
/** The detail, beside the list, without the breaks of lines. */
const seen = (): string =>
  app
    .screen()
    .split('\n')
    .map((line) => line.split('│')[2] ?? '')
    .join(' ')
    .replace(/\s+/g, ' ');

describe('links of prompts', () => {
  it('show in the list how they do, and a filter finds them', async () => {
    await open();
    expect(app.line('a-fine  ')).toMatch(/ 5 +ok /);
    expect(app.line('b-open  ')).toMatch(/ 5 +\? /);
    expect(app.line('c-dead  ')).toMatch(/ 5 +DEAD /);
    await press('/', ...Array.from('state:unknown'), enter);
    expect(app.line('▸ ')).toContain('b-open');
  });

  it('show in the detail what is read, why something is not, and the next step', async () => {
    await open();
    expect(seen()).toContain(`ends with ${FILE}, read live, checked 3m ago`);
    await press('j');
    expect(seen()).toContain('not known to be there: server fs is stopped: stopped by ann → mcptui start fs');
    await press('j');
    expect(seen()).toContain('begins with style, read live');
    expect(seen()).toContain(
      'dead: server fs refused it: no such file → mcptui get resources --server fs · F names another',
    );
  });

  it('are mended one by one: the others stay', async () => {
    await open();
    await press('j', 'j', 'F', '\u0015', ...Array.from('ops/fs:file:///here'), enter);
    expect(app.engine.asked.at(-1)).toContain('"link":["style","ops/fs:file:///here"]');
    expect(app.engine.asked.at(-1)).toContain('"note":"link fixed: ops/fs:file:///here"');
  });
});
