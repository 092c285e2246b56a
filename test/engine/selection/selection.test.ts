import { describe, expect, it } from 'vitest';
import { chooseWithinBudget } from '../../../src/engine/selection/choose.ts';
import { searchableTool, searchTools } from '../../../src/engine/selection/tool-search.ts';
import type { SearchableTool } from '../../../src/engine/selection/types.ts';
import { phraseOf, stem, termsOf, wordsOf } from '../../../src/engine/selection/words.ts';

describe('termsOf', () => {
  it('is lower case, without accents, endings and stop words', () => {
    expect(termsOf('The Deployed CAFÉS of Zürich')).toEqual(['deploy', 'cafe', 'zurich']);
    expect(termsOf('how do I do this?')).toEqual([]);
  });
  it('splits snake, kebab and camel case, and keeps a word of humps whole as well', () => {
    expect(termsOf('create_issue list-items')).toEqual(['creat', 'issu', 'list', 'item']);
    expect(termsOf('readFile')).toEqual(['readfil', 'read', 'file']);
    expect(termsOf('HTTPServer')).toEqual(['httpserver', 'http', 'server']);
    expect(termsOf('k8s v2 gpt4')).toEqual(['k8s', 'v2', 'gpt4']);
  });
  it('takes pairs of characters where no spaces are', () => {
    expect(termsOf('日本語 だ')).toEqual(['日本', '本語', 'だ']);
  });
  it('keeps letters of every script, with their marks', () => {
    expect(termsOf('Привет, हिन्दी')).toEqual(['привет', 'हिन्दी']);
    expect(termsOf('한국어')).toEqual(['한국어']);
  });
  it('reads 64 Ki characters of a text, and 64 of a word', () => {
    expect(termsOf(`${' '.repeat(65_536)}late`)).toEqual([]);
    expect(termsOf('x'.repeat(100))[0]).toHaveLength(64);
    expect(termsOf('ab '.repeat(20_000)).length).toBeLessThanOrEqual(8_192);
  });
  it('remembers the word as it stood', () => {
    expect(wordsOf('Databases')).toEqual([{ term: 'databas', word: 'databases', isWhole: false }]);
  });
});

describe('stem', () => {
  it.each([
    ['deploys', 'deploy'],
    ['deployed', 'deploy'],
    ['deploying', 'deploy'],
    ['releases', 'releas'],
    ['release', 'releas'],
    ['releasing', 'releas'],
    ['queries', 'query'],
    ['running', 'run'],
    ['logged', 'log'],
    ['calling', 'call'],
    ['boxes', 'box'],
    ['classes', 'class'],
    ['status', 'status'],
    ['analysis', 'analysis'],
    ['string', 'string'],
    ['need', 'need'],
    ['aws', 'aws'],
    ['äste', 'äste'],
  ])('%s is %s', (word, expected) => {
    expect(stem(word)).toBe(expected);
  });
});

describe('phraseOf', () => {
  it('is the same for tags that mean the same', () => {
    const same = ['Code Review', 'code-review', 'code_reviews', 'CodeReview', ' code  review '];
    expect(new Set(same.map(phraseOf))).toEqual(new Set(['codereview']));
    expect(phraseOf('GitHub')).toBe(phraseOf('github'));
    expect(phraseOf('!!')).toBe('');
  });
});

