import { describe, expect, it } from 'vitest';
import { compose, MAX_BLOCK, type ComposablePrompt } from '../../../src/engine/content/compose.ts';
import { contentHash } from '../../../src/engine/content/content-hash.ts';
import { findByRef, parseRef, refOf } from '../../../src/engine/content/refs.ts';
import { risksOf } from '../../../src/engine/content/risks.ts';
import { compareSemver, nextSemver, readSemver } from '../../../src/engine/content/semver.ts';
import { argumentsOf, asRead, fillTemplates, undeclaredIn } from '../../../src/engine/content/template.ts';
import { unusualCharacters } from '../../../src/engine/content/unusual.ts';

describe('nextSemver', () => {
  it('begins at 0.1.0 and goes up by a patch', () => {
    expect(nextSemver(undefined, {})).toBe('0.1.0');
    expect(nextSemver('0.1.9', {})).toBe('0.1.10');
  });
  it('bumps what is asked for', () => {
    expect(nextSemver('1.4.2', { bump: 'minor' })).toBe('1.5.0');
    expect(nextSemver('1.4.2', { bump: 'major' })).toBe('2.0.0');
  });
  it('takes a number above the live one and no other', () => {
    expect(nextSemver('1.9.0', { semver: '1.10.0' })).toBe('1.10.0');
    for (const semver of ['1.9.0', '1.8.9', '1.9', 'v2.0.0', '2.0.0-rc.1', '02.0.0', 'two']) {
      expect(() => nextSemver('1.9.0', { semver })).toThrow(/semver/);
    }
    expect(() => nextSemver('1.0.0', { semver: '2.0.0', bump: 'major' })).toThrow('exclude each other');
  });
  it('takes an odd stored number for 0.1.0, and still saves', () => {
    expect(readSemver('latest')).toBe('0.1.0');
    expect(nextSemver('latest', {})).toBe('0.1.1');
    expect(nextSemver('1.2', { bump: 'minor' })).toBe('0.2.0');
  });
});

describe('compareSemver', () => {
  it('compares numbers: 10 is above 9', () => {
    const sorted = ['1.10.0', '1.9.0', '0.1.0', '1.9.10', '10.0.0', 'odd'].toSorted(compareSemver);
    expect(sorted).toEqual(['0.1.0', 'odd', '1.9.0', '1.9.10', '1.10.0', '10.0.0']);
  });
});

describe('contentHash', () => {
  it('is the SHA-256 of the RFC 8785 form: the order of keys never matters', () => {
    expect(contentHash({ b: [1, { d: 'é', c: null }], a: 1e21 })).toBe(
      contentHash({ a: 1e21, b: [1, { c: null, d: 'é' }] }),
    );
    // printf '{"a":1,"b":"€"}' | sha256sum
    expect(contentHash({ b: '€', a: 1 })).toBe('534f141d15124ffd9bd1c1e02f054020fe9918b862606c4cb5ea6dc0df5213be');
  });
  it('tells contents apart that differ', () => {
    expect(contentHash({ a: '1' })).not.toBe(contentHash({ a: 1 }));
    expect(contentHash({ a: [1, 2] })).not.toBe(contentHash({ a: [2, 1] }));
  });
});

const names = (body: string, listed?: readonly string[]): readonly string[] =>
  argumentsOf([{ body, arguments: listed }]).map(({ name }) => name);
const fill = (body: string, values: Readonly<Record<string, string>>): string => fillTemplates([{ body }], values);

describe('argumentsOf', () => {
  it('finds each name once, in order', () => {
    expect(names('{{b}} {{ a }} {{b}} {{9}} {c} {{a b}}')).toEqual(['b', 'a']);
  });
});

