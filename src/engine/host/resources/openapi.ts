/** Describes the API as OpenAPI 3.1, made of the routes, the table of commands and their schemas. */
import * as z from 'zod';
import { commandNames, entryOf } from '../../commands/table/index.ts';
import type { CallRoute, ListRoute } from '../../commands/routes/route.ts';
import { shown, type ShownName } from '../../commands/routes/shown.ts';
import { COMMANDS_PATH } from '../protocol.ts';
import { bodySchema } from './checked.ts';
import type { Operation } from './match.ts';
import { listQuery } from './pages.ts';
import { PROBLEM_TYPE, problems, type ProblemCode } from './problem.ts';

type Part = Readonly<Record<string, unknown>>;

const COMMON: readonly ProblemCode[] = [
  'malformed',
  'unauthorized',
  'denied',
  'not-acceptable',
  'misdirected',
  'bug',
  'unavailable',
  'timeout',
];
const OF_BODY: readonly ProblemCode[] = ['too-large', 'unsupported-type', 'invalid'];

/** Schemas that stand apart, by name: long ones that several operations have. */
type Components = Map<string, object>;

/** The document as JSON text; the same for everybody. */
export function openApi(operations: readonly Operation[], version: string): string {
  const components: Components = new Map();
  const paths = new Map<string, Record<string, unknown>>();
  for (const operation of operations) {
    const path = `/api/v1${operation.path}`;
    const methods = paths.get(path) ?? {};
    paths.set(path, { ...methods, [operation.method.toLowerCase()]: described(operation, components) });
  }
  for (const name of commandNames) paths.set(`${COMMANDS_PATH}/${name}`, { post: commandOperation(name, components) });
  const tags = [...new Set([...operations.map(tagOf), 'commands'])];
  return JSON.stringify({
    openapi: '3.1.0',
    info: {
      title: 'mcptui',
      version,
      summary: 'What an operator may ask of the engine.',
      description:
        'Over `engine.sock` its owner needs no token. Over TCP a token says who asks; everybody sees and does what their roles allow. See docs/api.md.',
      license: { name: 'MIT', identifier: 'MIT' },
    },
    servers: [{ url: '/' }],
    security: [{ token: [] }, {}],
    tags: tags.map((name) => ({ name, description: `Operations on ${name}.` })),
    paths: Object.fromEntries(paths),
    components: {
      securitySchemes: {
        token: { type: 'http', scheme: 'bearer', description: 'mcptui create token NAME --role ROLE' },
      },
      responses: Object.fromEntries(
        (Object.keys(problems) as ProblemCode[]).map((code) => [code, problemResponse(code)]),
      ),
      schemas: { Problem: problemSchema(), CommandError: commandError(), ...Object.fromEntries(components) },
    },
  });
}

/** Codes of the problems that an operation may answer with. */
export function problemsOf({ as, method, path, route }: Operation): readonly ProblemCode[] {
  // What a list is of may be named in its query.
  const isNamed = path.includes('{') || (route.kind === 'list' ? route.query !== undefined : method !== 'GET');
  const named = isNamed ? (['not-found'] as const) : [];
  if (method === 'GET') return [...COMMON, ...named, ...(as === 'list' || as === 'one' ? [] : (['conflict'] as const))];
  return [...COMMON, 'not-found', 'conflict', 'stale', ...OF_BODY];
}

function described(operation: Operation, components: Components): Part {
  const { as, method, path, route } = operation;
  const refused = problemsOf(operation).map((code) => [problems[code][0], { $ref: `#/components/responses/${code}` }]);
  const about = aboutOf(operation);
  return {
    operationId: operationId(method, path),
    tags: [tagOf(operation)],
    summary: about.split(/(?<=\.) /, 1)[0],
    description: `${about}${needsOf(route)}`,
    parameters: [...pathParameters(path), ...queryParameters(operation), ...headers(operation)],
    ...(route.kind === 'list' || method === 'GET' ? {} : { requestBody: bodyOf(operation, route, components) }),
    responses: { ...success(operation, components), ...Object.fromEntries(refused) },
    ...(route.command === undefined ? {} : { 'x-mcptui-command': route.command }),
    ...(path.startsWith('/promptrequests') ? { deprecated: true } : {}),
    ...(as === 'merge' ? { externalDocs: { url: 'https://www.rfc-editor.org/rfc/rfc7396' } } : {}),
  };
}

