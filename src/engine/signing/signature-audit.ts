/** Checks each signed decision of a journal against the keys and heads that the journal itself has, in its order. */
import * as z from 'zod';
import type { AuditEvent, ChainHead } from '../../store/types.ts';
import { canonicalHash } from './canonical.ts';
import { documentSchema, type DecisionDocument } from './document.ts';
import { isSignedBy, keyIdOf } from './public-key.ts';

/** As the journal has it, in `detail` of a `decision_sign`. */
const signedSchema = z.looseObject({
  document: documentSchema,
  value: z.string(),
  publicKey: z.string(),
  shown: z.looseObject({}),
});

export interface KnownKey {
  readonly id: string;
  readonly subject: string;
  readonly publicKey: string;
}

const keySchema = z.looseObject({ id: z.string(), subject: z.string(), publicKey: z.string() });
const revokedSchema = z.looseObject({ id: z.string() });

/** Heads that a signature of the last minutes can name: a signature is journalled within five of them. */
const MAX_HEADS = 50_000;

export class SignatureAudit {
  readonly #keys = new Map<string, KnownKey & { isRevoked: boolean }>();
  /** By sequence number. */
  readonly #heads = new Map<number, string>();
  readonly #areKeysKnown: boolean;
  #first: number | undefined;
  #checked = 0;

  /** `kept`: keys whose own event may be gone; undefined = only the journal tells. `start`: where the chain is taken up. */
  constructor(kept?: readonly KnownKey[], start?: Pick<ChainHead, 'seq' | 'hash'>) {
    this.#areKeysKnown = kept !== undefined;
    for (const key of kept ?? []) this.#keys.set(key.id, { ...key, isRevoked: false });
    if (start !== undefined) this.#heads.set(start.seq, start.hash);
  }

  /** Signatures that were looked at. */
  get checked(): number {
    return this.#checked;
  }

  /** What is wrong with the events of a record; `chain` is the head with it. */
  record(events: readonly AuditEvent[], chain: Pick<ChainHead, 'seq' | 'hash'>): readonly string[] {
    this.#first ??= chain.seq;
    const faults = events.flatMap((event) => {
      const fault = this.#event(event);
      return fault === undefined ? [] : [`event ${event.n}: ${fault}`];
    });
    this.#heads.set(chain.seq, chain.hash);
    if (this.#heads.size > MAX_HEADS) this.#heads.delete(this.#heads.keys().next().value ?? 0);
    return faults;
  }

  #event(event: AuditEvent): string | undefined {
    switch (event.kind) {
      case 'operator_key':
        return this.#added(event.detail);
      case 'operator_key_revoke': {
        const known = this.#keys.get(revokedSchema.safeParse(event.detail).data?.id ?? '');
        if (known !== undefined) known.isRevoked = true;
        return undefined;
      }
      case 'decision_sign':
        this.#checked += 1;
        return this.#signed(event);
      default:
        return undefined;
    }
  }

  #added(detail: unknown): string | undefined {
    const key = keySchema.safeParse(detail).data;
    if (key === undefined) return 'it registers a key and does not say which';
    if (keyIdOf(key.publicKey) !== key.id) return `the key ${key.id} is not the one that its id is of`;
    this.#keys.set(key.id, { id: key.id, subject: key.subject, publicKey: key.publicKey, isRevoked: false });
    return undefined;
  }

  #signed({ detail, actor, target, at }: AuditEvent): string | undefined {
    const signed = signedSchema.safeParse(detail).data;
    if (signed === undefined) return 'it is no signed decision';
    const { document, value, publicKey, shown } = signed;
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
    return known.isRevoked ? `key ${key} was revoked before` : undefined;
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
