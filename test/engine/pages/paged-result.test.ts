/** What an agent gets in the place of a long result: which texts are paged, and what stays as it was written. */
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  pagedResult,
  pageText,
  resultText,
  type PagedResult,
  type ResultRequest,
} from '../../../src/engine/pages/paged-result.ts';
import { firstPageWords, parsePageUri, summaryWords, titlesWords } from '../../../src/engine/pages/page-words.ts';
import { tokensOf } from '../../../src/kernel/tokens.ts';

const prose = 'Some words of prose, and an end.\n\n'.repeat(200);
const messageOf = (result: string): Uint8Array => Buffer.from(`{"jsonrpc":"2.0","id":7,"result":${result}}`);
const cut = (result: string | object, more: Partial<ResultRequest> = {}): PagedResult | undefined =>
  pagedResult({
    message: messageOf(typeof result === 'string' ? result : JSON.stringify(result)),
    method: 'tools/call',
    into: 'pages',
    tokens: 300,
    secrets: new Map(),
    ...more,
  });
const text = (of: string, more: object = {}): object => ({ type: 'text', text: of, ...more });
/** With the first page of each text. */
const givenOf = (paged: PagedResult | undefined): string =>
  paged === undefined
    ? '{"content":[]}'
    : resultText(
        paged,
        paged.texts.map((one) => ({
          text: pageText(one, one.pages[0] ?? { from: 0, to: 0 }),
          words: firstPageWords(one.encoded.id, one.pages, one.tokens),
        })),
      );
const contentOf = (paged: PagedResult | undefined): readonly { readonly text: string }[] =>
  (JSON.parse(givenOf(paged)) as { content: { text: string }[] }).content;
const wholeOf = (paged: PagedResult | undefined): string => {
  const { encoding, bytes } = paged?.texts[0]?.encoded ?? { encoding: 'latin1', bytes: new Uint8Array() };
  return Buffer.from(bytes).toString(encoding);
};

describe('pagedResult of a tool', () => {
  it('has the first page, and behind it the titles of the others', () => {
    const paged = cut({ content: [text(prose, { annotations: { priority: 1 } })] });
    const [first, words, ...others] = contentOf(paged);
    expect(first).toMatchObject({ type: 'text', annotations: { priority: 1 } });
    expect(prose.startsWith(first?.text ?? '-')).toBe(true);
    expect(tokensOf(first?.text ?? '')).toBeLessThanOrEqual(300);
    const { encoded, pages } = paged?.texts[0] ?? { pages: [] };
    expect(words?.text).toContain(`page 1 of ${pages.length}`);
    expect(words?.text).toContain(`{"id":"${encoded?.id ?? ''}","page":2}`);
    expect(words?.text).toContain(`\n${pages.length}. Page ${pages.length} (`);
    expect(others).toEqual([]);
    expect(wholeOf(paged)).toBe(prose);
  });

  it('reads several texts as one, in the place of the first, and leaves what is between them as it was written', () => {
    const image = '{"type":"image","data":"AAAA","mimeType":"image/png","n":12345678901234567890}';
    const link = '{"type":"resource","resource":{"uri":"a://x","text":"not looked at"}}';
    const [one, two] = [JSON.stringify(text(prose)), JSON.stringify(text('the end'))];
    const paged = cut(`{"content":[${image},${one},${link},${two}],"_meta":{"n":1.0},"resultType":"complete"}`);
    expect(givenOf(paged).startsWith(`{"content":[${image},{`)).toBe(true);
    expect(givenOf(paged).endsWith(`,${link}],"_meta":{"n":1.0}}`)).toBe(true);
    expect(wholeOf(paged)).toBe(`${prose}\n\nthe end`);
  });

  it('leaves what is short, speaks as data, or is no result with content', () => {
    const long = [text(prose)];
    for (const result of [
      { content: [text('short')] },
      { content: long, structuredContent: {} },
      { content: [{ type: 'image', data: prose }] },
      { content: [{ type: 'resource', resource: { uri: 'a://x', text: prose } }] },
      { contents: long },
      `{"content":${JSON.stringify(long)},"content":[]}`,
      '{"content":{}}',
      'null',
      `{"content":${'['.repeat(600)}${']'.repeat(600)}}`,
    ]) {
      expect(cut(result)).toBeUndefined();
    }
  });

  it('masks secrets that are known in what is given and kept', () => {
    const secrets = new Map([['hunter2-hunter2', 'env/TOKEN']]);
    const paged = cut({ content: [text(`hunter2-hunter2 ${prose}`)] }, { secrets });
    expect(contentOf(paged)[0]?.text.startsWith('[secret env/TOKEN] Some')).toBe(true);
    expect(wholeOf(paged)).toBe(`[secret env/TOKEN] ${prose}`);
  });

  it('cuts into sections, and a section that is longer than a page into numbered parts', () => {
    const markdown = `# Begin\n\nhello\n\n# Setup\n\n${prose}\n\n# End\n\nbye\n`;
    const { pages = [] } = cut({ content: [text(markdown)] }, { into: 'sections' })?.texts[0] ?? {};
    expect(pages[0]?.title).toBe('Begin');
    expect(pages[1]?.title).toMatch(/^Setup \(1 of \d\)$/);
    expect(pages.at(-1)?.title).toBe('End');
    expect(pages.map(({ from, to }) => markdown.slice(from, to)).join('')).toBe(markdown);
    for (const { tokens } of pages) expect(tokens).toBeLessThanOrEqual(300);
  });
});

