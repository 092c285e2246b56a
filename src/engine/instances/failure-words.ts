/** Words a failure for people: its code, a sentence and the next step, made of its facts here and nowhere else. Pure. */
import { defined } from '../../kernel/defined.ts';
import { folderWords } from '../../kernel/folder-trouble.ts';
import type { Failure, FailureOf, Seen } from '../../store/schema/failure.ts';
import { modelOfProgram } from '../models/program-names.ts';
import { mayBeAway, runtimesFor, runtimeTable } from '../runtimes/registry.ts';
import { unresolvedStep } from '../secrets/trouble-steps.ts';

export interface FailureWords {
  /** `SECRET_UNRESOLVED`, `STDIO_EXIT_BEFORE_INIT`, `DOCKER_ABSENT` …: stable, for scripts and searches. */
  readonly code: string;
  readonly message: string;
  /** The next step. */
  readonly hint?: string;
  /** What it waits for, and then starts by itself: `Docker is back`. */
  readonly until?: string;
  /** The message where there is little room; absent = the same. */
  readonly brief?: string;
  /** The message for agents, who are not told where a server is; absent = the same. */
  readonly bare?: string;
}

/** Whose failure it is. */
export interface Named {
  readonly instance: string;
  readonly server: string;
}

export function failureWords(failure: Failure, of: Named): FailureWords {
  const logs = `mcptui logs ${of.instance}`;
  switch (failure.kind) {
    case 'secret':
      return { code: 'SECRET_UNRESOLVED', ...secretWords(failure) };
    case 'runtime-away':
      return awayWords(failure);
    case 'runtime-missing':
      return { code: 'RUNTIME_UNKNOWN', message: `no runtime ${failure.runtime} here` };
    case 'runtime-mismatch':
      return { code: 'RUNTIME_MISMATCH', ...mismatchWords(failure, of.server) };
    case 'command':
      return commandWords(failure, of.server);
    case 'folder':
      return folderFailure(failure, of.server);
    case 'image-unavailable':
      return {
        code: 'IMAGE_UNAVAILABLE',
        message: `image ${failure.image}: ${failure.reason}`,
        hint: `docker pull ${failure.image}`,
      };
    case 'image-changed':
      return {
        code: 'IMAGE_CHANGED',
        message: `image ${failure.image} has the digest ${failure.named} now; ${failure.recorded}, which this server ran first, is not here any more`,
        hint: `to run the new one: mcptui restart ${of.instance} --new-image`,
      };
    case 'secrets-undelivered':
      return undeliveredWords(failure, of.server);
    case 'mount':
      return { code: 'MOUNT_REFUSED', ...mountWords(failure, of.server) };
    case 'container':
      return {
        code: 'CONTAINER_START_FAILED',
        message: `container of ${failure.image}: ${failure.reason}`,
        hint: `check its command and limits: ${editOf(of.server)}`,
      };
    case 'exit':
      return { ...exitWords(failure, of.server), hint: `${inUseStep(failure, of.server)}${logs}` };
    case 'hung': {
      const { probes, reason } = failure;
      const message = probes === undefined ? reason : `no answer to ${probes} probes in a row: ${reason}`;
      return { code: 'LIVENESS_LOST', message, hint: logs };
    }
    case 'timeout': {
      const { seen, ...said } = failure;
      if (modelOfProgram(of.server) !== undefined) return { code: 'NOT_READY', ...wordsSaid(said) };
      if (seen === undefined) return { code: 'INITIALIZE_TIMEOUT', ...wordsSaid(said) };
      const { words, hint } = seenWords(seen, of);
      return { code: 'INITIALIZE_TIMEOUT', message: failure.message + words, hint };
    }
    case 'unreachable':
    case 'refused':
    case 'protocol':
    case 'other':
      return { code: failure.code, ...wordsSaid(failure) };
    case 'login':
      return { code: failure.needs === 'login' ? 'OAUTH_REQUIRED' : 'UNAUTHORIZED', ...wordsSaid(failure) };
    case 'rate-limited':
      return { code: 'RATE_LIMITED', ...wordsSaid(failure) };
    case 'suspect':
      return {
        code: 'ENDED_THE_ENGINE',
        message: 'the engine ended twice in a row while this server was being started',
        hint: `${logs}; to try again: mcptui retry ${of.instance}`,
      };
    case 'bug':
      return {
        code: 'ENGINE_BUG',
        message: `an error in mcptui: ${failure.error}`,
        hint: 'please report the event that `mcptui get audit --kind bug` shows',
      };
    case 'aborted':
      return { code: 'ABORTED', message: 'stopped before it was started' };
  }
}

