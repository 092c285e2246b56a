/** Records for the audit a request that a server makes of an agent's client. */
import type { EpochMs } from '../../kernel/clock.ts';
import type { RouterCore } from '../types/core.ts';
import type { SessionIdentity } from '../types/session.ts';
import type { ServerRequestEnd, ServerRequestRecord } from '../types/observer.ts';
import { keptName, quoted } from '../wire/server-text.ts';

/** The connection to the instance that asks. */
export interface AskingServer {
  /** The instance's id. */
  readonly id: string;
  readonly server: string;
  send(message: string | readonly Buffer[]): void;
}

/** The session that is asked. */
interface AskedSession {
  readonly id: string;
  readonly client: string;
  readonly identity: SessionIdentity;
}

type TraceCore = Pick<RouterCore, 'clock' | 'mask' | 'observer'>;

/** Requests of one instance that nobody has answered yet. */
const open = new WeakMap<AskingServer, number>();

export function openRequestsOf(upstream: AskingServer): number {
  return open.get(upstream) ?? 0;
}

export class ServerRequestTrace {
  readonly #upstream: AskingServer;
  readonly #core: TraceCore;
  readonly #record: Omit<ServerRequestRecord, 'durationMs' | 'outcome' | 'error'>;
  readonly #startedMs: number;

  constructor(
    core: TraceCore,
    asked: { readonly upstream: AskingServer; readonly method: string; readonly session: AskedSession | undefined },
  ) {
    this.#core = core;
    this.#startedMs = core.clock.monotonicMs();
    const { upstream, method, session } = asked;
    this.#upstream = upstream;
    open.set(upstream, openRequestsOf(upstream) + 1);
    const startedAt: EpochMs = core.clock.now();
    const who = session === undefined ? {} : { sessionId: session.id, client: session.client, ...session.identity };
    this.#record = {
      server: upstream.server,
      instanceId: upstream.id,
      method: keptName(method, core.mask),
      startedAt,
      ...who,
    };
  }

  /** Called once. */
  end(outcome: ServerRequestEnd, error?: string): void {
    open.set(this.#upstream, openRequestsOf(this.#upstream) - 1);
    this.#core.observer.serverRequest({
      ...this.#record,
      durationMs: this.#core.clock.monotonicMs() - this.#startedMs,
      outcome,
      ...(error === undefined ? {} : { error: quoted(error, this.#core.mask) }),
    });
  }
}
