/** Describes a gate: what opened it, what was chosen then and why. Plain JSON, kept in the store and shown to operators. */
import type { PageSavings } from '../pages/page-savings.ts';
import type { GateDecision, GateSettings } from '../../store/schema/gate.ts';

export type { GateChoice, GateDecision, GateRow, GateSettings } from '../../store/schema/gate.ts';

export const DEFAULT_GATE: GateSettings = {
  promptTokens: 8_000,
  tools: 'all',
  useTool: 'auto',
  models: 'local',
  always: [],
};

/** Which tools a session with an open gate is shown. */
export type OpenTools = 'all' | ReadonlySet<string>;

export type GateState =
  | { readonly kind: 'gated' }
  | {
      readonly kind: 'open';
      /** Under the agents' names. */
      readonly tools: OpenTools;
      /** References of prompts that the session was given in full. */
      readonly given: ReadonlySet<string>;
      /** The first one opened it, the others made it wider. */
      readonly decisions: readonly GateDecision[];
      /** So many there were. */
      readonly made: number;
    };

export type GateEvent =
  /** `begin_session`, a call, or an operator. */
  | { readonly kind: 'decided'; readonly decision: GateDecision }
  /** The agent has found these tools, by the names that it knows. */
  | { readonly kind: 'found'; readonly names: readonly string[] }
  /** The session is over. */
  | { readonly kind: 'ended' };

export type GateEffect =
  /** The row is kept, with an event. */
  | 'keep'
  | 'forget'
  /** What the session sees of lists is another one. */
  | 'lists';

/** Estimates (≈). */
export interface GateSavings {
  /** Of the servers' tools that the session is listed now. */
  readonly listedTokens: number;
  /** Of all that it would be listed without a gate. */
  readonly allTokens: number;
  /** Of the prompts that it was given whole. */
  readonly promptTokens: number;
}

/** Why a session sees what it sees. */
export interface GateReport {
  readonly session: string;
  readonly client: string;
  readonly project: string;
  /** Absent in a project without a gate, and of a session that is over. */
  readonly gate?: GateView;
  /** The first opened it, later ones made it wider. */
  readonly decisions: readonly GateDecision[];
  /** Of a session that is connected, in a project with a gate. */
  readonly savings?: GateSavings;
  /** Of a session that got long answers in pages. */
  readonly pages?: PageSavings;
}

/** A gate as lists show it. */
export interface GateView {
  readonly state: 'gated' | 'open';
  /** What opened it. */
  readonly by?: GateDecision['by'];
  readonly at?: number;
}
