/** How long a selection takes by rules: 10,000 prompts by tags and by free words, 300 tools by words; and pages of 8 MiB. */
import { PromptIndex, matchTags } from '../src/engine/selection/tag-match.ts';
import { searchTools } from '../src/engine/selection/tool-search.ts';
import type { Asked, Candidate, SearchableTool } from '../src/engine/selection/types.ts';
import { termsOf } from '../src/engine/selection/words.ts';
import { tokensOf } from '../src/kernel/tokens.ts';
import { paginate } from '../src/mcp/pages/paginate.ts';
import { seededRandom } from '../test/support/builders/random.ts';
import type { BenchResult } from './result.ts';

const PROMPTS = 10_000;
const TOOLS = 300;
const ROUNDS = 101;
const PAGED_CHARACTERS = 8 * 1024 * 1024;

/** Few words, so that each is in many prompts: a query meets far more of them than a real one. */
const words = (
  'access alert audit backup branch build cluster code coverage create database deploy docker group image incident invite ' +
  'issue kubernetes list log merge metric naming onboarding pipeline policy postgres query release report restore review ' +
  'role rotate runbook scan secret security send style test token update user'
).split(' ');

const random = seededRandom(7);
const some = (count: number): string[] => Array.from({ length: count }, () => random.pick(words));

const prompts: readonly Candidate[] = Array.from({ length: PROMPTS }, (_, at) => ({
  ref: `project:p${at % 50}/n${at}`,
  name: `${some(2).join('-')}-${at}`,
  priority: 1 + random.below(10),
  tags: some(3),
  project: `p${at % 50}`,
  servers: [`s${at % 40}`],
  actions: [some(2).join('_')],
  summary: some(12).join(' '),
  chapters: Array.from({ length: 6 }, () => some(3).join(' ')),
}));
const tools: readonly SearchableTool[] = Array.from({ length: TOOLS }, (_, at) => ({
  name: `${some(2).join('_')}_${at}`,
  description: some(30).join(' '),
  parameters: some(6),
}));

const byTags: Asked = { tags: ['backup', 'code review', 'postgres'], project: 'p3' };
const byCall: Asked = { tags: [], project: 'p3', servers: ['s7'], actions: ['create_issue'] };
const byWords: Asked = {
  tags: [],
  words: 'rotate the secret token of the postgres database before the release, then restore a backup',
};

/** Medians of a thing and of its baseline, in turns. */
function medians(work: () => unknown, baseline: () => unknown, rounds = ROUNDS): readonly [number, number] {
  const times: readonly [number[], number[]] = [[], []];
  for (let round = 0; round < rounds; round += 1) {
    for (const [at, run] of [work, baseline].entries()) {
      const start = performance.now();
      run();
      times[at]?.push(performance.now() - start);
    }
  }
  return times.map((all) => all.toSorted((a, b) => a - b)[Math.floor(all.length / 2)] ?? 0) as [number, number];
}

/** What an index saves: every prompt is looked at, its words split already. */
function scanned(): (asked: Asked) => number {
  const split = prompts.map(
    ({ name, tags, summary, chapters }) => new Set(termsOf([name, ...tags, summary, ...chapters].join(' '))),
  );
  return ({ tags, servers = [], actions = [], words: free = '' }) => {
    const asked = [...new Set(termsOf([...tags, ...servers, ...actions, free].join(' ')))];
    return split
      .map((own, number) => ({ number, score: asked.filter((term) => own.has(term)).length }))
      .filter(({ score }) => score > 0)
      .toSorted((a, b) => b.score - a.score || a.number - b.number).length;
  };
}

export function run(): Promise<readonly BenchResult[]> {
  const index = new PromptIndex(prompts);
  const scan = scanned();
  const ofPrompts = (
    [
      ['by three tags', byTags],
      ['by the tags of a call', byCall],
      ['by a sentence', byWords],
    ] as const
  ).map(([name, asked]): BenchResult => {
    const [value, baseline] = medians(
      () => matchTags(asked, index),
      () => scan(asked),
    );
    return {
      name: `10,000 prompts ${name}`,
      value,
      unit: 'ms',
      bar: '<= 5 ms',
      baseline: 'of a scan of all',
      ratio: value / baseline,
      pass: value <= 5,
    };
  });
  const [built, splitting] = medians(
    () => new PromptIndex(prompts),
    () => prompts.map(({ summary }) => termsOf(summary)),
    5,
  );
  const [found, listed] = medians(
    () => searchTools(tools, 'create an issue and merge the branch', 10),
    () => JSON.stringify(tools),
  );
  const prose = 'Some words of prose that go on for a while, and end here. '.repeat(20);
  const text = Array.from({ length: PAGED_CHARACTERS / 1_200 }, (_, at) => `## Part ${at}\n\n${prose}\n`).join('\n');
  const [paged, counted] = medians(
    () => paginate(text, 8_000),
    () => tokensOf(text),
    3,
  );
  return Promise.resolve([
    ...ofPrompts,
    {
      name: 'index of 10,000 prompts, words known',
      value: built,
      unit: 'ms',
      baseline: 'of splitting summaries',
      ratio: built / splitting,
    },
    {
      name: '300 tools by words',
      value: found,
      unit: 'ms',
      baseline: 'of writing them as JSON',
      ratio: found / listed,
    },
    { name: '8 MiB into pages', value: paged, unit: 'ms', baseline: 'of counting its tokens', ratio: paged / counted },
  ]);
}
