/** Lists the commands on roles and bindings, and those that say who may do what. */
import * as z from 'zod';
import {
  accessKinds,
  accessVerbs,
  roleFields,
  ruleSchema,
  type AccessKind,
  type AccessVerb,
} from '../../../store/schema/access.ts';
import type { BindingView, MayReport, RoleView, WhoReport, WhyReport } from '../../rights/views.ts';
import type { Signature } from '../../signing/document.ts';
import { command } from './entry.ts';
import { count, signature, text } from './shapes.ts';

export const roleDraft = z.strictObject({ summary: text.exactOptional(), rules: roleFields.rules });
const roleChange = z.strictObject({ summary: text.exactOptional(), rules: z.array(ruleSchema).exactOptional() });
export const bindingScope = z.strictObject({ projects: z.array(text).min(1).exactOptional() });
const asked = z.strictObject({ name: text.exactOptional(), project: text.exactOptional(), as: text.exactOptional() });

export type RoleDraft = z.output<typeof roleDraft>;
export type RoleChange = z.output<typeof roleChange>;
export type BindingScope = z.output<typeof bindingScope>;
export type AskedRight = z.output<typeof asked>;

export const rightsEntries = {
  roles: command<() => Promise<readonly RoleView[]>>({
    about: 'Roles, the built-in ones first, and how often each is bound.',
    effect: 'reads',
    verb: 'view',
    resource: 'role',
    audit: [],
    on: () => [],
    seen: (all, sees) => all.filter(({ name }) => sees([{ kind: 'role', name }])),
    args: [],
  }),
  createRole: command<(name: string, draft: RoleDraft) => Promise<RoleView>>({
    about:
      'Makes a role. Refused with `conflict` when the name is taken, `denied` for rights that its maker does not have.',
    effect: 'changes',
    verb: 'create',
    resource: 'role',
    audit: ['role_create'],
    on: (_meant, name) => [{ kind: 'role', name }],
    args: [
      ['name', text],
      ['draft', roleDraft],
    ],
  }),
  updateRole: command<(name: string, change: RoleChange, signature?: Signature) => Promise<RoleView>>({
    about:
      'Changes the named fields of a role; those bound to it have the new rules at once. Built-in roles stay as they are.',
    effect: 'changes',
    verb: 'edit',
    resource: 'role',
    audit: ['role_update', 'decision_sign'],
    on: (_meant, name) => [{ kind: 'role', name }],
    args: [['name', text], ['change', roleChange], signature],
  }),
  deleteRole: command<(name: string) => Promise<void>>({
    about: 'Deletes a role. Refused with `conflict` while it is bound or a project’s agents have it.',
    effect: 'changes',
    verb: 'delete',
    resource: 'role',
    audit: ['role_delete'],
    on: (_meant, name) => [{ kind: 'role', name }],
    args: [['name', text]],
  }),
  bindings: command<() => Promise<readonly BindingView[]>>({
    about: 'Who has which role, and where.',
    effect: 'reads',
    verb: 'view',
    resource: 'role',
    audit: [],
    on: () => [],
    seen: (all, sees) => all.filter(({ role }) => sees([{ kind: 'role', name: role }])),
    args: [],
  }),
  createBinding: command<
    (subject: string, role: string, scope?: BindingScope, signature?: Signature) => Promise<BindingView>
  >({
    about:
      'Gives a role to `user:NAME`, `group:NAME`, `service:NAME` or `agent:NAME`, everywhere or in some projects. Refused ' +
      'with `denied` for rights that the giver does not have.',
    effect: 'changes',
    verb: 'edit',
    resource: 'role',
    audit: ['binding_create', 'decision_sign'],
    on: (_meant, _subject, role) => [{ kind: 'role', name: role }],
    args: [['subject', text], ['role', text], ['scope', bindingScope.optional()], signature],
  }),
  deleteBinding: command<(id: string, signature?: Signature) => Promise<void>>({
    about: 'Takes a role away; it counts at once.',
    effect: 'changes',
    verb: 'edit',
    resource: 'role',
    audit: ['binding_delete', 'decision_sign'],
    on: (meant, id) => [meant.binding(id)],
    args: [['id', text], signature],
  }),
  canI: command<(verb: AccessVerb, kind: AccessKind, of?: AskedRight) => Promise<MayReport>>({
    about: 'Whether the caller, or `as`, may do something, by which role, or who can grant it.',
    effect: 'reads',
    verb: 'view',
    resource: 'role',
    audit: [],
    on: (_meant, _verb, _kind, of) => (of?.as === undefined ? [] : [{ kind: 'role' }]),
    args: [
      ['verb', z.enum(accessVerbs)],
      ['kind', z.enum(accessKinds)],
      ['of', asked.optional()],
    ],
  }),
  whoAmI: command<() => Promise<WhoReport>>({
    about: 'Who the caller is, and what is bound to it.',
    effect: 'reads',
    verb: 'view',
    resource: 'role',
    audit: [],
    on: () => [],
    args: [],
  }),
  whyEvent: command<(n: number) => Promise<WhyReport>>({
    about: 'Why what an audit event tells was allowed or refused.',
    effect: 'reads',
    verb: 'view',
    resource: 'audit',
    audit: [],
    on: () => [{ kind: 'audit' }],
    args: [['n', count]],
  }),
};
