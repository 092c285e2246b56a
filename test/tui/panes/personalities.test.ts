import { afterEach, describe, expect, it } from 'vitest';
import type { Saved } from '../../../src/engine/index.ts';
import { aPersonality, anAgent, aPrompt } from '../../support/builders/content-builders.ts';
import { openApp, type OpenApp, type OpenAppOptions } from '../../support/worlds/open-app.tsx';

const esc = '\u001B';
const enter = '\r';
const tab = '\t';
let app: OpenApp;
afterEach(() => app.close());

const content: NonNullable<OpenAppOptions['content']> = {
  agents: [anAgent({ name: 'mentor' }), anAgent({ defaultPersonality: 'careful' })],
  prompts: [
    aPrompt({ name: 'gitea-howto', agent: 'reviewer', semver: '2.0.0', priority: 9 }),
    aPrompt(),
    aPrompt({ name: 'triage', project: 'default', semver: '1.0.3' }),
    aPrompt({ name: 'lessons', agent: 'mentor' }),
  ],
  personalities: [
    aPersonality({ isDefault: true }),
    aPersonality({ name: 'terse', prompts: ['style'] }),
    aPersonality({ name: 'teacher', agent: 'mentor', prompts: [] }),
  ],
};

async function press(...keys: string[]): Promise<void> {
  await app.press(...keys);
  await app.settle();
}

const type = (text: string): Promise<void> => press(...Array.from(text));

/** Opened on `reviewer/careful`, which is the default of its agent. */
async function open(options: OpenAppOptions = {}): Promise<void> {
  app = await openApp({ content, ...options });
  await press('3', 'j');
}

describe('the list of personalities', () => {
  it('shows agent, number of prompts and the default, and names the default above', async () => {
    await open();
    expect(app.line('PERSONALITY')).toMatch(/PERSONALITY +AGENT +PROMPTS DEF +AGE/);
    expect(app.line('▸ ')).toMatch(/careful +reviewer +2 +★ +2h/);
    expect(app.screen()).toContain('agent reviewer · default careful · 3 of 3');
  });

  it('filters by agent and by a prompt that is bound', async () => {
    await open();
    await press('/');
    await type('agent:reviewer prompt:gitea');
    expect(app.screen()).toContain('filter agent:reviewer prompt:gitea · agent reviewer · default careful · 1 of 3');
  });

  it('says how to begin', async () => {
    await open({ content: {} });
    expect(app.screen()).toContain('No agent yet: mcptui create agent NAME.');
    app.close();
    await open({ content: { agents: [anAgent()] } });
    expect(app.screen()).toContain('No personality yet: n adds one.');
  });
});

