import { describe, expect, it } from 'vitest';
import { fromDocument, toDocument } from '../../../src/engine/content/document.ts';
import { importPrompt } from '../../../src/engine/content/import-prompt.ts';
import { promptContentSchema } from '../../../src/store/schema/content.ts';

const taken = (text: string) => importPrompt('x.md', text);

describe('a file of another program', () => {
  it.each([
    [
      'a command of Claude Code',
      '---\ndescription: Review: a PR\nargument-hint: [pr-number] [--fast]\nallowed-tools: Bash(git diff:*), Read\nmodel: sonnet\n---\nReview #$1 of $ARGUMENTS, not $10.\n',
      {
        summary: 'Review: a PR',
        foreign: 'argument-hint: [pr-number] [--fast]\nallowed-tools: Bash(git diff:*), Read\nmodel: sonnet',
        arguments: ['arg1?', 'arguments?'],
        body: 'Review #{{arg1}} of {{arguments}}, not $10.',
      },
    ],
    [
      'a prompt of Copilot',
      "---\nmode: 'agent'\ntools: ['codebase', 'editFiles']\ndescription: 'Plan'\n---\nUse ${input:name:your name} in ${selection}\n",
      {
        summary: 'Plan',
        foreign: "mode: 'agent'\ntools: ['codebase', 'editFiles']",
        arguments: ['name'],
        body: 'Use {{name}} in ${selection}',
      },
    ],
    [
      'a rule of Cursor',
      '---\ndescription: \nglobs: **/*.ts,*.tsx\nalwaysApply: false\n---\n- rule\n',
      { foreign: 'globs: **/*.ts,*.tsx\nalwaysApply: false', body: '- rule' },
    ],
    [
      'an agent with a long description and a list',
      '---\r\nname: reviewer\r\ndescription: >-\r\n  Reviews\r\n  code\r\ntools:\r\n  - Read\r\n  - Grep\r\n---\r\nYou are.\r\n',
      { summary: 'Reviews code', foreign: 'name: reviewer\ntools:\n  - Read\n  - Grep', body: 'You are.' },
    ],
    ['a text that begins with a rule', '---\n\nText.\n\n---\n\nmore\n', { body: '---\n\nText.\n\n---\n\nmore' }],
    ['a rule alone', '---\n\nText: with a colon.\n', { body: '---\n\nText: with a colon.' }],
    [
      'Helm, Jinja, Vue',
      'use {{ value }} and {{ .Values.x }} and ${{ secrets.X }} and \\{{ esc }}\n',
      { arguments: [], body: 'use {{ value }} and {{ .Values.x }} and ${{ secrets.X }} and \\{{ esc }}' },
    ],
    [
      'named arguments',
      '---\narguments: [issue, branch?]\n---\nFix $issue on $branch, $other stays, {{issue}} too.\n',
      { arguments: ['issue', 'branch?'], body: 'Fix {{issue}} on {{branch}}, $other stays, {{issue}} too.' },
    ],
    [
      'braces that would become an argument',
      'Say $ARGUMENTS, and {{arguments}} as it stands.',
      { arguments: ['arguments?'], body: 'Say {{arguments}}, and \\{{arguments}} as it stands.' },
    ],
    ['a script', "awk '{print $1}'", { body: "awk '{print $1}'" }],
    [
      'its own fields',
      '---\nsummary: s\npriority: 8\nread: worn\nlink: style\nowner: me\n---\nx\n',
      { summary: 's', priority: 8, read: 'worn', link: 'style', foreign: 'owner: me', body: 'x' },
    ],
    [
      'fields of the same names that mean something else',
      '---\nname: x\npriority: high\nread: [a, b]\nlink: https://example.org\nversion: 2.0\n---\nx\n',
      { foreign: 'name: x\npriority: high\nread: [a, b]\nlink: https://example.org\nversion: 2.0', body: 'x' },
    ],
    [
      'a description that goes on without indentation',
      '---\nname: x\ndescription: Use when asked.\n\nExamples:\n\n<example>\nuser: "I need it"\n</example>\n---\nx\n',
      {
        summary: 'Use when asked.',
        foreign: 'name: x\nExamples:\n\n<example>\nuser: "I need it"\n</example>',
        body: 'x',
      },
    ],
    [
      'front matter twice',
      '---\ndescription: \nglobs: *.md\n---\n---\ndescription: "again"\n---\n\nx\n',
      { foreign: 'globs: *.md', body: '---\ndescription: "again"\n---\n\nx' },
    ],
  ])('comes in: %s', (_, text, content) => {
    const imported = taken(text).content;
    expect(imported).toEqual(content);
    const whole = promptContentSchema.parse(imported);
    expect(fromDocument('prompt', toDocument('prompt', whole))).toEqual(whole);
  });

  it('says what is done with it', () => {
    expect(taken('---\ndescription: d\nmodel: x\n---\n$ARGUMENTS and {{y}}').notes).toEqual([
      'description is the summary here',
      'kept aside under `foreign`, which agents do not read: model',
      '$ARGUMENTS is {{arguments}} here',
      '{{y}} stays as text: list a name under `arguments` to have it filled',
    ]);
    expect(taken('plain').notes).toEqual([]);
    expect(taken(`---\ndescription: ${'d'.repeat(2_000)}\n---\nx`).content.summary).toHaveLength(1_024);
  });

  it('keeps a description that is not its summary', () => {
    expect(taken('---\nsummary: s\ndescription: d\n---\nx').content).toMatchObject({
      summary: 's',
      foreign: 'description: d',
    });
  });

  it('is refused where nobody could say what is meant', () => {
    expect(() => taken('---\npriority: 1\npriority: 2\n---\nx')).toThrow('x.md: the front matter has priority twice');
    expect(() => taken('---\nsummary: s\nno end\n')).toThrow('x.md: the front matter has no closing line of ---');
    expect(() => taken(`---\nx: ${'y'.repeat(20_000)}\n---\nx`)).toThrow('over 16384 characters');
  });

  it('leaves the arguments of the prompt whose place it takes as they are', () => {
    const live = { summary: '', priority: 5, body: 'Hi {{name}}' };
    expect(importPrompt('x.md', 'Bye {{name}}', live).content).toEqual({ body: 'Bye {{name}}' });
    expect(importPrompt('x.md', 'Bye {{name}}', { ...live, arguments: ['name?'] }).content).toEqual({
      arguments: ['name?'],
      body: 'Bye {{name}}',
    });
  });
});
