/** Walks every file of the journal and every snapshot, and says what is wrong and where. Changes nothing. */
import { join } from 'node:path';
import { keptFiles, keptNames, looseKeptEvents, readKept } from './archive.ts';
import { bodyFaults } from '../bodies/body-check.ts';
import { realFs, type StoreFs } from '../files/fs.ts';
import { checkFormat, formatOf, migrations } from '../migrations.ts';
import { oddFiles } from '../files/odd-files.ts';
import { EMPTY_CHAIN, eventsOf, NO_HASH } from '../record.ts';
import {
  journalFolder,
  listJournal,
  segmentPath,
  skipGap,
  walkSegment,
  type JournalFiles,
  type Segment,
} from './segments.ts';
import { snapshotFolder, Snapshots, snapshotPath } from '../snapshot.ts';
import { append } from '../../kernel/append.ts';
import { defined } from '../../kernel/defined.ts';
import { messageOf } from '../../kernel/errors.ts';
import { isTorn } from './torn.ts';
import { Turns } from '../turns.ts';
import type { AuditEvent, ChainHead, Inspector, VerifyReport } from '../types.ts';
import { isVoucher, unvouchedReason, vouches } from './vouching.ts';

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
  /** A head of an earlier day, which must still be in the chain. */
  readonly kept?: KeptHead;
  /** What else is wrong with the events of a record, by somebody who knows what they mean. */
  readonly inspector?: Inspector;
}

export type KeptHead = Pick<ChainHead, 'seq' | 'hash'>;

/**
 * Checks a data folder that no engine has open. The unfinished end of a write is no problem: opening cuts it.
 * With an engine running, ask it instead.
 */
export async function verifyStore(
  dataDir: string,
  fs: StoreFs = realFs,
  kept?: KeptHead,
  inspector?: Inspector,
): Promise<VerifyReport> {
  const names = await fs.list(snapshotFolder(dataDir));
  const collections = names.filter((name) => name.endsWith('.json')).map((name) => name.slice(0, -'.json'.length));
  return verifyFiles({
    fs,
    dataDir,
    format: formatOf(migrations),
    collections,
    expected: undefined,
    ...defined({ kept, inspector }),
  });
}

type Problem = VerifyReport['problems'][number];

export async function verifyFiles(options: VerifyOptions): Promise<VerifyReport> {
  const walk = new Walker(options);
  try {
    const odd = await oddFiles(options.fs, options.dataDir);
    for (const { path, reason } of odd) walk.problem(path, 0, reason);
    // What is no file may never answer.
    if (odd.some(({ isFile }) => !isFile)) return walk.report();
    await walk.snapshots();
    await walk.journal();
  } catch (error) {
    walk.problem(options.dataDir, 0, messageOf(error));
  }
  return walk.report();
}

class Walker {
  readonly #options: VerifyOptions;
  readonly #problems: Problem[] = [];
  readonly #dropped: { firstSeq: number; lastSeq: number }[] = [];
  /** Snapshots by the record they were made from; those that were met are taken out. */
  readonly #snapshots = new Map<number, { file: string; hash: string }[]>();
  /** Events that say what was dropped, oldest first. */
  readonly #vouchers: AuditEvent[] = [];
  #foundKept = false;
  #unfinished: VerifyReport['unfinished'];
  #chain = EMPTY_CHAIN;
  #records = 0;
  #events = 0;

  constructor(options: VerifyOptions) {
    this.#options = options;
  }

  problem(file: string, offset: number, reason: string, hint?: string): void {
    this.#problems.push({ file, offset, reason, ...defined({ hint }) });
  }

