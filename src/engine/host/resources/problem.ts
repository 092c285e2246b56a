/** Tells what went wrong as `application/problem+json` (RFC 9457), with a code, a next step and a link to what the code means. */
import { folderTrouble } from '../../../kernel/folder-trouble.ts';
import { bugFacts } from '../../../kernel/bugs.ts';
import { McptuiError, type ErrorCode } from '../../../kernel/errors.ts';
import { cutText, TooDeepError } from '../../../kernel/foreign.ts';
import { TooLargeError } from '../request-body.ts';

/** Code → status, and what is meant by it. */
export const problems = {
  malformed: [400, 'The request cannot be read: its JSON, a header, or a parameter of its query.'],
  unauthorized: [401, 'No token was given, or none that is valid; `WWW-Authenticate` says which kind is wanted.'],
  denied: [403, 'The caller has no right to this; the hint says who could grant it.'],
  'not-found': [404, 'There is no such thing, or no such path.'],
  'no-method': [405, 'The path has other methods; `Allow` lists them.'],
  'not-acceptable': [406, 'The caller accepts no JSON.'],
  conflict: [409, 'It does not go with what is there: a name is taken, a thing is in use, a state is another one.'],
  stale: [412, 'It is not in the state that `If-Match` names: GET it again, and look at what has changed.'],
  misdirected: [421, 'The request names the data folder of another engine than this one.'],
  'too-large': [413, 'The body is over 4 MiB.'],
  'unsupported-type': [415, 'The body is not said to be JSON.'],
  invalid: [422, 'The body is JSON, and not what is taken here; the detail names the field.'],
  bug: [500, 'An error in mcptui; it is journalled.'],
  unavailable: [503, 'What is needed for it cannot be reached: a disk, a server, a secret.'],
  timeout: [504, 'It took longer than it may.'],
} as const satisfies Readonly<Record<string, readonly [status: number, about: string]>>;

export type ProblemCode = keyof typeof problems;
export const PROBLEM_TYPE = 'application/problem+json';
/** Of the documents that `type` links to. */
export const PROBLEMS_PATH = '/api/v1/problems';

export interface Problem {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly code: ProblemCode;
  readonly detail: string;
  readonly hint?: string;
}

/** A fault of the request itself, which no command has seen. */
export class RequestError extends McptuiError {
  readonly problem: ProblemCode;

  constructor(problem: ProblemCode, message: string, extras: { readonly hint?: string } = {}) {
    super('invalid', message, extras);
    this.problem = problem;
  }
}

const ofCode: Readonly<Record<Exclude<ErrorCode, 'invalid'>, ProblemCode>> = {
  denied: 'denied',
  'not-found': 'not-found',
  conflict: 'conflict',
  unavailable: 'unavailable',
  timeout: 'timeout',
};

/** `hasBody`: what a command finds invalid was in the body, else in the path or the query. */
export function problemOf(error: unknown, hasBody: boolean): Problem {
  if (error instanceof TooDeepError) return made('malformed', `the request body is ${error.message}`);
  if (error instanceof McptuiError) {
    const { code, message, hint } = error;
    if (error instanceof RequestError) return made(error.problem, message, hint);
    if (error instanceof TooLargeError) return made('too-large', message, hint);
    return made(code === 'invalid' ? (hasBody ? 'invalid' : 'malformed') : ofCode[code], message, hint);
  }
  const trouble = folderTrouble(error);
  if (trouble !== undefined) return made('unavailable', trouble.message, trouble.hint);
  // Its message may quote what must not be shown.
  return made('bug', `an error in mcptui: ${bugFacts(error).name}`, '`mcptui get audit --kind bug` says where');
}

function made(code: ProblemCode, detail: string, hint?: string): Problem {
  const [status] = problems[code];
  const more = hint === undefined ? {} : { hint: cutText(hint) };
  return { type: `${PROBLEMS_PATH}/${code}`, title: titleOf(code), status, code, detail: cutText(detail), ...more };
}

/** Of a request that was turned away before anything was looked up. */
export function refusalProblem(status: number, error: Error): Problem {
  const code = (Object.keys(problems) as ProblemCode[]).find((one) => problems[one][0] === status) ?? 'bug';
  return made(code, error.message, error instanceof McptuiError ? error.hint : undefined);
}

/** What `type` leads to. */
export function problemDocument(code: string): object | undefined {
  if (!Object.hasOwn(problems, code)) return undefined;
  const [status, about] = problems[code as ProblemCode];
  return { code, title: titleOf(code), status, about, docs: `docs/api.md#${code}` };
}

function titleOf(code: string): string {
  const words = code.replaceAll('-', ' ');
  return `${words.slice(0, 1).toUpperCase()}${words.slice(1)}`;
}
