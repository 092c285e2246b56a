/** Defines what the HTTP endpoint allows; every number bounds what one client, or all of them, can make it hold. */

const MIB = 1024 * 1024;

export interface HttpSettings {
  /** Of one request's body; over it 413. */
  readonly maxBodyBytes: number;
  /** Of all bodies that are being received, over which more are refused for the moment (503). */
  readonly maxPendingBodyBytes: number;
  readonly maxSessions: number;
  /** Of one principal, so that nobody takes all places. */
  readonly maxPrincipalSessions: number;
  /** A session without a connection ends after this. */
  readonly sessionIdleMs: number;
  /** Between comments on a stream on which nothing else happens; a call that takes longer than this gets a stream. */
  readonly keepAliveMs: number;
  /** What a session keeps of sent messages for agents that lose their connection. */
  readonly maxKeptEvents: number;
  readonly maxKeptBytes: number;
  /** The same of all sessions together. */
  readonly maxAllKeptBytes: number;
}

export const defaultHttpSettings: HttpSettings = {
  maxBodyBytes: 64 * MIB,
  maxPendingBodyBytes: 256 * MIB,
  maxSessions: 1_000,
  maxPrincipalSessions: 250,
  sessionIdleMs: 30 * 60_000,
  keepAliveMs: 15_000,
  maxKeptEvents: 1_000,
  maxKeptBytes: 4 * MIB,
  maxAllKeptBytes: 256 * MIB,
};

/** Why there is no place for another session: the caller has too many, or all together have. */
export function tooManySessions(own: number, maxOwn: number, all: number): string {
  return own >= maxOwn
    ? `this caller has ${own} sessions over HTTP, which is the limit: end one first`
    : `there are ${all} sessions over HTTP, which is the limit`;
}