describe('the detail of a personality', () => {
  it('lists its prompts in order with versions and estimates, and what comes after them', async () => {
    await open();
    expect(app.screen()).toMatch(/prompts in build order · assembled ≈\d+ tokens/);
    expect(app.screen()).toMatch(/1 ● gitea-howto +agent-direct +2\.0\.0 +≈\d+/);
    expect(app.screen()).toMatch(/2 ● style +global +0\.9\.0 +≈\d+/);
    expect(app.screen()).toContain('project:default/triage 1.0.3 · project');
  });

  it('tells which binding is refused and why', async () => {
    const personalities = [aPersonality({ prompts: ['gone', 'agent:mentor/lessons'] })];
    await open({ content: { ...content, personalities } });
    const { commands } = app.engine;
    const compose = commands.compose.bind(commands);
    Object.assign(commands, {
      compose: async (...args: Parameters<typeof compose>) => ({ ...(await compose(...args)), parts: [] }),
    });
    await press('\u0012');
    expect(app.screen()).toMatch(/1 ✗ gone +refused: it is not there any more/);
    expect(app.screen()).toMatch(/2 ✗ lessons +agent-direct +0\.9\.0 +refused: SCOPE/);
  });

  it('previews the text exactly as it is sent', async () => {
    await open();
    await press(enter);
    expect(app.screen()).toContain('careful 0.1.0 · Bindings [Preview] Diff');
    expect(app.screen()).toMatch(/≈\d+ tokens · 3 prompts · exactly as sent in project default/);
    expect(app.screen()).toContain('You follow gitea-howto.');
    await press('y', 't');
    expect(app.copied[0]).toMatch(/^You follow gitea-howto\.\nSay what you did\./);
  });

  it('compares what would be sent with what its agent is sent now', async () => {
    await open();
    await press('d');
    expect(app.screen()).toContain('nothing differs: it is what reviewer is sent now');
    await press('j');
    expect(app.screen()).toMatch(/- +\d+ +You follow gitea-howto\./);
  });

  it('follows a prompt that changes meanwhile', async () => {
    await open();
    const style = aPrompt({ semver: '0.9.1' });
    app.engine.patch({ op: 'put', kind: 'prompts', value: style });
    await app.settle();
    expect(app.screen()).toMatch(/2 ● style +global +0\.9\.1/);
  });

  it('works at 80×24 and 60×16', async () => {
    await open({ columns: 80, rows: 24 });
    expect(app.screen()).toMatch(/1 ● gitea-howto +agent-direct +2\.0\.0/);
    app.close();
    await open({ columns: 60, rows: 16 });
    await press('+');
    expect(app.screen()).toMatch(/▸ 1 ● gitea-howto +agent-direct +2\.0\.0/);
  });
});

describe('reordering', () => {
  it('says where the bindings are chosen', async () => {
    await open();
    await press('J');
    expect(app.screen()).toContain('tab goes to its bindings (+ shows them alone): choose one there');
  });

  it('moves a binding, shows that it is not saved, and saves it as one revision', async () => {
    await open();
    await press(tab, 'J');
    expect(app.screen()).toContain('▲ order not saved: enter saves it, X drops it');
    expect(app.screen()).toMatch(/1 ● style/);
    expect(app.screen()).toMatch(/▸ 2 ● gitea-howto/);
    expect(app.engine.asked).toEqual([]);
    await press(enter);
    expect(app.engine.asked).toHaveLength(1);
    expect(app.engine.asked[0]).toContain('"prompts":["style","agent:reviewer/gitea-howto"]');
    expect(app.screen()).toContain('reviewer/careful 0.1.1 has the new order');
    expect(app.state().personalities.order).toBeUndefined();
    await press('z');
    expect(app.engine.asked.at(-1)).toBe('undoRevision "rev_reviewer/careful_3"');
  });

  it('is back to saved when the binding is back, and drops an order with X', async () => {
    await open();
    await press(tab, 'J', 'K');
    expect(app.state().personalities.order).toBeUndefined();
    await press('J', 'X');
    expect(app.screen()).toMatch(/1 ● gitea-howto/);
    await press('K', 'K');
    expect(app.screen()).toContain('it is the first one already');
  });

  it('keeps the order when somebody else changed the personality meanwhile', async () => {
    await open();
    await press(tab, 'J');
    await app.engine.commands.attachPrompt('reviewer/careful', 'project:default/triage');
    await app.settle();
    await press(enter);
    expect(app.screen()).toContain('has changed');
    expect(app.state().personalities.order).toBeDefined();
  });
});

