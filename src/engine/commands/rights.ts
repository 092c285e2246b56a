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
/** Decisions that are looked through for the one that an event names. */
const FAR = 1_000;

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
      const decision = event.kind === 'rbac_decision' ? event : await decisionFor(db, event, near);
      if (decision !== undefined) return { event, because: decision.message ?? '-', decision };
      const isNamed = event.detail?.['decision'] !== undefined;
      return { event, because: isNamed ? NOT_KEPT : reasonWithout(event.actor) };
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

/** The one that the event names. Events of an older engine name none: a permitted change was followed by its decision. */
async function decisionFor(
  db: Pick<Database<Shape>, 'events'>,
  { n, actor, detail }: AuditEvent,
  near: readonly AuditEvent[],
): Promise<AuditEvent | undefined> {
  const ref = detail?.['decision'];
  const isIt = (one: AuditEvent): boolean => one.kind === 'rbac_decision' && one.detail?.['decision'] === ref;
  if (ref === undefined)
    return near.find((one) => isIt(one) && one.actor === actor && one.outcome === 'ok' && one.n > n);
  // A command may take long, and others decide meanwhile.
  return near.find(isIt) ?? (await db.events({ after: n, kind: 'rbac_decision', limit: FAR })).find(isIt);
}

/** Of who is allowed and refused very often, decisions are counted and not kept one by one. */
const NOT_KEPT =
  'it was permitted; the decision itself is not kept: more than 5 a second were made for the same subject';

function reasonWithout(actor: string): string {
  if (actor === 'engine') return 'the engine did it by itself';
  if (actor.startsWith('operator')) return 'the operator owns the engine: nothing is forbidden on its own socket';
  return `${actor} did what the agents of its project may do; nothing had to be decided`;
}
