/** Handles the commands on roles and bindings, and answers who may do what. */
import type { Clock } from '../../kernel/clock.ts';
import { McptuiError } from '../../kernel/errors.ts';
import type { Ids } from '../../kernel/ids.ts';
import { subjectSchema, type Binding, type Role } from '../../store/schema/access.ts';
import type { Shape } from '../../store/schema/index.ts';
import type { AuditEvent, Database } from '../../store/types.ts';
import { builtInRoles, type RoleRules } from '../rights/built-in-roles.ts';
import type { EngineRights } from '../rights/engine-rights.ts';
import type { Principal } from '../rights/need.ts';
import { needWords } from '../rights/policy.ts';
import { Roles } from '../rights/roles.ts';
import type { BindingView, RoleView } from '../rights/views.ts';
import type { CommandsOf } from './table/entry.ts';
import type { rightsEntries } from './table/rights.ts';

export interface RightsParts {
  /** Who the audit log names. */
  readonly actor: string;
  /** Who asks. */
  readonly principal: Principal;
  readonly clock: Clock;
  readonly db: Database<Shape>;
  readonly ids: Ids;
  readonly rights: EngineRights;
  /** Lists and views may show other things now. */
  readonly rightsChanged: () => void;
}

/** Events around one in which its decision stands. */
const NEAR = 20;

export function rightsCommands(parts: RightsParts): CommandsOf<typeof rightsEntries> {
  const { db, principal, rightsChanged } = parts;
  const { rights } = parts.rights;
  const roles = new Roles({ ...parts, rights });
  const roleView = (role: RoleRules | Role): RoleView => ({
    name: role.name,
    summary: role.summary,
    isBuiltIn: builtInRoles.some(({ name }) => name === role.name),
    rules: role.rules,
    bound: db
      .collection('bindings')
      .all()
      .filter((row) => row.role === role.name).length,
  });
  const changing = async <T>(work: Promise<T>): Promise<T> => {
    const result = await work;
    rightsChanged();
    return result;
  };
  const boundTo = (subjects: readonly string[]): readonly BindingView[] =>
    db
      .collection('bindings')
      .all()
      .filter(({ subject }) => subjects.includes(subject))
      .map(bindingView);

  return {
    roles: () => Promise.resolve(rights.roles().map(roleView)),
    createRole: async (name, draft) => roleView(await changing(roles.create(name, draft))),
    updateRole: async (name, change) => roleView(await changing(roles.update(name, change))),
    deleteRole: (name) => changing(roles.delete(name)),
    bindings: () => Promise.resolve(db.collection('bindings').all().map(bindingView)),
    createBinding: async (subject, role, scope) =>
      bindingView(await changing(roles.bind(subject, role, scope?.projects))),
    deleteBinding: (id) => changing(roles.unbind(id)),
    async canI(verb, kind, { name, project, as } = {}) {
      const who = as === undefined ? principal : asSubject(as);
      const need = { verb, kind, name, project };
      const decision = rights.decide(who, need);
      const { hint } = decision.allowed ? {} : rights.refusal(who, need, decision);
      return { subject: who.subject, what: needWords(need), ...decision, ...(hint === undefined ? {} : { hint }) };
    },
    async whoAmI() {
      const { subject, groups = [], roles: carried = [], projects, by } = principal;
      return {
        subject,
        groups,
        roles: carried,
        ...(projects === undefined ? {} : { projects }),
        ...(by === undefined ? {} : { by }),
        bindings: boundTo([subject, ...groups]),
      };
    },
    async whyEvent(n) {
      const near = await db.events({ after: Math.max(0, n - NEAR), limit: 2 * NEAR });
      const event = near.find((one) => one.n === n);
      if (event === undefined) throw new McptuiError('not-found', `no audit event ${n}`, { hint: 'mcptui get audit' });
      const decision = event.kind === 'rbac_decision' ? event : decisionFor(event, near);
      if (decision !== undefined) return { event, because: decision.message ?? '-', decision };
      return { event, because: reasonWithout(event.actor) };
    },
  };
}

function bindingView({ id, subject, role, projects, createdAt, createdBy }: Binding): BindingView {
  return { id, subject, role, ...(projects === undefined ? {} : { projects }), createdAt, createdBy };
}

/** @throws McptuiError `invalid` for what is no subject */
function asSubject(text: string): Principal {
  const isClient = text.startsWith('client:') && text.length <= 200;
  if (text === 'operator' || isClient || subjectSchema.safeParse(text).success) return { subject: text };
  throw new McptuiError('invalid', `${JSON.stringify(text)} is no subject`, {
    hint: 'operator, user:NAME, group:NAME, service:NAME, agent:NAME or client:NAME',
  });
}

/** The nearest decision of the same actor: a permitted change is followed by it. */
function decisionFor(event: AuditEvent, near: readonly AuditEvent[]): AuditEvent | undefined {
  return near.find((one) => one.kind === 'rbac_decision' && one.actor === event.actor && one.n > event.n);
}

function reasonWithout(actor: string): string {
  if (actor === 'engine') return 'the engine did it by itself';
  if (actor.startsWith('operator')) return 'the operator owns the engine: nothing is forbidden on its own socket';
  return `${actor} did what the agents of its project may do; nothing had to be decided`;
}
