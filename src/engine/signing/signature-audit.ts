/**
 * Checks each signed decision of a journal against the keys and heads that the journal itself has, in its order, and each
 * decision that had to be signed for its signatures.
 */
import * as z from 'zod';
import type { AuditEvent, ChainHead, Change, Finding, Inspector } from '../../store/types.ts';
import { AuditedState, type AuditedRows } from './audited-state.ts';
import { canonicalHash } from './canonical.ts';
import { DecisionAudit } from './decision-audit.ts';
import { documentSchema, type DecisionDocument } from './document.ts';
import { isSignedBy, keyIdOf } from './public-key.ts';

/** As the journal has it, in `detail` of a `decision_sign`. */
const signedSchema = z.looseObject({
  document: documentSchema,
  value: z.string(),
  publicKey: z.string(),
  shown: z.looseObject({}),
});
type Signed = z.infer<typeof signedSchema>;

export interface KnownKey {
  readonly id: string;
  readonly subject: string;
  readonly publicKey: string;
}

const keySchema = z.looseObject({ id: z.string(), subject: z.string(), publicKey: z.string() });
const revokedSchema = z.looseObject({ id: z.string() });

/** Heads that a signature of the last minutes can name: a signature is journalled within five of them. */
const MAX_HEADS = 50_000;

export interface AuditStart {
  /** Keys whose own event may be gone; undefined = only the journal tells. */
  readonly keys?: readonly KnownKey[];
  /** Where the chain is taken up. */
  readonly head?: Pick<ChainHead, 'seq' | 'hash'>;
  /** What was so there. */
  readonly rows?: AuditedRows;
}

export class SignatureAudit implements Inspector {
  readonly #keys = new Map<string, KnownKey & { revokedAt: number | undefined }>();
  /** By sequence number. */
  readonly #heads = new Map<number, string>();
  readonly #areKeysKnown: boolean;
  readonly #state: AuditedState;
  readonly #decisions: DecisionAudit;
  #first: number | undefined;
  #checked = 0;

  constructor({ keys, head, rows }: AuditStart = {}) {
    this.#areKeysKnown = keys !== undefined;
    for (const key of keys ?? []) this.#keys.set(key.id, { ...key, revokedAt: undefined });
    if (head !== undefined) this.#heads.set(head.seq, head.hash);
    this.#state = new AuditedState(rows);
    this.#decisions = new DecisionAudit(this.#state, () => [...this.#keys.values()]);
  }

  /** Signatures that were looked at. */
  get checked(): number {
    return this.#checked;
  }

  /** What is so after the records so far. */
  rows(): AuditedRows {
    return this.#state.rows();
  }

  /** Numbers of the events whose signatures made the decision `n` complete; empty for what needed none. */
  signaturesOf(n: number): readonly number[] {
    return this.#decisions.signaturesOf(n);
  }

  kept(events: readonly AuditEvent[]): void {
    for (const event of events) {
      this.#event(event);
      this.#state.said(event);
    }
  }

  record(
    { events, changes }: { readonly events: readonly AuditEvent[]; readonly changes: readonly Change[] },
    chain: Pick<ChainHead, 'seq' | 'hash'>,
  ): readonly Finding[] {
    this.#first ??= chain.seq;
    const isApproval = events.some(({ kind }) => kind === 'proposal_approve');
    const found = events.flatMap((event): readonly Finding[] => {
      const unsigned = this.#decisions.judge({ event, changes, isApproval });
      const fault = this.#event(event);
      return [
        ...(fault === undefined ? [] : [{ reason: `event ${event.n}: ${fault}` }]),
        ...(unsigned === undefined
          ? []
          : [{ reason: `event ${event.n} (record ${chain.seq}): ${unsigned.reason}`, hint: unsigned.hint }]),
      ];
    });
    this.#state.apply(changes);
    for (const event of changes.length === 0 ? events : []) this.#state.said(event);
    this.#heads.set(chain.seq, chain.hash);
    if (this.#heads.size > MAX_HEADS) this.#heads.delete(this.#heads.keys().next().value ?? 0);
    return found;
  }

  #event(event: AuditEvent): string | undefined {
    switch (event.kind) {
      case 'operator_key':
        return this.#added(event.detail);
      case 'operator_key_revoke': {
        const known = this.#keys.get(revokedSchema.safeParse(event.detail).data?.id ?? '');
        if (known !== undefined) known.revokedAt = event.at;
        return undefined;
      }
      case 'decision_sign': {
        this.#checked += 1;
        const signed = signedSchema.safeParse(event.detail).data;
        const fault = signed === undefined ? 'it is no signed decision' : this.#signed(signed, event);
        if (signed !== undefined && fault === undefined) this.#decisions.sign(signed, event.n);
        return fault;
      }
      default:
        return undefined;
    }
  }

  #added(detail: unknown): string | undefined {
    const key = keySchema.safeParse(detail).data;
    if (key === undefined) return 'it registers a key and does not say which';
    if (keyIdOf(key.publicKey) !== key.id) return `the key ${key.id} is not the one that its id is of`;
    this.#keys.set(key.id, { id: key.id, subject: key.subject, publicKey: key.publicKey, revokedAt: undefined });
    this.#state.keys.add(key.id);
    return undefined;
  }

  #signed({ document, value, publicKey, shown }: Signed, { actor, target, at }: AuditEvent): string | undefined {
    if (document.subject !== target || document.by !== actor) return 'the signature is of another decision';
    if (canonicalHash(shown) !== document.hash) return 'what was shown is not what was signed';
    if (!isSignedBy(publicKey, document, value)) return `the signature of ${document.by} is wrong`;
    return this.#keyFault(document, publicKey) ?? this.#headFault(document, at);
  }

  #keyFault({ key, by }: DecisionDocument, publicKey: string): string | undefined {
    if (keyIdOf(publicKey) !== key) return `the key is not ${key}`;
    const known = this.#keys.get(key);
    // What retention has dropped may have registered it.
    if (known === undefined && !this.#areKeysKnown && this.#first !== 1) return undefined;
    if (known === undefined) return `nobody has registered key ${key}`;
    if (known.subject !== by || known.publicKey !== publicKey) return `key ${key} is of ${known.subject}, not of ${by}`;
    return known.revokedAt === undefined ? undefined : `key ${key} was revoked before`;
  }

  /** A head before what is here to look at cannot be compared. */
  #headFault({ head, at }: DecisionDocument, signedAt: number): string | undefined {
    if (Math.abs(signedAt - at) > 6 * 60_000) return 'it was journalled at another time than it was signed';
    const [seq = '', hash = ''] = head.split(':');
    const known = this.#heads.get(Number(seq));
    const oldest = this.#heads.keys().next().value ?? 0;
    if (known === undefined && Number(seq) < oldest) return undefined;
    if (known === undefined && Number(seq) === 0) return undefined;
    return known === hash ? undefined : `it names a head that the journal does not have: ${head}`;
  }
}
