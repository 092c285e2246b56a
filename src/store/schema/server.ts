/**
 * Defines what to run and how to probe it. The one schema for server definitions: files, the command line and the API
 * use it.
 */
import path from 'node:path';
import * as z from 'zod';
import { secretRefSchema, urlSourceSchema } from './remote.ts';
import { runtimeKindSchema } from './runtime-kind.ts';

/** Names appear in tool names (`name__tool`), container names and file names. */
export const nameSchema = z
  .string()
  .regex(/^[a-z0-9](?:[a-z0-9-]{0,30}[a-z0-9])?$/, 'use 1 to 32 of a-z, 0-9 and -, not - at an end');

const envNameSchema = z
  .string()
  .regex(
    /^[A-Za-z_][A-Za-z0-9_]*$/,
    'use letters, digits and _, not a digit first; another name goes after --: -- env NAME=VALUE COMMAND',
  );
const noNul = (text: string): boolean => !text.includes('\0');

export const envEntrySchema = z.union([
  z.strictObject({ name: envNameSchema, value: z.string().max(32_768).refine(noNul, 'must not hold a NUL') }),
  z.strictObject({
    name: envNameSchema,
    secret: secretRefSchema,
    /** In a container: a file that the server alone reads, and `NAME_FILE` says where. */
    as: z.literal('file').optional(),
  }),
  /** Text with `{secret:BACKEND/NAME}` in it. */
  z.strictObject({
    name: envNameSchema,
    template: z.string().max(32_768).refine(noNul, 'must not hold a NUL'),
  }),
]);

const argument = z.string().max(32_768).refine(noNul, 'must not hold a NUL');

const folder = z.string().max(4096).startsWith('/', 'must be an absolute path').refine(noNul, 'must not hold a NUL');

/** A folder or file of this machine, in a container. */
export const mountSchema = z.strictObject({
  source: folder,
  target: folder.refine((at) => path.posix.normalize(at) === at && at !== '/', 'must be a plain path other than /'),
  readOnly: z.boolean().default(false),
});
export type Mount = z.infer<typeof mountSchema>;

/** What runs here, in a container or as a process. */
const programs = [
  z.strictObject({
    kind: z.literal('image'),
    image: z.string().regex(/^[a-z0-9][\w./:@-]{0,254}$/i, 'not an image reference'),
    command: z.array(argument).max(256).default([]),
    /** Instead of the image's own. */
    entrypoint: z.array(argument).min(1).max(64).optional(),
    /** In the container. */
    cwd: folder.optional(),
    /** `UID`, `UID:GID`, or a name that the image has; absent = as the image says, and nobody where it says root. */
    user: z
      .string()
      .regex(/^[A-Za-z0-9_][\w.-]{0,31}(?::[A-Za-z0-9_][\w.-]{0,31})?$/, 'use UID, UID:GID or a name of the image')
      .refine((user) => !/^(?:root|0+)(?::|$)/.test(user), 'must not be root')
      .optional(),
    /** `always`: it is looked for at each start; what runs stays what was recorded. Absent = when it is not here. */
    pull: z.enum(['missing', 'never', 'always']).optional(),
    mounts: z.array(mountSchema).max(32).optional(),
  }),
  z.strictObject({
    kind: z.literal('package'),
    package: z
      .string()
      .regex(
        /^(?:npm|pypi):[^\s-][^\s]{0,213}$/,
        'use npm:SPEC or pypi:SPEC; another runner, or one with flags of its own, goes after --: -- npx -y SPEC',
      ),
    args: z.array(argument).max(256).default([]),
    cwd: folder.optional(),
  }),
  z.strictObject({
    kind: z.literal('command'),
    command: z.array(argument).min(1).max(256),
    /** Without one it works in a folder of its own. */
    cwd: folder.optional(),
  }),
] as const;

export const programSchema = z.discriminatedUnion('kind', programs);

export const sourceSchema = z.discriminatedUnion('kind', [...programs, urlSourceSchema]);

export const durationMs = z.int().min(10).max(86_400_000);

