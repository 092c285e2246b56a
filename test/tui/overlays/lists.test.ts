import { afterEach, describe, expect, it } from 'vitest';
import { McptuiError } from '../../../src/kernel/errors.ts';
import type { AgentView, ProjectDetail, TokenInfo } from '../../../src/engine/index.ts';
import { aPersonality, anAgent, aPrompt, aSkill } from '../../support/builders/content-builders.ts';
import { day, fixtureNow } from '../../support/builders/console-builders.ts';
import { openApp, type OpenApp, type OpenAppOptions } from '../../support/worlds/open-app.tsx';

const enter = '\r';
const esc = '\u001B';
const down = '\u001B[B';

let app: OpenApp | undefined;
afterEach(() => {
  app?.close();
  app = undefined;
});

const detail: ProjectDetail = {
  name: 'default',
  instructions: 'Say what you did.\nAsk before you delete.',
  gated: false,
  builtIn: true,
  servers: ['fs'],
  prompts: [],
  skills: [],
};

const laptop: TokenInfo = { name: 'laptop', isOperator: false, createdAt: fixtureNow - 3 * day };
const ci: TokenInfo = { name: 'ci', isOperator: true, projects: ['ops'], createdAt: fixtureNow - day };

async function open(list: string, options: OpenAppOptions = {}): Promise<OpenApp> {
  app = await openApp({
    content: {
      agents: [anAgent({ isDefault: true, summary: 'Reads what others wrote' }), anAgent({ name: 'writer' })],
      personalities: [aPersonality({ name: 'careful', agent: 'reviewer' })],
      prompts: [aPrompt()],
      skills: [
        aSkill(),
        aSkill({ name: 'triage', project: 'ops', scope: 'project', files: ['SKILL.md', 'labels.txt'] }),
      ],
    },
    tokens: [laptop, ci],
    ...options,
  });
  Object.assign(app.engine.commands, { projectDetail: async () => detail });
  await app.send(':');
  await app.send(list);
  await app.press(enter);
  await app.settle();
  return app;
}

async function type(page: OpenApp, text: string): Promise<void> {
  await page.press(...Array.from(text), enter);
  await page.settle();
}

describe(':projects', () => {
  it('lists them with what belongs to each, and shows one as a text', async () => {
    const page = await open('projects');
    expect(page.screen()).toMatch(/NAME +SERVERS +AGENTS +PROMPTS +SKILLS +SESSIONS/);
    expect(page.line('▸')).toMatch(/▸ default +\d+ +2 +0 +0 +0/);
    await page.press(enter);
    await page.settle();
    expect(page.screen()).toContain('project default');
    expect(page.screen()).toContain('Ask before you delete.');
    expect(page.screen()).toContain('no, it is built in');
    await page.press(esc);
    expect(page.screen()).toMatch(/NAME +SERVERS/);
    await page.press(esc);
    expect(page.state().overlay).toBeUndefined();
  });

  it('opens the instructions of one in the editor, and saves what comes back', async () => {
    const page = await open('projects', { edit: (text) => `${text}\nBe brief.` });
    await page.press('e');
    await page.settle();
    const change = JSON.stringify({ instructions: `${detail.instructions}\nBe brief.` });
    expect(page.engine.asked).toEqual([`updateProject "default" ${change}`]);
    expect(page.screen()).toContain('instructions of project default are saved');
  });

  it('makes one, selects it as soon as it is there, and deletes it by its typed name', async () => {
    const page = await open('projects');
    await page.press('n');
    await type(page, 'ops');
    const value = { id: 'prj_ops', name: 'ops', servers: 0, gated: false };
    page.engine.patch({ op: 'put', kind: 'projects', value });
    await page.settle();
    expect(page.line('▸')).toMatch(/▸ ops +0/);
    await page.press('D');
    expect(page.screen()).toContain('Delete project ops?');
    await type(page, 'ops');
    expect(page.engine.asked).toEqual(['createProject "ops"', 'deleteProject "ops"']);
  });

  it('says why one cannot be deleted, and deletes none for another name', async () => {
    const page = await open('projects');
    await page.press('D');
    await type(page, 'defualt');
    expect(page.engine.asked).toEqual([]);
    await page.press(esc);
    page.engine.failWith(new McptuiError('conflict', 'project default is built in: it cannot be deleted'));
    await page.press('D');
    await type(page, 'default');
    expect(page.screen()).toContain('it cannot be deleted');
  });
});

