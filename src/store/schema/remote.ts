/** Defines what a server behind a URL needs beyond the URL. */
import * as z from 'zod';

/** `value: ""` is the only way to say "empty on purpose": a reference that yields nothing is a failure. */
export const secretRefSchema = z.strictObject({
  /** `env`, `file`, `command`, or the name of a backend that an operator has defined. */
  backend: z.string().regex(/^[a-z0-9](?:[a-z0-9-]{0,30}[a-z0-9])?$/, 'not the name of a backend'),
  /** Of one that is defined: `MOUNT/PATH#KEY`. */
  path: z.string().min(1).max(340),
});

/** Those that the protocol and HTTP itself set. */
const TAKEN =
  /^(?:host|connection|content-length|content-type|transfer-encoding|accept|last-event-id|mcp-.*|proxy-.*|te|trailer|upgrade)$/i;

const headerNameSchema = z
  .string()
  .regex(/^[\w!#$%&'*+.^`|~-]{1,128}$/, 'not the name of an HTTP header')
  .refine((name) => !TAKEN.test(name), 'is set by mcptui itself');
const headerText = z
  .string()
  .max(8192)
  .regex(/^[\t\x20-\x7e\x80-\xff]*$/, 'must be one line of visible characters');

export const headerEntrySchema = z.union([
  z.strictObject({ name: headerNameSchema, value: headerText }),
  z.strictObject({
    name: headerNameSchema,
    /** Before the secret: `Bearer `. */
    prefix: headerText.max(64).optional(),
    secret: secretRefSchema,
  }),
  /** Text with `{secret:BACKEND/NAME}` in it. */
  z.strictObject({ name: headerNameSchema, template: headerText }),
]);

export const oauthSchema = z.strictObject({
  grant: z.enum(['authorization-code', 'client-credentials']).default('authorization-code'),
  clientId: z.string().min(1).max(2048).optional(),
  clientSecret: secretRefSchema.optional(),
  /** A PKCS #8 PEM: the client proves itself with a signed JWT instead of a secret. */
  privateKey: secretRefSchema.optional(),
  algorithm: z.enum(['ES256', 'ES384', 'RS256', 'PS256']).optional(),
  /** Where the client's own metadata can be read (CIMD). */
  clientMetadataUrl: z.url({ protocol: /^https$/ }).optional(),
  scope: z.string().max(1024).optional(),
  /** Where a login sends the browser: an address of this machine. */
  redirectUrl: z.url({ protocol: /^http$/ }).optional(),
  /** The only authorization server that gets these credentials. */
  issuer: z.url().optional(),
});

export const urlSourceSchema = z.strictObject({
  kind: z.literal('url'),
  /** In its path and query stand secrets as `secret:env/NAME` or `{secret:BACKEND/NAME}`. */
  url: z.url({ protocol: /^https?$/ }),
  transport: z.enum(['streamable-http', 'sse']).default('streamable-http'),
  headers: z.array(headerEntrySchema).max(64).default([]),
  /** Addresses that are not public may be connected to: loopback, private networks, link-local. */
  allowPrivate: z.boolean().default(false),
  /** It may be reached without TLS, though it is not this machine. */
  allowHttp: z.boolean().default(false),
  oauth: oauthSchema.optional(),
  /** `auto`: `initialize` first, and `server/discover` where that is not known. */
  revision: z.enum(['auto', '2026-07-28']).default('auto'),
});

export type SecretRef = z.infer<typeof secretRefSchema>;
export type OAuthDefinition = z.infer<typeof oauthSchema>;
