/** Writes a model as YAML that an operator edits, and reads it back; values that are not shown are kept. Pure. */
import { defined } from '../../kernel/defined.ts';
import { McptuiError } from '../../kernel/errors.ts';
import type { Model, ModelRun } from '../../store/schema/model.ts';
import { yaml } from '../content/front-matter.ts';
import { mayBeAway } from '../runtimes/registry.ts';
import { envEntry, secretText, SET, wholeReference } from '../servers/entry-text.ts';
import {
  entriesOf,
  parsedDocument,
  readEntries,
  readSource,
  sourceFields,
  type Fields,
} from '../servers/server-document.ts';

const FIELDS = [
  'name',
  'kind',
  'url',
  'model',
  'tier',
  'key',
  'timeoutMs',
  'dailyTokens',
  'allowPrivate',
  'run',
] as const;

export function toModelDocument(model: Model): string {
  return head(model) + yaml().stringify(modelFieldsOf(model), { lineWidth: 0 });
}

function head({ name, run }: Model): string {
  const restarts = run === undefined ? '' : ` Its program restarts where what is run has changed.`;
  return [
    `# Model ${name}. Unchanged = nothing happens.${restarts}`,
    `# ${SET} stands for a value that is not shown: left as it is, the value is kept. Secrets are secret:file/NAME.`,
    ...(run === undefined
      ? []
      : ['# {port} in its words is the port that it is given on 127.0.0.1; PORT says it too.']),
    '',
  ].join('\n');
}

export function modelFieldsOf({
  name,
  kind,
  url,
  model,
  tier,
  key,
  timeoutMs,
  dailyTokens,
  allowPrivate,
  run,
}: Model): Fields {
  return defined({
    name,
    kind,
    url,
    model,
    tier,
    key: key && secretText(key),
    timeoutMs,
    dailyTokens,
    ...(run === undefined ? { allowPrivate } : { run: runFields(run) }),
  });
}

function runFields({ source, runtime, env, warm, idleMs, startTimeoutMs, limits }: ModelRun): Fields {
  return {
    source: sourceFields(source),
    runtime,
    env: entriesOf(env),
    warm,
    idleMs,
    startTimeoutMs,
    ...(mayBeAway(runtime) ? { limits } : {}),
  };
}

/** What the document makes of it; not judged yet. @throws McptuiError `invalid` with the line or the field */
export function fromModelDocument(live: Model, text: string): Fields {
  const whose = `model ${live.name}`;
  const fields = parsedDocument(whose, text);
  const unknown = Object.keys(fields).filter((name) => !(FIELDS as readonly string[]).includes(name));
  if (unknown.length > 0) {
    throw new McptuiError('invalid', `${whose}: there is no field ${unknown.join(', ')}`, {
      hint: `fields: ${FIELDS.join(', ')}`,
    });
  }
  for (const fixed of ['name', 'kind'] as const) {
    if (fields[fixed] === undefined || fields[fixed] === live[fixed]) continue;
    throw new McptuiError('invalid', `${whose}: its ${fixed} cannot be changed`, {
      hint: `create another one: mcptui create model … ; then mcptui delete model ${live.name}`,
    });
  }
  const { key, run, ...rest } = fields;
  return defined({
    ...rest,
    id: live.id,
    name: live.name,
    kind: live.kind,
    createdAt: live.createdAt,
    key: typeof key === 'string' ? keyOf(key) : key,
    run: run === undefined ? undefined : readRun(whose, live.run, run),
  });
}

function keyOf(text: string): unknown {
  const secret = wholeReference('key', text);
  // It would stand in the store as it is.
  if (secret === undefined) throw new McptuiError('invalid', 'key: use secret:BACKEND/NAME, never the key itself');
  return secret;
}

function readRun(whose: string, live: ModelRun | undefined, value: unknown): unknown {
  if (live === undefined) return value;
  const { env, source, limits, ...rest } = fieldsIn(whose, value);
  return defined({
    ...rest,
    limits: limits ?? live.limits,
    env: readEntries(whose, 'env', env, live.env, envEntry),
    source: readSource(whose, live.source, source),
  });
}

function fieldsIn(whose: string, value: unknown): Fields {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Fields;
  throw new McptuiError('invalid', `${whose}: run is not a list of \`field: value\``);
}

/** The draft of a model that there is not yet, from the same fields. @throws McptuiError `invalid` */
export function newModelDraft(name: string, fields: Fields): Fields {
  const kind = fields['kind'] as Model['kind'];
  const nothing = { source: { kind: 'command', command: [] }, env: [] } as unknown as ModelRun;
  const blank = { id: '', name, kind, createdAt: 0, run: fields['run'] === undefined ? undefined : nothing };
  const {
    id: _id,
    name: _name,
    createdAt: _createdAt,
    ...draft
  } = fromModelDocument(blank as unknown as Model, JSON.stringify(fields));
  return draft;
}