describe('a body whose front matter lists its arguments', () => {
  const template = { body: '{{a}} {{ b }} {{c}} {{d}}', arguments: ['a', 'b?'] };

  it('has these and no others; what else stands in braces is text', () => {
    expect(argumentsOf([template])).toEqual([
      { name: 'a', isRequired: true },
      { name: 'b', isRequired: false },
    ]);
    expect(undeclaredIn(template)).toEqual(['c', 'd']);
    expect(fillTemplates([template], { a: '1' })).toBe('1  {{c}} {{d}}');
    expect(fillTemplates([template], { a: '1', b: '2' })).toBe('1 2 {{c}} {{d}}');
    expect(() => fillTemplates([template], { b: '2' })).toThrow('missing argument a');
    expect(() => fillTemplates([template], { a: '1', c: '3' })).toThrow('unknown argument c: it has a, b');
    expect(names('{{a}}', [])).toEqual([]);
  });

  it('fills nothing of a text that it is read behind', () => {
    const linked = { body: 'see {{a}}\n', arguments: [] };
    expect(fillTemplates([linked, template], { a: '1' })).toBe('see {{a}}\n\n1  {{c}} {{d}}');
  });
});

describe('a backslash before a variable', () => {
  it('makes text of it, and is not read itself', () => {
    expect(names('\\{{a}} {{b}}')).toEqual(['b']);
    expect(fill('\\{{a}} {{b}}', { b: '1' })).toBe('{{a}} 1');
    expect(asRead({ body: '\\{{a}} {{b}}' })).toBe('{{a}} {{b}}');
  });

  it('stays where the name is none of the arguments', () => {
    expect(asRead({ body: '\\{{x}} \\{{a}}', arguments: ['a'] })).toBe('\\{{x}} {{a}}');
  });
});

describe('fillTemplates', () => {
  it('makes no text over 1 MiB, and says which argument would', () => {
    const value = 'v'.repeat(2_000_000);
    expect(() => fill('{{x}}'.repeat(50_000), { x: value })).toThrow('argument x makes the text longer than');
    expect(fill('{{x}}', { x: 'v'.repeat(1_048_576) })).toHaveLength(1_048_576);
  });

  it('puts values in as they are', () => {
    expect(fill('Hi {{name}}, {{name}}: {{ x }}', { name: '$& {{x}}', x: '1' })).toBe('Hi $& {{x}}, $& {{x}}: 1');
  });
  it('names what is missing and what is unknown', () => {
    expect(() => fill('{{a}}{{b}}', { a: '1' })).toThrow('missing argument b');
    expect(() => fill('{{a}}', { a: '1', z: '2' })).toThrow('unknown argument z: it has a');
    expect(() => fill('none', { constructor: 'x' })).toThrow('unknown argument constructor: it has none');
    expect(() => fill('{{constructor}}', {})).toThrow('missing argument constructor');
  });
});

describe('unusualCharacters', () => {
  it('counts what hides or reorders text, and leaves letters of any script alone', () => {
    expect(unusualCharacters('héllo 日本語 👍 ok\n\ttab')).toEqual([]);
    expect(unusualCharacters('a\u202eb\u202ec\u200b\u001b[31m\u00a0')).toEqual([
      { shown: '\\u202e', what: 'changes the direction of text', count: 2 },
      { shown: '\\u200b', what: 'has no width', count: 1 },
      { shown: '\\u001b', what: 'control character', count: 1 },
      { shown: '\\u00a0', what: 'looks like a space', count: 1 },
    ]);
    expect(unusualCharacters('\u{e0041}')).toMatchObject([{ shown: '\\u{e0041}', count: 1 }]);
  });
});

describe('refOf and parseRef', () => {
  it('are the inverse of each other', () => {
    for (const ref of ['style', 'project:ops/deploy-rules', 'agent:reviewer/howto']) {
      const parsed = parseRef(ref);
      expect(parsed && refOf(parsed, parsed.name)).toBe(ref);
    }
    expect(parseRef('project:ops')).toBeUndefined();
    expect(parseRef('Style')).toBeUndefined();
  });
});

describe('findByRef', () => {
  const rows = [
    { id: 'p1', name: 'style', scope: 'project' as const, project: 'ops' },
    { id: 'p2', name: 'style', scope: 'project' as const, project: 'web' },
    { id: 'p3', name: 'tone', scope: 'global' as const },
    { id: 'p4', name: 'tone', scope: 'agent' as const, agent: 'rev' },
  ];
  it('takes an id, a reference, and a name that only one has; the global one is its bare name', () => {
    expect(findByRef('prompt', rows, 'p2').id).toBe('p2');
    expect(findByRef('prompt', rows, 'project:web/style').id).toBe('p2');
    expect(findByRef('prompt', rows, 'tone').id).toBe('p3');
  });
  it('says which ones a name may mean', () => {
    expect(() => findByRef('prompt', rows, 'style')).toThrow('2 prompts are named style');
    expect(() => findByRef('prompt', rows, 'none')).toThrow('no prompt none');
  });
});