describe(':agents', () => {
  it('changes the default personality, the project, the summary and the default', async () => {
    const page = await open('agents');
    expect(page.line('▸')).toMatch(/▸ reviewer +default +- +yes +0 +Reads what others wrote/);
    const choose = async (times: number): Promise<void> => {
      await page.press('e', ...Array.from({ length: times }, () => down), enter);
      await page.settle();
    };
    await choose(0);
    expect(page.screen()).toContain('Default personality of reviewer');
    await page.press(down, enter);
    await page.settle();
    await choose(1);
    await page.press(enter);
    await page.settle();
    await choose(2);
    await type(page, ', and says so');
    await choose(3);
    expect(page.engine.asked).toEqual([
      'updateAgent "reviewer" {"defaultPersonality":"careful"}',
      'updateAgent "reviewer" {"project":"default"}',
      'updateAgent "reviewer" {"summary":"Reads what others wrote, and says so"}',
      'updateAgent "reviewer" {"isDefault":false}',
    ]);
  });

  it('makes one in a project, and describes what is its own', async () => {
    const page = await open('agents');
    await page.press('n');
    await type(page, 'tester');
    expect(page.screen()).toContain('Project of agent tester');
    await page.press(enter);
    await page.settle();
    expect(page.engine.asked).toEqual(['createAgent "tester" {"project":"default"}']);
    await page.press(enter);
    await page.settle();
    expect(page.screen()).toMatch(/personalities +careful/);
  });

  it('filters its rows, keeps the filter with enter and clears it with Esc', async () => {
    const page = await open('agents');
    await page.press('/');
    await page.send('wri');
    await page.settle();
    expect(page.line('▸')).toContain('writer');
    expect(page.screen()).not.toMatch(/ reviewer +default/);
    await page.press(enter, 'y');
    expect(page.copied).toEqual(['writer']);
    await page.press(esc);
    expect(page.screen()).toMatch(/ reviewer +default/);
    expect(page.state().overlay).toMatchObject({ kind: 'listing' });
  });

  it('shows names of others as text that moves no cursor', async () => {
    const hostile: AgentView = anAgent({ id: 'agt_x', name: 'x', summary: '\u001B[2Jgone\nline' });
    const page = await open('agents', { content: { agents: [hostile] } });
    expect(page.styled()).not.toContain('\u001B[2J');
    expect(page.screen().split('\n')).toHaveLength(36);
  });
});

describe(':tokens', () => {
  it('lists what each is good for', async () => {
    const page = await open('tokens');
    expect(page.line('ci ')).toMatch(/▸ ci +mcp, api +ops +all +1d/);
    expect(page.line('laptop')).toMatch(/laptop +mcp +all +all +3d/);
    await page.press('e');
    expect(page.screen()).toContain('a token is not edited');
  });

  it('shows a new one once: it can be copied, and is in no state, notice or message, then or later', async () => {
    const page = await open('tokens');
    Object.assign(page.engine.commands, { createToken: async () => 'mcptui_canary4417' });
    await page.press('n');
    await type(page, 'phone');
    expect(page.screen()).toContain('What is token phone good for?');
    await page.press(enter);
    await page.settle();
    expect(page.screen()).toContain('mcptui_canary4417');
    expect(JSON.stringify(page.state())).not.toContain('canary4417');
    await page.press('y');
    expect(page.copied).toEqual(['mcptui_canary4417']);
    await page.press(enter);
    expect(page.screen()).toContain('mcptui_canary4417');
    await page.press(esc);
    expect(page.screen()).not.toContain('canary4417');
    expect(page.state().overlay).toMatchObject({ kind: 'listing', of: 'tokens' });
    expect(JSON.stringify([page.state(), page.state().messages])).not.toContain('canary4417');
  });

  it('shows a token whole where it is wider than the screen', async () => {
    const page = await open('tokens', { columns: 60, rows: 20 });
    const token = `mcptui_${'a1b2c3d4'.repeat(12)}`;
    Object.assign(page.engine.commands, { createToken: async () => token });
    await page.press('n');
    await type(page, 'phone');
    await page.press(enter);
    await page.settle();
    const shown = page.screen().replaceAll(/[^\w]/g, '');
    expect(shown).toContain(token);
  });

  it('makes one for a project alone or for an operator, and revokes one by its typed name', async () => {
    const page = await open('tokens');
    const make = async (name: string, downs: number): Promise<void> => {
      await page.press('n');
      await type(page, name);
      await page.press(...Array.from({ length: downs }, () => down), enter);
      await page.settle();
      await page.press(esc);
    };
    await make('one', 1);
    await make('ops', 2);
    await page.press('D');
    expect(page.screen()).toContain('Revoke token ci?');
    await type(page, 'ci');
    expect(page.engine.asked).toEqual([
      'createToken one {"projects":["default"]}',
      'createToken ops {"isOperator":true}',
      'removeToken ci',
    ]);
    expect(page.screen()).toContain('token ci is revoked');
  });
});

