/** Plans an import: what becomes of each entry, under which name, with which secrets. Changes nothing. */
import { existsSync } from 'node:fs';
import path from 'node:path';
import { BRACED_REFERENCE } from '../../kernel/secret-reference.ts';
import { checkedUrl, parseUrl } from '../../kernel/url.ts';
import { isOurs } from '../our-entry.ts';
import type { ClientPlace } from '../places.ts';
import type { Draft, HeaderDraft, ImportItem, Origin, SourceDraft } from './draft.ts';
import { readForeign, type ForeignServer, type Named } from './foreign.ts';
import type { DockerImage } from './docker-run.ts';
import { programOf, type Program } from './programs.ts';
import { isLike, type ExistingServer } from './same.ts';
import { SecretNames } from './secret-names.ts';
import { ServerNames } from './server-names.ts';
import { Refusal, Values, type Surroundings } from './values.ts';

/** Entries of one file. */
export interface FoundFile {
  readonly place: ClientPlace;
  readonly entries: readonly { readonly name: string; readonly value: unknown }[];
  /** Id → what the client asks. */
  readonly questions: ReadonlyMap<string, string>;
  /** Why it could not be read; then it has no entries. */
  readonly fault?: string;
}

export interface ImportContext extends Surroundings {
  readonly existing: readonly ExistingServer[];
  /** Names in the encrypted file. */
  readonly secrets: Iterable<string>;
  readonly project: string;
  /** They start at once, those that are not disabled. */
  readonly start: boolean;
  /** Texts are meant as they stand, secrets in arguments included. */
  readonly literal: boolean;
}

/** Our own entries are left out: the engine is no server of itself. */
export function planImport(files: readonly FoundFile[], context: ImportContext): readonly ImportItem[] {
  const secretNames = new SecretNames(context.secrets);
  const names = new ServerNames(context.existing.map(({ name }) => name));
  const planned: ImportItem[] = [];
  for (const file of files) {
    if (file.fault !== undefined) planned.push(unreadable(file, file.fault));
    for (const { name, value } of file.entries) {
      if (isOurs(value)) continue;
      const entry = readForeign(name, value, file.place.client.dialect);
      planned.push(itemOf(file, entry, planned, { context, names, secretNames }));
    }
  }
  return planned;
}

interface Shared {
  readonly context: ImportContext;
  readonly names: ServerNames;
  readonly secretNames: SecretNames;
}

function originOf({ client, scope, file }: ClientPlace, entry: string): Origin {
  return { client: client.name, title: client.title, scope, file, entry };
}

function unreadable({ place }: FoundFile, fault: string): ImportItem {
  const from = originOf(place, '');
  return {
    id: `${place.file}#`,
    from,
    name: '',
    state: 'refused',
    secrets: [],
    needs: [],
    notes: [],
    reason: fault,
    isDisabled: false,
  };
}

function itemOf(file: FoundFile, entry: ForeignServer, before: readonly ImportItem[], shared: Shared): ImportItem {
  const { context, names, secretNames } = shared;
  const { place, questions } = file;
  const from = originOf(place, entry.name);
  const base = { id: `${place.file}#${place.path.join('/')}#${entry.name}`, from, isDisabled: entry.isDisabled };
  const nothing = { secrets: [], needs: [] } as const;
  const proposed = names.propose(entry.name);
  const refused = (reason: string, notes: readonly string[] = []): ImportItem => ({
    ...base,
    ...nothing,
    name: proposed ?? entry.name,
    state: 'refused',
    notes,
    reason,
  });
  if (entry.fault !== undefined) return refused(entry.fault);
  if (proposed === undefined) return refused('nothing of its name can be a name here');
  const around = { ...context, folder: folderOf(place, context) };
  const values = new Values(place.client.dialect, around, secretNames, proposed, questions);
  try {
    const draft = draftOf(proposed, entry, values, place, { ...context, ...around });
    const twin = before.find((item) => item.draft !== undefined && keyOf(item.draft) === keyOf(draft));
    if (twin !== undefined) {
      return {
        ...base,
        ...nothing,
        name: twin.name,
        state: 'same',
        notes: [],
        reason: `the same as ${twin.name} of ${twin.from.title}`,
      };
    }
    const there = context.existing.find((server) => isLike(draft, server));
    if (there !== undefined) {
      return {
        ...base,
        ...nothing,
        name: there.name,
        state: 'same',
        notes: [],
        reason: `server ${there.name} is there already`,
      };
    }
    names.take(proposed);
    const renamed = proposed === entry.name ? [] : [`renamed from "${entry.name}"`];
    const disabled = entry.isDisabled ? ['it is disabled there: it stays stopped'] : [];
    const notes = [...renamed, ...entry.notes, ...values.notes, ...disabled];
    return { ...base, name: proposed, state: 'new', draft, secrets: values.secrets, needs: values.needs, notes };
  } catch (error) {
    if (error instanceof Refusal) return refused(error.message, entry.notes);
    throw error;
  }
}

/** What two entries that run the same have in common. */
function keyOf({ source, env, runtime, network }: Draft): string {
  return JSON.stringify([source, env, runtime, network]);
}

/** What relative paths in the file mean. */
function folderOf({ scope, file, client }: ClientPlace, { folder }: Surroundings): string {
  if (scope !== 'project') return folder;
  const below = client.project.find((name) => file.endsWith(`/${name}`));
  return below === undefined ? folder : file.slice(0, -below.length - 1);
}

