import { describe, expect, it } from 'vitest';
import { Candidates, namedIn } from '../../../src/engine/content/candidates.ts';
import { contentHash } from '../../../src/engine/content/content-hash.ts';
import { fromDocument, toDocument } from '../../../src/engine/content/document.ts';
import { importPrompt } from '../../../src/engine/content/import-prompt.ts';
import { summaryOf } from '../../../src/engine/content/summaries.ts';
import { tagsFrom } from '../../../src/engine/content/tags.ts';
import { promptView } from '../../../src/engine/views/content-views.ts';
import type { Json } from '../../../src/kernel/json.ts';
import { promptContentSchema, type Prompt, type PromptContent } from '../../../src/store/schema/content.ts';

const read = (tags: string): PromptContent =>
  promptContentSchema.parse(fromDocument('prompt', `---\n${tags}\n---\nbody\n`));
const aPrompt = (content: Partial<PromptContent>, name = 'style'): Prompt => {
  const whole = promptContentSchema.parse({ body: '', ...content });
  return {
    id: `pro_${name}`,
    name,
    scope: 'global',
    current: { id: 'rev_1', semver: '1.0.0', hash: contentHash(whole as Json) },
    createdAt: 0,
    updatedAt: 0,
    updatedBy: 'operator:ann',
    content: whole,
  };
};

describe('tags of a front matter', () => {
  it.each([
    ['a list', 'tags: [deploy, on call]', ['deploy', 'on call']],
    ['a list over lines', 'tags:\n  - deploy\n  - 2026', ['deploy', '2026']],
    ['words between commas', 'tags: deploy,  on   call ,', ['deploy', 'on call']],
    ['one word', 'tags: deploy', ['deploy']],
    ['a number', 'tags: 2026', ['2026']],
    ['each once', 'tags: [a, a, " a "]', ['a']],
    ['none', 'tags: []', undefined],
    ['an empty field', 'tags:', undefined],
    ['an empty text', 'tags: " , "', undefined],
  ])('are read from %s', (_, front, expected) => {
    expect(read(front).tags).toEqual(expected);
  });

  it('are refused when they are none, too many, too long or not printable', () => {
    expect(() => read('tags: {a: b}')).toThrow('expected array');
    expect(() => read('tags: [[a]]')).toThrow('expected string');
    expect(() => read(`tags: ${'x'.repeat(65)}`)).toThrow('over 64');
    expect(() => read(`tags: ${Array.from({ length: 33 }, (_, at) => `t${at}`).join(',')}`)).toThrow('over 32');
    expect(() => read('tags: ["a\\u202eb"]')).toThrow('without commas');
    expect(() => promptContentSchema.parse({ body: '', tags: ['a,b'] })).toThrow('without commas');
  });

  it('come back from the document as they were, and a prompt without any keeps its document and its hash', () => {
    const content = promptContentSchema.parse({ body: 'b', summary: 's', tags: ['on call', '2026', 'ja: nein'] });
    expect(promptContentSchema.parse(fromDocument('prompt', toDocument('prompt', content)))).toEqual(content);
    const plain = promptContentSchema.parse({ body: 'b' });
    expect(toDocument('prompt', plain)).toBe('---\nsummary: ""\npriority: 5\n---\nb\n');
    expect('tags' in plain).toBe(false);
  });

  it('stay when a text has no front matter, and go with one that has none', () => {
    const base = promptContentSchema.parse({ body: 'b', tags: ['a'] });
    expect(fromDocument('prompt', 'new', base)).toMatchObject({ tags: ['a'] });
    expect(fromDocument('prompt', '---\npriority: 5\n---\nnew', base)).not.toHaveProperty('tags');
  });

  it('are taken from files of other programs, and kept aside where they are something else', () => {
    expect(importPrompt('x.md', '---\ntags: [a, b]\nglobs: "*"\n---\nx').content.tags).toEqual(['a', 'b']);
    expect(importPrompt('x.md', '---\ntags: a, b\n---\nx').content.tags).toEqual(['a', 'b']);
    const other = importPrompt('x.md', '---\ntags: {a: 1}\nglobs: "*"\n---\nx').content;
    expect(other).toMatchObject({ foreign: 'tags: {a: 1}\nglobs: "*"' });
    expect(other).not.toHaveProperty('tags');
  });
});

