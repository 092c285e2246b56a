/** Accepts signatures of decisions: by whom, of what, how fresh, how often, and whether there are enough of them. */
import type { Clock } from '../../kernel/clock.ts';
import { McptuiError } from '../../kernel/errors.ts';
import { hash } from 'node:crypto';
import type { OperatorKey } from '../../store/schema/operator-key.ts';
import type { Shape } from '../../store/schema/index.ts';
import type { Database } from '../../store/types.ts';
import type { Meant } from '../rights/meant.ts';
import { OPERATOR, type Need, type Principal } from '../rights/need.ts';
import type { Rights } from '../rights/rights.ts';
import { approved, demandsOf, refusalOf, WAITS_MS, type Demand } from './demand.ts';
import { canonicalHash } from './canonical.ts';
import { documentOf, personOf, type Approved, type DecisionDraft, type Signature } from './document.ts';
import { isSignedBy } from './public-key.ts';
import { Heads, headText } from './heads.ts';
import { decidedBy, type Decided } from './signable.ts';
import { signableArguments, type SignableName } from './signable-names.ts';

export interface SigningParts {
  readonly clock: Clock;
  readonly db: Database<Shape>;
  readonly meant: Meant;
  readonly rights: Rights;
  /** The arguments of a command, once they are what it takes. @throws McptuiError `invalid` */
  readonly argumentsOf: (name: SignableName, args: readonly unknown[]) => readonly unknown[];
  /** What a command needs the right to. */
  readonly needsOf: (name: SignableName, args: readonly unknown[]) => readonly Need[];
}

const FRESH_MS = 5 * 60_000;
/** A signature that was taken is remembered for longer than it could be taken again. */
const REMEMBERED_MS = 4 * FRESH_MS;

/** A decision that somebody demands signatures for. */
export interface Demanded extends Decided {
  readonly hash: string;
  readonly demands: readonly Demand[];
}

/** A command whose decision is signed, and who sends the signature. */
export interface Bringing {
  readonly name: SignableName;
  readonly args: readonly unknown[];
  readonly caller: Principal;
}

export class Signing {
  readonly heads: Heads;
  readonly #p: SigningParts;

  constructor(parts: SigningParts) {
    this.#p = parts;
    this.heads = new Heads(parts.db);
  }

  /** Undefined where nobody demands a signature. */
  demanded(name: SignableName, args: readonly unknown[]): Demanded | undefined {
    const { db } = this.#p;
    const given = Array.from({ length: signableArguments[name] }, (_, index) => args[index]);
    const decided = decidedBy(name, this.#p, given);
    if (decided === undefined) return undefined;
    const demands = demandsOf(decided, db.collection('projects').all(), this.#keys());
    return demands.length === 0 ? undefined : { ...decided, hash: canonicalHash(decided.shown), demands };
  }

  /** The same for arguments as they come over a channel. @throws McptuiError `invalid` */
  asked(
    name: SignableName,
    args: readonly unknown[],
  ): { readonly args: readonly unknown[]; readonly demanded: Demanded | undefined } {
    const given = this.#p.argumentsOf(name, args.slice(0, signableArguments[name]));
    return { args: given, demanded: this.demanded(name, given) };
  }

  draft(demanded: Demanded): DecisionDraft {
    const { kind, subject, hash, shown, demands } = demanded;
    return {
      kind,
      subject,
      hash,
      shown,
      at: this.#p.clock.now(),
      head: headText(this.heads.now()),
      projects: demands.map(({ project }) => project),
      ...this.approvedOf(demanded),
      approvers: [...new Set(demands.flatMap(({ approvers }) => approvers))],
    };
  }

  approvedOf(demanded: Demanded, added?: string): Approved {
    const rows = this.#p.db.collection('decisionSignatures').all();
    const known = { rows, keys: this.#keys(), now: this.#p.clock.now() };
    return approved(demanded, demanded.demands, added === undefined ? known : { ...known, added });
  }

  /**
   * Journals a signature, which then counts once. `last`: it is refused unless it makes the decision complete.
   * @throws McptuiError `denied` with what is wrong with it, `conflict` when more people have to sign
   */
  async accept(
    demanded: Demanded,
    signature: Signature | undefined,
    bringing: Bringing,
    last: boolean,
  ): Promise<Approved & { readonly by: string }> {
    const { db, clock } = this.#p;
    if (signature === undefined) throw unsigned(demanded);
    const key = this.#keyOf(signature);
    const document = documentOf({ ...demanded, ...signature }, { by: key.subject, key: key.id });
    const age = Math.abs(clock.now() - signature.at);
    if (age > FRESH_MS) throw refused(demanded, 'the signature is older than 5 minutes, or from the future');
    if (!this.heads.has(signature.head)) throw refused(demanded, 'the signature names no head of this journal');
    if (!isSignedBy(key.publicKey, document, signature.value)) {
      throw refused(demanded, `the signature of key ${key.name} is of something else`);
    }
    this.#refuseSigner(demanded, key.subject, bringing);
    const state = this.approvedOf(demanded, key.subject);
    if (last && state.have < state.need) throw tooFew(demanded, state);
    const id = hash('sha256', signature.value, 'hex');
    const { kind, subject, shown } = demanded;
    await db.transact((tx) => {
      const rows = tx.collection('decisionSignatures');
      if (rows.find(id) !== undefined) throw refused(demanded, 'this signature was used already');
      for (const row of rows.all()) {
        if (clock.now() - row.at > (row.isSpent ? REMEMBERED_MS : WAITS_MS)) rows.delete(row.id);
      }
      rows.insert({
        id,
        kind,
        subject,
        hash: demanded.hash,
        key: key.id,
        by: key.subject,
        at: signature.at,
        isSpent: false,
      });
      tx.event({
        kind: 'decision_sign',
        actor: key.subject,
        target: subject,
        outcome: 'ok',
        message: `${kind}: ${countWords(state)}`,
        detail: { document, value: signature.value, publicKey: key.publicKey, shown: { ...shown } },
      });
    });
    return { ...state, by: key.subject };
  }

  /** After the decision was carried out: its signatures count for no other. */
  async spend({ kind, subject, hash }: Demanded): Promise<void> {
    await this.#p.db.transact((tx) => {
      const rows = tx.collection('decisionSignatures');
      for (const row of rows.all()) {
        if (row.kind === kind && row.subject === subject && row.hash === hash && !row.isSpent) {
          rows.replace({ ...row, isSpent: true });
        }
      }
    });
  }

  #keys(): readonly OperatorKey[] {
    return this.#p.db.collection('operatorKeys').all();
  }

