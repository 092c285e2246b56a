/** The table is the specification of how tags, servers, tools and words find prompts. */
import { describe, expect, it } from 'vitest';
import { MAX_MATCHES, matchTags, PromptIndex } from '../../../src/engine/selection/tag-match.ts';
import type { Asked, Candidate } from '../../../src/engine/selection/types.ts';
import { library } from '../../support/builders/prompt-library.ts';

interface Row {
  readonly fact: string;
  readonly asked: Asked;
  /** Prompt and score, best first; `ops/backups` is `project:ops/backups`. */
  readonly found: readonly string[];
  /** Of the first one: field, what was asked for, points. */
  readonly why: readonly string[];
}

const table: readonly Row[] = [
  {
    fact: 'a tag counts with the words of the name and the summary, times priority',
    asked: { tags: ['deploy'] },
    found: ['ops/deploy-rules 128'],
    why: ['tag deploy 10', 'name deploy 4', 'summary deploy 2'],
  },
  {
    fact: 'case does not matter',
    asked: { tags: ['DEPLOY'] },
    found: ['ops/deploy-rules 128'],
    why: ['tag DEPLOY 10', 'name deploy 4', 'summary deploy 2'],
  },
  {
    fact: 'a plural finds the singular',
    asked: { tags: ['backups'] },
    found: ['ops/backups 14'],
    why: ['tag backups 10', 'name backups 4'],
  },
  {
    fact: 'a tag of two words: all of it, or one of its words',
    asked: { tags: ['code review'] },
    found: ['code-review 70', 'review-docs 5'],
    why: ['tag code review 10', 'name code 2', 'name review 2'],
  },
  {
    fact: 'a hyphen is a space',
    asked: { tags: ['code-review'] },
    found: ['code-review 70', 'review-docs 5'],
    why: ['tag code-review 10', 'name code 2', 'name review 2'],
  },
  {
    fact: 'an underscore is a space',
    asked: { tags: ['code_review'] },
    found: ['code-review 70', 'review-docs 5'],
    why: ['tag code_review 10', 'name code 2', 'name review 2'],
  },
  {
    fact: 'a capital within a word is a space',
    asked: { tags: ['CodeReview'] },
    found: ['code-review 70', 'review-docs 5'],
    why: ['tag CodeReview 10', 'name code 2', 'name review 2'],
  },
  {
    fact: 'one word of a tag of two counts less, until priority outweighs it',
    asked: { tags: ['review'] },
    found: ['code-review 40', 'review-docs 16'],
    why: ['tag word review 4', 'name review 4'],
  },
  {
    fact: 'words in another order are not the whole tag',
    asked: { tags: ['review code'] },
    found: ['code-review 40', 'review-docs 5'],
    why: ['tag word review 2', 'name review 2', 'tag word code 2', 'name code 2'],
  },
  {
    fact: 'two tags add up',
    asked: { tags: ['docs', 'review'] },
    found: ['code-review 40', 'review-docs 30', 'style 10'],
    why: ['tag word review 4', 'name review 4'],
  },
  {
    fact: 'a tag that is there twice counts once',
    asked: { tags: ['docs', 'Docs'] },
    found: ['review-docs 14', 'style 10'],
    why: ['tag docs 10', 'name docs 4'],
  },
  { fact: 'accents do not matter', asked: { tags: ['cafe'] }, found: ['cafe 14'], why: ['tag cafe 10', 'name cafe 4'] },
  {
    fact: 'a part of a text without spaces',
    asked: { tags: ['日本'] },
    found: ['nihongo 6'],
    why: ['tag word 日本 4', 'summary 日本 2'],
  },
  {
    fact: 'the whole of a text without spaces',
    asked: { tags: ['日本語'] },
    found: ['nihongo 12'],
    why: ['tag 日本語 10', 'summary 日本 1', 'summary 本語 1'],
  },
  { fact: 'a space finds a hyphen', asked: { tags: ['on call'] }, found: ['ops/incident 10'], why: ['tag on call 10'] },
  {
    fact: 'another form of a verb',
    asked: { tags: ['deploying'] },
    found: ['ops/deploy-rules 128'],
    why: ['tag deploying 10', 'name deploying 4', 'summary deploying 2'],
  },
  {
    fact: 'a word of a name alone',
    asked: { tags: ['incident'] },
    found: ['ops/incident 4'],
    why: ['name incident 4'],
  },
  {
    fact: 'a word of a summary alone',
    asked: { tags: ['nightly'] },
    found: ['ops/backups 2'],
    why: ['summary nightly 2'],
  },
  {
    fact: 'a word of a chapter alone',
    asked: { tags: ['rollback'] },
    found: ['ops/deploy-rules 12', 'ops/incident 1.5'],
    why: ['chapter rollback 1.5'],
  },
  {
    fact: 'a project that is asked for as a tag',
    asked: { tags: ['ops'] },
    found: ['ops/deploy-rules 16', 'ops/backups 2', 'ops/gitea 2', 'ops/incident 2'],
    why: ['project ops 2'],
  },
  {
    fact: 'a server that a prompt names, as a tag',
    asked: { tags: ['pg-main'] },
    found: ['ops/backups 6'],
    why: ['server pg-main 6'],
  },
  {
    fact: 'a tool that a prompt names, as a tag',
    asked: { tags: ['create_issue'] },
    found: ['web/issue-howto 24'],
    why: ['action create_issue 5', 'name issue 2', 'summary issue 1'],
  },
  {
    fact: 'a word with a capital in it, in the name',
    asked: { tags: ['readFile'] },
    found: ['readFile-notes 11'],
    why: [
      'name readfile 2',
      'name read 2',
      'tag word file 2',
      'name file 2',
      'summary readfile 1',
      'summary read 1',
      'summary file 1',
    ],
  },
  {
    fact: 'two words find one with a capital in it',
    asked: { tags: ['file system'] },
    found: ['readFile-notes 13'],
    why: ['tag file system 10', 'name file 2', 'summary file 1'],
  },
  { fact: 'stop words find nothing', asked: { tags: ['the', 'of'] }, found: [], why: [] },
  { fact: 'nothing finds nothing', asked: { tags: [] }, found: [], why: [] },
  { fact: 'a word that nobody has', asked: { tags: ['quantum'] }, found: [], why: [] },
  { fact: 'signs without a letter', asked: { tags: ['!!!', ''] }, found: [], why: [] },
  { fact: 'the own project alone finds nothing', asked: { tags: [], project: 'ops' }, found: [], why: [] },
  {
    fact: 'the own project counts beside a match',
    asked: { tags: ['gitea'], project: 'ops' },
    found: ['web/issue-howto 48', 'ops/gitea 6'],
    why: ['tag gitea 10', 'server gitea 6'],
  },
  {
    fact: 'another project as the own one',
    asked: { tags: ['gitea'], project: 'web' },
    found: ['web/issue-howto 54', 'ops/gitea 4'],
    why: ['tag gitea 10', 'server gitea 6', 'project web 2'],
  },
  {
    fact: 'a project as a tag and as the own one counts once',
    asked: { tags: ['ops'], project: 'ops' },
    found: ['ops/deploy-rules 16', 'ops/backups 2', 'ops/gitea 2', 'ops/incident 2'],
    why: ['project ops 2'],
  },
  {
    fact: 'a server finds its tag, its prompts and its name',
    asked: { tags: [], servers: ['gitea'] },
    found: ['web/issue-howto 40.5', 'ops/gitea 3'],
    why: ['tag gitea 7.5', 'server gitea 6'],
  },
  {
    fact: 'a call: its server and its tool',
    asked: { tags: [], servers: ['gitea'], actions: ['create_issue'] },
    found: ['web/issue-howto 60', 'ops/gitea 3'],
    why: ['tag gitea 7.5', 'server gitea 6', 'action create_issue 5', 'name issue 1', 'summary issue 0.5'],
  },
  {
    fact: 'a tool alone',
    asked: { tags: [], actions: ['list_issues'] },
    found: ['web/issue-howto 19.5'],
    why: ['action list_issues 5', 'name issues 1', 'summary issues 0.5'],
  },
  {
    fact: 'words of a tool that no prompt names',
    asked: { tags: [], actions: ['restore_database'] },
    found: ['ops/backups 1'],
    why: ['summary restore 0.5', 'summary database 0.5'],
  },
  {
    fact: 'a tool that is written in another way',
    asked: { tags: [], actions: ['createIssue'] },
    found: ['web/issue-howto 19.5'],
    why: ['action createIssue 5', 'name issue 1', 'summary issue 0.5'],
  },
  { fact: 'a server that nobody names', asked: { tags: [], servers: ['github'] }, found: [], why: [] },
  {
    fact: 'free words: each one that a prompt has counts, the rare ones more',
    asked: { tags: [], words: 'restore the database from a dump' },
    found: ['ops/backups 4.64'],
    why: ['words restore database dump 4.64'],
  },
  { fact: 'one free word', asked: { tags: [], words: 'merge' }, found: ['ops/gitea 2.77'], why: ['words merge 2.77'] },
  {
    fact: 'a tag comes before free words',
    asked: { tags: ['deploy'], words: 'who may merge' },
    found: ['ops/deploy-rules 128', 'ops/gitea 2.77'],
    why: ['tag deploy 10', 'name deploy 4', 'summary deploy 2'],
  },
  { fact: 'free words that nobody has', asked: { tags: [], words: 'quantum physics' }, found: [], why: [] },
  { fact: 'free words that are all stop words', asked: { tags: [], words: 'how do I do this' }, found: [], why: [] },
  {
    fact: 'a high priority comes first',
    asked: { tags: ['secrets', 'docs'] },
    found: ['security 120', 'review-docs 14', 'style 10'],
    why: ['tag secrets 10', 'summary secrets 2'],
  },
];

