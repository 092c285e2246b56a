/** Decides for a running engine: by the roles and bindings that it holds now, compiled once for each change of them. */
import { McptuiError } from '../../kernel/errors.ts';
import { noSuch } from '../../kernel/no-such.ts';
import { accessKinds, accessVerbs, type AccessRule, type Binding, type Role } from '../../store/schema/access.ts';
import type { Project, Shape } from '../../store/schema/index.ts';
import type { CollectionReader, Database } from '../../store/types.ts';
import { builtInRoles, DEFAULT_AGENT_ROLE, NO_ROLE, type RoleRules } from './built-in-roles.ts';
import type { Decision, Need, Principal } from './need.ts';
import { authorize, compilePolicy, hasOwnRights, needWords, type Policy } from './policy.ts';

const ANYWHERE = '*';

/** Somebody with each built-in role, called as it is. */
const EACH_ROLE = compilePolicy(
  [],
  builtInRoles.map(({ name }) => ({ id: '-', subject: name, role: name })),
);

export class Rights {
  readonly #db: Database<Shape>;
  readonly #roles: CollectionReader<Role>;
  readonly #bindings: CollectionReader<Binding>;
  readonly #projects: CollectionReader<Project>;
  #from: {
    readonly roles: readonly Role[];
    readonly bindings: readonly Binding[];
    readonly projects: readonly Project[];
  };
  #policy: Policy = compilePolicy([], []);
  #changes = 0;
  /** Asked several times a call: what has not changed is not compared. */
  #isStale = true;
  #agentRoles = new Map<string, string | undefined>();

  constructor(db: Database<Shape>) {
    this.#db = db;
    this.#roles = db.collection('roles');
    this.#bindings = db.collection('bindings');
    this.#projects = db.collection('projects');
    this.#from = { roles: [], bindings: [], projects: [] };
  }

  get policy(): Policy {
    if (!this.#isStale) return this.#policy;
    this.#isStale = false;
    const roles = this.#roles.all();
    const bindings = this.#bindings.all();
    const projects = this.#projects.all();
    const from = this.#from;
    if (from.roles === roles && from.bindings === bindings && from.projects === projects) return this.#policy;
    this.#from = { roles, bindings, projects };
    this.#changes += 1;
    if (from.projects !== projects)
      this.#agentRoles = new Map(projects.map(({ name, agentRole }) => [name, agentRole]));
    if (from.roles !== roles || from.bindings !== bindings) this.#policy = compilePolicy(roles, bindings);
    return this.#policy;
  }

  /** Roles, bindings or projects may be others now. */
  touch(): void {
    this.#isStale = true;
  }

  /** Another one after each change of roles, bindings or projects. */
  get policyId(): number {
    void this.policy;
    return this.#changes;
  }

  decide(principal: Principal, need: Need): Decision {
    const { policy } = this;
    return authorize(policy, principal, need, this.#defaultRole(principal, need.project));
  }

  /** Whether a principal has what its project gives to agents, and no less: nothing has to be asked for its calls. */
  isPlainAgent(principal: Principal, project: string): boolean {
    if (principal.subject === 'operator') return true;
    const { policy } = this;
    return this.#defaultRole(principal, project) === DEFAULT_AGENT_ROLE && !hasOwnRights(policy, principal);
  }

  /** @throws McptuiError `denied` naming what is missing and who can grant it */
  demand(principal: Principal, need: Need): Decision {
    const decision = this.decide(principal, need);
    if (!decision.allowed) throw this.refusal(principal, need, decision);
    return decision;
  }

  refusal(principal: Principal, need: Need, { because }: Decision): McptuiError {
    return new McptuiError('denied', `${principal.subject} may not ${needWords(need)}: ${because}`, {
      hint: this.#grantWords(principal, need),
    });
  }

  /** @throws McptuiError `denied` for the first rule that is more than the principal has itself */
  refuseMore(principal: Principal, rules: readonly AccessRule[], within: readonly string[] = [ANYWHERE]): void {
    if (principal.subject === 'operator') return;
    for (const need of rules.flatMap((rule) => needsOfRule(rule, within))) {
      const decision = this.decide(principal, need);
      if (decision.allowed) continue;
      const hint = 'nobody gives rights that they do not have; the operator of this engine can';
      throw new McptuiError('denied', `${principal.subject} may not ${needWords(need)}, so it cannot let others`, {
        hint,
      });
    }
  }

  /** The built-in ones and those of this engine. */
  roles(): readonly RoleRules[] {
    return [...builtInRoles, ...this.#db.collection('roles').all()];
  }

  /** @throws McptuiError `not-found` with those there are */
  roleNamed(name: string): RoleRules {
    const roles = this.roles();
    const found = roles.find((role) => role.name === name);
    if (found !== undefined) return found;
    throw noSuch(
      'role',
      name,
      Array.from(roles, (role) => role.name),
      'mcptui get roles',
    );
  }

  /** Agents alone have a role from their project: who connects to the operators' API has what was bound to it. */
  #defaultRole({ subject }: Principal, project: string | undefined): string | undefined {
    if (!/^(?:agent|client):/.test(subject)) return undefined;
    const role = (project === undefined ? undefined : this.#agentRoles.get(project)) ?? DEFAULT_AGENT_ROLE;
    return role === NO_ROLE ? undefined : role;
  }

  #grantWords({ subject, by }: Principal, need: Need): string {
    const admins = new Set<string>();
    for (const { subject: one, role } of this.#db.collection('bindings').all()) {
      if (role === 'admin' && admins.size < 3) admins.add(one);
    }
    const who = ['the operator of this engine', ...admins].join(', ');
    if (subject.startsWith('client:')) {
      const where = need.project === undefined ? '' : `: mcptui edit project ${need.project} --agent-role ROLE`;
      return `${who} can grant it to an agent with a ticket (docs/access.md), or to all of the project${where}`;
    }
    const role =
      [...builtInRoles].reverse().find(({ name }) => authorize(EACH_ROLE, { subject: name }, need).allowed)?.name ??
      'admin';
    const scope = need.project === undefined ? '' : ` --project ${need.project}`;
    return `${who} can grant it: mcptui create binding ${by ?? subject} ${role}${scope}`;
  }
}

/** What who gives a rule has to have: patterns stand for themselves. A binding's projects limit a rule that names none. */
function needsOfRule({ verbs, kinds, names = [ANYWHERE], projects }: AccessRule, within: readonly string[]): Need[] {
  const plain = (pattern: string): string | undefined => (pattern === ANYWHERE ? undefined : pattern);
  const places = projects ?? within;
  return (verbs.includes(ANYWHERE) ? accessVerbs : (verbs as readonly Need['verb'][])).flatMap((verb) =>
    (kinds.includes(ANYWHERE) ? accessKinds : (kinds as readonly Need['kind'][])).flatMap((kind) =>
      names.flatMap((name) => places.map((project) => ({ verb, kind, name: plain(name), project: plain(project) }))),
    ),
  );
}
