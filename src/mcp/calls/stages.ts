/**
 * Lets stages judge the calls of a project on their way to a server, and the answers on their way back. A stage that is not
 * in a project's list costs its calls nothing.
 */
import type { BuiltinAnswer } from '../types/builtin.ts';
import type { AnswerTrace, ToolCallTrace } from '../types/observer.ts';
import type { WireMap } from '../wire/message.ts';
import type { RpcError } from '../wire/rpc-errors.ts';
import type { EpochMs } from '../../kernel/clock.ts';
import type { Json } from '../../kernel/json.ts';
import type { SessionIdentity, SessionInfo } from '../types/session.ts';

/** The session of a call. `info` is made when it is read. */
export interface CallingSession {
  readonly id: string;
  readonly client: string;
  readonly identity: SessionIdentity;
  readonly info: SessionInfo;
}

/** A `tools/call` as stages see it. */
export interface StagedCall {
  readonly session: CallingSession;
  /** `mcptui` for its own tools; `-` where no server has it. */
  readonly server: string;
  /** The server's own name of it. */
  readonly tool: string;
  /** As the server lists it. */
  readonly definition: WireMap | undefined;
  /** Of the request. */
  readonly bytes: number;
  /** As sent; long ones are parsed when this is read. */
  readonly args: Json | undefined;
  /** What the audit may keep of them, for which nothing needs to be parsed. */
  readonly traced: TracedArguments;
  /** Of arguments that the tool's schema marks as secret. */
  readonly secretNames: ReadonlySet<string> | undefined;
  readonly startedAt: EpochMs;
  /** On the monotonic clock. */
  readonly startedMs: number;
}

export interface TracedArguments {
  /** With `bytes`, long strings are cut short. */
  readonly args?: Json;
  /** How they were written, of a request that is larger than what is kept. */
  readonly text?: string;
  /** The same of a long one, in pieces. */
  readonly bytes?: readonly Buffer[];
}

/** Verdict of a stage on a call; undefined lets it go on. */
export type Verdict =
  | { readonly kind: 'answer'; readonly answer: BuiltinAnswer }
  /** The call waits. It ends when the agent cancels it, its session ends or `timeoutMs` are over, whichever comes first. */
  | {
      readonly kind: 'hold';
      /** Why, for the agent whose call was held too long: `it waits for an approval`. */
      readonly why: string;
      readonly until: Promise<Verdict | undefined>;
      readonly timeoutMs: number;
      /** Nobody waits for `until` any more. */
      readonly dropped?: (reason: string) => void;
    };

/** How a call was answered. */
export interface SeenAnswer {
  readonly isError: boolean;
  /** A result that says `isError`. */
  readonly isToolError: boolean;
  /** 0 for an error of the router's own. */
  readonly bytes: number;
  readonly instanceId: string;
  /** For stages that read bodies: one of the two. */
  readonly result?: WireMap;
  readonly error?: RpcError;
}

export interface CallEnd {
  readonly outcome: ToolCallTrace['outcome'];
  /** Of the answer. */
  readonly bytes: number;
  readonly instanceId?: string | undefined;
  /** Neither masked nor cut. */
  readonly error?: string | undefined;
  /** What a stage made of a long result. */
  readonly pages?: AnswerTrace | undefined;
}

export interface CallStage {
  readonly id: string;
  /** What `after` needs of an answer: how it ended and its size, or also its parsed body, which costs a parse of long ones. */
  readonly reads: 'head' | 'body';
  /** Before the call goes to its server. One that throws ends the call with an error: it never lets it pass. */
  before?(call: StagedCall): Verdict | undefined;
  /** Before the answer goes to the agent; undefined leaves it as it is. */
  after?(call: StagedCall, answer: SeenAnswer): BuiltinAnswer | undefined;
  /** Once for a call that has been with its server for a minute. */
  slow?(call: StagedCall, instanceId: string): void;
  /** Once for every call, whatever became of it; after its answer has left. */
  ended?(call: StagedCall, end: CallEnd): void;
}

/** A list of stages, sorted by what they do. */
export class CallStages {
  readonly before: readonly CallStage[];
  readonly after: readonly CallStage[];
  /** One of `after` reads bodies. */
  readonly readsBody: boolean;
  readonly #slow: readonly CallStage[];
  readonly #ended: readonly CallStage[];

  constructor(stages: readonly CallStage[]) {
    this.before = stages.filter((stage) => stage.before !== undefined);
    this.after = stages.filter((stage) => stage.after !== undefined);
    this.readsBody = this.after.some(({ reads }) => reads === 'body');
    this.#slow = stages.filter((stage) => stage.slow !== undefined);
    this.#ended = stages.filter((stage) => stage.ended !== undefined);
  }

  slow(call: StagedCall, instanceId: string): void {
    for (const stage of this.#slow) stage.slow?.(call, instanceId);
  }

  ended(call: StagedCall, end: CallEnd): void {
    for (const stage of this.#ended) stage.ended?.(call, end);
  }
}