  /** @throws McptuiError `denied` */
  #keyOf({ key }: Signature): OperatorKey {
    const row = this.#p.db.collection('operatorKeys').find(key);
    if (row === undefined) {
      throw new McptuiError('denied', `no key ${key} is registered here`, { hint: 'mcptui operator keys' });
    }
    if (row.revokedAt === undefined) return row;
    throw new McptuiError('denied', `key ${row.name} of ${row.subject} is revoked`, { hint: 'mcptui operator init' });
  }

  /** @throws McptuiError `denied` */
  #refuseSigner(demanded: Demanded, by: string, { name, args, caller }: Bringing): void {
    const why = refusalOf(by, demanded, demanded.demands, this.#keys());
    if (why !== undefined) throw refused(demanded, why);
    if (caller.subject !== 'operator' && personOf(caller.subject) !== personOf(by)) {
      throw refused(demanded, `${by} has signed it, ${caller.subject} has sent it`);
    }
    const signer: Principal = by.startsWith('operator:') ? OPERATOR : { subject: by };
    if (demanded.of === 'keys') return;
    for (const need of this.#p.needsOf(name, args)) this.#p.rights.demand(signer, need);
  }
}

export function countWords({ have, need, signers }: Approved): string {
  return `${have} of ${need} approvals${signers.length === 0 ? '' : `, by ${signers.join(', ')}`}`;
}

function what({ kind, subject }: Demanded): string {
  return `${kind} ${subject}`;
}

function unsigned(demanded: Demanded): McptuiError {
  const who =
    demanded.of === 'keys'
      ? 'a registered key has to vouch for it'
      : `${demanded.demands.map(({ project }) => `project ${project}`).join(', ')} demands signed decisions`;
  return new McptuiError('denied', `${what(demanded)} is not signed: ${who}`, {
    hint: 'a person with a registered key does it in a terminal, or in the console: the passphrase is asked for (docs/approvals.md)',
  });
}

function refused(demanded: Demanded, why: string): McptuiError {
  return new McptuiError('denied', `${what(demanded)}: ${why}`, { hint: 'mcptui operator keys' });
}

function tooFew(demanded: Demanded, state: Approved): McptuiError {
  return new McptuiError('conflict', `${what(demanded)}: ${countWords(state)}`, {
    hint: 'sign it with `signDecision`, and wait for the others',
  });
}
