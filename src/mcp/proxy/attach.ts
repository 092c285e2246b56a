/** Finds the data folder's engine for the proxy, starts one when none runs and that is allowed, and says why there is none. */
import { isAlive } from '../../kernel/is-alive.ts';
import { sleep, type Clock } from '../../kernel/clock.ts';
import { folderTrouble } from '../../kernel/folder-trouble.ts';
import type { LastStart } from '../../kernel/start-record.ts';
import { timeWords } from '../../kernel/time-words.ts';
import { unawaited } from '../../kernel/unawaited.ts';
import type { SessionIdentity } from '../types/session.ts';
import { linkEngine, type LinkOutcome } from './link.ts';
import type { EngineStarter, StartedEngine } from './start-engine.ts';

export interface AttachOptions {
  readonly clock: Clock;
  /** Where the engine may listen now, in order. */
  readonly sockets: () => readonly string[];
  /** Whose engine is meant; undefined = any that listens there. */
  readonly dataDir?: string;
  /** Proves which agent connects. */
  readonly ticket?: string | undefined;
  /** Said to every engine, also to the next one after a loss. */
  readonly identity: SessionIdentity;
  /** Undefined when no engine may be started. */
  readonly starter: EngineStarter | undefined;
  /** Of the engine that has the folder, as it says there. */
  readonly enginePid?: () => Promise<string | undefined>;
  /** For people, while it goes on. */
  readonly tell: (message: string) => void;
}

export type Attachment =
  | Extract<LinkOutcome, { kind: 'linked' | 'refused' }>
  /** There is no engine, and what can be done. */
  | { readonly kind: 'none'; readonly message: string }
  /** Nobody waits for one any more. */
  | { readonly kind: 'off' };

/** How long an engine may take to start, or to come back. */
const ATTACH_DEADLINE_MS = 15_000;
/** A restarting engine gets this long before another is started for it. */
const RESTART_GRACE_MS = 2_000;
/** One that an operator or a script started gets this long: it brings secrets and settings that an agent does not have. */
const OPERATOR_GRACE_MS = 6_000;
const SERVICE_IS_DOWN =
  'the mcptui engine of this folder is a service that does not run; start it, for example with systemctl --user start mcptui';
const IS_SHUT_DOWN =
  'the mcptui engine of this folder was shut down by its operator; start it with `mcptui` or `mcptui --daemon`, then connect again';
const RETRY_MIN_MS = 10;
const RETRY_MAX_MS = 100;
/** An engine that starts is there sooner. */
const TELL_AFTER_MS = 1_000;
/** Whoever has the folder may be starting, or a verb that is done in a moment. */
const AFTER_CONFLICT_MS = 1_000;
/** Exit code of an engine whose folder another process has. */
const CONFLICT = 7;
const MAX_WORDS_CHARS = 1_000;

/** `isFirst`: no engine has served this session yet. */
export async function attach(
  options: AttachOptions,
  { isFirst, isOff }: { readonly isFirst: boolean; readonly isOff: () => boolean },
): Promise<Attachment> {
  const { clock, starter } = options;
  const startedMs = clock.monotonicMs();
  const start = new EngineStart(options);
  const holder = new Holder(options);
  let retryMs = RETRY_MIN_MS;
  let lastStart: LastStart | 'unknown' | undefined;
  let outcome = await linkAny(options);
  while (outcome.kind === 'absent' || isStarting(outcome)) {
    const waitedMs = clock.monotonicMs() - startedMs;
    if (isFirst && starter === undefined && outcome.kind === 'absent')
      return none('no mcptui engine is running; start it with `mcptui --daemon`');
    const graceMs = isFirst || starter === undefined ? 0 : RESTART_GRACE_MS;
    lastStart ??= (await starter?.startedBy()) ?? 'unknown';
    const waitsMs = starter === undefined ? 0 : Math.max(graceMs, supervisorMs(lastStart, isFirst));
    if (start.failure !== undefined) return none(start.failure);
    if (waitedMs > ATTACH_DEADLINE_MS)
      return none(lastStart === 'shut-down' ? IS_SHUT_DOWN : waitsMs === Infinity ? SERVICE_IS_DOWN : start.absence());
    if (isOff()) return { kind: 'off' };
    if (waitedMs > TELL_AFTER_MS) await holder.tell();
    if (waitedMs >= waitsMs) await start.begin();
    await sleep(clock, retryMs);
    retryMs = Math.min(retryMs * 1.5, RETRY_MAX_MS);
    outcome = await linkAny(options);
  }
  if (outcome.kind !== 'silent') return outcome;
  const pid = await options.enginePid?.();
  const who = pid === undefined ? 'the mcptui engine' : `the mcptui engine (pid ${pid})`;
  const next = pid === undefined ? '' : `; if it is stopped: kill -CONT ${pid}; to end it: kill -KILL ${pid}`;
  return none(`${who} does not answer (${outcome.socketPath})${next}`);
}

