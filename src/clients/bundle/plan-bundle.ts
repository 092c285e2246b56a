/** Plans the server of an MCPB bundle by its manifest (0.1 to 0.4): what runs, and which settings it needs. Pure. */
import { McptuiError, messageOf } from '../../kernel/errors.ts';
import { cutText, parseForeign } from '../../kernel/foreign.ts';
import { isObject } from '../formats/format.ts';
import type { ImportItem } from '../import/draft.ts';
import { SecretNames } from '../import/secret-names.ts';
import { ServerNames } from '../import/server-names.ts';
import { Answers, type Question } from '../registry/answers.ts';
import type { Input } from '../registry/server-json.ts';

export interface BundleContext {
  readonly taken: Iterable<string>;
  readonly secrets: Iterable<string>;
  readonly project: string;
  readonly start: boolean;
  readonly answers: ReadonlyMap<string, string>;
  readonly origin: string;
  readonly home: string;
  readonly platform: NodeJS.Platform;
  /** Where it will be unpacked. */
  readonly folder: string;
  /** Whether the bundle holds this file. */
  readonly has: (name: string) => boolean;
}

export interface BundlePlan {
  readonly item: ImportItem;
  readonly questions: readonly Question[];
}

type Fields = Readonly<Record<string, unknown>>;

const VERSIONS = new Set(['0.1', '0.2', '0.3', '0.4']);
const MAX_WORDS = 200;

/** @throws McptuiError `invalid` for what is no manifest of a version that is known */
export function readManifest(text: string): Fields {
  let value: unknown;
  try {
    value = parseForeign(text);
  } catch (error) {
    throw new McptuiError('invalid', `manifest.json of the bundle is not JSON: ${messageOf(error)}`, { cause: error });
  }
  const version = isObject(value) ? (value['manifest_version'] ?? value['dxt_version']) : undefined;
  if (!isObject(value) || typeof version !== 'string' || !VERSIONS.has(version)) {
    throw new McptuiError('invalid', 'manifest.json of the bundle is of no version from 0.1 to 0.4');
  }
  return value;
}

export function planBundle(manifest: Fields, context: BundleContext): BundlePlan {
  const name = textIn(manifest, 'name') ?? 'bundle';
  const proposed = new ServerNames(context.taken).propose(name);
  const answers = new Answers(context.answers, new SecretNames(context.secrets), proposed ?? 'bundle');
  const from = {
    client: 'mcpb',
    title: 'Bundle',
    scope: textIn(manifest, 'version') ?? '',
    file: context.origin,
    entry: name,
  };
  const base = { id: context.origin, from, name: proposed ?? name, needs: [], isDisabled: false } as const;
  const refused = (reason: string): BundlePlan => ({
    item: { ...base, state: 'refused', secrets: [], notes: [], reason },
    questions: [],
  });
  if (proposed === undefined) return refused('nothing of its name can be a name here');
  const platforms = isObject(manifest['compatibility']) ? manifest['compatibility']['platforms'] : undefined;
  if (Array.isArray(platforms) && !platforms.includes(context.platform))
    return refused(`it does not run on ${context.platform}`);
  const server = isObject(manifest['server']) ? manifest['server'] : {};
  const run = runOf(server, context);
  if (typeof run === 'string') return refused(run);
  const settings = settingsOf(manifest['user_config'], context);
  const command: string[] = [];
  for (const word of run.words) {
    const list = listIn(word, settings, context);
    const words = list ?? [answers.plain(inputOf(word, settings), word)];
    for (const one of words) {
      if (typeof one === 'object') return refused('it needs a secret in an argument, where mcptui puts none');
      if (one !== undefined) command.push(one);
    }
  }
  const env = Object.entries(run.env).flatMap(
    ([key, text]) => answers.env({ ...inputOf(text, settings), name: key }) ?? [],
  );
  const about = cutText(textIn(manifest, 'description') ?? '', 1_000);
  return {
    item: {
      ...base,
      state: 'new',
      secrets: answers.secrets,
      notes: [`it is unpacked into ${context.folder}`, 'it runs as a process of yours: nothing contains its code'],
      draft: {
        name: proposed,
        project: context.project,
        runtime: 'process',
        source: { kind: 'command', command },
        env,
        replicas: context.start ? 1 : 0,
        ...(about === '' ? {} : { context: about }),
      },
    },
    questions: answers.questions,
  };
}

function textIn(value: Fields, key: string): string | undefined {
  const text = value[key];
  return typeof text === 'string' && text !== '' ? text.slice(0, 4_096) : undefined;
}

interface Run {
  readonly words: readonly string[];
  readonly env: Readonly<Record<string, string>>;
}

