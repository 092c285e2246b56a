/** Knows documents of roles and bindings. A binding is what it says: another project makes another binding. */
import * as z from 'zod';
import { wordFor } from '../../../kernel/foreign.ts';
import { patternSchema, roleFields, subjectSchema, type Binding, type Role } from '../../../store/schema/access.ts';
import { nameSchema } from '../../../store/schema/server.ts';
import type { Versioned } from '../../../store/types.ts';
import { without, type Fields } from '../fields.ts';
import { nameOf, type Found, type Kind } from './kind.ts';

export const roleKind: Kind = {
  noun: 'role',
  metadata: z.strictObject({ name: nameSchema }),
  spec: z.strictObject(roleFields),
  ref: nameOf,
  find(from, document) {
    const row = from
      .collection('roles')
      .all()
      .find(({ name }) => name === nameOf(document));
    return row && foundRole(row);
  },
  all: (from) => from.collection('roles').all().map(foundRole),
  defaults: () => ({ summary: '' }),
  create: (document) => ({ name: 'createRole', args: [nameOf(document), without(document, ['name'])] }),
  replace: (document, { ref }) => ({
    name: 'updateRole',
    args: [ref, { summary: '', ...without(document, ['name']) }],
  }),
  remove: (ref) => ({ name: 'deleteRole', args: [ref] }),
};

function foundRole({ name, summary, rules, version }: Versioned<Role>): Found {
  const fields = { name, summary, rules };
  return { ref: name, version, fields, shown: () => fields };
}

const bindingSchema = z.strictObject({
  subject: subjectSchema,
  role: nameSchema,
  /** Absent = everywhere. */
  projects: z.array(patternSchema).min(1).max(64).optional(),
});

export const bindingKind: Kind = {
  noun: 'binding',
  metadata: z.strictObject({}),
  spec: bindingSchema,
  ref: bindingRef,
  find(from, document) {
    const wanted = bindingRef(document);
    return bindings(from).find(({ ref }) => ref === wanted);
  },
  all: (from) => bindings(from),
  defaults: () => ({}),
  create: ({ subject, role, projects }) => ({
    name: 'createBinding',
    args: [subject, role, projects === undefined ? {} : { projects }],
  }),
  // All of it is its name: one that is there is never another one.
  replace: (document) => bindingKind.create(document, ''),
  remove: (id) => ({ name: 'deleteBinding', args: [id] }),
};

function bindings(from: Parameters<Kind['all']>[0]): readonly Found[] {
  return from.collection('bindings').all().map(foundBinding);
}

function foundBinding({ subject, role, projects, version }: Versioned<Binding>): Found {
  const fields = { subject, role, ...(projects === undefined ? {} : { projects }) };
  return { ref: bindingRef(fields), version, fields, shown: () => fields };
}

/** `user:ann reviewer in ops,web`. */
export function bindingRef({ subject, role, projects }: Fields): string {
  const where =
    Array.isArray(projects) && projects.length > 0
      ? ` in ${projects
          .map(wordFor)
          .toSorted((a, b) => (a < b ? -1 : 1))
          .join(',')}`
      : '';
  return `${wordFor(subject)} ${wordFor(role)}${where}`;
}