describe(':skills', () => {
  it('lists scope, revision, files, age and description, and shows the files of one', async () => {
    const page = await open('skills');
    expect(page.screen()).toMatch(/NAME +SCOPE +REV +FILES +AGE +DESCRIPTION/);
    expect(page.line('triage')).toMatch(/triage +project:ops +1\.2\.0 +2 +2d +Writes the notes/);
    await page.press('G', enter);
    await page.settle();
    expect(page.screen()).toContain('=== SKILL.md ===');
    await page.press('/');
    await type(page, 'triage');
    expect(page.screen()).toMatch(/find triage/);
    await page.press(esc, esc);
    expect(page.state().overlay).toBeUndefined();
  });

  it('saves an edit as a revision, and brings an earlier one back after its changes were shown', async () => {
    const page = await open('skills', { edit: (text) => `${text}More.\n` });
    await page.press('G', 'e');
    await page.settle();
    expect(page.engine.asked.join('\n')).toContain('saveContent "skill" "project:ops/triage"');
    expect(page.line('triage ')).toContain('1.2.1');
    await page.press('h');
    await page.settle();
    expect(page.screen()).toContain('History of skill project:ops/triage');
    await page.press(down, enter);
    await page.settle();
    expect(page.screen()).toContain('live → 1.2.0 · +0 −1');
    expect(page.screen()).toContain('Restore project:ops/triage 1.2.0?');
    await page.pass(300);
    await page.press(enter);
    await page.settle();
    expect(page.engine.asked.at(-1)).toBe('restoreContent "skill" "project:ops/triage" "1.2.0"');
    expect(page.state().overlay).toMatchObject({ kind: 'listing' });
  });

  it('begins a new one in the inline editor, with what a skill needs', async () => {
    const page = await open('skills');
    await page.press('n');
    await type(page, 'howto');
    expect(page.screen()).toContain('new skill howto');
    expect(page.screen()).toContain('name: howto');
  });
});

describe('a new row of a list', () => {
  it.each([
    ['projects', 'default', 'there is a project default'],
    ['agents', 'reviewer', 'there is an agent reviewer'],
    ['tokens', 'ci', 'there is a token ci'],
    ['skills', 'project:ops/triage', 'there is a skill project:ops/triage: e edits it'],
    ['projects', 'My Ops', 'My Ops is not a name'],
    ['skills', '../x', '../x is not a name'],
  ])('of %s cannot be called %s: what was typed stays, to be mended', async (list, name, fault) => {
    const page = await open(list);
    await page.press('n');
    await type(page, name);
    expect(page.screen()).toContain(fault);
    expect(page.state().overlay).toMatchObject({ kind: 'ask', field: { text: name } });
    expect(page.engine.asked).toEqual([]);
  });
});

describe('a list in a terminal of 60 columns', () => {
  it('keeps the name and the last column', async () => {
    const page = await open('agents', { columns: 60, rows: 20 });
    expect(page.screen()).toMatch(/NAME .*SUMMARY/);
    expect(page.line('▸')).toMatch(/▸ reviewer .*Reads/);
  });
});

describe('a list in a read-only console', () => {
  it.each(['projects', 'agents', 'tokens', 'skills'])('refuses to change %s, and says why', async (list) => {
    const page = await open(list, { readOnly: true });
    for (const key of ['n', 'e', 'D']) {
      await page.press(key);
      expect(page.screen()).toContain('the console is read-only');
      expect(page.state().overlay).toMatchObject({ kind: 'listing' });
    }
    expect(page.engine.asked).toEqual([]);
  });
});
