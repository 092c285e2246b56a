import { describe, expect, it } from 'vitest';
import { documentsIn } from '../../../src/cli/documents/sources.ts';
import { selector } from '../../../src/cli/documents/selector.ts';

const faultsOf = (...lines: readonly string[]): readonly string[] => documentsIn('a.yaml', lines.join('\n')).faults;

describe('documentsIn', () => {
  it('takes many documents, lists of them, JSON, comments and empty ones', () => {
    const text = [
      '# first',
      '---',
      'kind: project',
      'metadata: {name: a}',
      '---',
      '---',
      '[{"kind": "project", "metadata": {"name": "b"}}, {"kind": "project", "metadata": {"name": "c"}}]',
      '...',
    ].join('\n');
    const { documents, faults } = documentsIn('a.yaml', text);
    expect(faults).toEqual([]);
    expect(documents.map(({ document, at }) => [document.metadata?.['name'], at])).toEqual([
      ['a', 'a.yaml:3'],
      ['b', 'a.yaml:7'],
      ['c', 'a.yaml:7'],
    ]);
  });

  it.each([
    [
      'an unknown field',
      ['kind: server', 'metadata: {name: a}', 'spec:', '  replcas: 1'],
      /^a\.yaml:4:3: spec\.replcas: .*did you mean replicas\?/,
    ],
    ['an unknown kind', ['kind: servr'], /^a\.yaml:1:1: kind: there is no kind servr: did you mean server\?/],
    ['no kind', ['metadata: {name: a}'], /^a\.yaml:1:1: kind: says no kind/],
    [
      'a wrong value deep inside',
      ['kind: prompt', 'metadata: {name: a}', 'spec:', '  body: x', '  tags: [ok, "no,"]'],
      /^a\.yaml:5:14: spec\.tags\.1: use words without commas/,
    ],
    ['a missing name', ['kind: project', 'spec: {}'], /^a\.yaml:1:1: metadata\.name: /],
    ['no YAML', ['kind: server', '  x: [1,'], /^a\.yaml:\d+:\d+: /],
    ['a text', ['just words'], /^a\.yaml:1:1: is not a list of/],
    ['a key that is there twice', ['kind: project', 'kind: server'], /^a\.yaml:2:1: Map keys must be unique/],
    [
      'another version',
      ['apiVersion: mcptui/v2', 'kind: project', 'metadata: {name: a}'],
      /^a\.yaml:1:1: apiVersion: /,
    ],
  ])('names file, line and column of %s', (_what, lines, wanted) => {
    const faults = faultsOf(...lines);
    expect(faults.some((fault) => wanted.test(fault)) ? wanted : faults).toBe(wanted);
  });

  it('reads no more of aliases than a few', () => {
    const bomb = [
      'a: &a [x, x, x, x, x, x, x, x, x]',
      ...Array.from(
        { length: 8 },
        (_, n) =>
          `${'bcdefghi'[n]}: &${'bcdefghi'[n]} [${Array.from({ length: 9 }, () => `*${'abcdefgh'[n]}`).join(', ')}]`,
      ),
    ];
    expect(faultsOf(...bomb)).toEqual([expect.stringContaining('alias')]);
  });
});

describe('selector', () => {
  it.each([
    ['team=shop', { team: 'shop' }],
    ['team==shop, tier', { team: 'shop', tier: '' }],
    ['example.com/team=a-b', { 'example.com/team': 'a-b' }],
  ])('reads %s', (text, labels) => {
    expect(selector(text)).toEqual(labels);
  });

  it.each(['', '=x', 'a=b c', 'team=shop;tier'])('refuses %j', (text) => {
    expect(() => selector(text)).toThrow('use NAME=VALUE');
  });
});