function aboutOf({ as, path, route }: Operation): string {
  if (route.kind === 'list') return as === 'one' ? `One of ${route.path.slice(1)}, by its id or name.` : route.about;
  const about = route.about ?? entryOf(route.command).about;
  return as === 'merge' ? `Changes only what a JSON merge patch names of what PUT ${path} takes. ${about}` : about;
}

function needsOf({ command }: CallRoute | ListRoute): string {
  if (command === undefined) return '';
  const { verb, resource } = entryOf(command);
  return ` The caller needs the right to ${verb} the ${resource}.`;
}

function operationId(method: string, path: string): string {
  const words = path.split(/[/{}-]+/).filter((word) => word !== '');
  return method.toLowerCase() + words.map((word) => word.slice(0, 1).toUpperCase() + word.slice(1)).join('');
}

function tagOf({ path }: Operation): string {
  return path.split('/')[1] ?? '';
}

function pathParameters(path: string): readonly Part[] {
  return path
    .split('/')
    .filter((part) => part.startsWith('{'))
    .map((part) => ({ name: part.slice(1, -1), in: 'path', required: true, schema: { type: 'string' } }));
}

function queryParameters({ as, route }: Operation): readonly Part[] {
  const schema =
    as === 'list' && route.kind === 'list'
      ? listQuery(route)
      : as === 'call' && route.kind === 'call'
        ? route.query
        : undefined;
  if (schema === undefined) return [];
  return Object.entries(schema.shape).map(([name, field]) => ({
    name,
    in: 'query',
    required: false,
    ...(name === 'watch' ? { allowEmptyValue: true } : {}),
    schema: jsonSchema(field as z.ZodType, 'output'),
  }));
}

function headers({ method }: Operation): readonly Part[] {
  if (method === 'GET') return [];
  const description = 'ETag of what the change was made on: refused with 412 when it is another one by now.';
  return [{ name: 'If-Match', in: 'header', required: false, description, schema: { type: 'string' } }];
}

function bodyOf({ as, method, path }: Operation, route: CallRoute, components: Components): Part {
  if (as === 'merge') {
    const schema = { type: 'object', description: `A JSON merge patch of what PUT ${path} takes.` };
    return { required: true, content: { 'application/merge-patch+json': { schema }, 'application/json': { schema } } };
  }
  const schema = jsonSchema(bodySchema(route), 'input');
  const required = Array.isArray(schema['required']) && schema['required'].length > 0;
  return {
    required,
    content: { 'application/json': { schema: apart(operationId(method, path), schema, components) } },
  };
}

function success({ as, method, route }: Operation, components: Components): Part {
  const schema = answerSchema(route.shows, components);
  if (route.kind === 'list') return { 200: as === 'one' ? rowResponse(schema) : listResponse(route, schema) };
  if (route.success === 204) return { 204: { description: 'Done.' } };
  const links = route.location === undefined ? {} : { Location: header('Path of what was made.') };
  const tag = route.etag !== undefined || method === 'GET' ? { ETag: header('State of it, for If-Match.') } : {};
  const description = route.success === 201 ? 'Made.' : 'Done.';
  return {
    [route.success]: { description, headers: { ...links, ...tag }, content: { 'application/json': { schema } } },
  };
}

/** What has no description of its own is something. */
function answerSchema(name: ShownName | undefined, components: Components): Part {
  if (name === undefined) return {};
  if (!components.has(name)) apart(name, jsonSchema(shown[name], 'output'), components);
  return { $ref: `#/components/schemas/${name}` };
}

function rowResponse(schema: Part): Part {
  const headers = { ETag: header('State of it, for If-Match.') };
  return { description: 'It.', headers, content: { 'application/json': { schema } } };
}

