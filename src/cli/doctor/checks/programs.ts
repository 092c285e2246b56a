/** Judges the programs that servers are started with, on the PATH that instances get. Pure. */
import { fail, listed, ok, warn, type Finding } from '../finding.ts';

export interface ProgramFacts {
  /** Where `searchPath` is from. */
  readonly from: 'the running engine' | 'the last engine' | 'this shell';
  readonly searchPath: string;
  readonly programs: readonly Program[];
}

export interface Program {
  /** `npx`, or a path. */
  readonly name: string;
  /** Servers that are started with it; none = it is only usual. */
  readonly servers: readonly string[];
  readonly foundAt?: string | undefined;
  /** Where this shell finds it, when instances do not. */
  readonly inShell?: string | undefined;
  /** A PATH that these servers' definitions set. */
  readonly ownPath?: string | undefined;
}

const CHECK = 'programs';
const INSTALL: Readonly<Record<string, string>> = {
  npx: 'install Node with npm: npx comes with it',
  node: 'install Node',
  uvx: 'install uv: https://docs.astral.sh/uv',
  docker: 'install the docker command',
};

export function checkPrograms({ from, searchPath, programs }: ProgramFacts): readonly Finding[] {
  const missing = programs.filter(({ foundAt, servers }) => foundAt === undefined && servers.length > 0);
  const found = programs.filter(({ foundAt }) => foundAt !== undefined);
  const unneeded = programs.filter(({ foundAt, servers }) => foundAt === undefined && servers.length === 0);
  const names = (all: readonly Program[]): string => listed([...new Set(all.map(({ name }) => name))], 8);
  const there = found.length === 0 ? [] : [ok(CHECK, `${names(found)}: on the PATH of ${from}`)];
  const absent = unneeded.length === 0 ? [] : [ok(CHECK, `${names(unneeded)}: not there, and no server needs it`)];
  const bad = missing.map((program) => missingOf(program, { from, searchPath }));
  const empty = searchPath === '' ? [warn(CHECK, `${from} has no PATH`, 'start it from a shell: mcptui --daemon')] : [];
  return [...empty, ...bad, ...there, ...absent];
}

function missingOf(
  { name, servers, inShell, ownPath }: Program,
  { from, searchPath }: Pick<ProgramFacts, 'from' | 'searchPath'>,
): Finding {
  const whose = `needed by ${listed(servers)}`;
  if (name.includes('/')) return fail(CHECK, `${name} is not there or no program; ${whose}`, editOf(servers));
  if (ownPath !== undefined) {
    return fail(CHECK, `${name} is not on the PATH that ${listed(servers)} sets: ${ownPath}`, editOf(servers));
  }
  const mend =
    inShell === undefined
      ? (INSTALL[name] ?? `install ${name}, or name it by its whole path: ${editOf(servers)}`)
      : `this shell finds ${inShell}: mcptui daemon stop, then mcptui --daemon from here; as a service: mcptui service install`;
  const folders = listed(searchPath.split(':'), 3);
  return fail(
    CHECK,
    `${name} is not on the PATH of ${from}, which instances get; ${whose} (looked in ${folders})`,
    mend,
  );
}

function editOf([first = 'NAME']: readonly string[]): string {
  return `mcptui edit server ${first}`;
}
