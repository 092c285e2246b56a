import { describe, expect, it } from 'vitest';
import { cutName, cutText, isTooDeep, parseForeign, TooDeepError, wordFor } from '../../src/kernel/foreign.ts';

const nested = (levels: number): string => '['.repeat(levels) + ']'.repeat(levels);

describe('parseForeign', () => {
  it('parses 512 levels and refuses 513', () => {
    expect(parseForeign(nested(512))).toHaveLength(1);
    expect(() => parseForeign(nested(513))).toThrow(TooDeepError);
    expect(() => parseForeign('{"a":'.repeat(5000))).toThrow(TooDeepError);
  });

  it('counts no brackets inside strings, whatever is escaped there', () => {
    const text = JSON.stringify({ a: '['.repeat(2000), b: `\\"${'{'.repeat(2000)}\\`, c: '\\\\' });
    expect(parseForeign(text)).toHaveProperty('c', '\\\\');
    expect(isTooDeep(`["${'\\'.repeat(1001)}`)).toBe(false);
  });

  it('throws the parser’s own error for what is not JSON', () => {
    expect(() => parseForeign(`${'['.repeat(400)}x${' '.repeat(600)}`)).toThrow(SyntaxError);
  });
});

describe('cutName', () => {
  it('keeps 256 characters whole and tells longer ones apart by a hash', () => {
    const long = 'n'.repeat(1_000_000);
    expect(cutName('n'.repeat(256))).toHaveLength(256);
    expect(cutName(long)).toHaveLength(256);
    expect(cutName(long)).not.toBe(cutName(`${long}x`));
  });
});

describe('cutText', () => {
  it('keeps 500 characters and never half of a pair', () => {
    expect(cutText('x'.repeat(500))).toHaveLength(500);
    expect(cutText(`${'x'.repeat(498)}😀😀`)).toBe(`${'x'.repeat(498)}…`);
  });
});

describe('wordFor', () => {
  it('names values without running anything of theirs', () => {
    expect([{ toString: 1 }, [1], null, 1, true, undefined, 's'].map(wordFor)).toEqual([
      '(an object)',
      '(an array)',
      'null',
      '1',
      'true',
      '(undefined)',
      's',
    ]);
  });
});
