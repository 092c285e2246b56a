/** Keeps roles and bindings, each change with its event. Nobody gives what they do not have. */
import * as z from 'zod';
import type { Clock } from '../../kernel/clock.ts';
import { McptuiError } from '../../kernel/errors.ts';
import type { Ids } from '../../kernel/ids.ts';
import { noSuch } from '../../kernel/no-such.ts';
import { bindingSchema, roleSchema, type AccessRule, type Binding, type Role } from '../../store/schema/access.ts';
import type { Shape } from '../../store/schema/index.ts';
import type { Database, Transaction } from '../../store/types.ts';
import { faultsOf } from '../content/faults.ts';
import { builtInRoles, NO_ROLE, type RoleRules } from './built-in-roles.ts';
import type { Principal } from './need.ts';
import type { Rights } from './rights.ts';
import { ruleText } from './rule-text.ts';
import { shortId } from '../inbox/short-id.ts';

export interface RolesParts {
  readonly db: Database<Shape>;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly actor: string;
  readonly principal: Principal;
  readonly rights: Rights;
}

const MAX_ROLES = 500;
const MAX_BINDINGS = 20_000;

type Fields = Pick<Role, 'summary' | 'rules'>;

export class Roles {
  readonly #p: RolesParts;

  constructor(parts: RolesParts) {
    this.#p = parts;
  }

  create(name: string, { summary = '', rules }: Partial<Fields> & Pick<Fields, 'rules'>): Promise<Role> {
    const { db, clock, ids } = this.#p;
    const now = clock.now();
    const role = checkedRole({ id: ids.next('rol'), name, summary, rules, createdAt: now, updatedAt: now });
    this.#refuseMore(role.rules);
    return db.transact((tx) => {
      const roles = tx.collection('roles');
      if (name === NO_ROLE || isBuiltIn(name) || roles.all().some((row) => row.name === name)) {
        throw new McptuiError('conflict', `role ${name} exists`, { hint: `mcptui describe role ${name}` });
      }
      if (roles.all().length >= MAX_ROLES)
        throw new McptuiError('conflict', `there are ${MAX_ROLES} roles: delete one first`);
      roles.insert(role);
      this.#event(tx, 'role_create', `role/${name}`, rulesText(role.rules));
      return role;
    });
  }

  update(name: string, change: Partial<Fields>): Promise<Role> {
    const { db, clock } = this.#p;
    return db.transact((tx) => {
      const { version, ...before } = own(tx, name);
      const next = checkedRole({ ...before, ...change, updatedAt: clock.now() });
      this.#refuseMore(next.rules);
      tx.collection('roles').replace({ ...next, version });
      this.#event(tx, 'role_update', `role/${name}`, rulesText(next.rules));
      return next;
    });
  }

  delete(name: string): Promise<void> {
    return this.#p.db.transact((tx) => {
      const row = own(tx, name);
      const bound = tx
        .collection('bindings')
        .all()
        .filter(({ role }) => role === name);
      const projects = tx
        .collection('projects')
        .all()
        .filter(({ agentRole }) => agentRole === name);
      const [binding] = bound;
      const [project] = projects;
      if (binding !== undefined) {
        throw new McptuiError(
          'conflict',
          `role ${name} is bound to ${bound.length === 1 ? binding.subject : `${bound.length} subjects`}`,
          {
            hint: `mcptui delete binding ${binding.id}`,
          },
        );
      }
      if (project !== undefined) {
        throw new McptuiError('conflict', `agents of project ${project.name} have role ${name}`, {
          hint: `mcptui edit project ${project.name} --agent-role agent`,
        });
      }
      tx.collection('roles').delete(row.id);
      this.#event(tx, 'role_delete', `role/${name}`);
    });
  }

  bind(subject: string, role: string, projects: readonly string[] | undefined): Promise<Binding> {
    const { db, clock, ids, rights, actor } = this.#p;
    const { rules } = rights.roleNamed(role);
    this.#refuseMore(rules, projects);
    return db.transact((tx) => {
      const bindings = tx.collection('bindings');
      const all = bindings.all();
      const id = shortId(ids.next('bnd'), (one) => all.some((row) => row.id === one), 'b');
      const binding = checkedBinding({
        id,
        subject,
        role,
        ...(projects === undefined || projects.length === 0 ? {} : { projects: [...new Set(projects)] }),
        createdAt: clock.now(),
        createdBy: actor,
      });
      const scope = JSON.stringify(binding.projects ?? []);
      const same = all.find(
        (row) => row.subject === subject && row.role === role && JSON.stringify(row.projects ?? []) === scope,
      );
      if (same !== undefined) throw new McptuiError('conflict', `${subject} has role ${role} there by ${same.id}`);
      if (all.length >= MAX_BINDINGS)
        throw new McptuiError('conflict', `there are ${MAX_BINDINGS} bindings: delete one first`);
      bindings.insert(binding);
      const where = binding.projects === undefined ? 'everywhere' : `in ${binding.projects.join(', ')}`;
      this.#event(tx, 'binding_create', `binding/${id}`, `${role} for ${subject} ${where}`);
      return binding;
    });
  }

  unbind(id: string): Promise<void> {
    return this.#p.db.transact((tx) => {
      const bindings = tx.collection('bindings');
      const row = bindings.find(id);
      if (row === undefined)
        throw noSuch(
          'binding',
          id,
          bindings.all().map((one) => one.id),
          'mcptui get bindings',
        );
      this.#refuseMore(this.#p.rights.roles().find(({ name }) => name === row.role)?.rules ?? [], row.projects);
      bindings.delete(id);
      this.#event(tx, 'binding_delete', `binding/${id}`, `${row.role} of ${row.subject}`);
    });
  }

  /** @throws McptuiError `denied` for a rule that the giver does not hold itself */
  #refuseMore(rules: readonly AccessRule[], projects?: readonly string[]): void {
    this.#p.rights.refuseMore(this.#p.principal, rules, projects);
  }

  #event(tx: Transaction<Shape>, kind: string, target: string, message?: string): void {
    const said = message === undefined ? {} : { message: message.slice(0, 500) };
    tx.event({ kind, actor: this.#p.actor, target, outcome: 'ok', ...said });
  }
}

function isBuiltIn(name: string): boolean {
  return builtInRoles.some((role) => role.name === name);
}

function own(tx: Transaction<Shape>, name: string) {
  const all = tx.collection('roles').all();
  const found = all.find((row) => row.name === name);
  if (found !== undefined) return found;
  if (isBuiltIn(name)) {
    throw new McptuiError('invalid', `role ${name} is built in and stays as it is`, {
      hint: 'mcptui create role NAME --allow RULE makes one of your own',
    });
  }
  throw noSuch(
    'role',
    name,
    all.map((row) => row.name),
    'mcptui get roles',
  );
}

function rulesText(rules: RoleRules['rules']): string {
  return rules.map(ruleText).join('; ');
}

function checkedRole(role: unknown): Role {
  const result = roleSchema.safeParse(role);
  if (result.success) return result.data;
  throw new McptuiError('invalid', `role ${nameIn(role)}: ${faultsOf(result.error, 'role')}`);
}

function checkedBinding(binding: unknown): Binding {
  const result = bindingSchema.safeParse(binding);
  if (result.success) return result.data;
  throw new McptuiError('invalid', `the binding cannot be made: ${faultsOf(result.error, 'binding')}`);
}

function nameIn(role: unknown): string {
  return z.looseObject({ name: z.string() }).safeParse(role).data?.name ?? '-';
}
