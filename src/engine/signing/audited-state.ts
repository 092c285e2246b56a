/** Follows, through the records of a journal, what says whether a decision had to be signed: projects, agents, bindings. */
import * as z from 'zod';
import { defined } from '../../kernel/defined.ts';
import type { AuditEvent, Change } from '../../store/types.ts';
import { approvalsSchema } from '../../store/schema/operator-key.ts';

const projectSchema = z.looseObject({
  id: z.string(),
  name: z.string(),
  approvals: approvalsSchema.optional(),
  agentRole: z.string().optional(),
});
const agentSchema = z.looseObject({ id: z.string(), name: z.string(), project: z.string() });
const bindingSchema = z.looseObject({
  id: z.string(),
  subject: z.string(),
  role: z.string(),
  projects: z.array(z.string()).optional(),
});

export type AuditedProject = z.infer<typeof projectSchema>;
export type AuditedAgent = z.infer<typeof agentSchema>;
export type AuditedBinding = z.infer<typeof bindingSchema>;

/** What was so before the first record of an export. */
export const auditedStateSchema = z.strictObject({
  projects: z.array(z.strictObject({ id: z.string(), name: z.string(), approvals: approvalsSchema.optional() })),
  agents: z.array(z.strictObject({ id: z.string(), name: z.string(), project: z.string() })),
  bindings: z.array(
    z.strictObject({
      id: z.string(),
      subject: z.string(),
      role: z.string(),
      projects: z.array(z.string()).optional(),
    }),
  ),
  /** Ids of keys that signed by then. */
  keys: z.array(z.string()),
});
export type AuditedRows = z.infer<typeof auditedStateSchema>;

/** What an event says of a project's approvals where the rows of its record are gone: null = none are demanded. */
const saidSchema = z.looseObject({ approvals: approvalsSchema.nullable() });

export class AuditedState {
  readonly projects = new Map<string, AuditedProject>();
  readonly agents = new Map<string, AuditedAgent>();
  readonly bindings = new Map<string, AuditedBinding>();
  /** Keys that were registered so far, also those that are revoked. */
  readonly keys = new Set<string>();

  constructor(rows?: AuditedRows) {
    for (const row of rows?.projects ?? []) this.projects.set(row.id, row);
    for (const row of rows?.agents ?? []) this.agents.set(row.id, row);
    for (const row of rows?.bindings ?? []) this.bindings.set(row.id, row);
    for (const id of rows?.keys ?? []) this.keys.add(id);
  }

  /** What has no rows of its own any more, as after retention, is told by its event. */
  said({ kind, target = '', detail }: AuditEvent): void {
    const name = target.replace(/^project\//, '');
    if (kind === 'project_delete') this.#forget(name);
    if (kind !== 'project_create' && kind !== 'project_update') return;
    const said = saidSchema.safeParse(detail).data;
    if (said === undefined) return;
    const { approvals } = said;
    this.#forget(name);
    this.projects.set(name, { id: name, name, ...(approvals === null ? {} : { approvals }) });
  }

  apply(changes: readonly Change[]): void {
    for (const change of changes) {
      if (change.in === 'projects') this.#project(change);
      if (change.in === 'agents') put(this.agents, change, agentSchema);
      if (change.in === 'bindings') put(this.bindings, change, bindingSchema);
    }
  }

  projectOfAgent(name: string): string | undefined {
    return [...this.agents.values()].find((row) => row.name === name)?.project;
  }

  rows(): AuditedRows {
    return {
      projects: [...this.projects.values()].map(({ id, name, approvals }) => ({ id, name, ...defined({ approvals }) })),
      agents: [...this.agents.values()].map(({ id, name, project }) => ({ id, name, project })),
      bindings: [...this.bindings.values()].map(({ id, subject, role, projects }) => ({
        id,
        subject,
        role,
        ...defined({ projects }),
      })),
      keys: [...this.keys],
    };
  }

  #project(change: Change): void {
    if ('put' in change) {
      const row = projectSchema.safeParse(change.put).data;
      if (row === undefined) return;
      // What an event told of it alone.
      this.projects.delete(row.name);
      this.projects.set(row.id, row);
    } else this.projects.delete(change.del);
  }

  #forget(name: string): void {
    for (const { id } of [...this.projects.values()].filter((row) => row.name === name)) this.projects.delete(id);
  }
}

function put<T extends { readonly id: string }>(rows: Map<string, T>, change: Change, schema: z.ZodType<T>): void {
  if ('put' in change) {
    const row = schema.safeParse(change.put).data;
    if (row !== undefined) rows.set(row.id, row);
  } else rows.delete(change.del);
}
