/** Pane 2: the list of prompts, and the detail of one. */
import { afterEach, describe, expect, it } from 'vitest';
import type { ContentDetail } from '../../../../src/engine/index.ts';
import { McptuiError } from '../../../../src/kernel/errors.ts';
import { aPrompt } from '../../../support/builders/content-builders.ts';
import type { OpenApp, OpenAppOptions } from '../../../support/worlds/open-app.tsx';
import { openPrompts, promptsContent } from '../../../support/worlds/open-prompts.ts';

const esc = '\u001B';
const enter = '\r';
let app: OpenApp;
afterEach(() => app.close());

async function open(options: OpenAppOptions = {}): Promise<void> {
  app = await openPrompts(options);
}

/** Keys one by one, then what they asked for. */
async function press(...keys: string[]): Promise<void> {
  await app.press(...keys);
  await app.settle();
}

/** Answers for a document as the engine does, changed by the test. */
function answerDetail(change: (detail: ContentDetail) => ContentDetail): void {
  const { commands } = app.engine;
  const ask = commands.contentDetail.bind(commands);
  Object.assign(commands, {
    contentDetail: async (...args: Parameters<typeof ask>) => change(await ask(...args)),
  });
}

const type = (text: string): Promise<void> => press(...Array.from(text));

describe('what models make of prompts', () => {
  const summaries = { done: 12, of: 80, failed: 3, why: 'model small: its summary is missing' };

  it('is in the foot while it goes on, with what failed and why', async () => {
    await open({ columns: 160, info: { summaries } });
    expect(app.screen()).toContain('summed up 12 of 80 · 3 failed: model small: its summary is missing');
    await press('2');
    expect(app.screen()).not.toContain('summed up');
  });

  it('is not in the foot when all is done', async () => {
    await open({ columns: 160, info: { summaries: { done: 80, of: 80, failed: 0 } } });
    expect(app.screen()).not.toContain('summed up');
  });

  it('is in the detail, with where it is from, and so are tags', async () => {
    const prompts = [
      aPrompt({
        name: 'by-model',
        gist: 'In short.',
        summaryBy: 'model',
        summaryModel: 'small',
        tags: ['deploy', 'on call'],
      }),
      aPrompt({
        name: 'by-rules',
        gist: 'Its begin.',
        summaryBy: 'rules',
        summaryWhy: 'model small: it gave no chapters',
      }),
    ];
    await open({ columns: 160, content: { ...promptsContent, prompts } });
    expect(app.screen()).toContain('In short. (by model small)');
    expect(app.screen()).toContain('tags deploy, on call');
    await type('/');
    await type('summary:rules');
    expect(app.screen()).toContain('1-1 of 1');
    expect(app.screen()).toContain('Its begin. (its first words: model small: it gave no chapters)');
  });
});

