import { describe, expect, it } from 'vitest';
import { tokensOf } from '../../../src/kernel/tokens.ts';
import { MIN_PAGE_TOKENS, paginate } from '../../../src/mcp/pages/paginate.ts';
import { sectionsOf } from '../../../src/mcp/pages/sections.ts';

const prose = 'Some words of prose that go on for a while, and end here. ';
const titles = (text: string, tokens: number): readonly string[] => paginate(text, tokens).map(({ title }) => title);
const texts = (text: string, tokens: number): readonly string[] =>
  paginate(text, tokens).map(({ from, to }) => text.slice(from, to));

describe('paginate', () => {
  it('gives one page of what fits, and none of nothing', () => {
    expect(paginate('short', 100)).toEqual([{ from: 0, to: 5, title: 'Page 1', tokens: tokensOf('short') }]);
    expect(paginate('', 100)).toEqual([]);
  });

  it('cuts at headings, and names pages by them', () => {
    const text = ['One', 'Two', 'Three'].map((name) => `# ${name}\n\n${prose.repeat(4)}\n\n`).join('');
    expect(titles(text, tokensOf(text) / 2.4)).toEqual(['One', 'Two', 'Three']);
    expect(texts(text, tokensOf(text) / 2.4).every((page) => page.startsWith('# '))).toBe(true);
  });

  it('names a page by the heading that it goes on under', () => {
    const text = `# Log\n\n${`${prose}\n\n`.repeat(12)}`;
    expect(titles(text, tokensOf(text) / 2.4)).toEqual(['Log', 'Log (continued)', 'Log (continued)']);
  });

  it('prefers a higher heading to a lower one, a heading to a paragraph, a paragraph to a line', () => {
    const part = `${prose.repeat(2)}\n`;
    const higher = `# A\n${part}${part}${part}# B\n${part}## C\n${part}${part}${part}`;
    expect(texts(higher, tokensOf(higher) * 0.7)[1]).toMatch(/^# B/);
    const heading = `${part}${part}${part}# B\n${part}\n${part}${part}`;
    expect(texts(heading, tokensOf(heading) * 0.7)[1]).toMatch(/^# B/);
    const paragraph = `${part}${part}${part}\nNext ${part}${part}${part}`;
    expect(texts(paragraph, tokensOf(paragraph) * 0.7)[1]).toMatch(/^Next/);
  });

  it('leaves no heading alone at the end of a page', () => {
    const text = `${prose.repeat(3)}\n\n# Head\n\n${prose.repeat(3)}`;
    const [first, second] = texts(text, tokensOf(`${prose.repeat(3)}\n\n# Head\n\n`) + 1);
    expect(first).not.toContain('# Head');
    expect(second).toMatch(/^# Head/);
  });

  it('takes no heading for one in a block of code', () => {
    const text = `\`\`\`sh\n# one\n${'echo some words\n'.repeat(20)}# two\n\`\`\`\n`;
    expect(new Set(titles(text, 60).map((title) => title.replace(/\d+/, 'N')))).toEqual(new Set(['Page N']));
  });

  it('cuts a text of one line at spaces, and one without spaces anywhere but in a character', () => {
    expect(texts(prose.repeat(20), 50).every((page) => page.endsWith(' '))).toBe(true);
    expect(texts('👩‍👩‍👧‍👦'.repeat(200), 50).every((page) => page.startsWith('👩‍👩'))).toBe(true);
    expect(texts('e\u0301'.repeat(2_000), 50).every((page) => page.startsWith('e'))).toBe(true);
  });

  it('cuts JSON between elements, the outer ones first, and names pages by their paths', () => {
    const items = Array.from({ length: 30 }, (_, id) => ({ id, tags: ['some', 'words'] }));
    for (const text of [JSON.stringify({ items }), JSON.stringify({ items }, undefined, 2)]) {
      const pages = paginate(text, tokensOf(text) / 2.4);
      expect(pages[0]?.title).toMatch(/^items\[0\] to items\[1\d\]$/);
      expect(pages.at(-1)?.title).toMatch(/^items\[\d+\] to items\[29\]$/);
      for (const { from } of pages.slice(1)) expect(text.slice(from).trimStart()).toMatch(/^\{\s*"id"/);
    }
    expect(titles(JSON.stringify(items.map(({ id }) => id)), 30)[0]).toMatch(/^\[0\] to \[\d+\]$/);
  });

  it('shows odd names in JSON on one clean line, and long ones cut', () => {
    const text = JSON.stringify({ 'a b\n\u202e': prose.repeat(3), ['x'.repeat(500)]: prose.repeat(3) });
    const [first, second] = titles(text, tokensOf(text) / 1.8);
    expect(first).toBe('["a b"]');
    expect(second?.length).toBeLessThanOrEqual(80);
    expect(titles('{"\\u0061b":1,"__proto__":2}', 100)).toEqual(['ab to __proto__']);
  });

  it('takes a text that is nearly JSON for lines', () => {
    for (const text of [
      '{"a":1',
      '[1,2}',
      '{"a":1}\n{"b":2}',
      '[,]',
      '{a:1}',
      '["a]',
      '[1 2]',
      'null',
      '['.repeat(600) + ']'.repeat(600),
    ]) {
      expect(titles(text, 1_000)).toEqual(['Page 1']);
    }
  });

  it(`takes less than ${MIN_PAGE_TOKENS} tokens a page for that many`, () => {
    for (const tokens of [0, -5, 1, Number.NaN])
      expect(paginate(prose, tokens)).toEqual(paginate(prose, MIN_PAGE_TOKENS));
  });

  it('bounds a page whose characters cost nothing', () => {
    expect(paginate(' '.repeat(100_000), 1_000).every(({ from, to }) => to - from <= 16_000)).toBe(true);
  });

  it('takes time in proportion to a text of 1 Mi characters, whatever is in it', () => {
    for (const piece of ['x', '\n', '[', '{"a":', '[],', '"', '\\"', '# ', '`', ' ', '🎉', '- a\n']) {
      const text = piece.repeat(2 ** 20 / piece.length);
      expect(paginate(text, 8_000).at(-1)?.to).toBe(text.length);
    }
  }, 60_000);
});

describe('sectionsOf', () => {
  const found = (text: string, tokens = 100): readonly string[] =>
    sectionsOf(text, tokens).sections.map(({ title, depth }) => `${depth} ${title}`);

  it('follows the headings of Markdown, each below its own', () => {
    expect(found('intro\n# Setup\n## Docker\n### Rootless\n## Podman\n# Use\n')).toEqual([
      '1 Introduction',
      '1 Setup',
      '2 Setup / Docker',
      '3 Setup / Docker / Rootless',
      '2 Setup / Podman',
      '1 Use',
    ]);
    expect(found(`# ${'long '.repeat(15)}\n## Inner\n`)[1]).toBe('2 … / Inner');
  });

  it('follows the elements of JSON: small ones together, large ones apart', () => {
    const big = Array.from({ length: 40 }, (_, at) => ({ name: `item ${at}`, text: prose }));
    const text = JSON.stringify({ id: 1, total: 40, items: big, more: { note: prose.repeat(30), x: 1 } });
    expect(found(text, 400)).toEqual([
      '1 id to total',
      '2 items[0] to items[12]',
      '2 items[13] to items[25]',
      '2 items[26] to items[38]',
      '2 items[39]',
      '2 more.note',
      '2 more.x',
    ]);
  });

  it('says how long each is, though it may be longer than a page', () => {
    const text = `# A\n${prose.repeat(100)}`;
    expect(sectionsOf(text, 10)).toEqual({
      shape: 'markdown',
      sections: [{ title: 'A', depth: 1, from: 0, to: text.length, tokens: tokensOf(text) }],
    });
  });

  it('has none of a plain text, and 256 at most', () => {
    expect(sectionsOf(prose, 10)).toEqual({ shape: 'plain', sections: [] });
    expect(found('# x\n'.repeat(2_000)).length).toBeLessThanOrEqual(256);
    expect(found(JSON.stringify(Array.from({ length: 20_000 }, (_, at) => at)), 0).length).toBeLessThanOrEqual(256);
  });
});
