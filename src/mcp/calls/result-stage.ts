/** Lets a stage give an agent something else in the place of a long result, while others' calls go on. */
import type { AnswerTrace } from '../types/observer.ts';
import type { CallingSession } from './stages.ts';

/** A result of `tools/call` or `resources/read` as its server gave it, or of a task that was one: no error, and nothing of it is parsed yet. */
export interface LongResult {
  readonly session: CallingSession;
  readonly project: string;
  readonly server: string;
  readonly method: 'tools/call' | 'resources/read';
  /** The server's own name of it; absent for a resource. */
  readonly tool: string | undefined;
  /** The trace of its call says what became of it. */
  readonly isTraced: boolean;
  /** Of the whole message. */
  readonly bytes: number;
  /** The message, in memory of its own: it may be handed to another thread. */
  message(): Uint8Array<ArrayBuffer>;
}

export type OtherResult =
  /** `text`: JSON of the result that the agent gets. */
  | { readonly kind: 'other'; readonly text: string; readonly trace: AnswerTrace }
  /** It gets what came; `trace` says why, where something failed. */
  | { readonly kind: 'same'; readonly trace?: AnswerTrace };

export interface ResultStage {
  readonly id: string;
  /** Whether it looks at a result of so many bytes. Asked for every one, so it must be quick. */
  wants(result: Pick<LongResult, 'server' | 'method' | 'tool' | 'bytes'>): boolean;
  /** The call waits for this, `MAX_STAGE_MS` at most. One that fails leaves the result as it came. */
  instead(result: LongResult): Promise<OtherResult>;
}

/** Later the agent gets the result as it came. */
export const MAX_STAGE_MS = 10_000;