function draftOf(
  name: string,
  entry: ForeignServer,
  values: Values,
  place: ClientPlace,
  context: ImportContext,
): Draft {
  const program: Program =
    entry.url === undefined
      ? programOf(entry.words, entry.env)
      : { kind: 'url', url: entry.url, transport: entry.transport === 'sse' ? 'sse' : 'http', headers: entry.headers };
  const env = (program.kind === 'image' ? program.env : entry.env).filter(({ name: own }) => isVariable(own, values));
  const rest = {
    name,
    project: context.project,
    env: program.kind === 'url' ? [] : env.map((one) => values.env(one)),
    replicas: context.start && !entry.isDisabled ? 1 : 0,
    ...(entry.about === undefined ? {} : { context: entry.about }),
    ...(entry.callTimeoutMs === undefined ? {} : { calls: { ceilingMs: entry.callTimeoutMs } }),
    ...(entry.startTimeoutMs === undefined ? {} : { startTimeoutMs: entry.startTimeoutMs }),
    ...(context.literal ? { literal: true } : {}),
  };
  switch (program.kind) {
    case 'url':
      return { ...rest, runtime: 'remote', source: remoteOf(program, entry, values) };
    case 'image': {
      values.note(`docker run becomes an image, hardened${program.network === 'bridge' ? ', with a network' : ''}`);
      return { ...rest, runtime: 'docker', network: program.network, source: imageOf(program, values, context) };
    }
    case 'package': {
      const args = values.args(['', ...program.args], context.literal).slice(1);
      const cwd = cwdOf(entry, args, values, place, context);
      return { ...rest, runtime: 'process', source: { kind: 'package', package: program.spec, args, ...cwd } };
    }
    case 'command': {
      if (program.note !== undefined) values.note(program.note);
      const command = values.args(program.words, context.literal);
      return {
        ...rest,
        runtime: 'process',
        source: { kind: 'command', command, ...cwdOf(entry, command, values, place, context) },
      };
    }
  }
}

function imageOf(program: DockerImage, values: Values, { folder, literal }: ImportContext): SourceDraft {
  const { user, cwd, pull, entrypoint } = program;
  const [image = '', ...command] = values.args([program.image, ...program.args], literal);
  const mounts = program.mounts.map(({ source, target, readOnly }) => ({
    source: path.resolve(folder, values.plain(source, `the folder for ${target}`)),
    target,
    readOnly,
  }));
  return {
    kind: 'image',
    image,
    command,
    ...(entrypoint === undefined ? {} : { entrypoint: [entrypoint] }),
    ...(cwd === undefined ? {} : { cwd }),
    ...(user === undefined ? {} : { user }),
    ...(pull === undefined ? {} : { pull }),
    ...(mounts.length === 0 ? {} : { mounts }),
  };
}

/** Names that no program could be given are left out, and said. */
function isVariable(name: string, values: Values): boolean {
  if (/^[A-Za-z_]\w{0,255}$/.test(name)) return true;
  values.note(`variable ${name.slice(0, 64)} is left out: use -- env ${name.slice(0, 64)}=VALUE COMMAND`);
  return false;
}

function remoteOf(program: Extract<Program, { kind: 'url' }>, entry: ForeignServer, values: Values): SourceDraft {
  const url = values.url(program.url);
  if (entry.url === undefined) values.note('mcp-remote is not needed: the URL is connected to itself');
  const headers: HeaderDraft[] = program.headers.map((header: Named) => values.header(header));
  const isOlder =
    program.transport === 'sse' || (entry.transport === undefined && parseUrl(url)?.pathname.endsWith('/sse') === true);
  const host = hostOf(url);
  const isPrivate = host !== undefined && isPrivateHost(host);
  if (isPrivate) values.note(`it may connect to ${host}, which is no public address`);
  return {
    kind: 'url',
    url,
    transport: isOlder ? 'sse' : 'streamable-http',
    headers,
    ...(isPrivate ? { allowPrivate: true } : {}),
    ...(entry.oauth === undefined || Object.keys(entry.oauth).length === 0 ? {} : { oauth: { ...entry.oauth } }),
  };
}

const REFERENCE = new RegExp(BRACED_REFERENCE, 'g');

function hostOf(url: string): string | undefined {
  try {
    return checkedUrl(url.replace(REFERENCE, 'x')).hostname;
  } catch {
    throw new Refusal('its URL is not one');
  }
}

function isPrivateHost(host: string): boolean {
  return /^(?:localhost|127\.\d+\.\d+\.\d+|\[::1\]|10\.\d+\.\d+\.\d+|192\.168\.\d+\.\d+|172\.(?:1[6-9]|2\d|3[01])\.\d+\.\d+)$/.test(
    host,
  );
}

/** Where the client would run it, as far as that matters: relative paths mean the project's folder. */
function cwdOf(
  { cwd }: ForeignServer,
  words: readonly string[],
  values: Values,
  { scope }: ClientPlace,
  { folder }: ImportContext,
): { cwd?: string } {
  if (cwd !== undefined) {
    const plain = values.plain(cwd, 'its folder');
    return { cwd: path.resolve(folder, plain) };
  }
  const isOfProject = scope === 'project' || scope === 'local';
  const relative = words.find((word) => /^\.{1,2}(?:\/|$)/.test(word) || (isOfProject && isThere(word, folder)));
  if (relative === undefined) return {};
  if (!isOfProject)
    throw new Refusal(`${relative} means the folder that its client happened to run in: give the whole path there`);
  values.note(`it runs in ${folder}, for ${relative}`);
  return { cwd: folder };
}

function isThere(word: string, folder: string): boolean {
  return (
    word !== '' &&
    !word.startsWith('-') &&
    !path.isAbsolute(word) &&
    /[./]/.test(word) &&
    existsSync(path.join(folder, word))
  );
}
