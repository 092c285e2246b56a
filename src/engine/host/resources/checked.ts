/** Judges the query and the body of a request by the schemas of its route; what is wrong is named with its place. */
import * as z from 'zod';
import type { JsonObject } from '../../../kernel/json.ts';
import { cutText, parseForeign, TooDeepError } from '../../../kernel/foreign.ts';
import type { CallRoute } from '../../commands/routes/route.ts';
import { entryOf } from '../../commands/table/index.ts';
import { MAX_BODY_BYTES, readBody } from '../request-body.ts';
import { RequestError, type ProblemCode } from './problem.ts';

/** Of a request that takes none. */
export const NOTHING = z.strictObject({});

/** The body of a route, with the signature of the decision where its command takes one. */
export function bodySchema({ body = NOTHING, command }: CallRoute): z.ZodObject {
  const schema = entryOf(command).args.find(([name]: readonly [string, unknown]) => name === 'signature')?.[1];
  return schema === undefined ? body : body.extend({ signature: schema });
}

/** The query with numbers as numbers. @throws RequestError `malformed` naming the parameter */
export function checkedQuery(schema: z.ZodObject, given: URLSearchParams): Readonly<Record<string, unknown>> {
  const names = [...given.keys()];
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) throw new RequestError('malformed', `${cutText(twice, 64)} stands twice in the query`);
  return judged('malformed', schema, Object.fromEntries(given), 'the query');
}

/** The body as it is. @throws RequestError `malformed`, `unsupported-type`, `invalid`; TooLargeError */
export async function readJson(request: Request): Promise<JsonObject> {
  const text = await readBody(request, MAX_BODY_BYTES);
  if (text.trim() === '') return {};
  const [type = ''] = (request.headers.get('content-type') ?? '').split(';');
  const types =
    request.method === 'PATCH' ? ['application/merge-patch+json', 'application/json'] : ['application/json'];
  if (!types.includes(type.trim().toLowerCase())) {
    throw new RequestError('unsupported-type', `the body is ${type === '' ? 'of no type' : cutText(type, 64)}`, {
      hint: `say what it is: Content-Type: ${types[0]}`,
    });
  }
  const value = parsed(text);
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as JsonObject;
  throw new RequestError('invalid', 'the body is JSON, but not an object');
}

function parsed(text: string): unknown {
  try {
    return parseForeign(text);
  } catch (error) {
    if (error instanceof TooDeepError) throw error;
    throw new RequestError('malformed', 'the body is not JSON');
  }
}

/** @throws RequestError naming the field */
export function judged(
  code: ProblemCode,
  schema: z.ZodObject,
  value: unknown,
  whole: string,
): Readonly<Record<string, unknown>> {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const { path, message } = firstIssue(result.error.issues);
  const place = path.length === 0 ? whole : path.map(String).join('.');
  const names = Object.keys(schema.shape);
  throw new RequestError(code, `${cutText(place, 200)}: ${message.replace(/^Invalid input: /, '')}`, {
    hint: names.length === 0 ? 'nothing is taken here' : `there are ${names.join(', ')}`,
  });
}

type Issue = z.core.$ZodIssue;

/** Within a union, that of the member that came furthest. */
function firstIssue(issues: readonly Issue[]): Pick<Issue, 'path' | 'message'> {
  const [issue] = issues;
  if (issue === undefined) return { path: [], message: 'not what is taken here' };
  if (issue.code !== 'invalid_union') return issue;
  const inner = issue.errors.map(firstIssue).toSorted((a, b) => b.path.length - a.path.length)[0];
  if (inner === undefined || inner.path.length === 0) return issue;
  return { path: [...issue.path, ...inner.path], message: inner.message };
}
