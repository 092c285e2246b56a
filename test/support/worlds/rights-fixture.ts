/** Answers the commands on roles and bindings in memory. */
import type { EngineCommands } from '../../../src/engine/index.ts';
import { builtInRoles } from '../../../src/engine/rights/built-in-roles.ts';
import type { BindingView, RoleView } from '../../../src/engine/rights/views.ts';
import { McptuiError } from '../../../src/kernel/errors.ts';

type RightsCommands = Pick<
  EngineCommands,
  | 'roles'
  | 'createRole'
  | 'updateRole'
  | 'deleteRole'
  | 'bindings'
  | 'createBinding'
  | 'deleteBinding'
  | 'canI'
  | 'whoAmI'
  | 'whyEvent'
>;

export function rightsFixture({ now, ask }: { now: number; ask: (line: string) => Promise<void> }): RightsCommands {
  const roles = new Map<string, RoleView>(
    builtInRoles.map((role) => [role.name, { ...role, isBuiltIn: true, bound: 0 }]),
  );
  const bindings = new Map<string, BindingView>();
  return {
    roles: () => Promise.resolve([...roles.values()]),
    createRole: async (name, { summary = '', rules }) => {
      await ask(`createRole ${name}`);
      const role = { name, summary, rules, isBuiltIn: false, bound: 0 };
      roles.set(name, role);
      return role;
    },
    updateRole: async (name, change) => {
      await ask(`updateRole ${name}`);
      const role = { ...(roles.get(name) ?? { name, summary: '', rules: [], isBuiltIn: false, bound: 0 }), ...change };
      roles.set(name, role);
      return role;
    },
    deleteRole: async (name) => {
      await ask(`deleteRole ${name}`);
      roles.delete(name);
    },
    bindings: () => Promise.resolve([...bindings.values()]),
    createBinding: async (subject, role, scope) => {
      await ask(`createBinding ${subject} ${role}`);
      const id = `b${bindings.size + 1}`;
      const projects = scope?.projects;
      const binding = {
        id,
        subject,
        role,
        ...(projects === undefined ? {} : { projects }),
        createdAt: now,
        createdBy: 'operator:ann',
      };
      bindings.set(id, binding);
      return binding;
    },
    deleteBinding: async (id) => {
      await ask(`deleteBinding ${id}`);
      bindings.delete(id);
    },
    canI: (verb, kind) =>
      Promise.resolve({
        subject: 'operator',
        what: `${verb} ${kind}`,
        allowed: true,
        because: 'the operator owns the engine',
      }),
    whoAmI: () => Promise.resolve({ subject: 'operator', groups: [], roles: [], bindings: [] }),
    whyEvent: (n) => Promise.reject(new McptuiError('not-found', `no audit event ${n}`)),
  };
}
