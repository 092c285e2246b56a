/**
 * Moves bytes between an agent on stdin and stdout and the engine on its socket (`mcptui proxy`). When the engine goes
 * away, the agent's unanswered requests get an error, and its session begins again at the next engine.
 */
import type { Socket } from 'node:net';
import type { Readable, Writable } from 'node:stream';
import { sleep } from '../../kernel/clock.ts';
import { decodeParts, LineReader } from '../wire/framing.ts';
import { isMap } from '../wire/message.ts';
import { attach, type AttachOptions } from './attach.ts';
import { ClientOutput } from './client-output.ts';
import { SessionRecord } from './record.ts';
import { unawaited } from '../../kernel/unawaited.ts';

/** An engine that accepts and closes at once is attached to again after this. */
const FLAPPING_MS = 100;
/** Input that is read before there is an engine to send it to. */
const MAX_WAITING_BYTES = 1024 * 1024;
/** Either side may be this much behind: less would stop the flow of a long message at every piece. */
const MAX_BEHIND_BYTES = 1024 * 1024;
/** After the agent has closed its end. */
const FAREWELL_MS = 700;
/** An agent that reads nothing for so long will read no more. */
const SLOW_READER_MS = 5_000;

const RESTARTED_CODE = -32000;
const RESTARTED = 'the mcptui engine restarted while this call was in flight; it may have run';
const LIST_CHANGED = ['tools', 'prompts', 'resources'].map(
  (list) => `{"jsonrpc":"2.0","method":"notifications/${list}/list_changed"}`,
);

export const EXIT = { ok: 0, failure: 1, usage: 2, unreachable: 4, notFound: 6 } as const;

export interface ProxyOptions extends AttachOptions {
  readonly input: Readable;
  readonly output: Writable;
  /** Ends the process; `message` is for people. Only the first call counts. */
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
  #exitCode: number = EXIT.ok;
  /** Counts what came from the engine and what the agent took. */
  #moved = 0;

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
    output.on('error', (error: NodeJS.ErrnoException) => this.#unwritten(error));
    output.on('drain', () => {
      this.#moved += 1;
      this.#socket?.resume();
    });
    unawaited(this.#attach(true));
  }

  /** The agent is done: the engine learns it, and what it still has to say is passed on. */
  end(code: number): void {
    if (this.#isEnding) return;
    this.#isEnding = true;
    this.#exitCode = code;
    const { clock, exit } = this.#options;
    // Whoever sends a signal waits for the end.
    if (code !== EXIT.ok) clock.after(FAREWELL_MS, () => exit(code));
    // Without a connection there may be one soon: what was said before it is still said, as in `echo … | mcptui proxy`.
    if (this.#socket !== undefined) this.#farewell(this.#socket);
  }

  #farewell(socket: Socket): void {
    const { exit, output } = this.#options;
    socket.once('close', () => {
      if (output.destroyed) exit(this.#exitCode);
      else output.write('', () => exit(this.#exitCode));
    });
    socket.end();
    unawaited(this.#untilStill());
  }

  /** Goes on as long as something moves: an engine that says no more is left at once, a reader that is slow after seconds. */
  async #untilStill(): Promise<void> {
    const { clock, exit, output } = this.#options;
    let seen = this.#moved;
    let stillMs = 0;
    for (;;) {
      await sleep(clock, FAREWELL_MS);
      stillMs = seen === this.#moved ? stillMs + FAREWELL_MS : 0;
      seen = this.#moved;
      if (stillMs > 0 && (output.writableLength === 0 || stillMs >= SLOW_READER_MS)) return exit(this.#exitCode);
    }
  }

  /** A reader that has gone is the agent's end; a disk that is full is an error. */
  #unwritten(error: NodeJS.ErrnoException): void {
    if (error.code === 'EPIPE') return this.end(EXIT.ok);
    this.#options.exit(EXIT.failure, `the output could not be written: ${error.message}`);
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
    const isOff = (): boolean => this.#isEnding && this.#waiting.length === 0;
    const attachment = await attach(this.#options, { isFirst, isOff });
    switch (attachment.kind) {
      case 'linked':
        return this.#linked(attachment.socket, attachment.rest);
      case 'refused':
        return this.#refused(attachment.status, attachment.message);
      case 'none':
        return this.#options.exit(EXIT.unreachable, attachment.message);
      case 'off':
        return this.#options.exit(this.#exitCode);
    }
  }

  #refused(status: number, message: string): void {
    const code =
      status === 404 ? EXIT.notFound : status === 400 ? EXIT.usage : status === 0 ? EXIT.unreachable : EXIT.failure;
    this.#options.exit(code, message);
  }

  #linked(socket: Socket, rest: Buffer): void {
    if (this.#isEnding && this.#waiting.length === 0) {
      socket.destroy();
      return this.#options.exit(this.#exitCode);
    }
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
      this.#moved += 1;
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
    const isFlapping = clock.monotonicMs() - linkedMs < FLAPPING_MS;
    unawaited(sleep(clock, isFlapping ? FLAPPING_MS : 0).then(() => this.#attach(false)));
  }
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