  report(): VerifyReport {
    const [records, events] = [this.#records, this.#events];
    return {
      ok: this.#problems.length === 0,
      records,
      events,
      head: this.#chain,
      problems: this.#problems,
      dropped: this.#dropped,
      ...(this.#unfinished === undefined ? {} : { unfinished: this.#unfinished }),
    };
  }

  async snapshots(): Promise<void> {
    const { fs, dataDir, format, collections } = this.#options;
    const snapshots = new Snapshots(fs, dataDir, format);
    for (const name of collections) {
      const file = snapshotPath(dataDir, name);
      try {
        const snapshot = await snapshots.read(name);
        const { seq, hash } = snapshot.chain;
        for (const { id, file: path, offset, reason } of await bodyFaults(fs, dataDir, snapshot)) {
          this.problem(path, offset, `the body of ${id}: ${reason}`);
        }
        this.#snapshots.set(seq, [...(this.#snapshots.get(seq) ?? []), { file, hash }]);
      } catch (error) {
        this.problem(file, 0, messageOf(error));
      }
    }
  }

  async journal(): Promise<void> {
    const { fs, dataDir, format, expected } = this.#options;
    const files = await listJournal(fs, dataDir, format);
    for (const { gap } of files.gaps) this.#dropped.push({ firstSeq: gap.firstSeq, lastSeq: gap.lastSeq });
    // What a running store began after the walk was asked for is not part of it.
    const segments = files.segments.filter(({ start }) => expected === undefined || start.seq < expected.head.seq);
    const newest = files.unreadable === undefined && expected === undefined ? segments.at(-1) : undefined;
    if (files.gaps.length > 0) await this.#tellKept(segments[0]?.start.events);
    let whole = true;
    for (const segment of segments) {
      this.#reach(skipGap(files, this.#chain));
      if (whole && !follows(segment, this.#chain)) {
        this.problem(segment.path, 0, `the segment does not follow record ${this.#chain.seq}`);
      }
      whole = await this.#segment(segment, segment === newest);
    }
    this.#reach(skipGap(files, this.#chain));
    if (files.unreadable !== undefined) {
      const { path, reason } = files.unreadable;
      const unfinished =
        expected === undefined
          ? isTorn(await fs.read(path), 0, this.#chain.seq)
          : path > segmentPath(dataDir, expected.head.seq);
      if (!unfinished) this.problem(path, 0, reason);
    }
    this.#checkEnd(segments.at(-1)?.path ?? dataDir);
    await this.#checkDropped(files);
    this.#checkKeptHead(files);
  }

  /** What went before the first record, as far as it stayed: whether it is what was kept, the end of the walk says. */
  async #tellKept(before = Number.MAX_SAFE_INTEGER): Promise<void> {
    const { fs, dataDir, inspector } = this.#options;
    if (inspector === undefined) return;
    for (const file of await keptNames(fs, dataDir)) {
      inspector.kept((await looseKeptEvents(fs, join(journalFolder(dataDir), file))).filter(({ n }) => n <= before));
    }
  }

  /** False when something is wrong in it. */
  async #segment(segment: Segment, isNewest: boolean): Promise<boolean> {
    const { fs, format, expected } = this.#options;
    const file = segment.path;
    this.#chain = segment.start;
    let bytes: Buffer;
    try {
      checkFormat(file, segment.format, format);
      bytes = await fs.read(file, 0, expected?.active?.path === file ? expected.active.size : undefined);
    } catch (error) {
      this.problem(file, 0, messageOf(error));
      return false;
    }
    const walk = walkSegment(bytes, segment.start);
    const turns = new Turns();
    for (;;) {
      const step = walk.next();
      if (step.done === true) {
        const { fault } = step.value;
        if (fault === undefined) return true;
        if (isNewest && !fault.brokenChain && isTorn(bytes, fault.offset, this.#chain.seq)) {
          this.#unfinished = { file, offset: fault.offset, bytes: bytes.length - fault.offset };
          return true;
        }
        this.problem(file, fault.offset, fault.reason);
        return false;
      }
      const { record, chain, offset, end } = step.value;
      this.#reach(chain);
      this.#records++;
      this.#events += record.events.length;
      const inspected = { events: eventsOf(record), changes: record.changes };
      for (const { reason, hint } of this.#options.inspector?.record(inspected, chain) ?? []) {
        this.problem(file, offset, reason, hint);
      }
      if (record.events.some(isVoucher)) append(this.#vouchers, eventsOf(record).filter(isVoucher));
      await turns.did(end - offset);
    }
  }

  #reach(chain: ChainHead): void {
    this.#chain = chain;
    const { kept } = this.#options;
    if (kept?.seq === chain.seq && kept.hash === chain.hash) this.#foundKept = true;
    for (const { file, hash } of this.#snapshots.get(chain.seq) ?? []) {
      if (hash !== chain.hash)
        this.problem(file, 0, `it was made from another record ${chain.seq} than the journal has`);
    }
  }

  /** Whoever takes records away leaves no record of it in the chain. */
  async #checkDropped({ gaps }: JournalFiles): Promise<void> {
    for (const { path, gap } of gaps) {
      if (!this.#vouchers.some((event) => vouches(event, gap))) this.problem(path, 0, unvouchedReason(gap));
    }
    const { fs, dataDir } = this.#options;
    const retention = this.#vouchers.findLast(({ kind }) => kind === 'audit_retention');
    for (const kept of keptFiles(retention?.detail?.['kept'])) {
      try {
        await readKept(fs, dataDir, kept);
      } catch (error) {
        this.problem(join(journalFolder(dataDir), kept.file), 0, messageOf(error));
      }
    }
  }

  #checkKeptHead({ gaps }: JournalFiles): void {
    const { kept, dataDir } = this.#options;
    if (kept === undefined || this.#foundKept || (kept.seq === 0 && kept.hash === NO_HASH)) return;
    const run = gaps.find(({ gap }) => gap.firstSeq <= kept.seq && kept.seq <= gap.lastSeq)?.gap;
    const why =
      run !== undefined
        ? `records ${run.firstSeq} to ${run.lastSeq} were dropped; keep a newer head`
        : kept.seq > this.#chain.seq
          ? `the journal ends at record ${this.#chain.seq}`
          : 'another record has that number';
    this.problem(journalFolder(dataDir), 0, `record ${kept.seq} with the hash ${kept.hash} is not there: ${why}`);
  }

  #checkEnd(file: string): void {
    const { expected } = this.#options;
    const { seq, hash } = this.#chain;
    for (const [made, snapshots] of this.#snapshots) {
      if (made <= seq) continue;
      for (const snapshot of snapshots)
        this.problem(snapshot.file, 0, `the journal ends at record ${seq}, before its ${made}`);
    }
    if (expected === undefined || this.#problems.length > 0) return;
    if (expected.head.seq !== seq || expected.head.hash !== hash) {
      this.problem(file, 0, `the journal ends at record ${seq}, not at ${expected.head.seq} as in memory`);
    }
  }
}

function follows({ start }: Segment, chain: ChainHead): boolean {
  return start.seq === chain.seq && start.hash === chain.hash && start.events === chain.events;
}
