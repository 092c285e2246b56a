/** Lists the routes of servers, their instances, and models. */
import * as z from 'zod';
import type { Server } from '../../../store/schema/server.ts';
import { modelDocumentSchema } from '../../models/document-schema.ts';
import { newModelDraft } from '../../models/model-document.ts';
import type { ModelDocument } from '../../models/model-view.ts';
import { newServerDraft, serverDocumentSchema, shownServer } from '../../servers/document-schema.ts';
import { parsedDocument } from '../../servers/server-document.ts';
import { DROPPED } from '../../servers/dropped.ts';
import type { CommandName, EngineCommands } from '../table/index.ts';
import type { ServerDocument, ServerUpdated } from '../table/servers.ts';
import {
  at,
  number,
  oldFields,
  plain,
  viewRows,
  without,
  words,
  type CallRoute,
  type Given,
  type Route,
} from './route.ts';

/** Members of what is shown that are nobody's to change. */
const READ_ONLY = ['id', 'revision', 'version', 'createdAt', 'updatedAt'];
const readOnly = { id: words.optional(), revision: z.int().optional(), version: z.int().optional() };
const times = { createdAt: z.int().optional(), updatedAt: z.int().optional() };

const documentOf = (whose: string, text: string): object => parsedDocument(whose, text);
/** JSON is YAML. */
const textOf = (body: object): { readonly text: string } => ({ text: JSON.stringify(without(body, READ_ONLY)) });
const expected = (match: string | undefined): object => (match === undefined ? {} : { expected: Number(match) });

/** The journal says what was dropped. */
function updateOptions({ body, match }: Given): object {
  return { ...expected(match), ...('proxyMode' in body ? { note: DROPPED } : {}) };
}

function act(name: string, command: CommandName, route: Partial<CallRoute> = {}): CallRoute {
  return {
    kind: 'call',
    method: 'POST',
    path: `/instances/{id}/${name}`,
    of: '/instances/{id}',
    command,
    success: 204,
    args: (given) => [at(given)],
    ...route,
  };
}

/** Of what the document of a server or model is read, shown and changed by. */
async function serverOf(commands: EngineCommands, name: string) {
  const { text, revision } = await commands.serverDocument(name);
  return { document: documentOf(`server ${name}`, text), match: String(revision) };
}

async function modelOf(commands: EngineCommands, name: string) {
  const { text, version } = await commands.modelDocument(name);
  return { document: documentOf(`model ${name}`, text), match: String(version) };
}

