/** Makes a definition of what was typed into the form of a new server, or says what is wrong, field by field. Pure. */
import { envEntry, headerEntry, type ServerDraft } from '../../../../engine/index.ts';
import { defined } from '../../../../kernel/defined.ts';
import { failureText } from '../../../kit/ui.ts';
import { wordsOf } from '../../../overlays/editor/shell-words.ts';
import { fill, type Texts } from '../../../overlays/form/values.ts';
import type { FolderOf } from '../../../kit/terminal.ts';
import { fieldsOf, type Shape } from './fields.ts';
import { guessedKind, proposedName, sourceKinds, type SourceKind } from './source.ts';

export type Read =
  | { readonly kind: 'draft'; readonly draft: ServerDraft }
  /** By name of the field. */
  | { readonly kind: 'problems'; readonly problems: ReadonlyMap<string, string> };

type Source = ServerDraft['source'];

/** What the form says by itself, from what was typed and what is there. */
export function proposals(texts: Texts, { taken, project, folderOf }: Surroundings): ReadonlyMap<string, string> {
  const words = listed(split(textOf(texts, 'runs')));
  const { kind, inContainer } = shapeOf(texts);
  const runs = [...words, ...listed(split(textOf(texts, 'arguments')))];
  const isHere = !inContainer && (kind === 'command' || kind === 'package');
  return new Map([
    ['kind', words.length === 0 ? '' : guessedKind(words)],
    ['name', proposedName(words, taken) ?? ''],
    ['project', project],
    ['cwd', isHere ? (folder(folderOf, kind, runs, undefined).cwd ?? '') : ''],
  ]);
}

export interface Surroundings {
  /** Names of servers. */
  readonly taken: ReadonlySet<string>;
  readonly project: string;
  readonly folderOf: FolderOf;
}

export function shapeOf(texts: Texts): Shape {
  const kind = sourceKinds.find((one) => one === textOf(texts, 'kind')) ?? 'command';
  const inContainer = kind === 'image' || (kind === 'package' && textOf(texts, 'runtime') === 'docker');
  return { kind, inContainer };
}

export function readDraft(texts: Texts, folderOf: FolderOf): Read {
  const shape = shapeOf(texts);
  const fields = fieldsOf(shape);
  const filled = fill(fields, texts);
  const problems = new Map(filled.kind === 'problems' ? filled.problems : []);
  const value = filled.kind === 'args' ? filled.args : {};
  const text = (name: string): string | undefined => {
    const typed = textOf(texts, name).trim();
    return typed === '' || !fields.some((field) => field.name === name) ? undefined : typed;
  };
  const words = (name: string): readonly string[] => {
    const found = split(text(name) ?? '');
    if (typeof found !== 'string') return found;
    problems.set(name, found);
    return [];
  };
  const entries = <T>(name: string, entry: (name: string, value: string) => T): readonly T[] =>
    words(name).flatMap((word) => {
      const split = word.indexOf('=');
      try {
        if (split > 0) return [entry(word.slice(0, split), word.slice(split + 1))];
        problems.set(name, `${word} is not NAME=VALUE`);
      } catch (error) {
        problems.set(name, failureText(error));
      }
      return [];
    });
  const run = [...words('runs'), ...words('arguments')];
  const mismatch = run.length === 0 ? undefined : kindProblem(shape.kind, run);
  if (mismatch !== undefined) problems.set('runs', mismatch);
  const isHere = fields.some(({ name }) => name === 'cwd');
  const where = isHere ? folder(folderOf, shape.kind, run, text('cwd')) : {};
  if (where.fault !== undefined) problems.set('cwd', where.fault);
  const env = entries('env', envEntry);
  const headers = entries('header', headerEntry);
  if (problems.size > 0) return { kind: 'problems', problems };
  const draft: ServerDraft = {
    name: text('name') ?? '',
    ...defined({ project: text('project') }),
    runtime: shape.kind === 'url' ? 'remote' : shape.inContainer ? 'docker' : 'process',
    source: sourceOf(shape.kind, run, where.cwd, {
      headers: [...headers],
      ...(value['transport'] === 'sse' ? { transport: 'sse' } : {}),
      ...(value['allow-private'] === true ? { allowPrivate: true } : {}),
      ...(value['allow-http'] === true ? { allowHttp: true } : {}),
    }),
    env: [...env],
    ...(defined({
      replicas: value['replicas'],
      isolation: value['isolation'],
      prefix: text('prefix'),
      context: text('context'),
      network: value['network'],
    }) as Partial<ServerDraft>),
    limits: defined({ memoryMiB: value['memory'], pids: value['pids'], cpus: value['cpus'] }) as ServerDraft['limits'],
    health: defined({ tool: text('probe-tool'), args: value['probe-args'] }) as ServerDraft['health'],
  };
  return { kind: 'draft', draft };
}

/** More than a definition holds; what was pasted by mistake is not looked at word by word. */
const mostChars = 8_192;
const mostWords = 256;

/** Words as a shell splits them, or what is wrong with the text. */
function split(text: string): readonly string[] | string {
  if (text.length > mostChars) return `longer than ${mostChars} characters`;
  const words = wordsOf(text);
  return typeof words !== 'string' && words.length > mostWords ? `more than ${mostWords} words` : words;
}

function textOf(texts: Texts, name: string): string {
  return texts.get(name) ?? '';
}

function listed(words: readonly string[] | string): readonly string[] {
  return typeof words === 'string' ? [] : words;
}

function kindProblem(kind: SourceKind, [first = '', ...rest]: readonly string[]): string | undefined {
  if (kind === 'package' && !/^(?:npm|pypi):./.test(first)) return 'a package is npm:SPEC or pypi:SPEC';
  if (kind === 'url' && !/^https?:\/\/./i.test(first)) return 'a URL begins with https://';
  return kind === 'url' && rest.length > 0 ? 'a URL has no arguments' : undefined;
}

function folder(
  folderOf: FolderOf,
  kind: SourceKind,
  run: readonly string[],
  cwd: string | undefined,
): { readonly cwd?: string | undefined; readonly fault?: string } {
  const isCommand = kind === 'command';
  try {
    return { cwd: folderOf({ words: isCommand ? run : run.slice(1), isCommand, cwd }) };
  } catch (error) {
    return { fault: failureText(error) };
  }
}

function sourceOf(
  kind: SourceKind,
  run: readonly string[],
  cwd: string | undefined,
  remote: Omit<Extract<Source, { kind: 'url' }>, 'kind' | 'url'>,
): Source {
  const [first = '', ...rest] = run;
  switch (kind) {
    case 'package':
      return { kind, package: first, args: rest, ...defined({ cwd }) };
    case 'command':
      return { kind, command: [...run], ...defined({ cwd }) };
    case 'image':
      return { kind, image: first, command: rest };
    case 'url':
      return { kind, url: first, ...remote };
  }
}