function mountWords({ folder, real, why }: FailureOf<'mount'>, server: string): Sentence {
  const where = real === undefined || real === folder ? folder : `${folder}, which leads to ${real},`;
  const edit = editOf(server);
  switch (why) {
    case 'absent':
      return { message: `${folder} is not there: it cannot be mounted`, hint: `mkdir -p ${folder}; or ${edit}` };
    case 'not-allowed':
      return {
        message: `${where} may not be mounted: only what is below your home folder, hidden folders aside`,
        hint: `start the engine with MCPTUI_MOUNTS=${real ?? folder} to allow it; or ${edit}`,
      };
    case 'private':
      return {
        message: `${where} is never mounted: a container would reach the engine, its keys or the system`,
        hint: `mount a folder that holds only what the server needs: ${edit}`,
      };
    case 'elsewhere':
      return {
        message: `${folder} cannot be mounted: the container engine is another machine`,
        hint: `use an image that has what it needs, or a container engine here: ${edit}`,
      };
  }
}

/** How its definition is changed. */
function editOf(server: string): string {
  const model = modelOfProgram(server);
  return model === undefined ? `mcptui edit server ${server}` : `mcptui edit model ${model}`;
}

/** Severity in the log of events: waiting for a runtime is no error of the server. */
export function severityOf({ kind }: Failure): 'error' | 'waiting' {
  return kind === 'runtime-away' ? 'waiting' : 'error';
}

/** As one line of a log or an audit event. */
export function failureLine({ code, message }: FailureWords): string {
  return `${code}: ${message}`;
}

interface Sentence {
  readonly message: string;
  readonly hint?: string;
  readonly brief?: string;
}

type Said = Pick<FailureOf<'other'>, 'message' | 'brief' | 'bare' | 'hint'>;

/** What the connection said of its own end. */
function wordsSaid({ message, brief, bare, hint }: Said): Omit<FailureWords, 'code'> {
  return { message, ...defined({ brief, bare, hint }) };
}

export function secretWords({ unresolved }: Pick<FailureOf<'secret'>, 'unresolved'>): Required<Sentence> {
  const texts = unresolved.map(({ name, backend, path, cause }) => `${name}: ${backend}/${path}: ${cause}`);
  return {
    message: `secret resolution failed: ${texts.join('; ')}`,
    brief: unresolved[0]?.name ?? '',
    hint: [...new Set(unresolved.map(unresolvedStep))].join('; '),
  };
}

function awayWords({ runtime, state, reason, hint }: FailureOf<'runtime-away'>): FailureWords {
  const { outside } = runtimeTable[runtime];
  const code = `${outside?.code ?? runtime.toUpperCase()}_${state.toUpperCase().replaceAll('-', '_')}`;
  const until = `${outside?.label ?? runtime} is back`;
  return { code, message: reason, until, ...defined({ hint: hint ?? outside?.steps[state] }) };
}

function mismatchWords({ runtime, source }: FailureOf<'runtime-mismatch'>, server: string): Sentence {
  if (mayBeAway(runtime)) return { message: `server ${server} does not run in a container` };
  if (runtime === 'remote') return { message: `server ${server} is not a URL and cannot be remote` };
  if (source === 'url') return { message: `server ${server} is a URL and cannot run as a process` };
  const able = runtimesFor(source).join(' or ');
  return {
    message: `server ${server} is an image and needs the ${able} runtime`,
    hint: `${editOf(server)}, runtime: ${able}`,
  };
}

function commandWords({ file, errno, searchPath }: FailureOf<'command'>, server: string): FailureWords {
  switch (errno) {
    case 'ENOENT': {
      const hint = /\s/.test(file)
        ? 'write the program and its arguments as separate words; if it is one path, check it'
        : file.includes('/')
          ? 'check the path; a script also needs the interpreter that its first line names'
          : `install it, or give its whole path; the engine looks in PATH=${searchPath ?? ''}`;
      return {
        code: 'COMMAND_NOT_FOUND',
        message: `command ${file} was not found`,
        hint: `${hint}; to change it: ${editOf(server)}`,
      };
    }
    case 'EACCES':
      return {
        code: 'COMMAND_NOT_EXECUTABLE',
        message: `command ${file} may not be executed`,
        hint: `chmod +x ${file}`,
      };
    default:
      return { code: 'SPAWN_FAILED', message: `command ${file} did not start: ${errno}` };
  }
}

