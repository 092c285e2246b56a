import { describe, expect, it } from 'vitest';
import { mappedName } from '../../src/cli/content/names.ts';
import { decodeText } from '../../src/cli/content/text-file.ts';

describe('decodeText', () => {
  it('gives UTF-8 back, without its mark', () => {
    expect(decodeText('x', Buffer.from('grün 👍\r\n'))).toBe('grün 👍\r\n');
    expect(decodeText('x', Buffer.from('\uFEFFx'))).toBe('x');
    expect(decodeText('x', Buffer.alloc(0))).toBe('');
  });

  it.each([
    [Buffer.from('eins\ncaf\u00e9', 'latin1'), 'x is not UTF-8 text: line 2 has other bytes, as ISO-8859-1'],
    [Buffer.from('\uFEFFhello', 'utf16le'), 'x is not UTF-8 text: it is UTF-16LE'],
    [Buffer.from('hello!', 'utf16le'), 'x is not UTF-8 text: it is UTF-16LE'],
    [Buffer.from('hello!', 'utf16le').swap16(), 'x is not UTF-8 text: it is UTF-16BE'],
    [Buffer.from('a\0b'), 'x is not text: byte 2 is NUL'],
  ])('refuses what is none by name: %j', (bytes, message) => {
    expect(() => decodeText('x', bytes)).toThrow(message);
  });
});

describe('mappedName', () => {
  it.each([
    ['my_skill', 'my-skill'],
    ['Building Blocks', 'building-blocks'],
    ['Prüfen.md', 'prufen-md'],
    ['@acme/tool', 'acme-tool'],
    [`${'x'.repeat(63)}-y`, 'x'.repeat(63)],
  ])('maps %s and says so', (given, name) => {
    expect(mappedName('skill', given)).toEqual({ name, notes: [`${given} is named ${name} here`] });
  });

  it('leaves a good one alone, and refuses one of which nothing is left', () => {
    expect(mappedName('skill', 'pdf-2')).toEqual({ name: 'pdf-2', notes: [] });
    expect(() => mappedName('skill', '日本語')).toThrow('skill "日本語": a name is 1 to 64 of a-z, 0-9 and -');
  });
});
