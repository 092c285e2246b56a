/** Chooses, of what a server has printed, what tells why it failed: the line with the error before the frames around it. Pure. */
import { append } from '../../kernel/append.ts';
import { defined } from '../../kernel/defined.ts';
import type { FailureOf, Seen } from '../../store/schema/failure.ts';

/** Output of an attempt, oldest line first. */
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

/** Prefix that npm puts before each of its lines. */
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

const CERTIFICATE =
  /SELF_SIGNED_CERT|UNABLE_TO_(?:VERIFY|GET_ISSUER)|CERT_(?:HAS|NOT)|certificate|CERTIFICATE_VERIFY_FAILED/;
const DOWNLOAD = /^npm http|\b(?:Downloading|Installing|Resolved|Building|Prepared)\b/i;

/** Describes what a server that did not answer in time has shown instead. `isPackage`: it may have to be fetched first. */
export function seenOf({ stderr, stdout }: Printed, isPackage: boolean): Seen {
  const shown = stderr.map((text) => text.slice(0, QUOTED_CHARS));
  const certificate = shown.findLast((text) => CERTIFICATE.test(text));
  if (certificate !== undefined) return { kind: 'certificate', line: certificate.trim() };
  const words = lastWords(stderr);
  const [line] = stdout;
  if (line !== undefined)
    return { kind: 'stdout', line: line.slice(0, QUOTED_CHARS), ...defined({ stderr: words[0] }) };
  if (words.length === 0) return { kind: 'nothing', isPackage };
  const isFetching = isPackage && shown.some((text) => DOWNLOAD.test(text));
  return { kind: 'stderr', lines: [...words], isFetching };
}

/** Recognizes the message of a server that cannot run twice: its port, its database or its profile is in use. */
const SINGLE =
  /EADDRINUSE|[Aa]ddress already in use|database is locked|SQLITE_BUSY|SingletonLock|already running|profile .{0,80} in use|name .{0,80} is already in use by container|[Ll]ock .{0,80} held/;

/** Tells from its last words what seems to be in use; undefined when they say nothing of it. `others`: running instances of its server. */
export function inUse(words: readonly string[], others: number): FailureOf<'exit'>['inUse'] {
  if (!words.some((line) => SINGLE.test(line))) return undefined;
  return others > 0 ? 'sibling' : 'other';
}