describe('tagsFrom', () => {
  it('leaves what is no list of words to the schema', () => {
    expect(tagsFrom([1, { a: 1 }])).toEqual(['1', { a: 1 }]);
    expect(tagsFrom(true)).toBe(true);
  });
});

describe('summaryOf', () => {
  it("is the prompt's own, else a model's, else its first sentence; chapters are a model's, else its headings", () => {
    const body = '# Deploy\n\nPush a tag. Wait.\n';
    const chapters = [{ title: 'Deploy', from: 1, to: 3 }];
    expect(summaryOf(aPrompt({ body, summary: 'how' }))).toEqual({ summary: 'how', by: 'own', chapters });
    expect(summaryOf(aPrompt({ body }))).toEqual({ summary: 'Push a tag.', by: 'rules', chapters });
    const made = { summary: 'Releasing.', chapters: [{ title: 'All', from: 1, to: 3 }] };
    expect(summaryOf(aPrompt({ body }), made)).toEqual({ ...made, by: 'model' });
    expect(summaryOf(aPrompt({ body, summary: 'how' }), made)).toEqual({ ...made, summary: 'how', by: 'own' });
    expect(summaryOf(aPrompt({ body }), {})).toEqual({ summary: 'Push a tag.', by: 'rules', chapters });
  });
});

describe('promptView', () => {
  const db = { collection: () => ({ all: () => [], find: () => undefined }) } as unknown as Parameters<
    typeof promptView
  >[0];
  it('has tags, and a line of its text where it has no summary', () => {
    expect(promptView(db, aPrompt({ body: 'Be brief. More.', tags: ['a'] }))).toMatchObject({
      summary: '',
      gist: 'Be brief.',
      summaryBy: 'rules',
      tags: ['a'],
    });
    const view = promptView(db, aPrompt({ body: 'Be brief.', summary: 'own' }));
    expect(view).not.toHaveProperty('gist');
    expect(view).not.toHaveProperty('tags');
  });
});

describe('namedIn', () => {
  const named = (text: string) => namedIn(text, new Set(['gitea', 'time', 'pg-main', 'db2']));
  it('finds servers and tools by their qualified names', () => {
    expect(named('Use gitea__create_issue, then `time__now`. other__x')).toEqual({
      servers: ['gitea', 'time'],
      actions: ['create_issue', 'now', 'x'],
    });
  });
  it('finds a server in backticks, or whose name is no plain word', () => {
    expect(named('ask `gitea` or pg-main. For the first time, gitea').servers).toEqual(['gitea', 'pg-main']);
    expect(named('db2.').servers).toEqual(['db2']);
  });
  it('keeps 64 of each', () => {
    const text = Array.from({ length: 500 }, (_, at) => `gitea__t${at}`).join(' ');
    expect(named(text).actions).toHaveLength(64);
    expect(named('x'.repeat(200_000))).toEqual({ servers: [], actions: [] });
  });
});

describe('Candidates', () => {
  it('are what a selection matches, the same object for the same row', () => {
    const row = aPrompt({ body: '# Steps\nRun gitea__create_issue.', tags: ['issues'], priority: 7 });
    const candidates = new Candidates(['gitea']);
    const [first] = candidates.of([row]);
    expect(first).toEqual({
      ref: 'style',
      name: 'style',
      priority: 7,
      tags: ['issues'],
      servers: ['gitea'],
      actions: ['create_issue'],
      summary: 'Run gitea__create_issue.',
      chapters: ['Steps'],
    });
    expect(candidates.of([row])[0]).toBe(first);
  });
});
