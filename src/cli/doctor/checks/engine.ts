/** Judges the engine of the data folder: whether it answers, is this version, and where its socket is. Pure. */
import { age } from '../../../text/format.ts';
import { fail, ok, warn, type Finding } from '../finding.ts';
import { shellWord } from './folders.ts';

export interface EngineFacts {
  readonly now: number;
  readonly dataDir: string;
  readonly ownVersion: string;
  readonly engine:
    | {
        readonly kind: 'runs';
        readonly pid: number;
        readonly version: string;
        readonly hosting: string;
        readonly startedAt: number;
        readonly bugs: number;
      }
    | { readonly kind: 'none' }
    /** One that is there and cannot be used, or another process that has the folder. */
    | { readonly kind: 'trouble'; readonly message: string; readonly hint: string | undefined };
  /** Where it would listen, and what is there. */
  readonly socketPath: string;
  readonly socket: 'none' | 'answers' | 'dead' | 'not a socket';
  /** The path that was too long, when the socket had to go elsewhere. */
  readonly tooLong?: string;
  /** An engine for programs without this one's `XDG_DATA_HOME`. */
  readonly standardDataDir?: string;
}

const CHECK = 'engine';

export function checkEngine(facts: EngineFacts): readonly Finding[] {
  return [...engineOf(facts), ...socketOf(facts), ...elsewhere(facts)];
}

function engineOf({ engine, ownVersion, now, dataDir }: EngineFacts): readonly Finding[] {
  switch (engine.kind) {
    case 'none':
      return [ok(CHECK, `none runs on ${dataDir}: the first agent, mcptui or mcptui --daemon starts one`)];
    case 'trouble':
      return [fail(CHECK, engine.message, engine.hint)];
    case 'runs': {
      const { pid, version, hosting, startedAt, bugs } = engine;
      const words = `${hosting}, pid ${pid}, for ${age(Math.max(0, now - startedAt))}`;
      const again = hosting === 'daemon' ? 'mcptui daemon stop' : 'quit the console that hosts it, and start it again';
      return [
        version === ownVersion
          ? ok(CHECK, words)
          : warn(CHECK, `${words}: its version is ${version}, this program's ${ownVersion}`, again),
        ...(bugs === 0
          ? []
          : [warn(CHECK, `${bugs} errors that nobody foresaw since it started`, 'mcptui get audit --kind bug')]),
      ];
    }
  }
}

function socketOf({ socket, socketPath, tooLong, engine }: EngineFacts): readonly Finding[] {
  const moved =
    tooLong === undefined
      ? []
      : [
          warn(
            CHECK,
            `${tooLong} is too long for a socket: it is ${socketPath}`,
            'set MCPTUI_SOCKET to a shorter path if programs look for it there',
          ),
        ];
  if (socket === 'not a socket') {
    const mend = `mv ${shellWord(socketPath)} ${shellWord(`${socketPath}.old`)}`;
    return [...moved, fail(CHECK, `${socketPath} is in the way of its socket: it is none`, mend)];
  }
  if (socket === 'dead' && engine.kind === 'none') {
    const fix = { kind: 'unlink', path: socketPath } as const;
    return [...moved, warn(CHECK, `${socketPath} is left from an engine that is gone`, 'mcptui doctor --fix', fix)];
  }
  return moved;
}

function elsewhere({ standardDataDir, engine }: EngineFacts): readonly Finding[] {
  if (standardDataDir === undefined || engine.kind === 'runs') return [];
  return [
    warn(
      CHECK,
      `another engine runs on ${standardDataDir}, for programs without your XDG_DATA_HOME`,
      `to use that one: export MCPTUI_DATA_DIR=${shellWord(standardDataDir)}`,
    ),
  ];
}
