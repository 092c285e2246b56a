/** Makes of a managed model the definition that its instance is run by. Pure. */
import type { Shape } from '../../store/schema/index.ts';
import type { Model } from '../../store/schema/model.ts';
import { serverSchema, type Server } from '../../store/schema/server.ts';
import type { Database, Transaction, Versioned } from '../../store/types.ts';
import { KEY_VARIABLE, programName } from './program-names.ts';

/** Stands in arguments for the port. */
const PORT_WORD = '{port}';
const PROBE_EVERY_MS = 30_000;
/** While it thinks it answers late. */
const LATE_MS = 5_000;

/** Where a program listens. */
export function programUrl(port: number): string {
  return `http://127.0.0.1:${port}/v1`;
}

/** A record does not change in place: its definition is made once. */
const made = new WeakMap<Model, Versioned<Server>>();

/** Undefined for a model that the engine does not run. */
export function programOf(model: Versioned<Model>): Versioned<Server> | undefined {
  if (model.run === undefined) return undefined;
  let program = made.get(model);
  if (program === undefined) made.set(model, (program = definitionOf(model, model.run)));
  return program;
}

function definitionOf(
  { id, name, key, version, createdAt, updatedAt }: Versioned<Model>,
  { source, runtime, env, limits, startTimeoutMs }: NonNullable<Model['run']>,
): Versioned<Server> {
  const given = key === undefined ? env : [...env, { name: KEY_VARIABLE, secret: key }];
  const { shape } = serverSchema;
  return {
    id,
    name: programName(name),
    // Of no project: those that may ask it say so themselves.
    project: '-',
    source,
    runtime,
    env: given,
    replicas: 1,
    isolation: 'shared',
    maxInstances: 1,
    context: '',
    health: shape.health.parse({ intervalMs: PROBE_EVERY_MS, latencyBudgetMs: LATE_MS }),
    limits,
    calls: {},
    secretDelivery: 'stdin',
    network: runtime === 'docker' ? 'bridge' : 'none',
    startTimeoutMs,
    revision: version,
    createdAt,
    updatedAt,
    version,
  };
}

/** The same with its port in its words. */
export function atPort(program: Server, port: number): Server {
  const filled = (words: readonly string[]): string[] => words.map((word) => word.replaceAll(PORT_WORD, String(port)));
  const { source } = program;
  switch (source.kind) {
    case 'image':
    case 'command':
      return { ...program, source: { ...source, command: filled(source.command) } };
    case 'package':
      return { ...program, source: { ...source, args: filled(source.args) } };
    case 'url':
      return program;
  }
}

type Reads = Pick<Database<Shape>, 'collection'> | Transaction<Shape>;

/** The definitions that instances are made of: servers, and programs of models. */
export function allDefinitions(from: Reads): readonly Versioned<Server>[] {
  const models: readonly Versioned<Model>[] = from.collection('models').all();
  const programs = models.flatMap((model) => programOf(model) ?? []);
  const servers: readonly Versioned<Server>[] = from.collection('servers').all();
  return programs.length === 0 ? servers : [...servers, ...programs];
}

export function definitionById(from: Reads, id: string): Versioned<Server> | undefined {
  const server = from.collection('servers').find(id);
  if (server !== undefined) return server;
  const model = from.collection('models').find(id);
  return model === undefined ? undefined : programOf(model);
}