describe('binding', () => {
  it('lists bound, free and refused prompts, and binds and unbinds', async () => {
    await open();
    await press('b');
    expect(app.screen()).toContain('Prompts of reviewer/careful');
    expect(app.screen()).toMatch(/1 ● agent:reviewer\/gitea-howto +2\.0\.0/);
    expect(app.screen()).toMatch(/✗ agent:mentor\/lessons +SCOPE other agent/);
    await type('tria');
    await press(enter);
    expect(app.engine.asked).toHaveLength(1);
    expect(app.engine.asked[0]).toContain('attachPrompt "reviewer/careful" "project:default/triage"');
    expect(app.screen()).toMatch(/▸ +3 ● project:default\/triage/);
    await press(enter);
    expect(app.engine.asked.at(-1)).toBe('detachPrompt "reviewer/careful" "project:default/triage"');
    await press(esc, esc);
    expect(app.state().overlay).toBeUndefined();
  });

  it('says why a prompt cannot be bound', async () => {
    await open();
    await press('b');
    await type('lessons');
    await press(enter);
    expect(app.screen()).toContain('agent:mentor/lessons cannot be bound: SCOPE other agent');
    expect(app.engine.asked).toEqual([]);
  });

  it('keeps the list open when the engine refuses', async () => {
    await open();
    await press('b');
    app.engine.failWith(new Error('the disk is full'));
    await type('triage');
    await press(enter);
    expect(app.screen()).toContain('the disk is full');
    expect(app.state().overlay).toMatchObject({ kind: 'bind', busy: false });
  });

  it('searches 10,000 prompts without a pause', async () => {
    const prompts = Array.from({ length: 10_000 }, (_, index) => aPrompt({ name: `prompt-${index}` }));
    await open({ content: { ...content, prompts } });
    await press('b');
    await type('prompt-9999');
    expect(app.line('▸ ')).toContain('prompt-9999');
    expect(app.screen()).toContain('1 prompt');
  });
});

describe('changing personalities', () => {
  it('makes one the default of its agent and takes that back', async () => {
    await open();
    await press('=');
    expect(app.screen()).toContain('careful is the default of reviewer already');
    await press('j', '=');
    expect(app.engine.asked).toEqual(['updateAgent "reviewer" {"defaultPersonality":"terse"}']);
    await press('z');
    expect(app.engine.asked.at(-1)).toBe('updateAgent "reviewer" {"defaultPersonality":"careful"}');
  });

  it('creates one for the agent of the selected one and selects it', async () => {
    await open();
    const bold = aPersonality({ name: 'bold', prompts: [] });
    const drafts: unknown[] = [];
    Object.assign(app.engine.commands, {
      createContent: async (...draft: readonly unknown[]): Promise<Saved> => {
        drafts.push(draft);
        app.engine.patch({ op: 'put', kind: 'personalities', value: bold });
        return { ref: bold.ref, semver: '0.1.0', hash: bold.hash, revisionId: 'rev_1' };
      },
    });
    await press('n');
    await type('bold');
    await press(enter);
    const content = { summary: '', prompts: [] };
    expect(drafts).toEqual([['personality', { name: 'bold', agent: 'reviewer', content }]]);
    expect(app.line('▸ ')).toMatch(/bold +reviewer +0/);
    expect(app.screen()).toContain('reviewer/bold 0.1.0 created: b binds prompts · z undo');
  });

  it('deletes after the name was typed and says what that means for its agent', async () => {
    await open();
    await press('D');
    expect(app.screen()).toContain('It is the default of reviewer');
    await type('reviewer/careful');
    await press(enter);
    expect(app.engine.asked).toEqual(['deleteContent "personality" "reviewer/careful"']);
  });

  it('edits its document', async () => {
    await open({ edit: (text) => text.replace('  - style\n', '') });
    await press('e');
    expect(app.engine.asked[0]).toMatch(/^saveContent "personality" "reviewer\/careful" {"text":"---\\nsummary/);
  });

  it('changes nothing with --read-only', async () => {
    await open({ readOnly: true });
    for (const key of ['b', '=', 'e', 'E', 'n', 'D', 'J', 'K']) {
      await press(key);
      expect(app.screen()).toContain('the console is read-only');
    }
    expect(app.engine.asked).toEqual([]);
  });

  it('shows hostile names as escapes', async () => {
    const personalities = [aPersonality({ prompts: ['evil\u202e\u001b[2J'] })];
    await open({ content: { ...content, personalities } });
    expect(app.styled()).not.toContain('\u202e');
    expect(app.screen()).toContain('evil\\u202e\\x1b[2J');
  });
});
