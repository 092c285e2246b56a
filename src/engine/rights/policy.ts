/** Compiles roles and bindings, and decides by them. Pure: the same rows give the same answers. */
import type { AccessKind, AccessRule, AccessVerb, Binding } from '../../store/schema/access.ts';
import { accessKinds, accessVerbs } from '../../store/schema/access.ts';
import { builtInRoles, type RoleRules } from './built-in-roles.ts';
import type { Decision, Need, Principal } from './need.ts';
import { PatternMap } from './patterns.ts';

/** Of one role, for one verb and kind: name pattern → project pattern. */
type Scopes = PatternMap<PatternMap<true>>;

interface CompiledRole {
  readonly name: string;
  readonly scopes: ReadonlyMap<string, Scopes>;
}

/** What one subject has under one project pattern. */
class Cell {
  /** Role → id of the binding. */
  readonly bindings = new Map<string, string>();
  /** By verb and kind, the roles that have a rule for it; found at the first question. */
  readonly #asked = new Map<string, readonly (readonly [role: string, binding: string])[]>();

  withRule(roles: ReadonlyMap<string, CompiledRole>, key: string): readonly (readonly [string, string])[] {
    let found = this.#asked.get(key);
    if (found === undefined) {
      found = [...this.bindings].filter(([role]) => roles.get(role)?.scopes.has(key) === true);
      this.#asked.set(key, found);
    }
    return found;
  }
}

/** What is bound to one subject, by project pattern. */
type Bound = PatternMap<Cell>;

export interface Policy {
  readonly roles: ReadonlyMap<string, CompiledRole>;
  readonly bound: ReadonlyMap<string, Bound>;
}

const EVERYWHERE = '*';

const keyOf = (verb: AccessVerb, kind: AccessKind): string => `${verb} ${kind}`;

export function compilePolicy(
  roles: readonly Pick<RoleRules, 'name' | 'rules'>[],
  bindings: readonly Pick<Binding, 'id' | 'subject' | 'role' | 'projects'>[],
): Policy {
  const compiled = new Map<string, CompiledRole>();
  // A row cannot take a built-in name; should one have, the built-in role counts.
  for (const role of [...roles, ...builtInRoles]) compiled.set(role.name, compileRole(role));
  const bound = new Map<string, Bound>();
  for (const { id, subject, role, projects = [EVERYWHERE] } of bindings) {
    const own = getOrMake(bound, subject, () => new PatternMap<Cell>());
    for (const project of projects) {
      let cell = own.get(project);
      if (cell === undefined) own.set(project, (cell = new Cell()));
      if (!cell.bindings.has(role)) cell.bindings.set(role, id);
    }
  }
  return { roles: compiled, bound };
}

function compileRole({ name, rules }: Pick<RoleRules, 'name' | 'rules'>): CompiledRole {
  const scopes = new Map<string, Scopes>();
  for (const rule of rules) {
    for (const verb of all(rule.verbs, accessVerbs)) {
      for (const kind of all(rule.kinds, accessKinds)) {
        allow(getOrMake(scopes, keyOf(verb, kind), newScopes), rule, (pattern) => pattern);
        // Who may run a server may call its tools.
        if (verb === 'run' && kind === 'server') {
          const tools = getOrMake(scopes, keyOf('run', 'tool'), newScopes);
          allow(tools, rule, (pattern) => (pattern.endsWith('*') ? pattern : `${pattern}/*`));
        }
      }
    }
  }
  return { name, scopes };
}

function newScopes(): Scopes {
  return new PatternMap();
}

function all<T extends string>(named: readonly (T | '*')[], every: readonly T[]): readonly T[] {
  return named.includes('*') ? every : (named as readonly T[]);
}

function allow(scopes: Scopes, { names = ['*'], projects = [EVERYWHERE] }: AccessRule, nameOf: (p: string) => string) {
  for (const name of names.map(nameOf)) {
    let within = scopes.get(name);
    if (within === undefined) scopes.set(name, (within = new PatternMap()));
    for (const project of projects) within.set(project, true);
  }
}

function getOrMake<K, V>(map: Map<K, V>, key: K, make: () => V): V {
  let value = map.get(key);
  if (value === undefined) map.set(key, (value = make()));
  return value;
}

/** Whether anything is bound to it or carried by its token: else a project's own role counts for an agent. */
export function hasOwnRights(policy: Policy, { subject, groups = [], roles = [] }: Principal): boolean {
  return roles.length > 0 || [subject, ...groups].some((one) => policy.bound.has(one));
}

/**
 * Decides on one need. `defaultRole` is what the project gives to agents that nothing is bound to.
 * A project's pattern is met by things of that project alone; what belongs to none needs a right that holds everywhere.
 */
export function authorize(policy: Policy, principal: Principal, need: Need, defaultRole?: string): Decision {
  if (principal.subject === 'operator') return OWNER;
  const { projects } = principal;
  if (projects !== undefined && (need.project === undefined || !projects.includes(need.project))) {
    return { allowed: false, because: `the token of ${principal.subject} is for ${projects.join(', ')} alone` };
  }
  const key = keyOf(need.verb, need.kind);
  const allows = (role: string): boolean => roleAllows(policy.roles.get(role), key, need);
  for (const role of principal.roles ?? []) {
    if (allows(role)) return { allowed: true, because: `role ${role} of its token` };
  }
  for (const subject of principal.groups === undefined
    ? [principal.subject]
    : [principal.subject, ...principal.groups]) {
    let found: readonly [role: string, binding: string] | undefined;
    policy.bound.get(subject)?.find(need.project, (cell) => {
      found = cell.withRule(policy.roles, key).find(([role]) => allows(role));
      return found !== undefined;
    });
    if (found !== undefined) {
      return { allowed: true, because: `role ${found[0]}, bound to ${subject} by ${found[1]}` };
    }
  }
  if (defaultRole !== undefined && !hasOwnRights(policy, principal) && allows(defaultRole)) {
    return { allowed: true, because: `role ${defaultRole}, which project ${need.project ?? '-'} gives its agents` };
  }
  return { allowed: false, because: `no role of ${principal.subject} allows ${needWords(need)}` };
}

const OWNER: Decision = { allowed: true, because: 'the operator owns the engine' };

function roleAllows(role: CompiledRole | undefined, key: string, { name, project }: Need): boolean {
  const scopes = role?.scopes.get(key);
  if (scopes === undefined) return false;
  return scopes.find(name, (within) => within.find(project, () => true) !== undefined) !== undefined;
}

/** `edit prompt deploy-rules in project ops`. */
export function needWords({ verb, kind, name, project }: Need): string {
  const what = name === undefined ? kind : `${kind} ${name}`;
  return `${verb} ${what}${project === undefined ? '' : ` in project ${project}`}`;
}
