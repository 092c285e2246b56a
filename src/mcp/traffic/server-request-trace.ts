/** What the audit learns of a request that a server makes of an agent's client. */
import type { EpochMs } from '../../kernel/clock.ts';
import type { RouterCore } from '../core.ts';
import type { Session } from '../downstream/session.ts';
import type { ServerRequestEnd, ServerRequestRecord } from '../observer.ts';
import { keptName, quoted } from '../wire/server-text.ts';
import type { Upstream } from '../upstream/upstream.ts';

/** Requests of one instance that nobody has answered yet. */
const open = new WeakMap<Upstream, number>();

export function openRequestsOf(upstream: Upstream): number {
  return open.get(upstream) ?? 0;
}

export class ServerRequestTrace {
  readonly #upstream: Upstream;
  readonly #core: RouterCore;
  readonly #record: Omit<ServerRequestRecord, 'durationMs' | 'outcome' | 'error'>;
  readonly #startedMs: number;

  constructor(
    core: RouterCore,
    asked: { readonly upstream: Upstream; readonly method: string; readonly session: Session | undefined },
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