/** The process that has the folder and answers nowhere: told once, before anything is waited for in vain. */
class Holder {
  readonly #o: AttachOptions;
  #hasTold = false;

  constructor(options: AttachOptions) {
    this.#o = options;
  }

  async tell(): Promise<void> {
    if (this.#hasTold) return;
    this.#hasTold = true;
    const { dataDir, enginePid, sockets, tell } = this.#o;
    const pid = await enginePid?.();
    if (pid === undefined || !isAlive(Number(pid))) return;
    const what = dataDir ?? 'its folder';
    tell(`${what} is in use by process ${pid}, which does not answer on ${sockets().join(', ')}; waiting for it`);
  }
}

/** The engine that is started for this agent, and what became of it. */
class EngineStart {
  readonly #o: AttachOptions;
  #engine: StartedEngine | undefined;
  #conflicts = 0;
  #nextMs = 0;
  #lastWords = '';
  /** Why there will be none; for people. */
  failure: string | undefined;

  constructor(options: AttachOptions) {
    this.#o = options;
  }

  /** Does nothing while one that was started has not ended. */
  async begin(): Promise<void> {
    const { clock, starter } = this.#o;
    if (starter === undefined || this.#engine !== undefined || clock.monotonicMs() < this.#nextMs) return;
    try {
      const engine = await starter.start();
      this.#engine = engine;
      unawaited(engine.exited.then((code) => this.#ended(engine, code)));
    } catch (error) {
      const trouble = folderTrouble(error);
      const why = trouble === undefined ? (error as Error).message : `${trouble.message} → ${trouble.hint}`;
      this.failure = `the mcptui engine cannot be started: ${why}`;
    }
  }

  absence(): string {
    const where = this.#engine === undefined ? '' : `; its output is in ${this.#engine.logPath}`;
    const why = this.#lastWords === '' ? where : `: ${this.#lastWords}`;
    return `the mcptui engine did not answer within ${timeWords(ATTACH_DEADLINE_MS)}${why}`;
  }

  #ended(engine: StartedEngine, code: number | null): void {
    this.#lastWords = inOneLine(engine.words());
    if (code !== CONFLICT) {
      const silent = `exit code ${code ?? 'unknown'} and no output → see why with mcptui --daemon`;
      const words = this.#lastWords === '' ? silent : this.#lastWords;
      this.failure = `the mcptui engine did not start: ${words} (${engine.logPath})`;
      return;
    }
    // The first time it is most often another agent's, which answers in a moment.
    this.#conflicts += 1;
    if (this.#conflicts === 2)
      this.#o.tell(`the mcptui engine did not start; waiting for the other one: ${this.#lastWords}`);
    this.#nextMs = this.#o.clock.monotonicMs() + AFTER_CONFLICT_MS * this.#conflicts;
    this.#engine = undefined;
  }
}

/** The first that is there; when none is, the first outcome. */
async function linkAny({
  sockets,
  identity,
  clock,
  dataDir,
  ticket,
}: AttachOptions): Promise<LinkOutcome & { socketPath: string }> {
  const places = sockets();
  let first: (LinkOutcome & { socketPath: string }) | undefined;
  for (const socketPath of places) {
    const outcome = await linkEngine(socketPath, identity, clock, { dataDir, ticket });
    if (outcome.kind !== 'absent' && !(outcome.kind === 'refused' && outcome.status === 0)) {
      return { ...outcome, socketPath };
    }
    first ??= { ...outcome, socketPath };
  }
  const [socketPath = ''] = places;
  const absent = { kind: 'absent', cause: 'ENOENT', socketPath } as const;
  // Where several places may be its own, one that cannot be used is none.
  return places.length > 1 ? absent : (first ?? absent);
}

function none(message: string): Attachment {
  return { kind: 'none', message };
}

/** How long whoever started the engine that has died gets to start it again. */
function supervisorMs(lastStart: LastStart | 'unknown', isFirst: boolean): number {
  if (lastStart === 'service') return Infinity;
  // Stopped means stopped, for the agents that it served; one that comes later is a new wish.
  if (lastStart === 'shut-down') return isFirst ? 0 : Infinity;
  return lastStart === 'operator' ? OPERATOR_GRACE_MS : 0;
}

/** The engine is there but not ready. */
function isStarting(outcome: LinkOutcome): boolean {
  return outcome.kind === 'refused' && outcome.status === 503;
}

function inOneLine(words: string): string {
  const lines = words.split('\n').map((line) => line.trim());
  return lines
    .filter((line) => line !== '')
    .join(' ')
    .slice(0, MAX_WORDS_CHARS);
}
