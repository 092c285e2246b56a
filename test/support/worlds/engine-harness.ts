/** An engine on a fresh folder with a fake clock and fake runtimes; store and router are the real ones. */
import { until } from '../until.ts';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileTokens } from '../../../src/engine/access/tokens.ts';
import { randomNonce, ulidIds } from '../../../src/kernel/ids.ts';
import { silentLogger, type Logger } from '../../../src/kernel/log.ts';
import { LocalEngine } from '../../../src/engine/engine.ts';
import type { InstanceView } from '../../../src/engine/index.ts';
import { fileSecretSource } from '../../../src/engine/secrets/file-source.ts';
import type { RouterOptions } from '../../../src/mcp/router/types.ts';
import { openDatabase } from '../../../src/store/database.ts';
import { realFs, type StoreFs } from '../../../src/store/files/fs.ts';
import { collections, type Shape } from '../../../src/store/schema/index.ts';
import type { AuditEvent, Database } from '../../../src/store/types.ts';
import { FakeClock, settle } from '../fakes/fake-clock.ts';
import { FakeRuntime } from '../fakes/fake-runtime.ts';
import { fakeSecretSource } from '../fakes/fake-secrets.ts';

export interface Harness {
  /** An operator has asked the engine to end. */
  isShutDown: boolean;
  readonly clock: FakeClock;
  /** Holds data, secrets and logs. */
  readonly folder: string;
  /** Of the encrypted file. */
  secretNames(): Promise<readonly string[]>;
  readonly process: FakeRuntime;
  readonly docker: FakeRuntime;
  /** The `env` backend of secrets. */
  readonly secrets: Map<string, string>;
  engine: LocalEngine;
  db: Database<Shape>;
  /** The store's disk. */
  readonly disk: { full: boolean };
  /** In [0, 1): what the jitter sees. */
  random: number;
  instance(name: string): InstanceView;
  instances(): readonly InstanceView[];
  /** Until `check` holds, letting real I/O go on; never moves the clock. */
  until(check: () => boolean, what: string): Promise<void>;
  untilPhase(name: string, phase: InstanceView['phase']): Promise<InstanceView>;
  /** Moves the clock, then lets all that came of it settle. */
  pass(ms: number): Promise<void>;
  audit(kind?: string): Promise<readonly AuditEvent[]>;
  /** Closes the engine and its store, and opens another on the same folder. */
  restart(options?: { readonly downMs?: number; readonly setWallMs?: number }): Promise<void>;
  close(): Promise<void>;
}