export const healthCheckSchema = z.strictObject({
  /** The tool of a readiness probe; without one the probe is `tools/list` (liveness). */
  tool: z.string().min(1).max(128).optional(),
  args: z.record(z.string(), z.json()).default({}),
  initialDelayMs: z.int().min(0).max(86_400_000).default(0),
  intervalMs: durationMs.default(60_000),
  timeoutMs: durationMs.default(10_000),
  failureThreshold: z.int().min(1).max(100).default(3),
  successThreshold: z.int().min(1).max(100).default(1),
  /** A probe slower than this makes the instance degraded. */
  latencyBudgetMs: durationMs.default(2_000),
});

export const limitsSchema = z.strictObject({
  memoryMiB: z.int().min(6).max(1_048_576).default(512),
  pids: z.int().min(1).max(32_768).default(256),
  /** Cores; 0 = no limit. */
  cpus: z.number().min(0).max(1024).default(0),
});

/** Of agents' calls. */
export const callsSchema = z.strictObject({
  /** A call is given up after so long without an answer or progress; undefined = 5 min. */
  idleMs: durationMs.optional(),
  /** A call is given up after so long in all; undefined = 1 h. */
  ceilingMs: durationMs.optional(),
  /** Calls that an instance gets at once, the rest waits in order; undefined = as many as come. */
  maxInFlight: z.int().min(1).max(1024).optional(),
});

export const serverSchema = z.strictObject({
  id: z.string(),
  name: nameSchema,
  project: nameSchema.default('default'),
  source: sourceSchema,
  runtime: runtimeKindSchema,
  env: z.array(envEntrySchema).max(256).default([]),
  replicas: z.int().min(0).max(64).default(1),
  /**
   * `session`: an instance serves one session at a time and is replaced after it. Undefined = `session` for what speaks
   * stdio, `shared` for a URL.
   */
  isolation: z.enum(['session', 'shared']).optional(),
  /** With `isolation: session`: most instances at once; more than the replicas are started on demand. */
  maxInstances: z.int().min(1).max(64).default(8),
  /** Before `__tool`; undefined = the server's name; "" = names as they are (only for a lone server of a project). */
  prefix: z
    .string()
    .regex(/^[A-Za-z0-9_-]{0,40}$/, 'use at most 40 of A-Z, a-z, 0-9, _ and -')
    .optional(),
  /** What agents should know of it; put in front of its tools' descriptions. */
  context: z.string().max(4096).default(''),
  health: healthCheckSchema.prefault({}),
  limits: limitsSchema.prefault({}),
  calls: callsSchema.prefault({}),
  /**
   * How a container gets its secrets. `stdin`: the image's shell reads them before the server runs, so that `docker inspect`
   * does not show them. `env`: as plain variables of the container.
   */
  secretDelivery: z.enum(['stdin', 'env']).default('stdin'),
  /** Docker network mode. */
  network: z.enum(['none', 'bridge']).default('none'),
  /** Time for `initialize` to be answered, downloads included. */
  startTimeoutMs: durationMs.default(60_000),
  /** Number of the live one among the revisions of this definition. */
  revision: z.int().min(1).default(1),
  createdAt: z.int(),
  updatedAt: z.int(),
});

/** Revision of a server: what is kept of each definition that it has had. */
export const serverRevisionSchema = z.strictObject({
  id: z.string(),
  serverId: z.string(),
  name: nameSchema,
  /** From 1, without gaps in the order of their making. */
  number: z.int().min(1),
  /** SHA-256 over RFC 8785 canonical JSON of the definition, 64 hex digits. */
  hash: z.string().regex(/^[0-9a-f]{64}$/),
  author: z.string(),
  note: z.string().max(2_000).default(''),
  at: z.int(),
  /** Fields that differ from the revision before, as operators call them. */
  changed: z.array(z.string()).default([]),
  /** Number of the revision that this one brings back. */
  restored: z.int().min(1).optional(),
  /** As `serverSchema` has it, with literal values as they were given. */
  definition: z.record(z.string(), z.json()),
});

export type ServerRevision = z.infer<typeof serverRevisionSchema>;

export type Server = z.infer<typeof serverSchema>;

export type ServerInput = z.input<typeof serverSchema>;
export type EnvEntry = z.infer<typeof envEntrySchema>;
export type HealthCheck = z.infer<typeof healthCheckSchema>;
export type Source = z.infer<typeof sourceSchema>;
