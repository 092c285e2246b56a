import { describe, expect, it } from 'vitest';
import {
  chaptersOf,
  chapterText,
  MAX_CHAPTERS,
  MAX_SUMMARY,
  summaryLine,
} from '../../../src/engine/content/summary.ts';

const summaryOf = (text: string): string => summaryLine(text);
const chapters = (text: string): readonly string[] =>
  chaptersOf(text).map(({ title, from, to }) => `${title} ${from}-${to}`);

describe('summaryLine', () => {
  it.each([
    ['the first sentence of prose', '# Title\n\nHow we deploy. And more.\n', 'How we deploy.'],
    ['a sentence over two lines', 'How we\ndeploy. And more.', 'How we deploy.'],
    ['a paragraph without a full stop', 'How we deploy\n\nMore.', 'How we deploy'],
    [
      'an abbreviation ends no sentence',
      'Use a tag, e.g. v1.2, and push. Then wait.',
      'Use a tag, e.g. v1.2, and push.',
    ],
    ['a question and its closing quote', 'Ask “why?” Then act.', 'Ask “why?”'],
    ['no Markdown', 'Use **bold** `code` and [a link](https://x.y/z).', 'Use bold code and a link.'],
    ['names keep their underscores', 'Call create_issue first.', 'Call create_issue first.'],
    ['no line that is only a picture', '![badge](x.svg)\nWhat it does.', 'What it does.'],
    [
      'no front matter, comment, code, rule or HTML',
      '---\na: b\n---\n<!-- x\ny -->\n```\ncode\n```\n***\n<br>\nProse.',
      'Prose.',
    ],
    ['a list where there is no prose', '# T\n- first thing\n- second', 'first thing'],
    ['a quotation where there is no list', '# T\n> said so. Yes.', 'said so.'],
    ['a heading where there is nothing else', '# T\n', 'T'],
    ['code where there is nothing else', '```\nnpm test\n```', 'npm test'],
    ['a full stop of another script', '日本語の文。次の文。', '日本語の文。'],
    ['nothing invisible', 'a\u202eb\u0000c\u200b d.', 'a b c d.'],
    ['nothing of nothing', '', ''],
    ['nothing of spaces', ' \n\t\n', ''],
    ['line ends of two characters', '# T\r\n\r\nProse here.\r\nMore.', 'Prose here.'],
  ])('gives %s', (_, text, expected) => {
    expect(summaryOf(text)).toBe(expected);
  });

  it(`cuts at a word, and to ${MAX_SUMMARY} characters`, () => {
    const cut = summaryOf('word '.repeat(100));
    expect(cut.length).toBeLessThanOrEqual(MAX_SUMMARY);
    expect(cut).toMatch(/word…$/);
    expect(summaryOf('🎉a'.repeat(200)).isWellFormed()).toBe(true);
  });

  it('takes time in proportion to a text of 256 Ki characters, whatever is in it', () => {
    for (const piece of [
      'x',
      '# ',
      '`',
      '- ',
      '[',
      '](',
      '\n',
      '# a\n',
      '<!--',
      '---\n',
      'a. ',
      '> ',
      '![](',
      '\r\n',
    ]) {
      const text = piece.repeat(2 ** 18 / piece.length);
      expect(chaptersOf(text).length).toBeLessThanOrEqual(MAX_CHAPTERS);
      expect(summaryLine(text).length).toBeLessThanOrEqual(MAX_SUMMARY);
    }
  });
});

describe('chaptersOf', () => {
  it('divides at headings of both kinds, and names what comes before them', () => {
    expect(chapters('# A\na\n## B\n\nC\n===\nc\n\nD\n---\n')).toEqual(['A 1-2', 'B 3-4', 'C 5-8', 'D 9-10']);
    expect(chapters('intro\n\n# A\n')).toEqual(['Introduction 1-2', 'A 3-3']);
    expect(chapters('\n\n# A\nb')).toEqual(['A 1-4']);
    expect(chapters('# A\r\nb\r\n# C\r\n')).toEqual(['A 1-2', 'C 3-3']);
  });
  it('takes no heading from code, comments, rules or lists', () => {
    expect(
      chapters('# A\n```\n# no\n```\n~~~~\n```\n# no\n~~~~\n    # no\n<!--\n# no\n-->\n- x\n---\n#no\n#\n'),
    ).toEqual(['A 1-16']);
    expect(chapters('# A\n```\n# never closed')).toEqual(['A 1-3']);
    expect(chapters('two\nlines\n---\n')).toEqual([]);
  });
  it('cleans titles, and cuts them', () => {
    expect(chapters('## **Bold** `x` [l](u) ##\n# C#\n')).toEqual(['Bold x l 1-1', 'C# 2-2']);
    expect(chaptersOf(`# ${'long '.repeat(50)}`)[0]?.title.length).toBeLessThanOrEqual(80);
  });
  it('has none without headings', () => {
    expect(chapters('one line')).toEqual([]);
    expect(chapters('')).toEqual([]);
  });
  it(`leaves out the deepest ones when there are more than ${MAX_CHAPTERS}`, () => {
    const text = Array.from({ length: 50 }, (_, at) => `# H${at}\n## deep\n### deeper\n`).join('');
    const found = chaptersOf(text);
    expect(found).toHaveLength(50);
    expect(found.at(-1)).toEqual({ title: 'H49', from: 148, to: 150 });
    expect(chaptersOf('# x\n'.repeat(500))).toHaveLength(MAX_CHAPTERS - 1);
  });
});

describe('chapterText', () => {
  it('is the lines of a chapter, with their ends', () => {
    const text = 'intro\r\n# A\na\n# B\nb';
    expect(chaptersOf(text).map((one) => chapterText(text, one))).toEqual(['intro\r\n', '# A\na\n', '# B\nb']);
  });
});
