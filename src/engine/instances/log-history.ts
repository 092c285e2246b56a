/** Reads from the files of a log the lines that memory does not hold any more, the newest first. */
import { open, type FileHandle } from 'node:fs/promises';
import type { LogLine } from '../views/view.ts';

const CHUNK_BYTES = 64 * 1024;
const NEWLINE = 10;

export interface OlderThan {
  /** All that memory holds, oldest first: what the files have as well. */
  readonly held: readonly LogLine[];
  /** Number of the line before which the wanted ones stand. */
  readonly before: number;
}

/** At most `count` lines before one that memory holds or not, oldest first. They are numbered on downwards, below 1 too. */
export async function olderLines(
  files: readonly string[],
  { held, before }: OlderThan,
  count: number,
): Promise<readonly LogLine[]> {
  const [oldest] = held;
  if (oldest === undefined) return [];
  // What stands in the files is found by its time: of lines of one moment memory holds the last ones.
  let same = held.findIndex(({ at }) => at !== oldest.at);
  if (same === -1) same = held.length;
  let isHeld = true;
  let n = oldest.n - 1;
  const found: LogLine[] = [];
  for await (const raw of linesBackward(files)) {
    const line = parseLogLine(raw);
    if (line === undefined) continue;
    if (isHeld && line.at > oldest.at) continue;
    if (isHeld && line.at === oldest.at && same > 0) {
      same -= 1;
      continue;
    }
    isHeld = false;
    if (n < before) found.push({ n, ...line });
    n -= 1;
    if (found.length >= count) break;
  }
  return found.reverse();
}

/** One line of a file; undefined for what is none. */
export function parseLogLine(line: string): Omit<LogLine, 'n'> | undefined {
  const [, time, stream, text] = /^(\S+) (stderr|stdout|engine|start|exit) (.*)$/s.exec(line) ?? [];
  const at = time === undefined ? Number.NaN : Date.parse(time);
  if (text === undefined || Number.isNaN(at)) return undefined;
  return { at, stream: stream as LogLine['stream'], text };
}

/** A file that is not there has no lines. */
async function* linesBackward(files: readonly string[]): AsyncGenerator<string> {
  for (const file of files) {
    const handle = await open(file, 'r').catch(() => undefined);
    if (handle === undefined) continue;
    try {
      yield* linesOf(handle);
    } finally {
      await handle.close();
    }
  }
}

async function* linesOf(handle: FileHandle): AsyncGenerator<string> {
  let { size: end } = await handle.stat();
  /** Pieces of a line whose beginning has not been read, in order. */
  let rest: Buffer[] = [];
  while (end > 0) {
    const from = Math.max(0, end - CHUNK_BYTES);
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(end - from), 0, end - from, from);
    // Somebody has cut it meanwhile.
    if (bytesRead < end - from) return;
    let to = buffer.length;
    for (
      let at = buffer.lastIndexOf(NEWLINE, to - 1);
      to > 0 && at >= 0;
      at = to === 0 ? -1 : buffer.lastIndexOf(NEWLINE, to - 1)
    ) {
      yield Buffer.concat([buffer.subarray(at + 1, to), ...rest]).toString('utf8');
      rest = [];
      to = at;
    }
    rest = [buffer.subarray(0, to), ...rest];
    end = from;
  }
  if (rest.length > 0) yield Buffer.concat(rest).toString('utf8');
}
