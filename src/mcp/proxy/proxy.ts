/**
 * `mcptui proxy`: bytes between an agent on stdin and stdout and the engine on its socket. When the engine goes away, the
 * agent's unanswered requests get an error, and its session begins again at the next engine.
 */
import type { Socket } from 'node:net';
import type { Readable, Writable } from 'node:stream';
import { sleep, type Clock } from '../../clock.ts';
import { decodeParts, LineReader } from '../framing.ts';
import { isMap } from '../message.ts';
import type { SessionIdentity } from '../types.ts';
import { ClientOutput } from './client-output.ts';
import { linkEngine, type LinkOutcome } from './link.ts';
import { SessionRecord } from './record.ts';
import type { StartedBy } from '../../start-record.ts';
import { unawaited } from '../../unawaited.ts';
import type { EngineStarter } from './start-engine.ts';

/** How long an engine may take to start, or to come back. */
const ATTACH_DEADLINE_MS = 15_000;
/** A restarting engine gets this long before another is started for it. */
const RESTART_GRACE_MS = 2_000;
/** One that an operator or a script started gets this long: it brings secrets and settings that an agent does not have. */
const OPERATOR_GRACE_MS = 6_000;
const SERVICE_IS_DOWN =
  'the mcptui engine of this folder is a service, which does not run; start it there, for example with systemctl --user start mcptui';
const RETRY_MIN_MS = 10;
const RETRY_MAX_MS = 100;
/** Input that is read before there is an engine to send it to. */
const MAX_WAITING_BYTES = 1024 * 1024;
/** Either side may be this much behind: less would stop the flow of a long message at every piece. */
const MAX_BEHIND_BYTES = 1024 * 1024;
/** After the agent has closed its end. */
const FAREWELL_MS = 700;

const RESTARTED_CODE = -32000;
const RESTARTED = 'the mcptui engine restarted while this call was in flight; it may have run';
const LIST_CHANGED = ['tools', 'prompts', 'resources'].map(
  (list) => `{"jsonrpc":"2.0","method":"notifications/${list}/list_changed"}`,
);

export const EXIT = { ok: 0, failure: 1, usage: 2, unreachable: 4, notFound: 6 } as const;

export interface ProxyOptions {
  readonly clock: Clock;
  readonly input: Readable;
  readonly output: Writable;
  readonly socketPath: string;
  /** Said to every engine, also to the next one after a loss. */
  readonly identity: SessionIdentity;
  /** Undefined when no engine may be started. */
  readonly starter: EngineStarter | undefined;
  /** Of the engine that has the folder, as it says there. */
  readonly enginePid?: () => Promise<string | undefined>;
  /** Ends the process; `message` is for people. Called once. */
  readonly exit: (code: number, message?: string) => void;
}

export class Proxy {
  readonly #options: ProxyOptions;
  readonly #output: ClientOutput;
  readonly #record = new SessionRecord();
  #socket: Socket | undefined;
  #waiting: Buffer[] = [];
  #waitingBytes = 0;
  #isEnding = false;
  #exitCode = 0;

  constructor(options: ProxyOptions) {
    this.#options = options;
    this.#output = new ClientOutput(options.output);
  }

