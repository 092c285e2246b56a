import { describe, expect, it } from 'vitest';
import { sessionIdentity, type LaunchNames } from '../../../src/engine/host/identity.ts';
import type { AgentView, PersonalityView, ProjectView } from '../../../src/engine/index.ts';
import { McptuiError } from '../../../src/kernel/errors.ts';

const byId = <T extends { readonly id: string }>(rows: readonly T[]): ReadonlyMap<string, T> =>
  new Map(rows.map((row) => [row.id, row]));

const project = (name: string): ProjectView => ({ id: `prj_${name}`, name, servers: 0, gated: false });
const agent = (name: string, extra: Partial<AgentView> = {}): AgentView =>
  ({ id: `agt_${name}`, name, project: 'default', isDefault: false, defaultPersonality: null, ...extra }) as AgentView;
const personality = (of: string, name: string): PersonalityView =>
  ({ id: `per_${of}_${name}`, name, agent: of }) as PersonalityView;

const personalities = byId([personality('ann', 'careful'), personality('ann', 'quick'), personality('bob', 'blunt')]);

function decide(launched: LaunchNames, agents: readonly AgentView[]) {
  return sessionIdentity({ projects: byId([project('ops')]), agents: byId(agents), personalities }, launched);
}

function refusal(launched: LaunchNames, agents: readonly AgentView[]): string {
  try {
    return `taken as ${JSON.stringify(decide(launched, agents))}`;
  } catch (error) {
    if (!(error instanceof McptuiError)) throw error;
    return `${error.code}: ${error.message} (${error.hint})`;
  }
}

describe('sessionIdentity', () => {
  const plain = [agent('ann'), agent('bob')];
  const withDefault = [agent('ann', { isDefault: true, defaultPersonality: 'careful' }), agent('bob')];

  it('works in the project that is named, else in the agent’s', () => {
    const inOps = [agent('ann', { project: 'ops' })];
    expect(decide({ agent: 'ann' }, inOps)).toEqual({ project: 'ops', agent: 'ann' });
    expect(decide({ agent: 'ann', project: 'default' }, inOps)).toEqual({ project: 'default', agent: 'ann' });
  });

  it('needs no names: the default project, and the default agent with its default personality if there is one', () => {
    expect(decide({}, [])).toEqual({ project: 'default' });
    expect(decide({ project: '', agent: '', personality: '' }, plain)).toEqual({ project: 'default' });
    expect(decide({ project: 'ops' }, withDefault)).toEqual({ project: 'ops', agent: 'ann', personality: 'careful' });
  });

  it('takes the names given', () => {
    expect(decide({ agent: 'bob' }, withDefault)).toEqual({ project: 'default', agent: 'bob' });
    expect(decide({ personality: 'quick' }, withDefault)).toMatchObject({ agent: 'ann', personality: 'quick' });
    expect(decide({ agent: 'bob', personality: 'blunt' }, plain)).toMatchObject({ agent: 'bob', personality: 'blunt' });
  });

  it('wears nothing when the default personality is gone', () => {
    expect(decide({ agent: 'bob' }, [agent('bob', { defaultPersonality: 'gone' })])).toEqual({
      project: 'default',
      agent: 'bob',
    });
  });

  it('refuses an unknown name with those that exist', () => {
    expect(refusal({ project: 'nope' }, plain)).toBe('not-found: no project nope (projects: default, ops)');
    expect(refusal({ agent: 'eve' }, plain)).toBe('not-found: no agent eve (agents: ann, bob)');
    expect(refusal({ agent: 'eve' }, [])).toBe('not-found: no agent eve (agents: none yet)');
    expect(refusal({ agent: 'ann', personality: 'blunt' }, plain)).toBe(
      'not-found: no personality of agent ann is called blunt (personalities: careful, quick)',
    );
  });

  it('refuses a personality of nobody with the next step', () => {
    expect(refusal({ personality: 'careful' }, plain)).toBe(
      'invalid: personality careful has no agent: none is named, and there is no default (name one with --agent; agents: ann, bob)',
    );
  });
});
