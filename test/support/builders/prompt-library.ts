/** The prompts that the table of `matchTags` is about. */
import type { Candidate } from '../../../src/engine/selection/types.ts';

type Given = Partial<Candidate> & Pick<Candidate, 'name'>;

const prompt = ({ name, project, ...rest }: Given): Candidate => ({
  ref: project === undefined ? name : `project:${project}/${name}`,
  name,
  priority: 1,
  tags: [],
  servers: [],
  actions: [],
  summary: '',
  chapters: [],
  ...rest,
  ...(project === undefined ? {} : { project }),
});

export const library: readonly Candidate[] = [
  prompt({ name: 'style', tags: ['writing', 'docs'], summary: 'How we write: short sentences, plain words.' }),
  prompt({
    name: 'code-review',
    tags: ['Code Review', 'quality'],
    priority: 5,
    chapters: ['What to look at', 'Tests'],
  }),
  prompt({ name: 'review-docs', tags: ['docs', 'review'], summary: 'Reviewing documentation.' }),
  prompt({
    name: 'deploy-rules',
    project: 'ops',
    tags: ['deploy', 'release'],
    summary: 'When and how a release is deployed.',
    chapters: ['Freeze', 'Rollback', 'Who is told'],
    priority: 8,
  }),
  prompt({
    name: 'backups',
    project: 'ops',
    tags: ['postgres', 'backup'],
    servers: ['pg-main'],
    actions: ['run_query'],
    summary: 'Restoring a database from its nightly dump.',
  }),
  prompt({
    name: 'issue-howto',
    project: 'web',
    tags: ['gitea'],
    servers: ['gitea'],
    actions: ['create_issue', 'list_issues'],
    summary: 'Fields that an issue needs.',
    priority: 3,
  }),
  prompt({ name: 'gitea', project: 'ops', summary: 'Our git host and who may merge.' }),
  prompt({ name: 'security', tags: ['security', 'secrets'], priority: 10, summary: 'Never print a secret.' }),
  prompt({
    name: 'incident',
    project: 'ops',
    tags: ['on-call'],
    summary: 'What to do at night.',
    chapters: ['Rollback first'],
  }),
  prompt({ name: 'nihongo', tags: ['日本語'], summary: '日本語で書くときの決まり。' }),
  prompt({ name: 'cafe', tags: ['Café'], summary: 'Where we eat.' }),
  prompt({ name: 'readFile-notes', tags: ['fileSystem'], summary: 'Paths that readFile may see.' }),
];
