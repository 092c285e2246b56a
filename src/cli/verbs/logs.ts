/** Runs `logs`: the newest lines of an instance, those since a time, or those of the run before, and goes on where that is wanted. */
import { Command, InvalidArgumentError } from 'commander';
import { sleep, type EpochMs } from '../../kernel/clock.ts';
import { McptuiError } from '../../kernel/errors.ts';
import type { EngineCommands, LogLine } from '../../engine/index.ts';
import { clean } from '../../text/clean.ts';
import type { Context } from '../context.ts';
import { parseDuration } from '../duration.ts';
import { wholeNumber } from '../flag-values.ts';
import { withEngine } from '../with-engine.ts';

interface LogFlags {
  readonly tail?: number;
  readonly since?: Since;
  readonly previous?: boolean;
  readonly follow?: boolean;
}

const FOLLOW_MS = 500;
/** Where neither a number nor a time is given. */
const NEWEST_LINES = 200;

export function logsCommand(context: Context): Command {
  return new Command('logs')
    .description("an instance's stderr, what was not JSON-RPC on its stdout, and where its runs start and end")
    .argument('<name>', 'instance, or server with one instance')
    .option('-n, --tail <n>', `newest lines; default ${NEWEST_LINES}, with --since or --previous all`, positive)
    .option('--since <time>', 'only lines since 10m ago, or since 2026-11-28T14:00:00Z', since)
    .option('--previous', 'the run before the one that goes on, or was the last')
    .option('-f, --follow', 'go on until ctrl-c')
    .action(async (name: string, flags: LogFlags) => {
      if (flags.previous === true && flags.follow === true)
        throw new McptuiError('invalid', '--previous is a run that is over: there is nothing to --follow');
      await withEngine(context, async ({ commands }) => {
        const read = await wantedLines(commands, name, flags, context.clock.now());
        for (const line of read.shown) context.print(logText(line));
        let { newest } = read;
        while (flags.follow === true) {
          await sleep(context.clock, FOLLOW_MS);
          const next = await commands.logs(name, { lines: 1_000 });
          for (const line of newerThan(next, newest)) context.print(logText(line));
          newest = next.at(-1) ?? newest;
        }
      });
    });
}

/** @throws InvalidArgumentError */
function positive(text: string): number {
  const value = wholeNumber(text);
  if (value < 1) throw new InvalidArgumentError('use a whole number from 1');
  return value;
}

/** A moment, or how long before now it is. */
type Since = { readonly at: EpochMs } | { readonly agoMs: number };

const RFC_3339 = /^\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:[Zz]|[+-]\d\d:\d\d)$/;

/** @throws InvalidArgumentError */
export function since(text: string): Since {
  const agoMs = parseDuration(text);
  if (agoMs !== undefined) return { agoMs };
  const at = RFC_3339.test(text) ? Date.parse(text) : NaN;
  if (Number.isNaN(at)) throw new InvalidArgumentError('use a time such as 30s, 10m, 2h or 2026-11-28T14:00:00Z');
  return { at: at };
}

interface Wanted {
  readonly shown: readonly LogLine[];
  /** The last line there is, shown or not. */
  readonly newest: LogLine | undefined;
}

/** Reads what the flags ask for. @throws McptuiError `not-found` when there is no earlier run */
export async function wantedLines(
  commands: Pick<EngineCommands, 'logs'>,
  name: string,
  { tail, since: from, previous }: LogFlags,
  now: EpochMs,
): Promise<Wanted> {
  const at = from === undefined ? -Infinity : 'at' in from ? from.at : now - from.agoMs;
  const all = from !== undefined || previous === true;
  const count = tail ?? (all ? Infinity : NEWEST_LINES);
  let starts = 0;
  // Read back until what is wanted is there.
  const lines = await readBack(commands, name, previous === true ? Infinity : count, (page) => {
    if (previous !== true) return (page[0]?.at ?? -Infinity) < at;
    starts += page.filter(isStart).length;
    return starts >= 2;
  });
  const run = previous === true ? previousRun(lines) : lines;
  if (run === undefined)
    throw new McptuiError('not-found', `no earlier run of ${name} is in its log`, {
      hint: `mcptui logs ${name} shows the run that is`,
    });
  const recent = run.filter((line) => line.at >= at);
  return { shown: count === Infinity ? recent : recent.slice(-count), newest: lines.at(-1) };
}

const isStart = ({ stream }: LogLine): boolean => stream === 'start';

/** The lines between the last start and the one before; what is held of a run that began before the log does counts, too. */
function previousRun(lines: readonly LogLine[]): readonly LogLine[] | undefined {
  const last = lines.findLastIndex(isStart);
  if (last < 1) return undefined;
  const first = lines.slice(0, last).findLastIndex(isStart);
  return lines.slice(Math.max(0, first), last);
}

/** As many as one answer holds. */
const PAGE_LINES = 5_000;
/** More than the files of a log hold. */
const MOST_LINES = 1_000_000;

/** Page by page, into the files of the log where memory holds no more, until there are `count` lines or a page is enough. */
async function readBack(
  commands: Pick<EngineCommands, 'logs'>,
  name: string,
  count: number,
  isEnough: (page: readonly LogLine[]) => boolean,
): Promise<readonly LogLine[]> {
  const pages: (readonly LogLine[])[] = [];
  let before: number | undefined;
  for (let left = Math.min(count, MOST_LINES); left > 0;) {
    const options = { lines: Math.min(left, PAGE_LINES), ...(before === undefined ? {} : { before }) };
    const page = await commands.logs(name, options);
    if (page.length === 0) break;
    pages.push(page);
    left -= page.length;
    before = page[0]?.n;
    if (isEnough(page)) break;
  }
  return pages.reverse().flat();
}

/** Lines after the last one shown; an engine that has restarted counts anew. */
function newerThan(next: readonly LogLine[], last: LogLine | undefined): readonly LogLine[] {
  const newest = next.at(-1);
  if (last === undefined || newest === undefined) return next;
  return next.filter((line) => (newest.n < last.n ? line.at > last.at : line.n > last.n));
}

function logText(line: LogLine): string {
  return `${new Date(line.at).toISOString()} ${line.stream.padEnd(6)} ${clean(line.text)}`;
}
