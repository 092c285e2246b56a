/** Properties of pages and sections, over texts of every kind. */
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { tokensOf } from '../../../src/kernel/tokens.ts';
import { MIN_PAGE_TOKENS, paginate } from '../../../src/mcp/pages/paginate.ts';
import { sectionsOf } from '../../../src/mcp/pages/sections.ts';
import type { Span } from '../../../src/mcp/pages/types.ts';

const markdown = fc
  .array(
    fc.constantFrom(
      '# One',
      '## Two `code`',
      '### Three',
      '```sh',
      '# no heading',
      '```',
      '',
      '',
      'Some words of prose that go on for a while, and end here.',
      '- an item',
      'Title',
      '---',
      '  indented',
      '日本語の文章がここにあります。',
      '👩‍👩‍👧‍👦 é e\u0301 𝒳',
    ),
    { maxLength: 60 },
  )
  .chain((lines) => fc.constantFrom('\n', '\r\n').map((end) => lines.map((line) => `${line}${end}`).join('')));
const json = fc
  .tuple(fc.jsonValue({ maxDepth: 4 }), fc.constantFrom(0, 2))
  .map(([value, indent]) => JSON.stringify({ items: [value, value], more: value }, undefined, indent));
const anyText = fc.oneof(
  markdown,
  json,
  fc.string({ maxLength: 2_000, unit: 'binary' }),
  fc.string({ maxLength: 2_000, unit: 'grapheme' }),
  fc.constantFrom(
    ' '.repeat(3_000),
    'x'.repeat(3_000),
    '🎉'.repeat(800),
    '\n'.repeat(900),
    'é'.repeat(500) + 'x'.repeat(500),
  ),
);
const budget = fc.integer({ min: 0, max: 120 });

function expectWhole(text: string, spans: readonly Span[]): void {
  let at = 0;
  for (const { from, to } of spans) {
    expect(from).toBe(at);
    expect(to).toBeGreaterThan(from);
    at = to;
  }
  expect(at).toBe(text.length);
}

function expectTitle(title: string): void {
  expect(title.length).toBeGreaterThan(0);
  expect(title.length).toBeLessThanOrEqual(80);
  expect(title).not.toMatch(/[\p{C}\n]/u);
}

describe('paginate', () => {
  it('gives pages that joined are the text, none over its budget, none without a title', () => {
    fc.assert(
      fc.property(anyText, budget, (text, pageTokens) => {
        const pages = paginate(text, pageTokens);
        expectWhole(text, pages);
        for (const { from, to, title, tokens } of pages) {
          expect(tokens).toBe(tokensOf(text.slice(from, to)));
          expect(tokens).toBeLessThanOrEqual(Math.max(MIN_PAGE_TOKENS, pageTokens));
          expectTitle(title);
        }
      }),
    );
  });

  it('never cuts a character in two: each page of a text with a UTF-8 form has one', () => {
    fc.assert(
      fc.property(anyText, budget, (text, pageTokens) => {
        fc.pre(text.isWellFormed());
        for (const { from, to } of paginate(text, pageTokens)) expect(text.slice(from, to).isWellFormed()).toBe(true);
      }),
    );
  });
});

describe('sectionsOf', () => {
  it('knows every JSON array and object that has an element', () => {
    fc.assert(
      fc.property(json, budget, (text, target) => {
        expect(sectionsOf(text, target).shape).toBe('json');
      }),
    );
  });

  it('gives sections that joined are the text, each with a title, or none of a plain text', () => {
    fc.assert(
      fc.property(anyText, budget, (text, target) => {
        const { shape, sections } = sectionsOf(text, target);
        expect(sections.length === 0).toBe(shape === 'plain');
        if (shape !== 'plain') expectWhole(text, sections);
        for (const { title, depth } of sections) {
          expectTitle(title);
          expect(depth).toBeGreaterThan(0);
        }
      }),
    );
  });
});
