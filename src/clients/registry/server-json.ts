/** Reads servers as the official registry describes them (`server.json`, schema 2025-12-11). Pure. */
import { cutText } from '../../kernel/foreign.ts';
import { isObject } from '../formats/format.ts';

/** A value that a server needs, and what is known of it. */
export interface Input {
  readonly value?: string;
  readonly fallback?: string;
  readonly about: string;
  readonly isRequired: boolean;
  readonly isSecret: boolean;
  readonly choices: readonly string[];
  /** What `{NAME}` in the value stands for. */
  readonly variables: ReadonlyMap<string, Input>;
}

export interface NamedInput extends Input {
  readonly name: string;
}

/** `name` is a flag with its dashes; undefined = it stands by its place. */
export interface ArgumentInput extends Input {
  readonly name?: string;
  readonly hint: string;
}

export interface RegistryPackage {
  readonly kind: 'package';
  /** `npm`, `pypi`, `oci`, `nuget`, `mcpb`. */
  readonly type: string;
  readonly baseUrl?: string;
  readonly identifier: string;
  readonly version?: string;
  readonly transport: string;
  readonly runtimeArguments: readonly ArgumentInput[];
  readonly packageArguments: readonly ArgumentInput[];
  readonly env: readonly NamedInput[];
}

export interface RegistryRemote {
  readonly kind: 'remote';
  readonly transport: string;
  readonly url: Input;
  readonly headers: readonly NamedInput[];
}

export interface RegistryServer {
  readonly name: string;
  readonly version: string;
  readonly description: string;
  /** What it can be run as, in the registry's order: packages first. */
  readonly ways: readonly (RegistryPackage | RegistryRemote)[];
  /** `active`, `deprecated`, `deleted`. */
  readonly status: string;
}

/** Servers, packages and inputs of one answer that are read. */
const MOST = 1_000;

/** Of an answer of the registry, a list of such, or a single `server.json`. What is none is left out. */
export function registryServers(value: unknown): readonly RegistryServer[] {
  const rows = Array.isArray(value)
    ? value
    : isObject(value) && Array.isArray(value['servers'])
      ? value['servers']
      : [value];
  return rows.slice(0, MOST).flatMap((row: unknown) => {
    if (!isObject(row)) return [];
    const server = isObject(row['server']) ? row['server'] : row;
    const meta = isObject(row['_meta']) ? row['_meta']['io.modelcontextprotocol.registry/official'] : undefined;
    const name = textOf(server['name']);
    if (name === undefined || !/^[\w.-]{1,200}\/[\w.-]{1,200}$/.test(name)) return [];
    return [
      {
        name,
        version: textOf(server['version']) ?? '',
        description: cutText(textOf(server['description']) ?? '', 300),
        ways: [...objectsIn(server['packages']).flatMap(packageOf), ...objectsIn(server['remotes']).flatMap(remoteOf)],
        status: (isObject(meta) ? textOf(meta['status']) : undefined) ?? textOf(server['status']) ?? 'active',
      },
    ];
  });
}

type Fields = Readonly<Record<string, unknown>>;

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' || typeof value === 'number' ? String(value).slice(0, 8_192) : undefined;
}

function objectsIn(value: unknown): readonly Fields[] {
  return Array.isArray(value) ? value.slice(0, MOST).filter(isObject) : [];
}

function packageOf(value: Fields): readonly RegistryPackage[] {
  const [type, identifier] = [textOf(value['registryType']), textOf(value['identifier'])];
  if (type === undefined || identifier === undefined) return [];
  const transport = isObject(value['transport']) ? textOf(value['transport']['type']) : undefined;
  const [baseUrl, version] = [textOf(value['registryBaseUrl']), textOf(value['version'])];
  return [
    {
      kind: 'package',
      type,
      identifier,
      ...(baseUrl === undefined ? {} : { baseUrl }),
      ...(version === undefined ? {} : { version }),
      transport: transport ?? 'stdio',
      runtimeArguments: objectsIn(value['runtimeArguments']).map(argumentOf),
      packageArguments: objectsIn(value['packageArguments']).map(argumentOf),
      env: objectsIn(value['environmentVariables']).flatMap(namedOf),
    },
  ];
}

function remoteOf(value: Fields): readonly RegistryRemote[] {
  const url = textOf(value['url']);
  if (url === undefined) return [];
  const { variables } = inputOf(value);
  const none = { about: '', isRequired: true, isSecret: false, choices: [] };
  return [
    {
      kind: 'remote',
      transport: textOf(value['type']) ?? 'streamable-http',
      url: { ...none, value: url, variables },
      headers: objectsIn(value['headers']).flatMap(namedOf),
    },
  ];
}

function inputOf(value: Fields): Input {
  const { variables, choices } = value;
  const [given, fallback] = [textOf(value['value']), textOf(value['default'])];
  return {
    ...(given === undefined ? {} : { value: given }),
    ...(fallback === undefined ? {} : { fallback }),
    about: cutText(textOf(value['description']) ?? '', 200),
    isRequired: value['isRequired'] === true,
    isSecret: value['isSecret'] === true,
    choices: Array.isArray(choices) ? choices.slice(0, 50).flatMap((one: unknown) => textOf(one) ?? []) : [],
    // Variables of variables there are none.
    variables: new Map(
      isObject(variables)
        ? Object.entries(variables).flatMap(([name, one]) =>
            isObject(one) ? [[name, inputOf({ ...one, variables: undefined })] as const] : [],
          )
        : [],
    ),
  };
}

function namedOf(value: Fields): readonly NamedInput[] {
  const name = textOf(value['name']);
  return name === undefined ? [] : [{ ...inputOf(value), name }];
}

function argumentOf(value: Fields): ArgumentInput {
  const name = value['type'] === 'named' ? textOf(value['name']) : undefined;
  const hint = textOf(value['valueHint']) ?? name ?? 'argument';
  return { ...inputOf(value), ...(name === undefined ? {} : { name }), hint };
}
