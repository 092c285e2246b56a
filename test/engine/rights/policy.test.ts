import { describe, expect, it } from 'vitest';
import * as fc from 'fast-check';
import { accessKinds, accessVerbs, type AccessRule } from '../../../src/store/schema/access.ts';
import { builtInRoles } from '../../../src/engine/rights/built-in-roles.ts';
import type { Need, Principal } from '../../../src/engine/rights/need.ts';
import { authorize, compilePolicy } from '../../../src/engine/rights/policy.ts';

const rule = (verbs: AccessRule['verbs'], kinds: AccessRule['kinds'], rest: Partial<AccessRule> = {}): AccessRule => ({
  verbs,
  kinds,
  ...rest,
});

const roles = [
  { name: 'caller', rules: [rule(['run'], ['tool'], { names: ['gitea/list_*'] }), rule(['run'], ['project'])] },
  { name: 'fs-user', rules: [rule(['run'], ['server'], { names: ['fs'] })] },
  { name: 'ops-editor', rules: [rule(['view', 'edit'], ['prompt'], { names: ['deploy-*'], projects: ['ops'] })] },
];
const bindings = [
  { id: 'b1', subject: 'user:ann', role: 'reviewer', projects: ['ops'] },
  { id: 'b2', subject: 'group:leads', role: 'editor', projects: ['ops-*'] },
  { id: 'b3', subject: 'agent:bot', role: 'caller', projects: ['ops'] },
  { id: 'b4', subject: 'agent:fs', role: 'fs-user' },
  { id: 'b5', subject: 'service:ci', role: 'ops-editor' },
  { id: 'b6', subject: 'user:root', role: 'admin' },
  { id: 'b7', subject: 'user:gone', role: 'no-such-role' },
];
const policy = compilePolicy(roles, bindings);

const may = (who: string | Principal, line: string, defaultRole?: string): boolean => {
  const [verb, kind, name, project] = line.split(' ') as [Need['verb'], Need['kind'], string?, string?];
  const need = { verb, kind, name: name === '-' ? undefined : name, project: project?.slice(1) };
  return authorize(policy, typeof who === 'string' ? { subject: who } : who, need, defaultRole).allowed;
};