export const fleetRoutes: readonly Route[] = [
  {
    kind: 'list',
    path: '/servers',
    about: 'All servers that the caller may view. Values of variables and headers are not shown.',
    filters: ['name', 'project', 'runtime'],
    ...viewRows('servers'),
    item: (row: Server) => shownServer(row),
  },
  {
    kind: 'call',
    method: 'POST',
    path: '/servers',
    command: 'createServer',
    success: 201,
    body: serverDocumentSchema.extend({ literal: z.boolean().optional(), ...oldFields }),
    args: ({ body }) => [newServerDraft(body)],
    answer: (server: Server) => shownServer(server),
    etag: ({ revision }: Server) => String(revision),
    location: ({ name }: Server) => `/servers/${name}`,
  },
  {
    kind: 'call',
    method: 'GET',
    path: '/servers/{id}',
    command: 'serverDocument',
    success: 200,
    args: (given) => [at(given)],
    answer: ({ name, revision, text }: ServerDocument) => ({ ...documentOf(`server ${name}`, text), revision }),
    etag: ({ revision }: ServerDocument) => String(revision),
  },
  {
    kind: 'call',
    method: 'PUT',
    path: '/servers/{id}',
    command: 'updateServer',
    success: 200,
    body: serverDocumentSchema.extend({ ...readOnly, ...times, ...oldFields }),
    args: (given) => [at(given), textOf(without(given.body, ['proxyMode'])), updateOptions(given)],
    etag: ({ revision }: ServerUpdated) => String(revision),
    merge: (given, { commands }) => serverOf(commands, at(given)),
  },
  {
    kind: 'call',
    method: 'DELETE',
    path: '/servers/{id}',
    command: 'deleteServer',
    success: 204,
    args: (given) => [at(given)],
  },
  {
    kind: 'call',
    method: 'GET',
    path: '/servers/{id}/revisions',
    shows: 'ServerRevisions',
    command: 'serverRevisions',
    success: 200,
    args: (given) => [at(given)],
    answer: (items: readonly unknown[]) => ({ items }),
  },
  {
    kind: 'call',
    method: 'GET',
    path: '/servers/{id}/diff',
    command: 'diffServer',
    success: 200,
    query: z.strictObject({ left: number.optional(), right: number.optional() }),
    args: (given) => [at(given), given.query['left'], given.query['right']],
  },
  {
    kind: 'call',
    method: 'POST',
    path: '/servers/{id}/restore-revision',
    of: '/servers/{id}',
    command: 'updateServer',
    about: 'Makes an earlier revision of a server the newest; a deleted server comes back.',
    success: 200,
    body: z.strictObject({ revision: z.int().min(1), note: words.exactOptional() }),
    args: ({ body, ...given }) => [
      given.path['id'],
      { revision: body['revision'] },
      { ...without(body, ['revision']), ...expected(given.match) },
    ],
    etag: ({ revision }: ServerUpdated) => String(revision),
  },
  {
    kind: 'list',
    path: '/instances',
    shows: 'Instance',
    about: 'All instances that the caller may view.',
    filters: ['name', 'server', 'model', 'project', 'phase', 'health', 'runtime', 'via', 'desired', 'held'],
    ...viewRows('instances'),
    one: '/instances/{id}',
  },
  act('detail', 'instanceDetail', { method: 'GET', success: 200 }),
  act('logs', 'logs', {
    method: 'GET',
    success: 200,
    shows: 'LogLines',
    query: z.strictObject({ lines: number.optional(), after: number.optional(), before: number.optional() }),
    args: (given) => [at(given), given.query],
    answer: (items: readonly unknown[]) => ({ items }),
  }),
  act('start', 'start'),
  act('stop', 'stop'),
  act('restart', 'restart', {
    body: z.strictObject({ newImage: z.boolean().optional(), inTurn: z.boolean().optional() }),
    args: (given) => [at(given), given.body],
  }),
  act('retry', 'retry'),
  act('hold', 'hold'),
  act('probe', 'probe', { success: 200, shows: 'Probe' }),
  {
    kind: 'list',
    path: '/models',
    about: 'All models that the caller may view, and how each of them does.',
    command: 'models',
    filters: ['name', 'kind', 'tier'],
    changesWith: ['model_create', 'model_update', 'model_delete', 'model_test'],
    rows: (_given, { commands }) => commands.models(),
  },
  {
    kind: 'call',
    method: 'POST',
    path: '/models',
    command: 'createModel',
    success: 201,
    body: modelDocumentSchema.extend({ name: words }),
    args: ({ body }) => [body['name'], newModelDraft(plain(body['name']), without(body, ['name']))],
    location: ({ name }: { readonly name: string }) => `/models/${name}`,
  },
  {
    kind: 'call',
    method: 'GET',
    path: '/models/{id}',
    command: 'modelDocument',
    success: 200,
    args: (given) => [at(given)],
    answer: ({ name, version, text }: ModelDocument) => ({ ...documentOf(`model ${name}`, text), version }),
    etag: ({ version }: ModelDocument) => String(version),
  },
  {
    kind: 'call',
    method: 'PUT',
    path: '/models/{id}',
    command: 'updateModel',
    success: 200,
    body: modelDocumentSchema.extend({ name: words.exactOptional(), ...readOnly }),
    args: (given) => [at(given), textOf(given.body), expected(given.match)],
    merge: (given, { commands }) => modelOf(commands, at(given)),
  },
  {
    kind: 'call',
    method: 'DELETE',
    path: '/models/{id}',
    command: 'deleteModel',
    success: 204,
    args: (given) => [at(given)],
  },
  {
    kind: 'call',
    method: 'POST',
    path: '/models/{id}/test',
    shows: 'ModelTest',
    command: 'testModel',
    success: 200,
    args: (given) => [at(given)],
  },
];
