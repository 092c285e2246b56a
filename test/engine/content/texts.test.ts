import { describe, expect, it } from 'vitest';
import { diffTexts, hasMarkers, mergeTexts } from '../../../src/engine/content/diff.ts';
import { fromDocument, toDocument } from '../../../src/engine/content/document.ts';
import { seededRandom } from '../../support/random.ts';

const prompt = (body: string, more: object = {}) => ({ summary: '', priority: 5, body, ...more });

describe('toDocument and fromDocument', () => {
  it('give the same prompt back, whatever its body holds', () => {
    const bodies = [
      '',
      '\n',
      'a',
      'a\n',
      'a\n\n',
      '---\nnot front matter\n---\n',
      'x\r\ny',
      '\u001b[31m\0\t',
      '# h\n\n- é 日本',
    ];
    for (const body of bodies) {
      const content = prompt(body, { summary: 'says: "it"\n# not a comment', priority: 9, link: 'project:web/x' });
      expect(fromDocument('prompt', toDocument('prompt', content))).toEqual(content);
    }
  });
  it('give the same personality and skill back', () => {
    const personality = { summary: '', prompts: ['tone', 'agent:rev/howto'] };
    expect(fromDocument('personality', toDocument('personality', personality))).toEqual(personality);
    const files = { 'SKILL.md': '---\nname: x\n---\n=== a ===\n\\=== b ===\n', 'lib/a.py': '', b: 'x\n' };
    expect(fromDocument('skill', toDocument('skill', { files }))).toEqual({ files });
  });
  it('keep the fields when the front matter is gone', () => {
    expect(fromDocument('prompt', 'only text', prompt('old', { priority: 9 }))).toEqual(
      prompt('only text', { priority: 9 }),
    );
  });
  it('name the line of a YAML error, an unknown field, a missing end', () => {
    expect(() => fromDocument('prompt', '---\nsummary: a\npriority: [1\n---\nx')).toThrow(/front matter, line [34]/);
    expect(() => fromDocument('prompt', '---\npriorty: 1\n---\nx')).toThrow('no field priorty');
    expect(() => fromDocument('prompt', '---\npriority: 1\nx')).toThrow('no closing line');
    expect(() => fromDocument('personality', 'prompts: []')).toThrow('begins with front matter');
    expect(() => fromDocument('personality', '---\nprompts: []\n---\ntext')).toThrow('has no body');
    expect(() => fromDocument('skill', 'x\n=== a ===\ny')).toThrow('before the first');
    expect(() => fromDocument('skill', '=== a ===\ny\n=== a ===\nz')).toThrow('a is there twice');
  });
});

describe('diffTexts', () => {
  const diff = (a: string, b: string) => diffTexts({ label: 'a', text: a }, { label: 'b', text: b });
  it('numbers lines on both sides and marks the words that differ', () => {
    const { lines, added, removed } = diff(
      'one\nAlways deploy on Fridays.\nend\n',
      'one\nAlways deploy after the checks.\nend\n',
    );
    expect([added, removed]).toEqual([1, 1]);
    expect(lines.map(({ kind, a, b }) => [kind, a, b])).toEqual([
      ['same', 1, 1],
      ['del', 2, undefined],
      ['add', undefined, 2],
      ['same', 3, 3],
    ]);
    expect(
      lines[1]?.parts
        .filter((part) => part.changed)
        .map((part) => part.text)
        .join(''),
    ).toContain('Fridays');
    expect(
      lines[2]?.parts
        .filter((part) => part.changed)
        .map((part) => part.text)
        .join(''),
    ).toContain('checks');
  });
  it('rebuilds both sides from its lines, for random texts', () => {
    const random = seededRandom(7);
    const text = (): string => Array.from({ length: 30 }, () => random.pick(['a', 'b', 'c', 'd'])).join('\n');
    for (let round = 0; round < 50; round += 1) {
      const [a, b] = [text(), text()];
      const { lines } = diff(`${a}\n`, `${b}\n`);
      const side = (skip: string): string =>
        lines
          .filter(({ kind }) => kind !== skip)
          .map(({ parts }) => parts.map((part) => part.text).join(''))
          .join('\n');
      expect([side('add'), side('del')]).toEqual([a, b]);
    }
  });
  it('gives up in time on two texts without anything in common', () => {
    const many = (word: string): string => Array.from({ length: 20_000 }, (_, i) => `${word} ${i}`).join('\n');
    const { added, removed } = diff(many('left'), many('right'));
    expect([added, removed]).toEqual([20_000, 20_000]);
  });
  it('has no lines for two empty texts', () => {
    expect(diff('', '').lines).toEqual([]);
  });
});

describe('mergeTexts', () => {
  const base = 'a\nb\nc\nd\ne\nf\ng\n';
  const merge = (live: string, proposed: string) =>
    mergeTexts(base, { label: 'live 1.0.1', text: live }, { label: 'proposal p1', text: proposed });
  it('does what the proposal did, to what is live', () => {
    expect(merge('A\nb\nc\nd\ne\nf\ng\n', 'a\nb\nc\nd\ne\nf\nG\n')).toEqual({
      kind: 'clean',
      text: 'A\nb\nc\nd\ne\nf\nG\n',
    });
  });
  it('takes the same change on both sides for no conflict', () => {
    expect(merge('a\nB\nc\nd\ne\nf\ng\n', 'a\nB\nc\nd\ne\nf\ng\n').kind).toBe('clean');
  });
  it('puts both sides of a conflict between markers', () => {
    const { kind, text } = merge('a\nX\nc\nd\ne\nf\ng\n', 'a\nY\nc\nd\ne\nf\ng\n');
    expect(kind).toBe('conflict');
    expect(text).toMatch(/<{7} live 1\.0\.1\nX\n[\s\S]*={7}\nY\n>{7} proposal p1\n/);
    expect(hasMarkers(text)).toBe(true);
    expect(hasMarkers('a == b\n======\n')).toBe(false);
  });
});
