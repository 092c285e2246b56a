/** Describes an operator's own call of a tool, and its answer. */
import * as z from 'zod';

const text = z.string();

export const callOptions = z.strictObject({
  /** Refused with `not-found` when the server is in another one. */
  project: text.exactOptional(),
  /** Absent = as long as it takes. */
  timeoutMs: z.number().positive().exactOptional(),
  /** A name of the caller's choice, for `cancelCall`; unique while the call runs. */
  callId: text.exactOptional(),
  /** Names of arguments whose texts are secrets: masked in the audit log, in the answer and wherever else text is kept. */
  secretArgs: z.array(text).readonly().exactOptional(),
});

export type CallOptions = Readonly<z.output<typeof callOptions>>;

/** A call as it was answered, by a result (`isError` ones, too) or by a JSON-RPC error of the server. */
export interface CallReport {
  readonly server: string;
  readonly tool: string;
  /** The name that agents use. */
  readonly exposed: string;
  /** The JSON-RPC answer as it came; only secrets that mcptui knows are masked in it. */
  readonly answer: string;
  /** Of the answer. */
  readonly bytes: number;
  readonly durationMs: number;
}
