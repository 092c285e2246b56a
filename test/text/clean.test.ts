import { describe, expect, it } from 'vitest';
import stringWidth from 'string-width';
import { clean, cleanJson, cut, drop, fit, take, widthOf, wrap } from '../../src/text/clean.ts';
import { seededRandom } from '../support/builders/random.ts';

describe('clean', () => {
  it('shows emoji made of several as these, and a joiner elsewhere as its escape', () => {
    expect(clean('a \u{1f469}\u200d\u{1f680} b')).toBe('a \u{1f469}\u{1f680} b');
    expect(clean('\u2764\ufe0f\u200d\u{1f525}')).toBe('\u2764\u{1f525}');
    expect(clean('a\u200db')).toBe('a\\u200db');
  });

  it.each([
    ['\u001B[2Jgone', '\\x1b[2Jgone'],
    ['\u001B]52;c;aGk=\u0007', '\\x1b]52;c;aGk=\\x07'],
    ['a\u009B31mb', 'a\\x9b31mb'],
    ['line\r\nnext', 'line\\r\\nnext'],
    ['left\u202Egnp.exe', 'left\\u202egnp.exe'],
    ['zero\u200Bwidth\u200Djoin\uFEFF', 'zero\\u200bwidth\\u200djoin\\ufeff'],
    ['lone\uD83D.', 'lone\\ud83d.'],
    ['tag\u{E0041}', 'tag\\u{e0041}'],
    ['\u0301start', '\\u0301start'],
    ['e\u0301\u0301\u0301\u0301', 'e\u0301\u0301\\u0301\\u0301'],
    ['\u3164blank\u115F', '\\u3164blank\\u115f'],
    ['heart\u2764\uFE0F', 'heart\u2764'],
    ['flag\u{1F1E9}\u{1F1EA}', 'flag\\u{1f1e9}\\u{1f1ea}'],
    ['lone\u{1F1E9}', 'lone\\u{1f1e9}'],
    ['wave\u{1F44B}\u{1F3FD}', 'wave\u{1F44B}\\u{1f3fd}'],
  ])('shows %j as %j', (foreign, shown) => {
    expect(clean(foreign)).toBe(shown);
  });

  it('leaves ordinary text of any script alone', () => {
    for (const text of ['plain ASCII ~', 'Grüße, Ærøskøbing', '日本語のサーバー', 'сервер', 'e\u0301', '👍 ok']) {
      expect(clean(text)).toBe(text);
    }
  });

  it('leaves no control, format or surrogate code point of 20,000 random strings', () => {
    const random = seededRandom(5);
    for (let round = 0; round < 20_000; round += 1) {
      const text = Array.from({ length: 8 }, () => String.fromCharCode(random.below(0x10000))).join('');
      expect(clean(text)).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}\p{Cn}\p{Zl}\p{Zp}]/u);
    }
  });
});

describe('fit, cut, take and drop', () => {
  it('always give the columns asked for, with wide characters and marks, too', () => {
    const random = seededRandom(9);
    const pieces = ['a', 'Z', ' ', '日', '本', 'é', 'e\u0301', '👍', 'ß', '…'];
    for (let round = 0; round < 1500; round += 1) {
      const text = Array.from({ length: random.below(20) }, () => random.pick(pieces)).join('');
      const width = random.below(16);
      expect(stringWidth(fit(text, width))).toBe(width);
      expect(widthOf(cut(text, width))).toBeLessThanOrEqual(width);
      expect(widthOf(take(text, width))).toBeLessThanOrEqual(width);
      expect(widthOf(drop(text, width))).toBe(Math.max(0, widthOf(text) - width));
    }
  });

  it('marks what was cut off', () => {
    expect(cut('abcdef', 4)).toBe('abc…');
    expect(cut('日本語', 4)).toBe('日…');
    expect(fit('日本語', 4)).toBe('日… ');
  });
});

describe('wrap', () => {
  it('breaks at spaces, and a longer word where it must', () => {
    expect(wrap('a secret it needs', 8)).toEqual(['a secret', 'it needs']);
    expect(wrap('abcdefghij xy', 4)).toEqual(['abcd', 'efgh', 'ij', 'xy']);
  });

  it('keeps to its width and loses no letter of 800 random texts', () => {
    const random = seededRandom(11);
    const pieces = ['a', ' ', '日', 'e\u0301', '👍', 'long', '-'];
    for (let round = 0; round < 800; round += 1) {
      const text = Array.from({ length: random.below(40) }, () => random.pick(pieces)).join('');
      const width = 2 + random.below(12);
      const lines = wrap(text, width);
      expect(lines.every((line) => widthOf(line) <= width)).toBe(true);
      expect(lines.join('').replaceAll(' ', '')).toBe(text.replaceAll(' ', ''));
    }
  });

  it.each([
    ['a word without end', 'x'],
    ['wide characters without a space', '漢'],
    ['short words that are not ASCII', 'é '],
  ])('takes 256 Ki characters within the time of a test: %s', (_name, piece) => {
    const text = piece.repeat((256 * 1024) / piece.length);
    expect(wrap(text, 80).length).toBeGreaterThan(3000);
  });
});

describe('cleanJson', () => {
  it('says the same value and holds nothing that a terminal acts on', () => {
    const value = {
      'k\u202e': ['\u001b]0;x\u0007', '\u009b31m', '\u{e0041}', '\ud800', 'a\tb\n', '\u{1f3fd}', 'ok é 日'],
    };
    for (const indent of [0, 2]) {
      const text = cleanJson(JSON.stringify(value, null, indent));
      expect(JSON.parse(text)).toEqual(value);
      expect(text.split('\n').map(clean).join('\n')).toBe(text);
    }
  });
});
