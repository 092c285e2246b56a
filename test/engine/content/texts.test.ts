import { describe, expect, it } from 'vitest';
import { diffTexts } from '../../../src/engine/content/diff.ts';
import { hasMarkers, mergeTexts } from '../../../src/engine/content/merge.ts';
import { fromDocument, toDocument } from '../../../src/engine/content/document.ts';
import { seededRandom } from '../../support/builders/random.ts';

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
    const laughs = `a: &a [x,x]\nb: &b [*a,*a]\n${Array.from({ length: 30 }, (_, i) => `c${i}: &c${i} [${'*b,'.repeat(9)}*b]`).join('\n')}`;
    expect(() => fromDocument('prompt', `---\n${laughs}\n---\nx`)).toThrow(/front matter: .*alias/);
    expect(() => fromDocument('prompt', `---\nsummary: ${'x'.repeat(20_000)}\n---\nx`)).toThrow(
      'over 16384 characters',
    );
    expect(() => fromDocument('prompt', '---\npriorty: 1\n---\nx')).toThrow('no field priorty');
    expect(() => fromDocument('prompt', '---\npriority: 1\nx')).toThrow(
      expect.objectContaining({
        message: expect.stringContaining('no closing line') as string,
        hint: expect.stringContaining('just ---') as string,
      }),
    );
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
  it('is bounded for texts made to be slow: everything new, long lines, nothing but blank lines', () => {
    const many = (count: number, line: (i: number) => string): string =>
      Array.from({ length: count }, (_, i) => line(i)).join('\n');
    const unrelated = diff(
      many(20_000, (i) => `left ${i}`),
      many(20_000, (i) => `right ${i}`),
    );
    expect([unrelated.added, unrelated.removed]).toEqual([20_000, 20_000]);
    const long = diff(
      many(60, (i) => `word${i} `.repeat(570)),
      many(60, (i) => `ward${i} `.repeat(570)),
    );
    expect(long.lines.every(({ parts }) => parts.length === 1)).toBe(true);
    const blank = '\n'.repeat(200_000);
    expect(diff(blank, `${blank}x\n`)).toMatchObject({ added: 1, removed: 0 });
    const merged = mergeTexts(blank, { label: 'a', text: `a\n${blank}` }, { label: 'b', text: `${blank}b\n` });
    expect(merged).toEqual({ kind: 'clean', text: `a\n${blank}b\n` });
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
  it('finds the place by its line, not by what stands around it', () => {
    const stanza = 'if it fails\n  try again\nthen stop\n';
    const before = `first\n${stanza}second\n${stanza}`;
    const grown = { label: 'live', text: `first\n${stanza}between\n${stanza}second\n${stanza}` };
    const changed = { label: 'p', text: `first\n${stanza}second\n${stanza.replace('try again', 'ask')}` };
    expect(mergeTexts(before, grown, changed).text).toBe(
      `first\n${stanza}between\n${stanza}second\n${stanza.replace('try again', 'ask')}`,
    );
  });
  it('is the other side when one did nothing, and the same whichever side is which, for random texts', () => {
    const random = seededRandom(11);
    const text = (): string =>
      Array.from({ length: 12 }, () => random.pick(['a', 'b', 'c', 'd', 'e', ''])).join('\n') + '\n';
    for (let round = 0; round < 300; round += 1) {
      const [one, x, y] = [text(), text(), text()];
      const merged = (left: string, right: string) =>
        mergeTexts(one, { label: 's', text: left }, { label: 's', text: right });
      expect(merged(one, x)).toEqual({ kind: 'clean', text: x });
      expect(merged(x, one)).toEqual({ kind: 'clean', text: x });
      expect(merged(x, x)).toEqual({ kind: 'clean', text: x });
      expect(merged(x, y).kind).toBe(merged(y, x).kind);
    }
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
    expect(hasMarkers('Heading\n=======\n')).toBe(false);
  });
});
