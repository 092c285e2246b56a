/** Copies a run of records out of the journal as they are written, so that they can be checked elsewhere. */
import { McptuiError } from '../../kernel/errors.ts';
import type { StoreFs } from '../files/fs.ts';
import { readLine, sha256 } from '../record.ts';
import type { ChainHead, Excerpt } from '../types.ts';
import { damaged, listJournal, walkSegment } from './segments.ts';

export interface ExcerptParts {
  readonly fs: StoreFs;
  readonly dataDir: string;
  readonly format: number;
  readonly head: ChainHead;
  readonly active: { readonly path: string; readonly size: number } | undefined;
}

/** As much as one answer over a channel, and one file that people pass on, should hold. */
const MAX_BYTES = 16 * 1024 * 1024;

/**
 * The records with the events `from` to `to`, whole.
 * @throws McptuiError `invalid` for no such range or a too large one, `not-found` for events that were dropped
 */
export async function excerptOf(
  { fs, dataDir, format, head, active }: ExcerptParts,
  from: number,
  to: number,
): Promise<Excerpt> {
  if (from < 1 || to < from || to > head.events) {
    throw new McptuiError('invalid', `there are no events ${from} to ${to}`, { hint: `events: 1 to ${head.events}` });
  }
  const { segments } = await listJournal(fs, dataDir, format);
  const records: { body: string; hash: string }[] = [];
  let start: ChainHead | undefined;
  let end: ChainHead | undefined;
  let bytesTaken = 0;
  for (const [index, segment] of segments.entries()) {
    if (segment.start.events > to || segment.start.seq >= head.seq) break;
    const next = segments[index + 1];
    if (next !== undefined && next.start.events < from) continue;
    const bytes = await fs.read(segment.path, 0, active?.path === segment.path ? active.size : undefined);
    const walk = walkSegment(bytes, segment.start);
    let before = segment.start;
    for (let step = walk.next(); ; step = walk.next()) {
      if (step.done === true) {
        const { fault } = step.value;
        if (fault !== undefined) throw damaged(segment.path, fault.offset, fault.reason);
        break;
      }
      const { chain, offset } = step.value;
      const line = readLine(bytes, offset);
      // Records without events belong to the one before them: the last of them may be the head that somebody keeps.
      const isWanted = chain.events >= from && (before.events < to || (start !== undefined && chain.events === to));
      if (line?.ok === true && isWanted) {
        if (start !== undefined && end?.seq !== before.seq) throw dropped(from, to);
        start ??= before;
        end = chain;
        bytesTaken += line.body.length;
        if (bytesTaken > MAX_BYTES) {
          throw new McptuiError('invalid', `events ${from} to ${to} are over 16 MiB`, { hint: 'export them in parts' });
        }
        records.push({ body: line.body.toString('utf8'), hash: sha256(line.body) });
      }
      before = chain;
    }
  }
  if (start === undefined || end === undefined || start.events >= from || end.events < to) throw dropped(from, to);
  return { start, head: end, records };
}

function dropped(from: number, to: number): McptuiError {
  return new McptuiError('not-found', `some of the events ${from} to ${to} were dropped: retention or a repair`, {
    hint: 'mcptui audit verify says which records are there',
  });
}