export async function engineHarness(
  options: { readonly logger?: Logger; readonly routerOptions?: RouterOptions } = {},
): Promise<Harness> {
  const folder = await mkdtemp(path.join(tmpdir(), 'mcptui-engine-'));
  const clock = new FakeClock();
  const secrets = new Map<string, string>();
  const disk = { full: false };
  const process = new FakeRuntime('process', folder);
  const docker = new FakeRuntime('docker', folder);
  const file = fileSecretSource(path.join(folder, 'secrets'), clock);

  async function open(): Promise<{ db: Database<Shape>; engine: LocalEngine }> {
    const db = await openDatabase<Shape>({ dataDir: path.join(folder, 'data'), collections, clock, fs: diskOf(disk) });
    const engine = await LocalEngine.start({
      clock,
      ids: ulidIds(clock),
      logger: options.logger ?? silentLogger,
      db,
      runtimes: { process, docker },
      secrets: { env: fakeSecretSource(secrets), file },
      tokens: fileTokens(path.join(folder, 'secrets'), clock, randomNonce),
      logsFolder: path.join(folder, 'logs'),
      listsFolder: path.join(folder, 'data', 'lists'),
      pagesFolder: path.join(folder, 'data', 'pages'),
      linksFolder: path.join(folder, 'data', 'links'),
      seenFolder: path.join(folder, 'data', 'seen'),
      info: { version: 'test', pid: 1, hosting: 'daemon', dataDir: folder, socketPath: '-' },
      random: () => harness.random,
      ...(options.routerOptions === undefined ? {} : { routerOptions: options.routerOptions }),
      shutDown: () => void (harness.isShutDown = true),
      bootClock: { now: () => ({ boot: 'one', atMs: clock.monotonicMs() }) },
    });
    return { db, engine };
  }

  const harness = {
    clock,
    folder,
    async secretNames(): Promise<readonly string[]> {
      return (await file.entries()).map(({ name }) => name);
    },
    process,
    docker,
    secrets,
    disk,
    random: 0,
    isShutDown: false,
    instances(): readonly InstanceView[] {
      return [...harness.engine.view().instances.values()];
    },
    instance(name: string): InstanceView {
      const rows = [...harness.engine.view().instances.values()];
      const row = rows.find((candidate) => candidate.name === name);
      if (row === undefined) throw new Error(`no instance ${name} among ${rows.map((r) => r.name).join(', ')}`);
      return row;
    },
    async until(check: () => boolean, what: string): Promise<void> {
      // By the real clock: what is waited for may be the disk.
      const isThere = async (): Promise<boolean> => {
        if (check()) return true;
        await clock.advance(0);
        await settle();
        return check();
      };
      const rows = (): string => JSON.stringify([...harness.engine.view().instances.values()], null, 1);
      await until(isThere, what, { everyMs: 0, now: rows });
    },
    async untilPhase(name: string, phase: InstanceView['phase']): Promise<InstanceView> {
      const there = (): boolean =>
        [...harness.engine.view().instances.values()].some((row) => row.name === name && row.phase === phase);
      await harness.until(there, `${name} ${phase}`);
      return harness.instance(name);
    },
    async pass(ms: number): Promise<void> {
      const step = Math.max(100, ms / 100);
      for (let left = ms; left > 0; left -= step) {
        await clock.advance(Math.min(step, left));
        await harness.db.flush();
        await clock.advance(0);
      }
    },
    async audit(kind?: string): Promise<readonly AuditEvent[]> {
      const flushed = harness.db.flush();
      await clock.advance(1_000);
      await flushed;
      return harness.db.events({ after: 0, limit: 5_000, ...(kind === undefined ? {} : { kind }) });
    },
    async restart({ downMs = 0, setWallMs = 0 } = {}): Promise<void> {
      await shut();
      clock.setWall(setWallMs);
      await clock.advance(downMs);
      Object.assign(harness, await open());
    },
    async close(): Promise<void> {
      await shut();
      await rm(folder, { recursive: true, force: true });
    },
  } as Harness;

  async function shut(): Promise<void> {
    await pumped(harness.engine.close());
    await pumped(harness.db.close());
  }

  /**
   * Waits for work that waits for the clock and for the disk. The clock moves no faster than the real one meanwhile: on a busy
   * machine the disk is slow, and what a test has planned must not fall due while an engine closes.
   */
  async function pumped(work: Promise<void>): Promise<void> {
    const state = { done: false };
    const ended = work.finally(() => {
      state.done = true;
    });
    for (let atMs = performance.now(); !state.done;) {
      const passedMs = Math.floor(performance.now() - atMs);
      atMs += passedMs;
      await clock.advance(passedMs);
    }
    await ended;
  }

  Object.assign(harness, await open());
  return harness;
}

/** The real file system until it is said to be full; then writing fails as it does there. */
function diskOf(disk: { readonly full: boolean }): StoreFs {
  return {
    ...realFs,
    async open(file, how) {
      const opened = await realFs.open(file, how);
      return {
        write: (bytes, position) =>
          disk.full
            ? Promise.reject(Object.assign(new Error('ENOSPC: no space left on device'), { code: 'ENOSPC' }))
            : opened.write(bytes, position),
        datasync: () => opened.datasync(),
        truncate: (size) => opened.truncate(size),
        close: () => opened.close(),
      };
    },
  };
}
