/** Serves commands, resources and the view over HTTP: what may be asked, and how it is checked, is in the table of commands. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { getRequestListener, type HttpBindings } from '@hono/node-server';
import { Hono } from 'hono';
import { bugFacts } from '../../kernel/bugs.ts';
import { McptuiError, toErrorJson, type ErrorCode } from '../../kernel/errors.ts';
import { parseForeign, TooDeepError } from '../../kernel/foreign.ts';
import type { LocalEngine } from '../engine.ts';
import { viewAsPatches } from '../views/view-state.ts';
import { commandArguments, commandNamed, isCommand } from '../commands/arguments.ts';
import type { Served } from '../rights/served.ts';
import { COMMANDS_PATH, HEALTH_PATH, RESOURCES_PATH } from './protocol.ts';
import { MAX_BODY_BYTES, readBody } from './request-body.ts';

const statusOf: Readonly<Record<ErrorCode, 400 | 403 | 404 | 409 | 503 | 504>> = {
  invalid: 400,
  denied: 403,
  'not-found': 404,
  conflict: 409,
  unavailable: 503,
  timeout: 504,
};

export type RestListener = (request: IncomingMessage, response: ServerResponse, served: Served) => void;

export function restListener(engine: LocalEngine): RestListener {
  const asked = new WeakMap<IncomingMessage, Served>();
  const listener = getRequestListener(restApp(engine, asked).fetch);
  return (request, response, served) => {
    asked.set(request, served);
    Promise.resolve(listener(request, response)).catch((error: unknown) => {
      engine.bugs.report('the operator API', error);
      response.destroy();
    });
  };
}

function restApp(engine: LocalEngine, asked: WeakMap<IncomingMessage, Served>) {
  const servedFor = (request: IncomingMessage): Served => {
    const served = asked.get(request);
    if (served === undefined) throw new Error('a request that nobody was found for');
    return served;
  };
  const app = new Hono<{ Bindings: HttpBindings }>();
  app.get(HEALTH_PATH, (c) => c.json({ ok: true, pid: engine.view().info.pid, version: engine.view().info.version }));
  app.get('/api/v1/view', (c) => c.json(viewAsPatches(servedFor(c.env.incoming).view())));
  app.post(`${COMMANDS_PATH}/:name`, async (c) => {
    const name = commandNamed(c.req.param('name'));
    const args = await readBody(c.req.raw, MAX_BODY_BYTES).then(parseForeign).catch(notJson);
    if (!Array.isArray(args)) throw new McptuiError('invalid', `${name}: the body must be a JSON array of arguments`);
    const checked = commandArguments(name, args);
    const run = servedFor(c.env.incoming).commands[name] as (...given: readonly unknown[]) => Promise<unknown>;
    return c.json({ result: (await run(...checked)) ?? null });
  });
  // Loaded at the first request for one: consoles and the command line never need it.
  const loadResources = () => import('./resources/answer.ts');
  let resources: ReturnType<typeof loadResources> | undefined;
  app.all(`${RESOURCES_PATH}/*`, async (c) => {
    const { answerResource } = await (resources ??= loadResources());
    return answerResource(c.req.raw, servedFor(c.env.incoming), engine.bugs);
  });
  app.notFound((c) => c.json({ error: toErrorJson(new McptuiError('not-found', `no ${c.req.path}`)) }, 404));
  app.onError((error, c) => {
    if (error instanceof McptuiError) return c.json({ error: toErrorJson(error) }, statusOf[error.code]);
    const name = c.req.param('name') ?? '-';
    engine.bugs.report(`command ${isCommand(name) ? name : '-'}`, error);
    // Its message may quote what must not be shown.
    const message = `an error in mcptui: ${bugFacts(error).name}; \`mcptui get audit --kind bug\` says where`;
    return c.json({ error: { code: 'bug', message } }, 500);
  });
  return app;
}

/** A body that is over a limit is told as that. */
function notJson(error: unknown): undefined {
  if (error instanceof McptuiError) throw error;
  if (error instanceof TooDeepError) throw new McptuiError('invalid', `the request body is ${error.message}`);
  return undefined;
}
