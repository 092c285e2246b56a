/** Carries the answer to one modern request, and what comes before it. */

export interface ModernReply {
  /** The answer, with the agent's id; `status` is what HTTP says with it. */
  send(message: string | readonly Buffer[], status: number): void;
  /** A notification that belongs to the request. */
  event(text: string): void;
  /** No answer will come. */
  skip(): void;
}
