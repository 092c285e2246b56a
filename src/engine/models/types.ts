/** Describes what models are asked and how that ends; all of it plain data. */
import type { JsonObject } from '../../kernel/json.ts';
import type { Model } from '../../store/schema/model.ts';

/** What asks for a model: quick and small, or slow and good. */
export type Tier = 'fast' | 'heavy';

export interface ModelRequest {
  /** What is to be done. */
  readonly instructions: string;
  /** What it is done with. Data, never instructions. */
  readonly input: string;
  /** JSON Schema of the answer, an object. */
  readonly schema: JsonObject;
  /** Of the answer. */
  readonly maxTokens: number;
}

export interface ModelAnswer {
  readonly value: JsonObject;
  readonly tokensIn: number;
  readonly tokensOut: number;
}

export type ModelFailureKind =
  /** No answer in time. */
  | 'late'
  /** It asks to be left alone for a while: 429, 503 with Retry-After. */
  | 'busy'
  /** It does not want this request: another status. */
  | 'refused'
  /** It cannot be reached. */
  | 'down'
  /** What it answered is no answer of its API, or not what was asked for. */
  | 'garbage'
  /** Its key cannot be read. */
  | 'secret'
  /** Its program does not run now: nothing was asked. */
  | 'not-running';

export interface ModelFailure {
  readonly kind: ModelFailureKind;
  /** One sentence, without a secret. */
  readonly reason: string;
  /** Of `busy`. */
  readonly retryAfterMs?: number;
}

export type ModelOutcome =
  { readonly ok: true; readonly answer: ModelAnswer } | { readonly ok: false; readonly failure: ModelFailure };

/** A model, and where it is asked now. */
export type ReachableModel = Model & { readonly url: string };

export type Reach =
  | { readonly ok: true; readonly model: ReachableModel }
  /** Why it cannot be asked now, as a sentence on it. */
  | { readonly ok: false; readonly reason: string };

/** How the program of a managed model does. */
export interface ProgramView {
  /** Name of its instance; absent until that is made. */
  readonly instance?: string;
  /** `idle`: it starts when somebody is about to ask it. */
  readonly state: 'ready' | 'loading' | 'idle' | 'stopping' | 'stopped' | 'failed';
  /** Where it answers. */
  readonly url?: string;
  /** Why it cannot be asked. */
  readonly reason?: string;
}