describe('compose', () => {
  const prompt = (ref: string, priority = 5, text = `text of ${ref}`): ComposablePrompt => ({
    ref,
    name: ref.replace(/^.*\//, ''),
    semver: '0.1.0',
    priority,
    text,
  });
  const input = {
    project: 'ops',
    instructions: 'Work in ops.',
    agent: 'reviewer',
    personality: 'careful',
    bound: [prompt('tone', 1), prompt('agent:reviewer/howto', 1)],
    ofAgent: [prompt('agent:reviewer/howto'), prompt('agent:reviewer/zeal', 9)],
    ofProject: [prompt('project:ops/b', 5), prompt('project:ops/a', 5), prompt('project:ops/first', 10)],
    global: [prompt('tone'), prompt('style', 2)],
  };
  it('orders: instructions, personality as bound, agent, project, global by priority then name; none twice', () => {
    const { text, parts } = compose(input);
    expect(parts.map(({ from, ref }) => `${from} ${ref}`)).toEqual([
      'personality tone',
      'personality agent:reviewer/howto',
      'agent agent:reviewer/zeal',
      'project project:ops/first',
      'project project:ops/a',
      'project project:ops/b',
      'global style',
    ]);
    expect(text.startsWith('Work in ops.\n\n## tone\n\ntext of tone\n\n## howto\n\n')).toBe(true);
  });
  it('is empty when there is nothing to say', () => {
    const nothing = { project: 'ops', instructions: '', bound: [], ofAgent: [], ofProject: [], global: [] };
    expect(compose(nothing)).toMatchObject({ text: '', parts: [], omitted: [] });
  });
  it('leaves out what would make it too long, and names it', () => {
    const long = prompt('huge', 10, 'x'.repeat(MAX_BLOCK));
    const { text, omitted, parts } = compose({ ...input, global: [long, prompt('style')] });
    expect(omitted).toEqual(['huge']);
    expect(parts.at(-1)?.ref).toBe('style');
    expect(text).toContain('Not included for length, see prompts/list: huge.');
    expect(text.length).toBeLessThan(MAX_BLOCK + 1_000);
  });
});

describe('risksOf', () => {
  const lines = { removed: 0, before: 10 };
  const body = (text: string, more: object = {}) => ({ summary: '', priority: 5, body: text, ...more });
  it('is silent on a plain change', () => {
    expect(risksOf('prompt', body('Deploy on {{day}}.'), body('Deploy on {{day}} only.'), lines)).toEqual([]);
  });
  it('names unusual characters, new addresses, lost variables, links, priorities, large removals', () => {
    const proposed = body('Go\u202e to https://evil.example/x now', { link: 'tone', priority: 9 });
    expect(risksOf('prompt', body('Deploy on {{day}}.'), proposed, { removed: 6, before: 10 })).toEqual([
      '1 unusual character',
      'names 1 new web address',
      'removes 60 % of the lines',
      'drops {{day}}',
      'links to tone',
      'priority 5 → 9',
    ]);
  });
  it('names each link that is new, cut where it is long', () => {
    const live = body('x', { link: 'tone' });
    const proposed = body('x', { link: ['tone', 'ops/fs:file:///etc/passwd', `ops/fs:a:${'b'.repeat(200)}`] });
    expect(risksOf('prompt', live, proposed, lines)).toEqual([
      `links to ops/fs:file:///etc/passwd, ops/fs:a:${'b'.repeat(110)}…`,
    ]);
    expect(risksOf('prompt', proposed, live, lines)).toEqual([]);
  });
  it('names prompts that a personality would lose', () => {
    const live = { summary: '', prompts: ['a', 'b'] };
    expect(risksOf('personality', live, { summary: '', prompts: ['b'] }, lines)).toEqual(['unbinds a']);
  });
});