describe('pagedResult of a resource', () => {
  it('pages each content by itself, with words under the same URI', () => {
    const contents = [
      { uri: 'a://1', text: 'short' },
      { uri: 'a://2', mimeType: 'text/markdown', text: prose },
      { uri: 'a://3', blob: 'AAAA' },
    ];
    const paged = cut({ contents }, { method: 'resources/read' });
    const given = (JSON.parse(givenOf(paged)) as { contents: { uri: string; text?: string }[] }).contents;
    expect(given.map(({ uri }) => uri)).toEqual(['a://1', 'a://2', 'a://2', 'a://3']);
    expect(given[1]).toMatchObject({ mimeType: 'text/markdown' });
    expect(given[2]?.text).toContain('read_page');
    expect(wholeOf(paged)).toBe(prose);
  });
});

describe('resultText', () => {
  it('puts what is given in the places of the texts, whatever it is, and keeps the order of fields', () => {
    const paged = cut({ content: [{ a: 1, text: prose, type: 'text', z: null }] });
    const given = paged && resultText(paged, [{ text: '"}] \u2028 \ud800', words: 'w' }]);
    expect(given).toBe(
      `{"content":[{"a":1,"text":${JSON.stringify('"}] \u2028 \ud800')},"type":"text","z":null},{"type":"text","text":"w"}]}`,
    );
  });
});

describe('tokensOf', () => {
  it('counts no more tokens than there are characters, so that a short answer needs no look', () => {
    const isBounded = (said: string): void => {
      expect(tokensOf(said)).toBeLessThanOrEqual(said.length);
    };
    fc.assert(fc.property(fc.string({ unit: 'binary' }), isBounded));
    fc.assert(fc.property(fc.string(), isBounded));
  });
});

describe('page words', () => {
  it('name 200 titles at once, and where the others are', () => {
    const pages = Array.from({ length: 450 }, (_, at) => ({ from: at, to: at + 1, title: `T${at + 1}`, tokens: 1 }));
    const id = 'a'.repeat(32);
    expect(titlesWords(id, pages, 1).split('\n')).toHaveLength(202);
    expect(titlesWords(id, pages, 1)).toContain(`and 250 more: read_page with {"id":"${id}","from":201} names them`);
    expect(titlesWords(id, pages, 401).split('\n').slice(1, 3)).toEqual([
      '401. T401 (≈1 tokens)',
      '402. T402 (≈1 tokens)',
    ]);
    expect(titlesWords(id, pages, 9_999).split('\n')).toHaveLength(1);
  });

  it('say of a summary whose it is and where the pages are, and why there is none', () => {
    const pages = ['A', 'B'].map((title, at) => ({ from: at, to: at + 1, title, tokens: 9 }));
    const id = 'a'.repeat(32);
    expect(summaryWords(id, pages, 18, 'small').split('\n').slice(-2)).toEqual([
      '1. A (≈9 tokens)',
      '2. B (≈9 tokens)',
    ]);
    expect(summaryWords(id, pages, 18, 'small')).toContain('Model small has summed up');
    expect(firstPageWords(id, pages, 18, 'the model was late').split('\n')[0]).toBe(
      '[mcptui] There is no summary of this: the model was late.',
    );
  });

  it('read no URI but those of pages', () => {
    const id = 'a'.repeat(32);
    expect(parsePageUri(`mcptui://pages/${id}`)).toEqual({ id });
    expect(parsePageUri(`mcptui://pages/${id}/12`)).toEqual({ id, page: 12 });
    for (const uri of ['mcptui://pages/x', `mcptui://pages/${id}/0`, `mcptui://pages/${id}/1/2`, `a://pages/${id}`]) {
      expect(parsePageUri(uri)).toBeUndefined();
    }
  });
});