describe('searchTools', () => {
  const tools: readonly SearchableTool[] = [
    {
      name: 'create_issue',
      description: 'Create a new issue in a repository',
      parameters: ['title', 'body', 'labels'],
    },
    { name: 'list_branches', description: 'List the branches of a repository' },
    { name: 'merge_pull_request', title: 'Merge', description: 'Merge a pull request' },
    { name: 'run_query', description: 'Run SQL on the database', parameters: ['sql', 'timeoutMs'] },
    { name: 'send', description: 'Send a message' },
  ];
  const found = (query: string, limit = 10): readonly string[] =>
    searchTools(tools, query, limit).map(({ item }) => item.name);

  it('finds by name, title, description and parameters, the name before the others', () => {
    expect(found('issues')).toEqual(['create_issue']);
    expect(found('merging')).toEqual(['merge_pull_request']);
    expect(found('timeout')).toEqual(['run_query']);
    expect(found('repository')).toEqual(['list_branches', 'create_issue']);
    expect(found('create a pull request')[0]).toBe('merge_pull_request');
  });
  it('finds a word by its beginning, of four letters or more', () => {
    expect(found('repo')).toEqual(['list_branches', 'create_issue']);
    expect(found('mes')).toEqual([]);
  });
  it('says which words it found, and gives no more than asked for', () => {
    expect(searchTools(tools, 'sql labels', 1)).toMatchObject([{ item: { name: 'run_query' }, terms: ['sql'] }]);
    expect(found('the of')).toEqual([]);
    expect(found('')).toEqual([]);
    expect(found('issue', 0)).toEqual([]);
  });
  it('gives equal ones in the order of the list, and another list its own answer', () => {
    const same = [{ name: 'y_tool' }, { name: 'x_tool' }];
    expect(searchTools(same, 'tool', 5).map(({ item }) => item.name)).toEqual(['y_tool', 'x_tool']);
    expect(searchTools([], 'tool', 5)).toEqual([]);
  });
  it('survives words that are members of every object, and long queries', () => {
    expect(searchTools([{ name: 'constructor' }], 'constructor __proto__', 5)).toHaveLength(1);
    expect(found('x'.repeat(100_000))).toEqual([]);
  });
});

describe('searchableTool', () => {
  it('reads the names of parameters, inner ones too', () => {
    const inner = { type: 'object', properties: { city: {} } };
    const inputSchema = { properties: { address: inner, tags: { type: 'array', items: inner } } };
    expect(searchableTool({ name: 'a', title: 'A', description: 'B', inputSchema })).toEqual({
      name: 'a',
      title: 'A',
      description: 'B',
      parameters: ['address', 'city', 'tags', 'city'],
    });
  });
  it('takes what a server sends: no name is no tool, odd members count as absent', () => {
    expect(searchableTool({ title: 'x' })).toBeUndefined();
    expect(searchableTool({ name: 'a', title: 1, description: null, inputSchema: [] })).toEqual({
      name: 'a',
      parameters: [],
    });
    const properties = Object.fromEntries(Array.from({ length: 1_000 }, (_, at) => [`p${at}`, {}]));
    expect(searchableTool({ name: 'a', inputSchema: { properties } })?.parameters).toHaveLength(128);
  });
});

describe('chooseWithinBudget', () => {
  const one = (ref: string, tokens: number, priority = 5) => ({ ref, tokens, priority });
  const chosen = (matched: readonly ReturnType<typeof one>[], budget: number) => {
    const { full, index, tokens } = chooseWithinBudget(matched, budget);
    return [full.map(({ ref }) => ref).join(' '), index.map(({ ref }) => ref).join(' '), tokens];
  };

  it('gives the best in full while they fit, and names the others', () => {
    expect(chosen([one('a', 50), one('b', 40), one('c', 20)], 100)).toEqual(['a b', 'c', 90]);
  });
  it('fills the room that one leaves which does not fit', () => {
    expect(chosen([one('a', 50), one('b', 60), one('c', 20)], 100)).toEqual(['a c', 'b', 70]);
  });
  it('always gives priority 10, before the others and beyond the budget', () => {
    expect(chosen([one('a', 10), one('b', 500, 10), one('c', 1, 10)], 100)).toEqual(['b c', 'a', 501]);
    expect(chosen([one('a', 10), one('b', 95, 10)], 100)).toEqual(['b', 'a', 95]);
  });
  it('gives nothing for nothing', () => {
    expect(chosen([], 100)).toEqual(['', '', 0]);
    expect(chosen([one('a', 1)], 0)).toEqual(['', 'a', 0]);
  });
});
