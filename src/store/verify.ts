/** Walks every file of the journal and every snapshot, and says what is wrong and where. Changes nothing. */
import { realFs, type StoreFs } from './fs.ts';
import { checkFormat, formatOf, migrations } from './migrations.ts';
import { EMPTY_CHAIN } from './record.ts';
import { listJournal, skipGap, walkSegment, type JournalFiles, type Segment } from './segments.ts';
import { snapshotFolder, Snapshots, snapshotPath } from './snapshot.ts';
import { messageOf } from '../errors.ts';
import { isTorn } from './torn.ts';
import { Turns } from './turns.ts';
import type { ChainHead, VerifyReport } from './types.ts';

export interface VerifyOptions {
  readonly fs: StoreFs;
  readonly dataDir: string;
  /** The newest format known. */
  readonly format: number;
  readonly collections: readonly string[];
  /** What the running store knows; undefined when the files are all there is. */
  readonly expected:
    | { readonly head: ChainHead; readonly active: { readonly path: string; readonly size: number } | undefined }
    | undefined;
}

/**
 * Checks a data folder that no engine has open. The unfinished end of a write is no problem: opening cuts it.
 * With an engine running, ask it instead.
 */
export async function verifyStore(dataDir: string, fs: StoreFs = realFs): Promise<VerifyReport> {
  const names = await fs.list(snapshotFolder(dataDir));
  const collections = names.filter((name) => name.endsWith('.json')).map((name) => name.slice(0, -'.json'.length));
  return verifyFiles({ fs, dataDir, format: formatOf(migrations), collections, expected: undefined });
}

type Problem = VerifyReport['problems'][number];

export async function verifyFiles(options: VerifyOptions): Promise<VerifyReport> {
  const problems: Problem[] = [];
  let files: JournalFiles;
  try {
    files = await listJournal(options.fs, options.dataDir, options.format);
  } catch (error) {
    problems.push({ file: options.dataDir, offset: 0, reason: messageOf(error) });
    return { ok: false, records: 0, events: 0, head: EMPTY_CHAIN, problems, dropped: [] };
  }
  let chain = EMPTY_CHAIN;
  let kept = { records: 0, events: 0 };
  const hashes = new Map<number, string>();
  const newest = files.unreadable === undefined && options.expected === undefined ? files.segments.at(-1) : undefined;
  for (const segment of files.segments) {
    const before = skipGap(files, chain);
    chain = await verifySegment(options, segment, before, hashes, problems, segment === newest);
    kept = {
      records: kept.records + chain.seq - segment.start.seq,
      events: kept.events + chain.events - segment.start.events,
    };
  }
  chain = skipGap(files, chain);
  if (files.unreadable !== undefined) {
    const { path: file, reason } = files.unreadable;
    const unfinished = options.expected === undefined && isTorn(await options.fs.read(file), 0, chain.seq);
    if (!unfinished) problems.push({ file, offset: 0, reason });
  }
  await verifySnapshots(options, hashes, chain, problems);
  const { expected } = options;
  if (
    expected !== undefined &&
    problems.length === 0 &&
    (expected.head.seq !== chain.seq || expected.head.hash !== chain.hash)
  ) {
    const file = files.segments.at(-1)?.path ?? options.dataDir;
    problems.push({ file, offset: 0, reason: `the journal ends at record ${chain.seq}, not at ${expected.head.seq}` });
  }
  return {
    ok: problems.length === 0,
    records: kept.records,
    events: kept.events,
    head: chain,
    problems,
    dropped: files.gaps.map(({ gap }) => ({ firstSeq: gap.firstSeq, lastSeq: gap.lastSeq })),
  };
}

async function verifySegment(
  options: VerifyOptions,
  segment: Segment,
  before: ChainHead,
  hashes: Map<number, string>,
  problems: Problem[],
  isNewest: boolean,
): Promise<ChainHead> {
  const { fs, expected } = options;
  const file = segment.path;
  if (
    segment.start.seq !== before.seq ||
    segment.start.hash !== before.hash ||
    segment.start.events !== before.events
  ) {
    problems.push({ file, offset: 0, reason: `the segment does not follow record ${before.seq}` });
  }
  let bytes: Buffer;
  try {
    checkFormat(file, segment.format, options.format);
    bytes = await fs.read(file, 0, expected?.active?.path === file ? expected.active.size : undefined);
  } catch (error) {
    problems.push({ file, offset: 0, reason: messageOf(error) });
    return segment.start;
  }
  const walk = walkSegment(bytes, segment.start);
  const turns = new Turns();
  for (;;) {
    const step = walk.next();
    if (step.done === true) {
      const { chain, fault } = step.value;
      const unfinished =
        fault !== undefined && !fault.brokenChain && isNewest && isTorn(bytes, fault.offset, chain.seq);
      if (fault !== undefined && !unfinished) problems.push({ file, offset: fault.offset, reason: fault.reason });
      return chain;
    }
    hashes.set(step.value.chain.seq, step.value.chain.hash);
    await turns.did(step.value.end - step.value.offset);
  }
}

async function verifySnapshots(
  options: VerifyOptions,
  hashes: ReadonlyMap<number, string>,
  head: ChainHead,
  problems: Problem[],
): Promise<void> {
  const snapshots = new Snapshots(options.fs, options.dataDir, options.format);
  for (const name of options.collections) {
    const file = snapshotPath(options.dataDir, name);
    try {
      const { chain } = await snapshots.read(name);
      const hash = hashes.get(chain.seq);
      if (chain.seq > 0 && (chain.seq > head.seq || (hash !== undefined && hash !== chain.hash))) {
        problems.push({
          file,
          offset: 0,
          reason: `it was made from record ${chain.seq}, which the journal does not have`,
        });
      }
    } catch (error) {
      problems.push({ file, offset: 0, reason: messageOf(error) });
    }
  }
}
