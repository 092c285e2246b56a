/** Reads the file of tokens, and checks who a token may be for. */
import { createHash } from 'node:crypto';
import * as z from 'zod';
import type { EpochMs } from '../../kernel/clock.ts';
import { defined } from '../../kernel/defined.ts';
import { errnoOf, McptuiError, messageOf } from '../../kernel/errors.ts';
import { subjectSchema } from '../../store/schema/access.ts';
import { readPrivately } from './private-file.ts';

const fileSchema = z.strictObject({
  format: z.literal(1),
  tokens: z.array(
    z.strictObject({
      name: z.string(),
      /** Hex, of the token. */
      sha256: z.string().regex(/^[0-9a-f]{64}$/),
      /** It reaches the operator's API too, not only MCP. */
      isOperator: z.boolean(),
      /** Absent = all of them. */
      projects: z.array(z.string()).nonempty().optional(),
      agents: z.array(z.string()).nonempty().optional(),
      /** Who its holder is; absent = nobody that rights could be given to. */
      subject: subjectSchema.optional(),
      groups: z.array(subjectSchema).nonempty().optional(),
      /** Its holder has these beside what is bound to it. */
      roles: z.array(z.string()).nonempty().optional(),
      /** It is for the agents' socket alone, where it proves an agent. */
      isTicket: z.boolean().optional(),
      createdAt: z.iso.datetime(),
      expiresAt: z.iso.datetime().optional(),
      /** To some minutes. */
      lastUsedAt: z.iso.datetime().optional(),
    }),
  ),
});
type Names = [string, ...string[]];
export type StoredToken = z.infer<typeof fileSchema>['tokens'][number];

/** What a token is good for; absent = all projects, whoever the agent. */
export interface TokenScope {
  readonly projects?: readonly string[] | undefined;
  readonly agents?: readonly string[] | undefined;
}

/** Who its holder is, and what that may do. */
export interface TokenHolder {
  /** `user:ann` */
  readonly subject?: string | undefined;
  readonly groups?: readonly string[] | undefined;
  readonly roles?: readonly string[] | undefined;
  /** For the agents' socket alone. */
  readonly isTicket?: boolean | undefined;
  readonly expiresAt?: EpochMs | undefined;
}

export function noToken(name: string): McptuiError {
  return new McptuiError('not-found', `no token ${name}`, { hint: 'mcptui get tokens' });
}

export function isoTime(at: EpochMs): string {
  return new Date(at).toISOString();
}

/** @throws McptuiError `invalid` for who cannot be named, and for a time that is over */
export function holderOf({ subject, groups = [], roles = [], isTicket, expiresAt }: TokenHolder, now: EpochMs) {
  const wrong = [subject, ...groups].find((one) => one !== undefined && !subjectSchema.safeParse(one).success);
  const [group, ...moreGroups] = new Set(groups);
  const [role, ...moreRoles] = new Set(roles);
  if (
    wrong !== undefined ||
    subject?.startsWith('group:') === true ||
    groups.some((one) => !one.startsWith('group:'))
  ) {
    throw new McptuiError('invalid', `a token cannot be for ${wrong ?? subject ?? groups.join(', ')}`, {
      hint: 'user:NAME, service:NAME or agent:NAME; its groups are group:NAME',
    });
  }
  if (isTicket === true && subject?.startsWith('agent:') !== true) {
    throw new McptuiError('invalid', 'a ticket proves an agent: say which', {
      hint: 'mcptui create ticket NAME --agent AGENT',
    });
  }
  if (expiresAt !== undefined && !(expiresAt > now && Number.isSafeInteger(expiresAt))) {
    throw new McptuiError('invalid', 'a token expires in the future');
  }
  return {
    ...defined({ subject, isTicket: isTicket === true ? true : undefined }),
    ...(group === undefined ? {} : { groups: [group, ...moreGroups] as Names }),
    ...(role === undefined ? {} : { roles: [role, ...moreRoles] as Names }),
    ...(expiresAt === undefined ? {} : { expiresAt: isoTime(expiresAt) }),
  };
}

/** @throws McptuiError `invalid` for an empty name */
export function scopeOf({ projects = [], agents = [] }: TokenScope): { projects?: Names; agents?: Names } {
  if ([...projects, ...agents].includes(''))
    throw new McptuiError('invalid', 'a project or agent of a token needs a name');
  const [project, ...moreProjects] = new Set(projects);
  const [agent, ...moreAgents] = new Set(agents);
  return {
    ...(project === undefined ? {} : { projects: [project, ...moreProjects] }),
    ...(agent === undefined ? {} : { agents: [agent, ...moreAgents] }),
  };
}

export function hashOf(token: string): Buffer {
  return createHash('sha256').update(token).digest();
}

export async function readTokens(file: string): Promise<readonly StoredToken[]> {
  try {
    return fileSchema.parse(JSON.parse(await readPrivately(file))).tokens;
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return [];
    if (error instanceof McptuiError) throw error;
    const why = errnoOf(error) ?? (error instanceof z.ZodError ? 'not a list of tokens' : messageOf(error));
    throw new McptuiError('unavailable', `${file} cannot be read: ${why}`, { cause: error });
  }
}
