/** Describes how a request to a server ended. */
import type { WireMap } from './message.ts';
import type { RpcError } from './rpc-errors.ts';

/** How a request to an upstream ended. Exactly one of these reaches `PendingCall.settle`. */
export type Answer =
  /** Short: parsed, with its text. */
  | {
      readonly kind: 'small';
      readonly text: string;
      readonly message: WireMap;
      readonly isError: boolean;
      /** JSON of its result or error, as it was written. */
      readonly bodyText: string;
    }
  /** Long: as it came, and valid. `idText` as JSON goes in by `withId`, which copies nothing. */
  | {
      readonly kind: 'large';
      readonly parts: readonly Buffer[];
      readonly bytes: number;
      readonly isError: boolean;
      /** Its result says `isError`. */
      readonly isToolError: boolean;
      /** JSON of the result's `resultType`; its begin when it is long. */
      readonly resultType: string | undefined;
      withId(idText: string): readonly Buffer[];
    }
  /** The router's own words: the upstream was lost, or its answer is over the limit. */
  | { readonly kind: 'failed'; readonly error: RpcError; readonly isLost: boolean; readonly refusal?: Refusal };

/** What carries the messages was refused, without a JSON-RPC answer: how a remote server said it. */
export interface Refusal {
  readonly code: string;
  readonly message: string;
  /** When it wants to be asked again. */
  readonly retryAfterMs?: number | undefined;
}
