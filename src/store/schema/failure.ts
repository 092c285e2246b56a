/**
 * Records why an instance failed, as facts by kind. No sentence is kept that could be made of them: code, message and next
 * step are made in one place of the engine, and whoever has to decide looks at the kind.
 */
import * as z from 'zod';
import { runtimeKindSchema } from './runtime-kind.ts';

/** How a container engine may be away. `other-service`: what answers is none. `went-away`: while the instance ran. */
export const awayStates = ['absent', 'refused', 'not-permitted', 'hung', 'other-service', 'went-away'] as const;

/** What may be in the way of a secret: each has a next step of its own. */
export const secretTroubles = [
  'no-backend',
  'path',
  'no-path',
  'no-key',
  'deleted',
  'no-mount',
  'not-text',
  'denied',
  'login',
  'credential',
  'sealed',
  'standby',
  'redirect',
  'tls',
  'unreachable',
  'timeout',
  'answer',
  'program',
  'exit',
] as const;
export type SecretTrouble = (typeof secretTroubles)[number];

/** The definition's name for what needs the secret, the secret, and why it has no value. */
const unresolvedSchema = z.strictObject({
  name: z.string(),
  backend: z.string(),
  path: z.string(),
  cause: z.string(),
  /** What of a backend that was defined is in the way; absent = of one that is built in. */
  why: z.enum(secretTroubles).optional(),
  /** The backend answers, and has no such entry. */
  isMissing: z.boolean().default(false),
});

/** What the connection says of its end: for operators, where there is little room, and for agents, who get no address. */
const said = {
  message: z.string(),
  brief: z.string().optional(),
  bare: z.string().optional(),
  hint: z.string().optional(),
};
/** How long the server itself wants to be left alone. */
const retryAfterMs = z.int().min(0).optional();

/** What was seen of a process that did not answer in time. */
const seen = () =>
  z.discriminatedUnion('kind', [
    /** A certificate that is not trusted. */
    z.strictObject({ kind: z.literal('certificate'), line: z.string() }),
    /** Something on stdout that is no JSON-RPC. */
    z.strictObject({ kind: z.literal('stdout'), line: z.string(), stderr: z.string().optional() }),
    /** `isFetching`: it seems to be downloading its package. */
    z.strictObject({ kind: z.literal('stderr'), lines: z.array(z.string()), isFetching: z.boolean() }),
    z.strictObject({ kind: z.literal('nothing'), isPackage: z.boolean() }),
  ]);

const failures = () =>
  z.discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('secret'), unresolved: z.array(unresolvedSchema).min(1) }),
    /** The container engine cannot be asked: no failure of the server. `hint`: what mends it, where the state does not tell. */
    z.strictObject({
      kind: z.literal('runtime-away'),
      runtime: runtimeKindSchema,
      state: z.enum(awayStates),
      reason: z.string(),
      hint: z.string().optional(),
    }),
    /** This engine has no such runtime. */
    z.strictObject({ kind: z.literal('runtime-missing'), runtime: runtimeKindSchema }),
    /** What is to be run does not run there. */
    z.strictObject({
      kind: z.literal('runtime-mismatch'),
      runtime: runtimeKindSchema,
      source: z.enum(['image', 'package', 'command', 'url']),
    }),
    /** The program did not start; `errno` such as ENOENT, or what the system says instead. */
    z.strictObject({
      kind: z.literal('command'),
      file: z.string(),
      errno: z.string(),
      searchPath: z.string().optional(),
    }),
    /** `unmade`: the folder of its own could not be made. */
    z.strictObject({
      kind: z.literal('folder'),
      state: z.enum(['absent', 'file', 'unusable', 'unmade']),
      folder: z.string().optional(),
      errno: z.string(),
      syscall: z.string().optional(),
    }),
    z.strictObject({ kind: z.literal('image-unavailable'), image: z.string(), reason: z.string() }),
    /** The image's name means another one now, and the recorded one is gone. */
    z.strictObject({ kind: z.literal('image-changed'), image: z.string(), recorded: z.string(), named: z.string() }),
    /** Nothing can hand secrets over unseen. */
    z.strictObject({
      kind: z.literal('secrets-undelivered'),
      image: z.string(),
      needs: z.string(),
      /** As files they could be, if the container engine had a folder of this machine's memory. */
      why: z.literal('not-shared').optional(),
    }),
    /** A folder that was to be mounted. `private`: it holds, or is held by, what is mcptui's own or the container engine's. */
    z.strictObject({
      kind: z.literal('mount'),
      folder: z.string(),
      /** Where it leads, by links. */
      real: z.string().optional(),
      why: z.enum(['absent', 'not-allowed', 'private', 'elsewhere']),
    }),
    z.strictObject({ kind: z.literal('container'), image: z.string(), reason: z.string() }),
    /** The process ended. `inUse`: what it needs seems to be in use, by another instance of its server or by something else. */
    z.strictObject({
      kind: z.literal('exit'),
      /** Whether it had answered `initialize`. */
      isInitialized: z.boolean(),
      code: z.int().nullable(),
      signal: z.string().nullable(),
      /** `OOMKilled`, `container removed`: where the runtime knows more than a code. */
      reason: z.string().optional(),
      lastLines: z.array(z.string()),
      inUse: z.enum(['sibling', 'other']).optional(),
    }),
    /** It ran and stopped answering. `probes`: so many in a row without an answer. */
    z.strictObject({ kind: z.literal('hung'), reason: z.string(), probes: z.int().min(1).optional() }),
    z.strictObject({ kind: z.literal('timeout'), ...said, seen: seen().optional() }),
    z.strictObject({ kind: z.literal('unreachable'), code: z.enum(['UNREACHABLE', 'LOST', 'SESSION_GONE']), ...said }),
    /** `login`: somebody has to log in; `credentials`: 401 or 403 that no login mends. */
    z.strictObject({ kind: z.literal('login'), needs: z.enum(['login', 'credentials']), ...said }),
    /** mcptui does not connect to there. */
    z.strictObject({ kind: z.literal('refused'), code: z.enum(['ADDRESS_REFUSED', 'REDIRECT_REFUSED']), ...said }),
    z.strictObject({ kind: z.literal('rate-limited'), ...said, retryAfterMs }),
    /** It answers, but not as the protocol wants it. */
    z.strictObject({
      kind: z.literal('protocol'),
      code: z.enum(['INITIALIZE_ERROR', 'VERSION_MISMATCH', 'HTTP_STATUS', 'BAD_ANSWER']),
      ...said,
      retryAfterMs,
    }),
    /** Two engines in a row ended while it was being started. */
    z.strictObject({ kind: z.literal('suspect') }),
    /** An error in mcptui; the name of its class. */
    z.strictObject({ kind: z.literal('bug'), error: z.string() }),
    /** Called off before it was started. */
    z.strictObject({ kind: z.literal('aborted') }),
    /** As an earlier version recorded it. */
    z.strictObject({ kind: z.literal('other'), code: z.string(), ...said, retryAfterMs }),
  ]);

/** Made when the first failure is read: a start that meets none does not pay for it. */
export const failureSchema = z.lazy(failures);

export type Failure = z.infer<ReturnType<typeof failures>>;
export type FailureKind = Failure['kind'];
export type FailureOf<K extends FailureKind> = Extract<Failure, { readonly kind: K }>;
export type UnresolvedSecret = z.infer<typeof unresolvedSchema>;
export type Seen = z.infer<ReturnType<typeof seen>>;
export type AwayState = (typeof awayStates)[number];