  /** Runs until the agent or the engine ends it. */
  start(): void {
    const { input, output } = this.#options;
    input.on('data', (chunk: Buffer) => this.#fromClient(chunk));
    input.on('end', () => this.end(EXIT.ok));
    input.on('error', () => this.end(EXIT.ok));
    output.on('error', () => this.end(EXIT.ok));
    output.on('drain', () => this.#socket?.resume());
    unawaited(this.#attach(true));
  }

  /** The agent is done: the engine learns it, and what it still has to say is passed on for a moment. */
  end(code: number): void {
    if (this.#isEnding) return;
    this.#isEnding = true;
    this.#exitCode = code;
    const { clock, exit } = this.#options;
    clock.after(FAREWELL_MS, () => exit(code));
    if (this.#socket !== undefined) this.#farewell(this.#socket);
    // What was said before the engine was reached is still said, as in `echo … | mcptui proxy`.
    else if (this.#waiting.length === 0) exit(code);
  }

  #farewell(socket: Socket): void {
    const { exit, output } = this.#options;
    const leave = (): void => {
      if (output.writableLength === 0 || output.destroyed) exit(this.#exitCode);
      else output.once('drain', () => exit(this.#exitCode));
    };
    socket.once('close', leave);
    socket.end();
  }

  #fromClient(chunk: Buffer): void {
    if (this.#socket !== undefined) return this.#send(this.#socket, chunk);
    this.#waiting.push(chunk);
    this.#waitingBytes += chunk.length;
    if (this.#waitingBytes > MAX_WAITING_BYTES) this.#options.input.pause();
  }

  #send(socket: Socket, chunk: Buffer): void {
    socket.write(chunk);
    if (socket.writableLength > MAX_BEHIND_BYTES) this.#options.input.pause();
    this.#record.sent(chunk);
  }

  async #attach(isFirst: boolean): Promise<void> {
    const { clock, socketPath, identity, starter } = this.#options;
    const startedMs = clock.monotonicMs();
    let logPath: string | undefined;
    let retryMs = RETRY_MIN_MS;
    const graceMs = isFirst || starter === undefined ? 0 : RESTART_GRACE_MS;
    let waitsMs: number | undefined;
    let outcome = await linkEngine(socketPath, identity, clock);
    while (outcome.kind === 'absent' || isStarting(outcome)) {
      const waitedMs = clock.monotonicMs() - startedMs;
      if (isFirst && starter === undefined && outcome.kind === 'absent')
        return this.#giveUp('no mcptui engine is running; start it with `mcptui --daemon`');
      waitsMs ??= starter === undefined ? 0 : Math.max(graceMs, supervisorMs(await starter.startedBy()));
      if (waitedMs > ATTACH_DEADLINE_MS) return this.#giveUp(waitsMs === Infinity ? SERVICE_IS_DOWN : absence(logPath));
      if (this.#isEnding && this.#waiting.length === 0) return;
      if (starter !== undefined && logPath === undefined && waitedMs >= waitsMs) logPath = await starter.start();
      await sleep(clock, retryMs);
      retryMs = Math.min(retryMs * 1.5, RETRY_MAX_MS);
      outcome = await linkEngine(socketPath, identity, clock);
    }
    if (outcome.kind === 'linked') return this.#linked(outcome.socket, outcome.rest);
    if (outcome.kind === 'refused') return this.#refused(outcome.status, outcome.message);
    const pid = await this.#options.enginePid?.();
    const who = pid === undefined ? 'the mcptui engine' : `the mcptui engine (pid ${pid})`;
    const next = pid === undefined ? '' : `; if it is stopped: kill -CONT ${pid}; to end it: kill -KILL ${pid}`;
    this.#giveUp(`${who} does not answer (${socketPath})${next}`);
  }

  #giveUp(message: string): void {
    this.#options.exit(EXIT.unreachable, message);
  }

  #refused(status: number, message: string): void {
    const code =
      status === 404 ? EXIT.notFound : status === 400 ? EXIT.usage : status === 0 ? EXIT.unreachable : EXIT.failure;
    this.#options.exit(code, message);
  }

  #linked(socket: Socket, rest: Buffer): void {
    if (this.#isEnding && this.#waiting.length === 0) return void socket.destroy();
    this.#socket = socket;
    const linkedMs = this.#options.clock.monotonicMs();
    let receive = this.#receiver(socket);
    const resumption = this.#record.resume();
    for (const line of resumption?.lines ?? []) socket.write(`${line}\n`);
    if (resumption !== undefined && resumption.swallowed.size > 0) {
      const passOn = receive;
      receive = swallowAnswers(resumption.swallowed, passOn, () => {
        receive = passOn;
        for (const notification of LIST_CHANGED) this.#output.writeLine(notification);
      });
    }
    socket.on('data', (chunk: Buffer) => receive(chunk));
    socket.on('drain', () => this.#options.input.resume());
    socket.on('error', () => {});
    socket.once('close', () => this.#lost(linkedMs));
    for (const part of this.#record.openLine) socket.write(part);
    const waiting = this.#waiting;
    this.#waiting = [];
    this.#waitingBytes = 0;
    for (const chunk of waiting) this.#send(socket, chunk);
    if (rest.length > 0) receive(rest);
    if (!socket.writableNeedDrain) this.#options.input.resume();
    socket.resume();
    if (this.#isEnding) this.#farewell(socket);
  }

  #receiver(socket: Socket): (chunk: Buffer) => void {
    return (chunk) => {
      this.#output.write(chunk);
      if (this.#options.output.writableLength > MAX_BEHIND_BYTES) socket.pause();
      this.#record.received(chunk);
    };
  }

  #lost(linkedMs: number): void {
    this.#socket = undefined;
    if (this.#isEnding) return;
    const { clock } = this.#options;
    this.#output.abandonLine();
    for (const idText of this.#record.lost()) {
      this.#output.writeLine(
        `{"jsonrpc":"2.0","id":${idText},"error":{"code":${RESTARTED_CODE},"message":${JSON.stringify(RESTARTED)}}}`,
      );
    }
    // An engine that accepts and closes at once is not hammered.
    const isFlapping = clock.monotonicMs() - linkedMs < RETRY_MAX_MS;
    unawaited(sleep(clock, isFlapping ? RETRY_MAX_MS : 0).then(() => this.#attach(false)));
  }
}

/** How long whoever started the engine that has died gets to start it again. */
function supervisorMs(startedBy: StartedBy | undefined): number {
  if (startedBy === 'service') return Infinity;
  return startedBy === 'operator' ? OPERATOR_GRACE_MS : 0;
}

/** The engine is there but not ready. */
function isStarting(outcome: LinkOutcome): boolean {
  return outcome.kind === 'refused' && outcome.status === 503;
}

function absence(logPath: string | undefined): string {
  const where = logPath === undefined ? '' : `; its words are in ${logPath}`;
  return `the mcptui engine did not answer within ${ATTACH_DEADLINE_MS / 1000} s${where}`;
}

/** Passes on all lines but the answers with these ids, then calls `onDone`. */
function swallowAnswers(
  idTexts: ReadonlySet<string>,
  passOn: (chunk: Buffer) => void,
  onDone: () => void,
): (chunk: Buffer) => void {
  const left = new Set(idTexts);
  const line = (text: string): void => {
    if (left.size > 0 && isAnswerTo(left, text)) {
      if (left.size === 0) onDone();
    } else passOn(Buffer.from(`${text}\n`));
  };
  const reader = new LineReader(Infinity, {
    small: line,
    large: (parts, bytes) => line(decodeParts(parts, bytes)),
    oversize() {},
  });
  return (chunk) => {
    reader.push(chunk);
    if (left.size > 0) return;
    for (const part of reader.pendingParts) passOn(part);
    reader.reset();
  };
}

/** Takes the id out of `left` when it is. */
function isAnswerTo(left: Set<string>, text: string): boolean {
  const message: unknown = JSON.parse(text);
  return isMap(message) && message['method'] === undefined && left.delete(JSON.stringify(message['id']));
}
