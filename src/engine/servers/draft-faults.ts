/** Words what is wrong with a definition for who gave it: by flags and names, not fields. Pure. */
import { timeText } from './definition-fields.ts';
import type * as z from 'zod';
import { cutName, wordFor } from '../../kernel/foreign.ts';
import { McptuiError } from '../../kernel/errors.ts';
import { MAX_SERVER_NAME, nearestServerName, SERVER_NAME } from '../../kernel/server-name.ts';
import type { ServerDraft } from './server-draft.ts';

/** Field → flag; a field that is not here is named as it is. */
const FLAGS: Readonly<Record<string, string>> = {
  project: '--project',
  replicas: '--replicas',
  maxInstances: '--max-instances',
  prefix: '--prefix',
  context: '--context',
  startTimeoutMs: '--start-timeout',
  'source.image': '--image',
  'source.package': '--package',
  'source.command': 'the command',
  'source.args': 'the arguments',
  'source.cwd': '--cwd',
  'source.url': '--url',
  'source.oauth.clientId': '--oauth-client-id',
  'source.oauth.clientMetadataUrl': '--oauth-client-metadata',
  'source.oauth.redirectUrl': '--redirect-uri',
  'source.oauth.scope': '--oauth-scope',
  'source.oauth.issuer': '--oauth-issuer',
  'health.tool': '--probe-tool',
  'health.args': '--probe-args',
  'health.intervalMs': '--probe-interval',
  'health.timeoutMs': '--probe-timeout',
  'health.failureThreshold': '--probe-failures',
  'health.latencyBudgetMs': '--probe-budget',
  'calls.idleMs': '--call-idle',
  'calls.ceilingMs': '--call-timeout',
  'calls.maxInFlight': '--max-in-flight',
  'limits.memoryMiB': '--memory',
  'limits.pids': '--pids',
  'limits.cpus': '--cpus',
};

/** @throws McptuiError `invalid` for a name that cannot be, with one that can */
export function refuseName(name: unknown): void {
  if (typeof name === 'string' && SERVER_NAME.test(name)) return;
  const given = typeof name === 'string' ? name : wordFor(name);
  const mapped = nearestServerName(given);
  const keepsPrefix = /^[A-Za-z0-9_-]{1,40}$/.test(given)
    ? `, or with --prefix ${given} to keep the names of its tools`
    : '';
  throw new McptuiError(
    'invalid',
    `"${cutName(given)}" cannot be the name of a server: use 1 to ${MAX_SERVER_NAME} of a-z, 0-9 and -, not - at an end`,
    mapped === undefined ? {} : { hint: `mcptui create server ${mapped} …${keepsPrefix}` },
  );
}

/** The first fault that the schema has found. */
export function draftFault(draft: ServerDraft, error: z.ZodError): McptuiError {
  const issue = deepest(error.issues[0]);
  const words = issue === undefined ? 'not valid' : issueWords(issue);
  const mapped = issue?.path[0] === 'project' ? nearestServerName(String(draft.project)) : undefined;
  return new McptuiError(
    'invalid',
    `server ${draft.name}: ${placeOf(draft, issue?.path ?? [])}: ${words}`,
    mapped === undefined ? {} : { hint: `--project ${mapped}` },
  );
}

type Issue = z.core.$ZodIssue;

/** In a union of shapes, picks the fault of the shape that fits best: it names a member, not the whole. */
function deepest(issue: Issue | undefined): Issue | undefined {
  if (issue?.code !== 'invalid_union') return issue;
  const inner = issue.errors.flatMap((issues) => {
    const [first, another] = issues;
    return first === undefined || another !== undefined ? [] : [first];
  });
  const found = inner.find(({ code }) => code !== 'unrecognized_keys') ?? issue.errors[0]?.[0];
  return found === undefined ? issue : deepest({ ...found, path: [...issue.path, ...found.path] });
}

function placeOf(draft: ServerDraft, path: readonly PropertyKey[]): string {
  const [first, second, third] = path;
  if (first === 'env' && typeof second === 'number') return `--env ${quotedName(draft.env?.[second])}`;
  if (first === 'source' && second === 'headers' && typeof third === 'number') {
    const headers = draft.source.kind === 'url' ? (draft.source.headers ?? []) : [];
    return `--header ${quotedName(headers[third])}`;
  }
  const whole = path.map(String).join('.');
  return FLAGS[whole] ?? FLAGS[path.slice(0, 2).map(String).join('.')] ?? FLAGS[String(first)] ?? whole;
}

function quotedName(entry: { readonly name?: unknown } | undefined): string {
  return typeof entry?.name === 'string' ? `"${cutName(entry.name)}"` : wordFor(entry);
}

function issueWords(issue: Issue): string {
  const isTime = String(issue.path.at(-1)).endsWith('Ms');
  const figure = (value: number | bigint): string => (isTime ? timeText(Number(value)) : String(value));
  if (issue.code === 'too_small' && issue.origin !== 'string' && issue.origin !== 'array')
    return `use ${figure(issue.minimum)} or more`;
  if (issue.code === 'too_big' && issue.origin !== 'string' && issue.origin !== 'array')
    return `use ${figure(issue.maximum)} or less`;
  return issue.message;
}