describe('the list of prompts', () => {
  it('shows name, scope, revision, priority, link and age, and counts dead links in the tab', async () => {
    await open();
    expect(app.line('SCOPE')).toMatch(/NAME +SCOPE +REV +PRI LINK AGE/);
    expect(app.line('deploy-rules  ')).toMatch(/▸ deploy-rules +project:ops +1\.4\.2 +8 +- +2h/);
    expect(app.line('gitea-howto')).toMatch(/agent:reviewer +2\.0\.0 +5 +DEAD 1d/);
    expect(app.screen()).toContain('[2 Prompts 4!1]');
  });

  it.each([
    ['scope:project:ops', 2],
    ['state:broken', 1],
    ['!state:broken tri', 1],
    ['by:ann', 4],
  ])('filters by %s', async (filter, rows) => {
    await open();
    await type('/');
    await type(filter);
    expect(app.screen()).toContain(`filter ${filter} · sort NAME ↑ · 1-${rows} of ${rows}`);
  });

  it('shows only dead links with ! and says which key brings the others back', async () => {
    await open();
    await press('!');
    expect(app.line('▸ ')).toContain('gitea-howto');
    await press(esc);
    expect(app.screen()).toContain('1-4 of 4');
  });

  it('sorts by the next column and the other way round', async () => {
    await open();
    await press('o', 'o', 'O', 'g');
    expect(app.screen()).toContain('sort PRI ↓');
    expect(app.line('▸ ')).toContain('triage');
  });

  it('tells what to press where there is none', async () => {
    await open({ content: {} });
    expect(app.screen()).toContain('No prompt yet: n adds one.');
    await press('e');
    expect(app.screen()).toContain('there is no prompt: n adds one');
  });

  it('fits 60×16 and 80×24', async () => {
    await open({ columns: 60, rows: 16 });
    expect(app.line('deploy-rules ')).toMatch(/deploy-rules .+ 1\.4\.2 +8 +- +2h/);
    await press(enter);
    expect(app.screen()).toContain('Always deploy on Fridays.');
    app.close();
    await open({ columns: 80, rows: 24 });
    expect(app.screen()).toContain('deploy-rules 1.4.2 · [Body] Diff History Bindings');
    expect(app.screen()).toContain('You deploy services with the runner.');
    expect(
      app
        .screen()
        .split('\n')
        .every((line) => line.length <= 80),
    ).toBe(true);
  });

  it('moves through 10,000 prompts', async () => {
    const prompts = Array.from({ length: 10_000 }, (_, index) => aPrompt({ name: `prompt-${index}` }));
    await open({ content: { prompts } });
    await press('j', 'G', 'k');
    expect(app.screen()).toContain('of 10,000');
  });
});

describe('the detail of a prompt', () => {
  it('shows the body wrapped and cleaned, who wrote it, how long it is and its variables', async () => {
    await open();
    for (const text of ['by ann 2h ago', 'priority 8', '{{env}}', 'Always deploy on Fridays.', '\\x1b[2J\\u202e.']) {
      expect(app.screen()).toContain(text);
    }
    expect(app.styled()).not.toContain('\u202e');
    expect(app.screen()).not.toContain('worn');
  });

  it('says that one is only read by who wears it', async () => {
    await open({ content: { ...promptsContent, prompts: [aPrompt({ name: 'strict', read: 'worn' })] } });
    expect(app.screen()).toContain('· when worn ·');
  });

  it('counts unusual characters', async () => {
    await open();
    answerDetail((detail) => ({
      ...detail,
      unusual: [{ shown: '\\u202e', what: 'changes the direction of text', count: 2 }],
    }));
    await press('\u0012');
    expect(app.screen()).toContain('▲ 2 unusual characters: \\u202e ×2');
  });

  it('asks for the text only once the selection rests', async () => {
    await open();
    let asked = 0;
    answerDetail((detail) => {
      asked += 1;
      return detail;
    });
    await app.send('j');
    await app.send('j');
    await app.send('j');
    await app.settle();
    expect(asked).toBe(1);
    expect(app.screen()).toContain('triage 1.0.3');
  });

  it('shows what the live revision changed, unified or side by side', async () => {
    await open();
    await press('d');
    expect(app.screen()).toMatch(/deploy-\S+ 1\.4\.1 → live · Body \[Diff\]/);
    expect(app.screen()).toMatch(/- +\d+ +One line more than now\./);
    await press('d');
    expect(app.state().diff.mode).toBe('split');
  });

  it('tells why there is no diff', async () => {
    await open();
    Object.assign(app.engine.commands, {
      diffContent: () => Promise.reject(new McptuiError('not-found', 'there is only one revision')),
    });
    await press('d');
    expect(app.screen()).toContain('there is only one revision');
  });

  it('lists who uses it', async () => {
    await open();
    await press('j', 'j', '[');
    expect(app.screen()).toMatch(/reviewer\/careful +binds it as number 2 of 2 ★ default/);
  });

  it('offers name, text and hash to copy', async () => {
    await open();
    await press('y', 't');
    expect(app.copied[0]).toMatch(/^---\nsummary: ""\npriority: 8\n---\nYou deploy/);
  });
});
