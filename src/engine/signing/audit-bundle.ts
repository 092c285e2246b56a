/** Checks an exported part of the journal by itself: its chain, its signatures, its keys. Needs no engine and no data folder. */
import { hash } from 'node:crypto';
import * as z from 'zod';
import { defined } from '../../kernel/defined.ts';
import { McptuiError } from '../../kernel/errors.ts';
import { chainFault, eventsOf, follow, parseRecord } from '../../store/record.ts';
import type { ChainHead } from '../../store/types.ts';
import { auditedStateSchema } from './audited-state.ts';
import { canonicalHash } from './canonical.ts';
import { keyIdOf } from './public-key.ts';
import { SignatureAudit } from './signature-audit.ts';

const headSchema = z.strictObject({
  seq: z.int().min(0),
  hash: z.string().regex(/^[0-9a-f]{64}$/),
  events: z.int().min(0),
});

const keySchema = z.strictObject({ id: z.string(), subject: z.string(), publicKey: z.string() });

export const bundleSchema = z.strictObject({
  format: z.literal('mcptui-audit/1'),
  exportedAt: z.int(),
  /** The chain before its first record. */
  start: headSchema,
  /** The chain with its last record: compare it with a head that was kept elsewhere. */
  head: headSchema,
  /** Numbers of the events that were asked for. */
  from: z.int(),
  to: z.int(),
  /** Bodies of the records as the journal has them, and the SHA-256 of each. */
  records: z.array(z.strictObject({ body: z.string(), hash: z.string() })),
  /** Public keys that were registered by then. */
  keys: z.array(keySchema),
  /** Who demanded signatures before the first record, and what reached them; absent in files of earlier versions. */
  before: auditedStateSchema.optional(),
  /** Over the canonical JSON of all else. */
  digest: z.string(),
});
export type AuditBundle = z.infer<typeof bundleSchema>;

export interface BundleReport {
  readonly ok: boolean;
  readonly records: number;
  readonly events: number;
  readonly signatures: number;
  readonly head: ChainHead;
  /** Ids of the keys: who reads the report compares them with what the signers say. */
  readonly keys: readonly { readonly id: string; readonly subject: string }[];
  readonly problems: readonly string[];
}

export function sealed(parts: Omit<AuditBundle, 'digest'>): AuditBundle {
  return { ...parts, digest: canonicalHash(parts) };
}

/** @throws McptuiError `invalid` for what is no bundle */
export function readBundle(text: string): AuditBundle {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new McptuiError('invalid', 'the file is no JSON', { cause });
  }
  const result = bundleSchema.safeParse(value);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  const where = issue?.path.join('.') ?? '';
  throw new McptuiError('invalid', `the file is no export of an audit log: ${where}: ${issue?.message ?? ''}`, {
    hint: 'mcptui audit export --from N --to M --file FILE makes one',
  });
}

/** `kept`: a head of that day, which must be in it. */
export function verifyBundle(bundle: AuditBundle, kept?: Pick<ChainHead, 'seq' | 'hash'>): BundleReport {
  const { digest, ...parts } = bundle;
  const problems: string[] = [];
  if (canonicalHash(parts) !== digest) problems.push('the file is not as it was exported: its digest differs');
  for (const { id, publicKey } of bundle.keys) {
    if (keyIdOf(publicKey) !== id) problems.push(`key ${id}: its public half is of another key`);
  }
  const audit = new SignatureAudit({ keys: bundle.keys, head: bundle.start, ...defined({ rows: bundle.before }) });
  let chain: ChainHead = bundle.start;
  let events = 0;
  let isKept = kept === undefined || isAt(bundle.start, kept);
  for (const { body, hash: stated } of bundle.records) {
    const bytes = Buffer.from(body, 'utf8');
    const record = parseRecord(bytes);
    if (record === undefined) {
      problems.push(`the record after ${chain.seq} is none`);
      break;
    }
    const fault = chainFault(chain, record);
    if (fault !== undefined) problems.push(fault);
    if (hash('sha256', bytes, 'hex') !== stated)
      problems.push(`record ${record.seq} is not the one that its hash is of`);
    chain = follow(chain, record, bytes);
    events += record.events.length;
    try {
      for (const { reason, hint } of audit.record({ events: eventsOf(record), changes: record.changes }, chain)) {
        problems.push(hint === undefined ? reason : `${reason} → ${hint}`);
      }
    } catch {
      problems.push(`record ${record.seq} holds what is no event`);
    }
    isKept ||= kept !== undefined && isAt(chain, kept);
  }
  if (!isAt(chain, bundle.head))
    problems.push(`the chain ends at ${chain.seq}:${chain.hash}, not at the head of the file`);
  if (!isKept && kept !== undefined) problems.push(`record ${kept.seq} with the hash ${kept.hash} is not in it`);
  return {
    ok: problems.length === 0,
    records: bundle.records.length,
    events,
    signatures: audit.checked,
    head: chain,
    keys: bundle.keys.map(({ id, subject }) => ({ id, subject })),
    problems,
  };
}

const isAt = (one: Pick<ChainHead, 'seq' | 'hash'>, other: Pick<ChainHead, 'seq' | 'hash'>): boolean =>
  one.seq === other.seq && one.hash === other.hash;
