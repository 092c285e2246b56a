/** Finds decisions in a journal that had to be signed at that moment and are not. Pure. */
import { defined } from '../../kernel/defined.ts';
import type { DecisionSignature } from '../../store/schema/operator-key.ts';
import type { AuditedState } from './audited-state.ts';
import { approved, demandsOf, WAITS_MS, type Demand, type KnownSigner } from './demand.ts';
import type { DecisionDocument } from './document.ts';
import { recordedDecision, type InspectedEvent, type RecordedDecision } from './recorded-decisions.ts';

interface Waiting extends DecisionSignature {
  readonly n: number;
  readonly shown: Readonly<Record<string, unknown>>;
}

export interface Unsigned {
  readonly reason: string;
  readonly hint: string;
}

const MAX_WAITING = 10_000;

export class DecisionAudit {
  readonly #state: AuditedState;
  readonly #keys: () => readonly KnownSigner[];
  /** Valid signatures that no decision has taken yet, oldest first. */
  #waiting: readonly Waiting[] = [];
  readonly #taken = new Map<number, readonly number[]>();

  constructor(state: AuditedState, keys: () => readonly KnownSigner[]) {
    this.#state = state;
    this.#keys = keys;
  }

  sign(signed: { readonly document: DecisionDocument; readonly shown: Waiting['shown'] }, n: number): void {
    const { kind, subject, hash, key, by, at } = signed.document;
    const fresh = this.#waiting.filter((one) => at - one.at <= WAITS_MS).slice(-MAX_WAITING);
    const id = String(n);
    this.#waiting = [...fresh, { id, n, kind, subject, hash, key, by, at, isSpent: false, shown: signed.shown }];
  }

  signaturesOf(n: number): readonly number[] {
    return this.#taken.get(n) ?? [];
  }

  /** Before the event itself counts. */
  judge(inspected: InspectedEvent): Unsigned | undefined {
    const { event } = inspected;
    const decision = recordedDecision(inspected, this.#state);
    if (decision === undefined) return undefined;
    const keys = this.#keys();
    const registered = keys.filter(({ id }) => this.#state.keys.has(id));
    const demands = demandsOf(decision, [...this.#state.projects.values()], registered);
    if (demands.length === 0) return undefined;
    const fitting = this.#waiting.filter((one) => one.kind === decision.kind && decision.fits(one));
    let have = 0;
    const need = Math.max(...demands.map(({ quorum }) => quorum));
    for (const { subject, hash } of fitting) {
      const { kind, author, owner } = decision;
      const decided = { kind, subject, hash, ...defined({ author, owner }) };
      const ofOwner = owner === undefined ? keys : registered;
      const state = approved(decided, demands, { rows: fitting, keys: ofOwner, now: event.at });
      have = Math.max(have, state.have);
      if (state.have < need) continue;
      const taken = this.#waiting.filter((one) => one.subject === subject && one.hash === hash);
      this.#waiting = this.#waiting.filter((one) => !taken.includes(one));
      this.#taken.set(
        event.n,
        taken.map(({ n }) => n),
      );
      return undefined;
    }
    return unsigned(decision, demands, { have, need, actor: event.actor });
  }
}

function unsigned(
  { kind, about, of, step }: RecordedDecision,
  demands: readonly Demand[],
  { have, need, actor }: { readonly have: number; readonly need: number; readonly actor: string },
): Unsigned {
  const carries = have === 0 ? 'carries no valid signature' : `carries ${have} of ${need} valid signatures`;
  const names = demands.map(({ project }) => project).join(', ');
  const why = of === 'keys' ? 'a registered key had to vouch for it' : `project ${names} demanded one`;
  return { reason: `${kind} of ${about} by ${actor} ${carries}, and ${why}`, hint: step };
}
