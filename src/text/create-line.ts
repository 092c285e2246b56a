/** Writes a server as the command line that creates it; values that are not shown stand as `<NAME>`, which is refused. Pure. */
import type { ServerDraft } from '../engine/index.ts';
import { quoted as quote } from './client-config.ts';

type Source = ServerDraft['source'];
type Entry = NonNullable<ServerDraft['env']>[number] | NonNullable<Extract<Source, { kind: 'url' }>['headers']>[number];

const HIDDEN = new Set(['(set)', '[masked]']);

/** What of a server stands on its line only when it differs from what the schema gives it. */
const LIMITS: readonly (readonly [
  flag: string,
  usual: string | number,
  read: (server: ServerDraft) => string | number | undefined,
])[] = [
  ['--max-instances', 8, ({ maxInstances }) => maxInstances],
  ['--memory', 512, ({ limits }) => limits?.memoryMiB],
  ['--pids', 256, ({ limits }) => limits?.pids],
  ['--cpus', 0, ({ limits }) => limits?.cpus],
  ['--network', 'none', ({ network }) => network],
];

/** Of a server as views show it, or of a draft as it was typed. */
export function createLine(server: ServerDraft): string {
  const { name, project, env = [], replicas, isolation, prefix, context, health = {}, source, runtime } = server;
  const flag = (word: string, value: string | number | undefined): string[] =>
    value === undefined ? [] : [word, quote(String(value))];
  const words = [
    'mcptui create server',
    quote(name),
    ...(project === undefined || project === 'default' ? [] : flag('--project', project)),
    ...sourceFlags(source),
    ...(source.kind === 'package' && runtime === 'docker' ? flag('--runtime', runtime) : []),
    ...env.flatMap((entry) =>
      flag('as' in entry && entry.as === 'file' ? '--secret-file' : '--env', `${entry.name}=${valueOf(entry)}`),
    ),
    ...(replicas === undefined || replicas === 1 ? [] : flag('--replicas', replicas)),
    ...flag('--isolation', isolation),
    ...flag('--prefix', prefix),
    ...(context === undefined || context === '' ? [] : flag('--context', context)),
    ...flag('--probe-tool', health.tool),
    ...(Object.keys(health.args ?? {}).length === 0 ? [] : flag('--probe-args', JSON.stringify(health.args))),
    ...LIMITS.flatMap(([word, usual, read]) => {
      const value = read(server);
      return value === usual ? [] : flag(word, value);
    }),
  ];
  const after = commandOf(source).map((word) => quote(HIDDEN.has(word) ? '<value>' : word));
  return [...words, ...(after.length === 0 ? [] : ['--', ...after])].join(' ');
}

function sourceFlags(source: Source): readonly string[] {
  switch (source.kind) {
    case 'image':
      return ['--image', quote(source.image), ...imageFlags(source)];
    case 'package':
      return ['--package', quote(source.package), ...folder(source.cwd)];
    case 'command':
      return folder(source.cwd);
    case 'url':
      return [
        '--url',
        quote(source.url.includes('…') ? '<URL>' : source.url),
        ...(source.transport === 'sse' ? ['--transport', 'sse'] : []),
        ...(source.headers ?? []).flatMap((entry) => ['--header', quote(`${entry.name}=${valueOf(entry)}`)]),
        ...(source.allowPrivate === true ? ['--allow-private'] : []),
        ...(source.allowHttp === true ? ['--allow-http'] : []),
      ];
  }
}

function imageFlags({
  entrypoint,
  cwd,
  user,
  pull,
  mounts = [],
}: Extract<Source, { kind: 'image' }>): readonly string[] {
  return [
    ...(entrypoint ?? []).flatMap((word) => ['--entrypoint', quote(word)]),
    ...folder(cwd),
    ...(user === undefined ? [] : ['--user', quote(user)]),
    ...(pull === undefined ? [] : ['--pull', pull]),
    ...mounts.flatMap((one) => ['--mount', quote(`${one.source}:${one.target}${one.readOnly === true ? ':ro' : ''}`)]),
  ];
}

function folder(cwd: string | undefined): readonly string[] {
  return cwd === undefined ? [] : ['--cwd', quote(cwd)];
}

function commandOf(source: Source): readonly string[] {
  if (source.kind === 'url') return [];
  return source.kind === 'package' ? (source.args ?? []) : (source.command ?? []);
}

function valueOf(entry: Entry): string {
  if ('secret' in entry) {
    const prefix = 'prefix' in entry ? (entry.prefix ?? '') : '';
    return `${prefix}secret:${entry.secret.backend}/${entry.secret.path}`;
  }
  const text = 'value' in entry ? entry.value : entry.template;
  return HIDDEN.has(text) ? `<${entry.name}>` : text;
}
