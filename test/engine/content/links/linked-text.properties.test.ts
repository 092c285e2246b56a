/** Properties of linked texts, over what a server may say. */
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { linkedBlock, MAX_LINKED, readContents } from '../../../../src/engine/content/links/linked-text.ts';

const text = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 200 }),
  fc.string({ unit: fc.constantFrom('`', '\n', ' ', '#', 'a', '\r', '\u202e', '\u2028', '\ud800'), maxLength: 80 }),
);
const contents = fc.array(
  fc.record(
    {
      uri: fc.oneof(text, fc.integer()),
      text: fc.oneof(text, fc.constant(null)),
      blob: fc.oneof(fc.base64String(), text, fc.boolean()),
      mimeType: fc.oneof(text, fc.constantFrom('text/plain', 'image/png'), fc.integer()),
    },
    { requiredKeys: [] },
  ),
  { maxLength: 6 },
);
const cut = (whole: string, max: number): string => (whole.length <= max ? whole : `${whole.slice(0, max - 1)}…`);
const target = { project: 'ops', server: 'fs', uri: 'a:b' };

describe('readContents', () => {
  it('gives a clean text of bounded length, or says why not', () => {
    fc.assert(
      fc.property(contents, (given) => {
        const read = readContents(given, cut);
        const words = 'text' in read ? read.text : read.kind;
        expect(words.length).toBeLessThanOrEqual(MAX_LINKED);
        expect(words.isWellFormed()).toBe(true);
        expect(words).not.toMatch(/(?![\n\t])[\p{Cc}\u202e\u2028]/u);
      }),
    );
  });
});

describe('linkedBlock', () => {
  it('ends with the one fence that ends it, whatever the text says', () => {
    fc.assert(
      fc.property(text, fc.integer({ min: 0, max: 100 }), (words, room) => {
        const read = readContents([{ text: words }], cut);
        if (!('text' in read)) return;
        const lines = linkedBlock(target, { ok: true, good: read }, room).split('\n');
        const fence = /^`+/.exec(lines[2] ?? '')?.[0] ?? '';
        expect(fence.length).toBeGreaterThanOrEqual(3);
        const ends = lines.slice(3).flatMap((line, index) => (line.trim().startsWith(fence) ? [index + 3] : []));
        expect(ends).toEqual([lines.length - 1]);
      }),
    );
  });
});
