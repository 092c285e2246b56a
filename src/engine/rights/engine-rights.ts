/** Wires rights into a running engine: for operators' commands and views, and for agents' sessions. */
import type { Clock } from '../../kernel/clock.ts';
import { McptuiError } from '../../kernel/errors.ts';
import { subjectSchema } from '../../store/schema/access.ts';
import { TraceRates, type Rate } from '../audit/trace-rates.ts';
import { Signing } from '../signing/signing.ts';
import { commandArguments } from '../commands/arguments.ts';
import type { CommandName, EngineCommands } from '../commands/table/index.ts';
import type { Sees } from '../commands/table/entry.ts';
import type { AgentRightsParts } from './agent-rights.ts';
import { AgentRights } from './agent-rights.ts';
import { decisionEvent, demanded, guardedCommands, needsOf, seesAs } from './guard.ts';
import { Meanings, type MeaningsParts } from './meanings.ts';
import type { Meant } from './meant.ts';
import type { Need, Principal } from './need.ts';
import { Principals } from './principals.ts';
import { Rights } from './rights.ts';
import { lookAt, type Looked } from './unmoved.ts';
import type { EventDraft } from '../../store/types.ts';

export interface EngineRightsParts extends MeaningsParts {
  readonly clock: Clock;
  readonly tools: AgentRightsParts['tools'];
  /** Whether reading that was allowed is journalled. */
  readonly recordsReads: boolean;
}

export { withDecisions } from './decided.ts';

/** Who is refused again and again is told of in one event. */
const DECISIONS: Rate = { burst: 300, perSecond: 5 };

export class EngineRights {
  readonly rights: Rights;
  readonly principals = new Principals();
  readonly meant: Meant;
  /** Decisions that projects demand to be signed. */
  readonly signing: Signing;
  readonly agents: AgentRights;
  readonly #recordsReads: boolean;
  readonly #record: (draft: EventDraft) => void;
  readonly #nextRef: () => string;
  readonly #db: EngineRightsParts['db'];

  constructor(parts: EngineRightsParts) {
    const { db, clock, tools } = parts;
    this.#db = db;
    this.rights = new Rights(db);
    this.meant = new Meanings(parts);
    this.#recordsReads = parts.recordsReads;
    const rates = new TraceRates(clock, (draft) => db.record(draft));
    this.#record = (draft) => {
      if (rates.admit(draft.actor, DECISIONS)) db.record(draft);
    };
    const since = clock.now().toString(36);
    let decided = 0;
    this.#nextRef = () => `dec_${since}_${++decided}`;
    const { rights, principals, meant } = this;
    this.signing = new Signing({
      clock,
      db,
      meant,
      rights,
      argumentsOf: commandArguments,
      needsOf: (name, args) => needsOf(name, meant, args),
    });
    this.agents = new AgentRights({ rights, principals, meant, record: this.#record, tools });
  }

  lookAt(collection: Looked['collection']): Looked {
    return lookAt(this.#db, collection);
  }

  guarded(commands: EngineCommands, principal: Principal): EngineCommands {
    const { rights, meant } = this;
    return guardedCommands(commands, principal, {
      rights,
      meant,
      record: this.#record,
      recordsReads: () => this.#recordsReads,
      nextRef: this.#nextRef,
    });
  }

  /** Journals the decision, as calling the command would. @throws McptuiError `denied` */
  demand(principal: Principal, name: CommandName, args: readonly unknown[]): void {
    const { rights, meant } = this;
    const parts = {
      rights,
      meant,
      record: this.#record,
      recordsReads: () => this.#recordsReads,
      nextRef: this.#nextRef,
    };
    const [first] = demanded(parts, principal, name, args);
    if (first !== undefined) this.#record(decisionEvent(principal, name, first.need, first.decision));
  }

  /** The service account as which a caller acts. @throws McptuiError `denied`, `invalid` for a name that none can have */
  impersonated(caller: Principal, name: string): Principal {
    const subject = `service:${name}`;
    if (!subjectSchema.safeParse(subject).success) {
      throw new McptuiError('invalid', 'the header X-Service-Account names no service account', {
        hint: 'service accounts: NAME',
      });
    }
    const need: Need = { verb: 'impersonate', kind: 'service', name };
    const decision = this.rights.decide(caller, need);
    if (!decision.allowed) {
      this.#record(decisionEvent(caller, 'impersonate', need, decision));
      throw this.rights.refusal(caller, need, decision);
    }
    return { subject, by: caller.subject, ...(caller.projects === undefined ? {} : { projects: caller.projects }) };
  }

  seesAs(principal: Principal): Sees {
    return seesAs(principal, this.rights);
  }
}
