/** Knows documents of backends of secrets, with references as text: `secret:file/token`. */
import * as z from 'zod';
import {
  backendAuthSchema,
  backendNameSchema,
  commandFields,
  openBaoFields,
  type SecretBackend,
} from '../../../store/schema/secret-backend.ts';
import type { Versioned } from '../../../store/types.ts';
import { secretText, wholeReference } from '../../servers/entry-text.ts';
import { isFields, without, type Fields } from '../fields.ts';
import { nameOf, type Found, type Kind } from './kind.ts';

const CREDENTIALS = ['token', 'secretId'];
const reference = z.string().regex(/^secret:(?:env|file)\/./, 'use secret:env/NAME or secret:file/NAME');
const [tokenAuth, appRoleAuth, kubernetesAuth] = backendAuthSchema.options;

export const backendKind: Kind = {
  noun: 'backend',
  metadata: z.strictObject({ name: backendNameSchema }),
  spec: z.strictObject({
    ...openBaoFields.partial().shape,
    ...commandFields.partial().shape,
    kind: z.enum(['openbao', 'command']),
    auth: z
      .discriminatedUnion('method', [
        tokenAuth.extend({ token: reference }),
        appRoleAuth.extend({ secretId: reference }),
        kubernetesAuth,
      ])
      .optional(),
  }),
  ref: nameOf,
  find(from, document) {
    const row = from
      .collection('secretBackends')
      .all()
      .find(({ name }) => name === nameOf(document));
    return row && found(row);
  },
  all: (from) => from.collection('secretBackends').all().map(found),
  defaults: () => ({}),
  create: (document) => ({ name: 'createSecretBackend', args: [nameOf(document), draftOf(document)] }),
  replace: (document, { ref }) => ({
    name: 'createSecretBackend',
    args: [ref, draftOf(document), { replace: true }],
  }),
  remove: (ref) => ({ name: 'deleteSecretBackend', args: [ref] }),
};

function draftOf(document: Fields): Fields {
  const { auth, ...rest } = without(document, ['name']);
  return isFields(auth) ? { ...rest, auth: withCredentials(auth, referred) } : rest;
}

function referred(value: unknown): unknown {
  return typeof value === 'string' ? wholeReference('auth', value) : value;
}

function found({ name, fields: of, version }: Versioned<SecretBackend>): Found {
  const auth = 'auth' in of ? { auth: withCredentials(of.auth, asText) } : {};
  const fields = { name, ...of, ...auth };
  return { ref: name, version, fields, shown: () => fields };
}

function asText(value: unknown): unknown {
  return secretText(value as Parameters<typeof secretText>[0]);
}

function withCredentials(auth: Fields, as: (value: unknown) => unknown): Fields {
  return Object.fromEntries(
    Object.entries(auth).map(([name, value]) => [name, CREDENTIALS.includes(name) ? as(value) : value]),
  );
}
