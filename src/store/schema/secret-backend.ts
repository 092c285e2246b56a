/** Checks records of backends of secrets that an operator has named: an OpenBao or Vault, or a program that prints a secret. */
import * as z from 'zod';
import { isLoopbackHost, parseUrl } from '../../kernel/url.ts';
import { secretRefSchema } from './remote.ts';
import { durationMs, nameSchema } from './server.ts';

/** What a reference begins with otherwise: no backend may be called so. */
export const BUILT_IN_BACKENDS = ['env', 'file', 'command'] as const;

export const backendNameSchema = nameSchema.refine(
  (name) => !(BUILT_IN_BACKENDS as readonly string[]).includes(name),
  `${BUILT_IN_BACKENDS.join(', ')} are names of what is built in`,
);

/** Its own credentials come from what needs none: asking it for them would go round in a circle. */
const credential = secretRefSchema.refine(
  ({ backend }) => backend === 'env' || backend === 'file',
  'must be secret:env/NAME or secret:file/NAME',
);
/** Of a path of its API. */
const apiPath = z
  .string()
  .min(1)
  .max(128)
  .regex(/^[\w.-]+(?:\/[\w.-]+){0,7}$/, 'use letters, digits, _ . - and / between');
const filePath = z.string().max(4096).startsWith('/', 'must be an absolute path');

export const backendAuthSchema = z.discriminatedUnion('method', [
  z.strictObject({ method: z.literal('token'), token: credential }),
  z.strictObject({
    method: z.literal('approle'),
    mount: apiPath.default('approle'),
    roleId: z.string().min(1).max(256),
    secretId: credential,
  }),
  z.strictObject({
    method: z.literal('kubernetes'),
    mount: apiPath.default('kubernetes'),
    role: z.string().min(1).max(256),
    /** Read anew for each login: the kubelet renews it. */
    jwtFile: filePath.default('/var/run/secrets/kubernetes.io/serviceaccount/token'),
  }),
]);
export type BackendAuth = z.infer<typeof backendAuthSchema>;

const url = z
  .url({ protocol: /^https?$/ })
  .max(2_048)
  .refine((text) => {
    const { protocol, hostname } = parseUrl(text) ?? {};
    return protocol === 'https:' || isLoopbackHost(hostname ?? '');
  }, 'must be https: http is for this machine alone')
  .refine((text) => {
    const { username, password, search, hash } = parseUrl(text) ?? {};
    return `${username}${password}${search}${hash}` === '';
  }, 'must hold no user, no query and no fragment');

export const openBaoFields = z.strictObject({
  kind: z.literal('openbao'),
  /** Of its API, without `/v1`. */
  url,
  /** All references are below this mount; absent = their first segment is the mount. */
  mount: apiPath.optional(),
  namespace: apiPath.optional(),
  /** The only authority that its certificate may be of; absent = those that Node trusts. */
  caFile: filePath.optional(),
  auth: backendAuthSchema,
  /** Most time of one request. */
  timeoutMs: durationMs.default(5_000),
});
export type OpenBaoFields = z.infer<typeof openBaoFields>;

export const commandFields = z.strictObject({
  kind: z.literal('command'),
  /** Program and arguments; no shell reads them. `{path}` in one is what stands behind the backend's name in a reference. */
  command: z
    .array(
      z
        .string()
        .max(4_096)
        .refine((text) => !text.includes('\0'), 'must not hold a NUL'),
    )
    .min(1)
    .max(64),
  /** Only the first line is the secret. */
  firstLine: z.boolean().default(false),
  timeoutMs: durationMs.default(10_000),
  /** So long an answer is kept in memory, so that looking at instances runs nothing. */
  refreshMs: z.int().min(0).max(86_400_000).default(300_000),
});
export type CommandFields = z.infer<typeof commandFields>;

export const backendFields = z.discriminatedUnion('kind', [openBaoFields, commandFields]);
export type BackendFields = z.infer<typeof backendFields>;
export type BackendDraft = z.input<typeof backendFields>;

export const secretBackendSchema = z.strictObject({
  id: z.string(),
  name: backendNameSchema,
  fields: backendFields,
  createdAt: z.int(),
  updatedAt: z.int(),
});
export type SecretBackend = z.infer<typeof secretBackendSchema>;
