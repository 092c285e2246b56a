/** Plans a server of the registry: which of its packages or addresses, with which values. Pure. */
import type { Draft, HeaderDraft, ImportItem, SourceDraft } from '../import/draft.ts';
import { dockerRun } from '../import/docker-run.ts';
import { SecretNames } from '../import/secret-names.ts';
import { ServerNames } from '../import/server-names.ts';
import { Answers, type Question } from './answers.ts';
import type { ArgumentInput, RegistryPackage, RegistryRemote, RegistryServer } from './server-json.ts';

export interface RegistryContext {
  /** Names of servers that are there. */
  readonly taken: Iterable<string>;
  /** Names in the encrypted file. */
  readonly secrets: Iterable<string>;
  readonly project: string;
  readonly start: boolean;
  /** `npm`, `pypi`, `oci` or `remote`; undefined = the first that can be run. */
  readonly as?: string;
  readonly answers: ReadonlyMap<string, string>;
  /** Where it was read. */
  readonly origin: string;
}

export interface RegistryPlan {
  readonly item: ImportItem;
  /** What has to be answered first; then the item holds no secret yet. */
  readonly questions: readonly Question[];
}

type Made = Pick<Draft, 'source' | 'runtime' | 'env' | 'network'>;

const PUBLIC: Readonly<Record<string, RegExp>> = {
  npm: /^https:\/\/registry\.npmjs\.org\/?$/,
  pypi: /^https:\/\/(?:pypi\.org|files\.pythonhosted\.org)\/?$/,
};

export function planRegistry(server: RegistryServer, context: RegistryContext): RegistryPlan {
  const short = server.name.slice(server.name.indexOf('/') + 1);
  const name =
    new ServerNames(context.taken).propose(short) ?? new ServerNames(context.taken).propose(server.name) ?? short;
  const from = {
    client: 'registry',
    title: 'Registry',
    scope: server.version,
    file: context.origin,
    entry: server.name,
  };
  const base = { id: server.name, from, name, needs: [], isDisabled: false } as const;
  const why: string[] = [];
  for (const way of server.ways) {
    if (context.as !== undefined && context.as !== (way.kind === 'remote' ? 'remote' : way.type)) continue;
    // What one that cannot be run would have needed is nobody's question.
    const answers = new Answers(context.answers, new SecretNames(context.secrets), name);
    const made = way.kind === 'remote' ? remote(way, answers) : packaged(way, answers);
    if (typeof made === 'string') {
      why.push(made);
      continue;
    }
    const draft: Draft = {
      ...made,
      name,
      project: context.project,
      replicas: context.start ? 1 : 0,
      ...(server.description === '' ? {} : { context: server.description }),
    };
    const notes = server.status === 'active' ? [] : [`the registry calls it ${server.status}`];
    return { item: { ...base, state: 'new', draft, secrets: answers.secrets, notes }, questions: answers.questions };
  }
  const reason =
    why[0] ?? (context.as === undefined ? 'it has neither a package nor an address' : `it has no ${context.as}`);
  return { item: { ...base, state: 'refused', secrets: [], notes: [], reason }, questions: [] };
}

/** Or why it cannot be run. */
function packaged(way: RegistryPackage, answers: Answers): Made | string {
  const { type, identifier, version, baseUrl, transport } = way;
  if (transport !== 'stdio') return `its ${type} package speaks ${transport}: start it yourself and give its URL`;
  if (baseUrl !== undefined && PUBLIC[type]?.test(baseUrl) === false)
    return `its ${type} package is in ${baseUrl}, which is not looked into`;
  const args = wordsOf(way.packageArguments, answers);
  if (args === undefined) return 'it needs a secret in an argument, where mcptui puts none';
  const env = way.env.flatMap((input) => answers.env(input) ?? []);
  switch (type) {
    case 'npm':
      return {
        runtime: 'process',
        env,
        source: { kind: 'package', package: `npm:${identifier}${version === undefined ? '' : `@${version}`}`, args },
      };
    case 'pypi':
      return {
        runtime: 'process',
        env,
        source: { kind: 'package', package: `pypi:${identifier}${version === undefined ? '' : `==${version}`}`, args },
      };
    case 'oci': {
      const flags = wordsOf(way.runtimeArguments, answers);
      const image =
        /[:@]/.test(identifier.slice(identifier.lastIndexOf('/'))) || version === undefined
          ? identifier
          : `${identifier}:${version}`;
      const read =
        flags === undefined ? 'it needs a secret in an argument' : dockerRun(['run', ...flags, image, ...args], []);
      if (read === undefined || typeof read === 'string') return read ?? 'its image cannot be read';
      const given = read.env.map(({ name, text }) => ({ name, value: text }));
      const { mounts, user, entrypoint } = read;
      const source: SourceDraft = {
        kind: 'image',
        image: read.image,
        command: [...read.args],
        ...(mounts.length === 0 ? {} : { mounts: mounts.map((mount) => ({ ...mount })) }),
        ...(user === undefined ? {} : { user }),
        ...(entrypoint === undefined ? {} : { entrypoint: [entrypoint] }),
      };
      const own = given.filter(({ name }) => !env.some((entry) => entry.name === name));
      return { runtime: 'docker', network: read.network, env: [...env, ...own], source };
    }
    default:
      return `it is a package of ${type}, which mcptui does not run`;
  }
}

/** Undefined when one of them would be a secret. */
function wordsOf(inputs: readonly ArgumentInput[], answers: Answers): string[] | undefined {
  const words: string[] = [];
  for (const input of inputs) {
    const isFlagAlone =
      input.name !== undefined && input.value === undefined && input.fallback === undefined && !input.isRequired;
    const text = isFlagAlone ? undefined : answers.plain(input, input.hint);
    if (typeof text === 'object') return undefined;
    if (text === undefined) continue;
    if (input.name !== undefined) words.push(input.name);
    if (text !== '') words.push(text);
  }
  return words;
}

function remote({ transport, url, headers }: RegistryRemote, answers: Answers): Made | string {
  if (transport !== 'streamable-http' && transport !== 'sse')
    return `its address speaks ${transport}, which is not known`;
  const address = answers.template(url, 'url');
  const made: HeaderDraft[] = headers.flatMap((input) => answers.header(input) ?? []);
  return {
    runtime: 'remote',
    env: [],
    source: { kind: 'url', url: address ?? 'https://unknown.invalid', transport, headers: made },
  };
}