const index = new PromptIndex(library);
const many = (count: number, make: (at: number) => Partial<Candidate>): PromptIndex =>
  new PromptIndex(
    Array.from({ length: count }, (_, at) => ({
      ref: `n${at}`,
      name: `n${at}`,
      priority: 1,
      tags: ['same'],
      servers: [],
      actions: [],
      summary: '',
      chapters: [],
      ...make(at),
    })),
  );
const refs = (asked: Asked, of: PromptIndex, options = {}): readonly string[] =>
  matchTags(asked, of, options).map(({ ref }) => ref);

describe('matchTags', () => {
  it.each(table)('$fact', ({ asked, found, why }) => {
    const matches = matchTags(asked, index);
    expect(matches.map(({ ref, score }) => `${ref.replace(/^project:/, '')} ${score}`)).toEqual(found);
    expect((matches[0]?.why ?? []).map(({ field, term, points }) => `${field} ${term} ${points}`)).toEqual(why);
  });

  it('orders equal scores by priority, then by name, then by reference', () => {
    const given = [
      { ref: 'agent:b/same', name: 'same', tags: ['x'] },
      { ref: 'agent:a/same', name: 'same', tags: ['x'] },
      { ref: 'earlier', name: 'earlier', tags: ['x'] },
      // A word of a tag of two counts 4, and priority 5 makes 20 of it, as two whole tags do.
      { ref: 'higher', name: 'higher', tags: ['x y'], priority: 5 },
      { ref: 'two', name: 'two', tags: ['x', 'z'] },
    ];
    const ordered = many(given.length, (at) => given[at] ?? {});
    expect(refs({ tags: ['x', 'z'] }, ordered)).toEqual(['higher', 'two', 'earlier', 'agent:a/same', 'agent:b/same']);
  });

  it('chooses among those alone that the session may read', () => {
    const among = ({ project }: Candidate): boolean => project !== 'ops';
    expect(refs({ tags: ['gitea', 'deploy'], words: 'merge' }, index, { among })).toEqual(['project:web/issue-howto']);
  });

  it(`returns ${MAX_MATCHES} at most, the best of all`, () => {
    const all = many(MAX_MATCHES + 50, (at) => ({ priority: at === 170 ? 2 : 1 }));
    expect(refs({ tags: ['same'] }, all, { limit: 1_000 })).toHaveLength(MAX_MATCHES);
    expect(refs({ tags: ['same'] }, all, { limit: 2 })).toEqual(['n170', 'n0']);
    expect(refs({ tags: ['same'] }, all, { limit: 0 })).toEqual([]);
  });

  it('looks at the first 128 words of all tags together, and 256 characters of one', () => {
    const full = Array.from({ length: 32 }, (_, at) => `a${at} b${at} c${at} d${at}`);
    expect(refs({ tags: [...full.slice(1), 'nightly'] }, index)).toEqual(['project:ops/backups']);
    expect(refs({ tags: [...full, 'nightly'] }, index)).toEqual([]);
    expect(refs({ tags: [`${'x'.repeat(256)} nightly`] }, index)).toEqual([]);
  });

  it('looks at the first 64 tags of a request, and shows foreign text on one clean line', () => {
    const tags = [...Array.from({ length: 64 }, (_, at) => `tag${at}`), 'deploy'];
    expect(refs({ tags }, index)).toEqual([]);
    const [match] = matchTags(
      { tags: [`docs\n\u001b[31m\u202e`] },
      many(1, () => ({ tags: ['docs 31m'] })),
    );
    expect(match?.why[0]?.term).toBe('docs [31m');
  });
});
