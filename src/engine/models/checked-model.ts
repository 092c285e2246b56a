/** Judges a model: by the schema, then by what its kind needs, where it may be and what a person would see wrong in it. Pure. */
import { McptuiError } from '../../kernel/errors.ts';
import { checkedUrl } from '../../kernel/url.ts';
import { isLoopbackUrl, urlRefusal } from '../../mcp/index.ts';
import { modelSchema, type Model, type ModelRun } from '../../store/schema/model.ts';
import type { Server } from '../../store/schema/server.ts';
import { faultsOf } from '../content/faults.ts';
import { runtimesFor } from '../runtimes/registry.ts';
import { isLogin, refsOfServer } from '../secrets/resolver.ts';
import { refusePlaceholders } from '../servers/placeholders.ts';
import { KEY_VARIABLE, PORT_VARIABLE } from './program-names.ts';
import { programOf } from './program.ts';

/** `before`: what it changes, whose texts are meant as they stand. @throws McptuiError `invalid` naming what is at fault */
export function checked(name: string, value: unknown, before?: Model): Model {
  const result = modelSchema.safeParse(value);
  if (!result.success) throw new McptuiError('invalid', `model ${name}: ${faultsOf(result.error, 'record')}`);
  const model = result.data;
  if (model.kind === 'managed') refuseOddRun(model, before);
  else refuseOddAddress(model);
  return model;
}

function refuseOddAddress({ name, kind, url: text, allowPrivate, run }: Model): void {
  if (run !== undefined) {
    throw new McptuiError('invalid', `model ${name}: a model of kind ${kind} is not run here`, {
      hint: '--kind managed is',
    });
  }
  if (text === undefined) throw new McptuiError('invalid', `model ${name}: say where it answers`, { hint: '--url' });
  const url = checkedUrl(text);
  const refusal = urlRefusal(url, allowPrivate || isLoopbackUrl(url), allowPrivate);
  if (refusal === undefined) return;
  throw new McptuiError('invalid', `model ${name}: ${refusal}`, { hint: '--allow-private says that it may be asked' });
}

function refuseOddRun(model: Model, before: Model | undefined): void {
  const { name, url, run } = model;
  const whose = `model ${name}`;
  if (run === undefined) {
    throw new McptuiError('invalid', `${whose}: nothing to run`, {
      hint: `give --image, --package or a command: mcptui create model ${name} --kind managed -- llama-server -m FILE --port {port}`,
    });
  }
  if (url !== undefined) {
    throw new McptuiError('invalid', `${whose}: what is managed has no URL of its own: the engine gives it a port`, {
      hint: '--kind openai --url URL is for one that runs already',
    });
  }
  refuseOddPlace(whose, run);
  const program = definitionOf(model);
  if (program === undefined) return;
  refusePlaceholders(program, before && definitionOf(before), 'model');
  const login = refsOfServer(program).find(isLogin);
  if (login === undefined) return;
  throw new McptuiError('invalid', `${whose}: secret ${login.backend}/${login.path} is the login of a server`);
}

function refuseOddPlace(whose: string, { source, runtime, env }: ModelRun): void {
  const wanted = runtimesFor(source.kind);
  if (!wanted.includes(runtime)) {
    throw new McptuiError('invalid', `${whose}: a ${source.kind} does not run on ${runtime}`, {
      hint: `use --runtime ${wanted.join(' or ')}`,
    });
  }
  const taken = env.find((entry) => entry.name === PORT_VARIABLE || entry.name === KEY_VARIABLE);
  if (taken === undefined) return;
  const hint =
    taken.name === PORT_VARIABLE ? 'the engine gives it a port: {port} in its arguments, or PORT' : 'give it by --key';
  throw new McptuiError('invalid', `${whose}: --env ${taken.name} is set by mcptui itself`, { hint });
}

/** By the model's own name, as people call it. */
function definitionOf(model: Model): Server | undefined {
  const program = programOf({ ...model, version: 1 });
  return program && { ...program, name: model.name };
}
