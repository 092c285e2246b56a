/** Describes an agent's session: how it was launched, and where it stands. */
import type { EpochMs } from '../../kernel/clock.ts';

export interface SessionInfo {
  readonly id: string;
  readonly project: string;
  /** As named at launch; the router passes them on and understands nothing of them. */
  readonly agent?: string;
  readonly personality?: string;
  /** `token/reviewer`, where the connection has been authenticated. */
  readonly principal?: string;
  /** As in `SessionIdentity`. */
  readonly subject?: string;
  /** `operator:ann`: the session is one call of this operator. */
  readonly operator?: string;
  /** As in `SessionIdentity`. */
  readonly peer?: string;
  /** `name version` from `initialize`; `-` before it. */
  readonly client: string;
  readonly since: EpochMs;
  readonly lastAt: EpochMs;
  readonly calls: number;
  readonly errors: number;
  /** Requests that are with servers now, and that wait for their turn. */
  readonly open: number;
  readonly waiting: number;
  /** When the oldest of those with servers was sent. */
  readonly oldestAt?: EpochMs;
}

/** How an agent was launched. */
export interface SessionIdentity {
  readonly project: string;
  readonly agent?: string;
  readonly personality?: string;
  /** `token/reviewer`: who has authenticated, where a connection needs that. */
  readonly principal?: string;
  /** `agent:reviewer`, `user:ann`: who that has been shown to be; absent = whoever the client says it is. */
  readonly subject?: string;
  /** `operator:ann`: no agent's session, but one call of this operator. */
  readonly operator?: string;
  /**
   * Who is behind the session, the same again after a reconnect: `proxy:…` by the proxy's own id, `http:…` by an HTTP
   * session, `who:…` by principal, client and project where requests carry no session. Hashed: none of it opens anything.
   */
  readonly peer?: string;
}
