import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { systemContext } from '../../../src/cli/context.ts';
import { cliPage } from '../../../src/cli/help/cli-page.ts';
import { manPage } from '../../../src/cli/help/man.ts';
import { helpTree } from '../../../src/cli/help/tree.ts';
import { program, verbsBelow } from '../../../src/cli/program.ts';

const root = program(systemContext());
const tree = helpTree(root);

describe('helpTree', () => {
  it('has every verb that the program has', () => {
    expect(tree.verbs.map(({ words }) => words).toSorted()).toEqual(
      verbsBelow(root)
        .map(([words]) => words)
        .toSorted(),
    );
    expect(tree.verbs.filter(({ group, about }) => group === '' || about === '')).toEqual([]);
  });

  it('tells what options take', () => {
    const get = tree.verbs.find(({ words }) => words === 'get servers');
    expect(get?.options.find(({ long }) => long === '--output')).toMatchObject({
      short: '-o',
      value: 'format',
      choices: expect.arrayContaining(['json', 'yaml']),
      default: 'table',
      env: 'MCPTUI_OUTPUT',
    });
  });
});

describe('docs/cli.md', () => {
  it('is what the verbs are: npm run docs', () => {
    expect(readFileSync(new URL('../../../docs/cli.md', import.meta.url), 'utf8')).toBe(cliPage(tree));
  });
});

describe('manPage', () => {
  const page = manPage(tree);

  it('has every verb and no line that a formatter would take for a request', () => {
    const headings = tree.verbs
      .filter(({ isGroup }) => !isGroup)
      .map(({ words }) => `.SS mcptui ${words.replaceAll('-', '\\-')}`);
    expect(headings.filter((heading) => !page.includes(heading))).toEqual([]);
    const requests = page.split('\n').filter((line) => /^[.']/.test(line));
    expect(requests.filter((line) => !/^\.(?:TH|SH|SS|B|I|RI|TP|PP|EX|EE|br)\b/.test(line))).toEqual([]);
    expect(page).toMatch(/^[\x20-\x7e\n]*$/);
  });
});