function folderFailure({ state, folder, errno, syscall }: FailureOf<'folder'>, server: string): FailureWords {
  const hint = `make it, or name another: ${editOf(server)}`;
  switch (state) {
    case 'absent':
      return { code: 'CWD_NOT_FOUND', message: `its working folder ${folder} is not there`, hint };
    case 'file':
      return { code: 'CWD_UNUSABLE', message: `its working folder ${folder} is a file`, hint };
    case 'unusable':
      return { code: 'CWD_UNUSABLE', message: `its working folder ${folder} cannot be used: ${errno}`, hint };
    case 'unmade': {
      const words = folderWords({ errno, path: folder, syscall });
      return { code: 'CWD_UNUSABLE', ...(words ?? { message: `its working folder cannot be made: ${errno}` }) };
    }
  }
}

/** How it ended, with its last words, so that the reason is on the screen and not in a file somewhere. */
function exitWords(
  { isInitialized, code, signal, reason, lastLines }: FailureOf<'exit'>,
  server: string,
): FailureWords {
  const how = reason ?? (signal === null ? `exit code ${code ?? 'unknown'}` : `killed by ${signal}`);
  const words = lastLines.length === 0 ? '' : `: ${lastLines.join(' ⏎ ')}`;
  const early = modelOfProgram(server) === undefined ? 'STDIO_EXIT_BEFORE_INIT' : 'EXITED_BEFORE_READY';
  return { code: isInitialized ? 'EXITED' : early, message: `${how}${words}` };
}

/** Names the first step where something seems to be in use. */
function inUseStep({ inUse }: FailureOf<'exit'>, server: string): string {
  switch (inUse) {
    case 'sibling':
      return `an instance of ${server} runs already, and it seems that it cannot run twice: mcptui set isolation ${server} shared; `;
    case 'other':
      return 'another program, or a server with the same port or file, seems to run already: end that one, or give this one its own; ';
    case undefined:
      return '';
  }
}

/** Describes what was seen instead of an answer, to follow on `initialize was not answered within …`, and the next step. */
export function seenWords(seen: Seen, of: Named): { readonly words: string; readonly hint: string } {
  const logs = `mcptui logs ${of.instance}`;
  const slow = `${logs}; a first download may take longer: mcptui set limits ${of.server} --start-timeout 5m`;
  switch (seen.kind) {
    case 'certificate':
      return {
        words: `: ${seen.line}`,
        hint: 'start the engine with NODE_EXTRA_CA_CERTS=FILE of the authority: all servers get it',
      };
    case 'stdout': {
      const besides = seen.stderr === undefined ? '' : `; and to stderr: ${seen.stderr}`;
      return {
        words: `: it wrote ${JSON.stringify(seen.line)} to stdout, which is not JSON-RPC${besides}`,
        hint: `${logs}; a stdio server must write nothing else there: it may need an argument such as --stdio`,
      };
    }
    case 'stderr':
      return { words: `: ${seen.lines.join(' ⏎ ')}`, hint: seen.isFetching ? slow : logs };
    case 'nothing': {
      const words = ', and it wrote nothing to stdout or stderr';
      if (!seen.isPackage) return { words, hint: `${logs}; check whether it speaks MCP on stdio` };
      return { words, hint: `${slow}; after a killed npx, npm waits a minute for the lock that it left` };
    }
  }
}

/** Without a shell, secrets are files: of this machine, if the container engine is here, too. */
function undeliveredWords({ image, needs, why }: FailureOf<'secrets-undelivered'>, server: string): FailureWords {
  const code = 'SECRETS_NOT_DELIVERED';
  const seen = `${editOf(server)}, secretDelivery: env; docker inspect then shows them`;
  if (why === 'not-shared') {
    return {
      code,
      message: `image ${image} has no ${needs} to write its secrets into files, and no folder of this machine's memory can be shared with its container engine`,
      hint: `set XDG_RUNTIME_DIR to a tmpfs that the container engine sees; or ${seen}`,
    };
  }
  return {
    code,
    message: `image ${image} has no ${needs}, which is needed to put its secrets into variables unseen`,
    hint: `give them as files, which needs none: mcptui set env ${server} NAME='secret:… as file'; or ${seen}`,
  };
}