/** Or why it cannot be run. */
function runOf(server: Fields, context: BundleContext): Run | string {
  const type = textIn(server, 'type') ?? '';
  const entry = textIn(server, 'entry_point');
  if (!['node', 'python', 'binary', 'uv'].includes(type))
    return `its server is of type ${type || 'none'}, which is not known`;
  if (entry !== undefined && !context.has(entry.replace(/^\.\//, '')))
    return `it does not hold ${entry}, which it starts`;
  const config = isObject(server['mcp_config']) ? server['mcp_config'] : {};
  const overrides = isObject(config['platform_overrides']) ? config['platform_overrides'][context.platform] : undefined;
  const merged: Fields = { ...config, ...(isObject(overrides) ? overrides : {}) };
  const env = { ...stringsIn(config['env']), ...(isObject(overrides) ? stringsIn(overrides['env']) : {}) };
  const program = textIn(merged, 'command');
  const args = Array.isArray(merged['args']) ? merged['args'].slice(0, MAX_WORDS) : [];
  const words = args.filter((word) => typeof word === 'string');
  if (program !== undefined)
    return { words: [program, ...words].map((word) => placed(word, context)), env: placedAll(env, context) };
  if (entry === undefined) return 'it does not say what it starts';
  const start = placed(`\${__dirname}/${entry}`, context);
  const starts: Readonly<Record<string, readonly string[]>> = {
    node: ['node', start],
    python: ['python3', start],
    binary: [start],
    uv: ['uv', 'run', '--directory', context.folder, start],
  };
  return { words: starts[type] ?? [start], env: placedAll(env, context) };
}

function stringsIn(value: unknown): Readonly<Record<string, string>> {
  if (!isObject(value)) return {};
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, text]) =>
      /^[A-Za-z_]\w{0,127}$/.test(key) && typeof text === 'string' ? [[key, text]] : [],
    ),
  );
}

/** Folders that a manifest may name. */
function placed(text: string, { folder, home }: BundleContext): string {
  const folders: Readonly<Record<string, string>> = {
    __dirname: folder,
    HOME: home,
    DESKTOP: `${home}/Desktop`,
    DOCUMENTS: `${home}/Documents`,
    DOWNLOADS: `${home}/Downloads`,
    pathSeparator: '/',
    '/': '/',
  };
  return Object.entries(folders).reduce((sum, [key, value]) => sum.replaceAll(`\${${key}}`, () => value), text);
}

function placedAll(env: Readonly<Record<string, string>>, context: BundleContext): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(env).map(([key, text]) => [key, placed(text, context)]));
}

interface Setting extends Input {
  readonly isList: boolean;
  readonly defaults: readonly string[];
}

function settingsOf(value: unknown, context: BundleContext): ReadonlyMap<string, Setting> {
  if (!isObject(value)) return new Map();
  return new Map(
    Object.entries(value).flatMap(([key, one]) => {
      if (!isObject(one) || !/^[\w.-]{1,64}$/.test(key)) return [];
      const given: readonly unknown[] = Array.isArray(one['default']) ? one['default'] : [one['default']];
      const defaults = given.flatMap((item) =>
        typeof item === 'string' || typeof item === 'number' || typeof item === 'boolean'
          ? [placed(String(item), context)]
          : [],
      );
      const [first] = defaults;
      const setting: Setting = {
        about: cutText(textIn(one, 'title') ?? textIn(one, 'description') ?? '', 200),
        isRequired: one['required'] === true,
        isSecret: one['sensitive'] === true,
        choices: [],
        variables: new Map(),
        isList: one['multiple'] === true,
        defaults,
        ...(first === undefined ? {} : { fallback: first }),
      };
      return [[key, setting] as const];
    }),
  );
}

/** `${user_config.KEY}` becomes `{KEY}`, whose value is asked for. */
function inputOf(text: string, settings: ReadonlyMap<string, Setting>): Input {
  let value = text;
  const variables = new Map<string, Input>();
  for (const [key, setting] of settings) {
    const written = `\${user_config.${key}}`;
    if (!value.includes(written)) continue;
    value = value.replaceAll(written, () => `{${key}}`);
    variables.set(key, setting);
  }
  return { value, about: '', isRequired: false, isSecret: false, choices: [], variables };
}

/** A word that is a list by itself becomes as many words; undefined for another, or while it is not answered. */
function listIn(
  word: string,
  settings: ReadonlyMap<string, Setting>,
  { answers, home }: BundleContext,
): readonly string[] | undefined {
  const key = /^\$\{user_config\.([\w.-]{1,64})\}$/.exec(word)?.[1];
  const setting = key === undefined ? undefined : settings.get(key);
  if (key === undefined || setting?.isList !== true) return undefined;
  const answer = answers.get(key);
  const values =
    answer === undefined ? setting.defaults : answer.split(',').map((one) => one.trim().replace(/^~(?=\/|$)/, home));
  return values.length === 0 && setting.isRequired ? undefined : values;
}