function listResponse({ view, changesWith }: ListRoute, item: Part): Part {
  const page = {
    type: 'object',
    required: ['items'],
    properties: {
      items: { type: 'array', items: item },
      next: { type: 'string', description: 'Absent on the last page; else the cursor of the next.' },
    },
  };
  const line = {
    type: 'object',
    required: ['type'],
    properties: { type: { enum: ['put', 'delete', 'synced'] }, item, id: { type: 'string' } },
  };
  const lines = view === undefined && changesWith === undefined ? {} : { 'application/x-ndjson': { schema: line } };
  return {
    description: 'A page, or with `watch` a stream of lines.',
    content: { 'application/json': { schema: page }, ...lines },
  };
}

function header(description: string): Part {
  return { description, schema: { type: 'string' } };
}

function commandOperation(name: (typeof commandNames)[number], components: Components): Part {
  const { about, args, verb, resource, effect } = entryOf(name);
  const fields = args as readonly (readonly [string, z.ZodType])[];
  const least = fields.findLastIndex(([, schema]) => !schema.safeParse(undefined).success) + 1;
  const id = `command${name.slice(0, 1).toUpperCase()}${name.slice(1)}`;
  const tuple = { ...tupleOf(fields), minItems: least, maxItems: fields.length };
  const failed = {
    description: 'Why not.',
    content: { 'application/json': { schema: { $ref: '#/components/schemas/CommandError' } } },
  };
  return {
    operationId: id,
    tags: ['commands'],
    summary: about.split(/(?<=\.) /, 1)[0],
    description: `${about} The caller needs the right to ${verb} the ${resource}. It ${effect}.`,
    requestBody: { required: true, content: { 'application/json': { schema: apart(id, tuple, components) } } },
    responses: {
      200: {
        description: 'What it answers.',
        content: {
          'application/json': { schema: { type: 'object', required: ['result'], properties: { result: {} } } },
        },
      },
      ...Object.fromEntries([400, 403, 404, 409, 500, 503, 504].map((status) => [status, failed])),
    },
  };
}

/** The arguments in order, each under its name. */
function tupleOf(fields: readonly (readonly [string, z.ZodType])[]): Part {
  const [first, ...others] = fields;
  if (first === undefined) return { type: 'array' };
  const made = jsonSchema(z.tuple([first[1], ...others.map(([, schema]) => schema)]), 'input');
  const items = made['prefixItems'] as readonly object[];
  return { ...made, prefixItems: items.map((item, index) => ({ title: fields[index]?.[0], ...item })) };
}

function problemResponse(code: ProblemCode): Part {
  return {
    description: problems[code][1],
    content: { [PROBLEM_TYPE]: { schema: { $ref: '#/components/schemas/Problem' } } },
  };
}

function problemSchema(): Part {
  const text = { type: 'string' };
  return {
    type: 'object',
    required: ['type', 'title', 'status', 'code', 'detail'],
    properties: {
      type: { type: 'string', format: 'uri-reference', description: 'What the code means.' },
      title: text,
      status: { type: 'integer' },
      code: { enum: Object.keys(problems) },
      detail: text,
      hint: { type: 'string', description: 'The next step.' },
    },
  };
}

function commandError(): Part {
  const text = { type: 'string' };
  const error = {
    type: 'object',
    required: ['code', 'message'],
    properties: { code: text, message: text, hint: text },
  };
  return { type: 'object', required: ['error'], properties: { error } };
}

/** A schema under a name of its own, with what it refers to beside it. */
function apart(name: string, { $defs = {}, ...schema }: Part, components: Components): Part {
  const renamed = (text: string): unknown => JSON.parse(text.replaceAll('"#/$defs/', `"#/components/schemas/${name}.`));
  for (const [inner, definition] of Object.entries($defs as object)) {
    components.set(`${name}.${inner}`, renamed(JSON.stringify(definition)) as object);
  }
  components.set(name, renamed(JSON.stringify(schema)) as object);
  return { $ref: `#/components/schemas/${name}` };
}

function jsonSchema(schema: z.ZodType, io: 'input' | 'output'): Part {
  const { $schema: _, ...made } = z.toJSONSchema(schema, { io, unrepresentable: 'any' }) as Part;
  return made;
}