describe('authorize', () => {
  it.each<[who: string, line: string, allowed: boolean]>([
    ['operator', 'delete role admin', true],
    ['user:root', 'delete token laptop', true],
    ['user:root', 'impersonate service ci', true],
    ['user:nobody', 'view prompt style', false],
    ['user:ann', 'approve prompt rollback @ops', true],
    ['user:ann', 'approve prompt rollback @web', false],
    ['user:ann', 'approve prompt style', false],
    ['user:ann', 'edit prompt rollback @ops', false],
    ['user:ann', 'edit proposal p7f3 @ops', true],
    ['agent:bot', 'run tool gitea/list_issues @ops', true],
    ['agent:bot', 'run tool gitea/delete_repo @ops', false],
    ['agent:bot', 'run tool gitea/list_issues @web', false],
    ['agent:bot', 'run server gitea @ops', false],
    ['agent:fs', 'run tool fs/read_file @ops', true],
    ['agent:fs', 'run tool fs2/read_file @ops', false],
    ['agent:fs', 'run project ops @ops', false],
    ['service:ci', 'edit prompt deploy-rules @ops', true],
    ['service:ci', 'edit prompt rollback @ops', false],
    ['service:ci', 'edit prompt deploy-rules @web', false],
    ['service:ci', 'edit prompt deploy-rules', false],
    ['user:gone', 'view prompt style', false],
    ['client:cursor', 'run tool fs/read_file @ops', false],
    ['unknown:token/x', 'run tool fs/read_file @ops', false],
  ])('%s: %s → %s', (who, line, allowed) => {
    expect(may(who, line)).toBe(allowed);
  });

  it('gives a project’s role to agents that nothing is bound to, and to nobody else', () => {
    expect(may('client:cursor', 'run tool fs/read_file @ops', 'agent')).toBe(true);
    expect(may('client:cursor', 'approve prompt style @ops', 'agent')).toBe(false);
    expect(may('agent:new', 'create proposal - @ops', 'agent')).toBe(true);
    // What is bound to it is all that it has.
    expect(may('agent:fs', 'create proposal - @ops', 'agent')).toBe(false);
  });

  it('counts groups and the roles of a token', () => {
    const lead = { subject: 'user:zoe', groups: ['group:leads'] };
    expect(may(lead, 'edit prompt x @ops-eu')).toBe(true);
    expect(may(lead, 'edit prompt x @web')).toBe(false);
    expect(may({ subject: 'service:x', roles: ['viewer'] }, 'view secret file/gitea')).toBe(true);
  });

  it('holds a token for some projects to them, whatever else is bound', () => {
    const root = { subject: 'user:root', projects: ['ops'] };
    expect(may(root, 'delete server fs @ops')).toBe(true);
    expect(may(root, 'delete server fs @web')).toBe(false);
    expect(may(root, 'create token laptop')).toBe(false);
  });

  it('says which role and binding allowed it', () => {
    const need: Need = { verb: 'approve', kind: 'prompt', name: 'x', project: 'ops' };
    expect(authorize(policy, { subject: 'user:ann' }, need).because).toBe('role reviewer, bound to user:ann by b1');
    expect(authorize(policy, { subject: 'user:bob' }, need).because).toBe(
      'no role of user:bob allows approve prompt x in project ops',
    );
  });

  it('does not let a row take the name of a built-in role', () => {
    const own = compilePolicy(
      [{ name: 'viewer', rules: [rule(['*'], ['*'])] }],
      [{ id: 'b', subject: 'user:x', role: 'viewer' }],
    );
    expect(authorize(own, { subject: 'user:x' }, { verb: 'delete', kind: 'server', name: 'fs' }).allowed).toBe(false);
  });
});

/** The same question asked rule by rule, by comparing strings: written apart from what it judges. */
function oracle(
  all: readonly Role[],
  bound: readonly Bound[],
  who: Principal,
  need: Need,
  fallback: string | undefined,
): boolean {
  if (who.subject === 'operator') return true;
  if (who.projects !== undefined && !who.projects.some((one) => one === need.project)) return false;
  const matches = (pattern: string, value: string | undefined): boolean => {
    if (pattern === '*') return true;
    if (value === undefined) return false;
    const star = pattern.indexOf('*');
    return star === -1 ? pattern === value : value.indexOf(pattern.slice(0, star)) === 0;
  };
  const ruleAllows = ({ verbs, kinds, names, projects }: AccessRule): boolean => {
    if (!verbs.some((verb) => verb === '*' || verb === need.verb)) return false;
    if (projects !== undefined && !projects.some((one) => matches(one, need.project))) return false;
    const isNamed = names === undefined || names.some((one) => matches(one, need.name));
    if (kinds.some((kind) => kind === '*' || kind === need.kind) && isNamed) return true;
    // Running a server is running its tools.
    if (need.kind !== 'tool' || need.verb !== 'run' || !kinds.some((kind) => kind === '*' || kind === 'server'))
      return false;
    // A name without a slash is of no tool.
    const [server, tool] = need.name?.split('/') ?? [];
    if (tool === undefined)
      return (
        names === undefined || names.includes('*') || names.some((one) => one.endsWith('*') && matches(one, need.name))
      );
    return names === undefined || names.some((one) => (one.endsWith('*') ? matches(one, need.name) : one === server));
  };
  const builtIn = builtInRoles.map(({ name }) => name);
  const roleAllows = (name: string): boolean => {
    const role = builtIn.includes(name)
      ? builtInRoles.find((one) => one.name === name)
      : all.find((one) => one.name === name);
    return role?.rules.some(ruleAllows) === true;
  };
  if ((who.roles ?? []).some(roleAllows)) return true;
  const mine = bound.filter(({ subject }) => subject === who.subject || (who.groups ?? []).includes(subject));
  const holds = mine.some(
    ({ role, projects }) => (projects ?? ['*']).some((one) => matches(one, need.project)) && roleAllows(role),
  );
  if (holds) return true;
  const isBare = mine.length === 0 && (who.roles ?? []).length === 0;
  return fallback !== undefined && isBare && roleAllows(fallback);
}

