/** Begins a new session where a server has lost the old one: checked first where that is not sure, counted, never without end. */
import type { Clock } from '../../../kernel/clock.ts';
import { timeWords } from '../../../kernel/time-words.ts';
import type { BuiltinReply } from './own-asks.ts';
import { RemoteFailure, retold } from './remote-failure.ts';

/** New sessions in a minute; a server that loses more has none to keep. */
const MAX_RENEWALS = 3;
const WINDOW_MS = 60_000;
const PING_MS = 10_000;
const RENEW_MS = 30_000;
/** Between two looks at a session that may be gone; doubled each time that it brought nothing. */
const FIRST_CHECK_MS = 5_000;
const LAST_CHECK_MS = 300_000;
/** Refusals in a row of what the router asks by itself, though `ping` is answered. */
const MAX_REFUSALS = 3;
const METHOD_NOT_FOUND = -32601;

export interface SessionParts {
  readonly clock: Clock;
  readonly ask: (method: 'ping' | 'initialize', timeoutMs: number) => Promise<BuiltinReply>;
  /** The handshake was answered; resolves when the server has been told so. */
  readonly begun: (why: string) => Promise<void>;
  /** The server has refused a handshake that it may not have needed: the old session stays. */
  readonly refused: (why: string) => void;
  readonly lose: (failure: RemoteFailure) => void;
  /** Requests wait for `done`. */
  readonly hold: (done: Promise<unknown>) => void;
  readonly unawaited: (work: Promise<unknown>) => void;
}

export class SessionKeeper {
  readonly #p: SessionParts;
  /** When new sessions began, of the last minute; monotonic. */
  #renewals: number[] = [];
  #renewing: Promise<boolean> | undefined;
  #isChecking = false;
  #nextCheckMs = 0;
  #checkWaitMs = FIRST_CHECK_MS;
  #refusals = 0;
  /** Methods that the router asks by itself, and that were answered. */
  readonly #known = new Set<string>();
  /** A new session was begun for this method, though the old one lived, and it has not been answered since. */
  #inVain: string | undefined;

  constructor(parts: SessionParts) {
    this.#p = parts;
  }

  /** A method was answered as it should be. `isOwn`: nothing but the router asked. */
  worked(method: string, isOwn: boolean): void {
    if (isOwn) {
      this.#known.add(method);
      if (method === this.#inVain) this.#inVain = undefined;
    }
    if (this.#refusals === 0 && this.#checkWaitMs === FIRST_CHECK_MS) return;
    this.#refusals = 0;
    this.#checkWaitMs = FIRST_CHECK_MS;
  }

  /** Whether anything at all comes back. */
  async isAlive(): Promise<boolean> {
    const { kind } = await this.#p.ask('ping', PING_MS);
    return kind !== 'timeout';
  }

  hasWorked(method: string): boolean {
    return this.#known.has(method);
  }

  /** The server says that the session is gone. One handshake for all that find out; true when there is a new session. */
  gone(failure: RemoteFailure): Promise<boolean> {
    if (failure.isPast && this.#renewing === undefined) return Promise.resolve(true);
    return this.#renew(failure.message, true);
  }

  /** It may be gone: an answer that says so, or any that refuses. `isOwn`: to a request of the router's own. */
  doubt(why: string, isOwn: boolean, method: string): void {
    if (isOwn) this.#refusals += 1;
    const nowMs = this.#p.clock.monotonicMs();
    if (this.#isChecking || this.#renewing !== undefined || nowMs < this.#nextCheckMs) return;
    this.#nextCheckMs = nowMs + this.#checkWaitMs;
    this.#checkWaitMs = Math.min(this.#checkWaitMs * 2, LAST_CHECK_MS);
    this.#isChecking = true;
    const checked = this.#check(why, method).finally(() => {
      this.#isChecking = false;
    });
    this.#p.unawaited(checked);
  }

  async #check(why: string, method: string): Promise<void> {
    const reply = await this.#p.ask('ping', PING_MS);
    const lives = reply.kind === 'result' || (reply.kind === 'error' && reply.error.code === METHOD_NOT_FOUND);
    if (lives && (this.#refusals < MAX_REFUSALS || method === this.#inVain)) return;
    if (lives) this.#inVain = method;
    // Silence and refused connections are counted elsewhere; a server that asks to wait gets that.
    if (reply.kind === 'timeout') return;
    if (reply.kind === 'failed' && (reply.failure.code === 'UNREACHABLE' || reply.failure.retryAfterMs !== undefined))
      return;
    this.#refusals = 0;
    await this.#renew(why, false);
  }

  #renew(why: string, isGone: boolean): Promise<boolean> {
    if (this.#renewing !== undefined) return this.#renewing;
    const nowMs = this.#p.clock.monotonicMs();
    this.#renewals = this.#renewals.filter((at) => nowMs - at < WINDOW_MS);
    if (this.#renewals.length >= MAX_RENEWALS) {
      if (isGone)
        this.#p.lose(
          new RemoteFailure(
            'SESSION_GONE',
            `its sessions do not last: ${MAX_RENEWALS} new ones within a minute; ${why}`,
          ),
        );
      return Promise.resolve(false);
    }
    this.#renewals.push(nowMs);
    const renewing = this.#handshake(why, isGone).finally(() => {
      this.#renewing = undefined;
    });
    this.#renewing = renewing;
    this.#p.hold(renewing);
    return renewing;
  }

  async #handshake(why: string, isGone: boolean): Promise<boolean> {
    const reply = await this.#p.ask('initialize', RENEW_MS);
    if (reply.kind === 'result') {
      await this.#p.begun(why);
      return true;
    }
    // Who may not even begin a session has to log in, whatever became of the old one.
    const isLoggedOut = reply.kind === 'failed' && reply.failure.code === 'OAUTH_REQUIRED';
    if (isGone || isLoggedOut) this.#p.lose(lost(reply));
    else this.#p.refused(`${why}; a new session was refused: ${wordsOf(reply)}`);
    return false;
  }
}

function lost(reply: Exclude<BuiltinReply, { kind: 'result' }>): RemoteFailure {
  const message = `its session ended and no new one began: ${wordsOf(reply)}`;
  if (reply.kind !== 'failed' || reply.failure.code === 'HTTP_STATUS')
    return new RemoteFailure('SESSION_GONE', message);
  return retold(reply.failure, message);
}

function wordsOf(reply: Exclude<BuiltinReply, { kind: 'result' }>): string {
  switch (reply.kind) {
    case 'timeout':
      return `no answer within ${timeWords(RENEW_MS)}`;
    case 'error':
      return `${reply.error.code} ${reply.error.message}`;
    case 'failed':
      return reply.failure.message;
  }
}
