/** Which prompts a model may sum up, where their text may go, and what of each is missing. */
import { describe, expect, it } from 'vitest';
import { wantedPrompts } from '../../../src/engine/digests/wanted.ts';
import type { Agent, Prompt } from '../../../src/store/schema/content.ts';
import type { Project } from '../../../src/store/schema/index.ts';

const long = `${'word '.repeat(60)}\n`;
let count = 0;
const prompt = (more: Partial<Prompt> & { body?: string; summary?: string }): Prompt => {
  const { body = long, summary = '', ...row } = more;
  count += 1;
  const id = `${count}`.padStart(64, '0');
  return {
    scope: 'global',
    name: 'x',
    id,
    current: { id: 'rev', semver: '0.1.0', hash: id },
    createdAt: 0,
    updatedAt: 0,
    updatedBy: 'engine',
    content: { summary, priority: 5, body },
    ...row,
  };
};
const project = (name: string, models?: 'none' | 'local' | 'any'): Project =>
  ({ name, ...(models === undefined ? {} : { gate: { models } }) }) as Project;
const policies = (prompts: readonly Prompt[], projects: readonly Project[], agents: readonly Agent[] = []) =>
  wantedPrompts(prompts, projects, agents).map(({ policy }) => policy);

describe('wantedPrompts', () => {
  it('lets a text go where its project says, an agent’s where the project of the agent does', () => {
    const projects = [project('ops', 'any'), project('web'), project('shut', 'none')];
    const own = (name: string): Prompt => prompt({ scope: 'project', project: name });
    expect(policies([own('ops'), own('web'), own('shut')], projects)).toEqual(['any', 'local']);
    const agents = [{ name: 'ann', project: 'ops' } as Agent];
    expect(policies([prompt({ scope: 'agent', agent: 'ann' })], projects, agents)).toEqual(['any']);
  });

  it('lets a global one go where the strictest of all projects says', () => {
    expect(policies([prompt({})], [project('a', 'any'), project('b', 'any')])).toEqual(['any']);
    expect(policies([prompt({})], [project('a', 'any'), project('b')])).toEqual(['local']);
    expect(policies([prompt({})], [project('a', 'any'), project('b', 'none')])).toEqual([]);
    // The engine's own project has no agents.
    expect(policies([prompt({})], [project('a', 'any'), project('mcptui-system')])).toEqual(['any']);
  });

  it('names each content once, as freely as one of its places lets it go', () => {
    const one = prompt({ scope: 'project', project: 'web' });
    const other = { ...one, project: 'ops' };
    const projects = [project('web'), project('ops', 'any')];
    expect(policies([one, other], projects)).toEqual(['any']);
    expect(policies([other, one], projects)).toEqual(['any']);
  });

  it('wants no summary of what has its own, or is no longer than one, and no chapters of what is short or very long', () => {
    const lines = 'a line\n'.repeat(20);
    const needs = wantedPrompts(
      [
        prompt({ body: lines.repeat(3) }),
        prompt({ body: lines, summary: 'own' }),
        prompt({ body: long }),
        prompt({ body: 'x\n'.repeat(12_001) }),
        prompt({ body: long, summary: 'own' }),
        prompt({ body: 'Be brief.' }),
        prompt({ scope: 'project', project: 'mcptui-system', body: lines.repeat(3) }),
      ],
      [project('a')],
      [],
    ).map(({ summary, chapters }) => [summary, chapters]);
    expect(needs).toEqual([
      [true, true],
      [false, true],
      [true, false],
      [true, false],
    ]);
  });
});
