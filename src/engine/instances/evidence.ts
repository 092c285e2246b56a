/** Chooses, of what a server has printed, what tells why it failed: the line with the error before the frames around it. Pure. */
import { append } from '../../kernel/append.ts';

/** What an attempt has printed, oldest first. */
export interface Printed {
  readonly stderr: readonly string[];
  /** Lines on stdout that were no JSON-RPC. */
  readonly stdout: readonly string[];
}

/** Lines that are quoted, and characters of each. */
const QUOTED_LINES = 5;
const QUOTED_CHARS = 300;
/** The newest so many are looked at. */
const LOOKED_AT = 60;

/** Where an error came from, or what frames it; npm's advice behind its errors. */
const NOISE = [
  /^\s*at\s/,
  /^\s*File "/,
  /^\s*[\^~]+\s*$/,
  /^\s*throw\s/,
  /^[^\s:]+:\d+$/,
  /^\s*[\][{}(),;]+\s*$/,
  /^Node\.js v\d/,
  /^Traceback /,
  /^goroutine \d/,
  /^\s+\.\.\. \d+ more/,
  /A complete log of this run/,
  /If you are behind a proxy/,
  /This is (?:a problem )?related to /,
];
/** `TypeError: …`, `java.lang.IllegalStateException: …`, `panic: …`, `npm error code E404`. */
const TELLING = [
  /(?:Error|Exception)(?:\s\[[A-Z_]{1,40}\])?:\s/,
  /^(?:Caused by|panic|fatal|error|FATAL|ERROR|PANIC)\b/,
  /^thread '.{0,64}' panicked/,
  /^code E[A-Z0-9]/,
];
const HINTING =
  /\b(?:error|exception|fail(?:ed|ure)?|cannot|could not|unable|refused|denied|missing|invalid|not found|no such|required|E[A-Z]{3,})\b/i;

/** What npm puts before each of its lines. */
const NPM_PREFIX = /^npm (?:error|ERR!) ?/;

/** The last lines, the telling one first; without frames and repetitions. */
export function lastWords(stderr: readonly string[]): readonly string[] {
  const seen = stderr.slice(-LOOKED_AT).map((line) => line.slice(0, QUOTED_CHARS).trimEnd());
  const lines = [...new Set(seen)].filter((line) => line.trim() !== '');
  const telling = tellingLine(lines);
  const others = lines.filter((line) => line !== telling && !isNoise(line)).slice(1 - QUOTED_LINES);
  // Where all is noise, noise is what there is.
  const words = telling === undefined ? [] : [telling];
  append(words, others.length === 0 && telling === undefined ? lines.slice(-QUOTED_LINES) : others);
  return words.map((line) => line.trim());
}

/** The newest of the best; a cause stands below what it caused. */
function tellingLine(lines: readonly string[]): string | undefined {
  const bare = (line: string): string => line.replace(NPM_PREFIX, '');
  const candidates = lines.filter((line) => !isNoise(line));
  return (
    candidates.findLast((line) => TELLING.some((form) => form.test(bare(line)))) ??
    candidates.findLast((line) => HINTING.test(bare(line)))
  );
}

function isNoise(line: string): boolean {
  const text = line.replace(NPM_PREFIX, '');
  return text.trim() === '' || NOISE.some((form) => form.test(text));
}

export interface NoAnswer {
  /** What was seen instead of an answer, to follow on `initialize was not answered within …`. */
  readonly words: string;
  /** The next step. */
  readonly hint: string;
}

const CERTIFICATE =
  /SELF_SIGNED_CERT|UNABLE_TO_(?:VERIFY|GET_ISSUER)|CERT_(?:HAS|NOT)|certificate|CERTIFICATE_VERIFY_FAILED/;
const DOWNLOAD = /^npm http|\b(?:Downloading|Installing|Resolved|Building|Prepared)\b/i;

/** What kept a server from answering `initialize` in time, as far as it shows. `isPackage`: it may have to be fetched first. */
export function withoutAnswer({ stderr, stdout }: Printed, instanceName: string, isPackage: boolean): NoAnswer {
  const logs = `mcptui logs ${instanceName}`;
  const shown = stderr.map((text) => text.slice(0, QUOTED_CHARS));
  const certificate = shown.findLast((text) => CERTIFICATE.test(text));
  if (certificate !== undefined) {
    return {
      words: `: ${certificate.trim()}`,
      hint: 'start the engine with NODE_EXTRA_CA_CERTS=FILE of the authority: all servers get it',
    };
  }
  const words = lastWords(stderr);
  const [line] = stdout;
  if (line !== undefined) {
    const besides = words[0] === undefined ? '' : `; and to stderr: ${words[0]}`;
    return {
      words: `: it wrote ${JSON.stringify(line.slice(0, QUOTED_CHARS))} to stdout, which is no JSON-RPC${besides}`,
      hint: `${logs}; a stdio server writes nothing else there: it may need an argument such as --stdio`,
    };
  }
  const slow = `${logs}; a first download may need a longer --start-timeout`;
  if (words.length > 0) {
    const isFetching = isPackage && shown.some((text) => DOWNLOAD.test(text));
    return { words: `: ${words.join(' ⏎ ')}`, hint: isFetching ? slow : logs };
  }
  const silence = ', and it wrote nothing to stdout or stderr';
  if (!isPackage) return { words: silence, hint: `${logs}; look whether it speaks MCP on stdio` };
  return {
    words: silence,
    hint: `${slow}; after an npx that was killed npm waits a minute for the lock that it left`,
  };
}

/** What a server says that cannot run twice: its port, its database or its profile is in use. */
const SINGLE =
  /EADDRINUSE|[Aa]ddress already in use|database is locked|SQLITE_BUSY|SingletonLock|already running|profile .{0,80} in use|name .{0,80} is already in use by container|[Ll]ock .{0,80} held/;

/** The next step for what seems to be in use; undefined when nothing of that was said. `others` of its server run. */
export function inUseHint(words: readonly string[], others: number, server: string): string | undefined {
  if (!words.some((line) => SINGLE.test(line))) return undefined;
  return others > 0
    ? `an instance of ${server} runs already and it seems to be one that cannot run twice: create it with --isolation shared`
    : 'another program, or a server with the same port or file, seems to run already: end that one, or give this one its own';
}