type Role = { readonly name: string; readonly rules: readonly AccessRule[] };
type Bound = { readonly id: string; readonly subject: string; readonly role: string; readonly projects?: string[] };

describe('authorize, beside an oracle', () => {
  const words = ['a', 'ab', 'abc', 'fs', 'fs/x', 'ab/y', 'b'];
  const pattern = fc.oneof(fc.constantFrom(...words), fc.constantFrom('*', 'a*', 'ab*', 'fs/*', 'b*'));
  const some = <T>(one: fc.Arbitrary<T>) => fc.array(one, { minLength: 1, maxLength: 3 });
  const aRule: fc.Arbitrary<AccessRule> = fc
    .record(
      {
        verbs: some(fc.constantFrom(...accessVerbs, '*' as const)),
        kinds: some(fc.constantFrom(...accessKinds, '*' as const)),
        names: some(pattern),
        projects: some(pattern),
      },
      { requiredKeys: ['verbs', 'kinds'] },
    )
    .map((made) => made as AccessRule);
  const roleName = fc.constantFrom('r1', 'r2', 'r3', 'viewer', 'agent', 'reviewer');
  const subject = fc.constantFrom('user:a', 'user:b', 'agent:a', 'group:g', 'service:s');
  const world = fc.record({
    roles: fc.uniqueArray(fc.record({ name: fc.constantFrom('r1', 'r2', 'r3'), rules: some(aRule) }), {
      selector: ({ name }) => name,
    }),
    bindings: fc.array(
      fc.record({ subject, role: roleName, projects: some(pattern) }, { requiredKeys: ['subject', 'role'] }),
      { maxLength: 6 },
    ),
  });
  const question = fc.record({
    who: fc
      .record(
        {
          subject: fc.oneof(subject, fc.constantFrom('client:c', 'operator')),
          groups: fc.constant(['group:g']),
          roles: fc.array(roleName, { maxLength: 2 }),
          projects: some(fc.constantFrom(...words)),
        },
        { requiredKeys: ['subject'] },
      )
      .map((made) => made as Principal),
    need: fc
      .record(
        {
          verb: fc.constantFrom(...accessVerbs),
          kind: fc.constantFrom(...accessKinds),
          name: fc.constantFrom(...words),
          project: fc.constantFrom(...words),
        },
        { requiredKeys: ['verb', 'kind'] },
      )
      .map((made) => made as Need),
    fallback: fc.constantFrom(undefined, 'agent', 'r1'),
  });

  it('answers the same for 100,000 random principals and needs', () => {
    let asked = 0;
    let allowed = 0;
    fc.assert(
      fc.property(world, fc.array(question, { minLength: 100, maxLength: 100 }), (made, questions) => {
        const bound = made.bindings.map((one, index) => ({ id: `b${index}`, ...one })) as Bound[];
        const compiled = compilePolicy(made.roles, bound);
        for (const { who, need, fallback } of questions) {
          const expected = oracle(made.roles, bound, who, need, fallback);
          asked += 1;
          if (expected) allowed += 1;
          const got = authorize(compiled, who, need, fallback).allowed;
          if (got !== expected) throw new Error(JSON.stringify({ made, who, need, fallback, expected }));
        }
      }),
      { numRuns: 1_000 },
    );
    expect(asked).toBeGreaterThanOrEqual(100_000);
    // Both answers are often given.
    expect(allowed / asked).toBeGreaterThan(0.05);
    expect(allowed / asked).toBeLessThan(0.95);
  }, 120_000);
});
