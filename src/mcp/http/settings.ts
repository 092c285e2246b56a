/** What the HTTP endpoint allows; every number bounds what one client, or all of them, can make it hold. */

const MIB = 1024 * 1024;

export interface HttpSettings {
  /** Of one request's body; over it 413. */
  readonly maxBodyBytes: number;
  /** Of all bodies that are being received, over which more are refused for the moment (503). */
  readonly maxPendingBodyBytes: number;
  readonly maxSessions: number;
  /** A session without a connection ends after this. */
  readonly sessionIdleMs: number;
  /** Between comments on a stream on which nothing else happens; a call that takes longer than this gets a stream. */
  readonly keepAliveMs: number;
  /** What a session keeps of sent messages for agents that lose their connection. */
  readonly maxKeptEvents: number;
  readonly maxKeptBytes: number;
}

export const defaultHttpSettings: HttpSettings = {
  maxBodyBytes: 64 * MIB,
  maxPendingBodyBytes: 256 * MIB,
  maxSessions: 1_000,
  sessionIdleMs: 30 * 60_000,
  keepAliveMs: 15_000,
  maxKeptEvents: 1_000,
  maxKeptBytes: 4 * MIB,
};
