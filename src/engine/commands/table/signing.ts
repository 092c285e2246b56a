/** Lists the commands on the keys that decisions are signed with, and on signatures of decisions. */
import * as z from 'zod';
import { signatureSchema, type Approved, type DecisionDraft, type Signature } from '../../signing/document.ts';
import type { PublicHalf } from '../../signing/key-file.ts';
import type { OperatorKeyView } from '../../signing/operator-keys.ts';
import { signableNames, type SignableName } from '../../signing/signable-names.ts';
import type { Meant } from '../../rights/meant.ts';
import { needsOn } from '../../rights/meant.ts';
import type { Need } from '../../rights/need.ts';
import { command, type CommandEntry } from './entry.ts';
import { contentEntries } from './content.ts';
import { gateEntries } from './gates.ts';
import { agentEntries, projectEntries } from './places.ts';
import { proposalEntries } from './proposals.ts';
import { revisionEntries } from './revisions.ts';
import { rightsEntries } from './rights.ts';
import { signature, text } from './shapes.ts';

const half = z.strictObject({ name: text, subject: text, publicKey: text, proof: text });
const args = z.array(z.json()).max(8);

const keyEntries = {
  operatorKeys: command<() => Promise<readonly OperatorKeyView[]>>({
    about: 'Public keys that decisions are signed with, the revoked ones too.',
    effect: 'reads',
    verb: 'view',
    resource: 'token',
    audit: [],
    on: () => [],
    seen: (all, sees) => all.filter(({ name }) => sees([{ kind: 'token', name }])),
    args: [],
  }),
  registerKey: command<(half: PublicHalf, signature?: Signature) => Promise<OperatorKeyView>>({
    about:
      'Registers the public half of a key for `operator:NAME` or `user:NAME`; `proof` is its own signature. Once there is ' +
      'a key, another one has to sign it: of the same person, if that has one. Refused with `denied` otherwise.',
    effect: 'changes',
    verb: 'create',
    resource: 'token',
    audit: ['operator_key', 'decision_sign'],
    on: (_meant, { name }) => [{ kind: 'token', name }],
    args: [['half', half], signature],
  }),
  revokeKey: command<(id: string, signature?: Signature) => Promise<OperatorKeyView>>({
    about:
      'Revokes a key by its id or name: nothing that it signs from now on counts. Signed with any registered key. Refused ' +
      'with `conflict` for the last one while a project demands signed decisions.',
    effect: 'changes',
    verb: 'delete',
    resource: 'token',
    audit: ['operator_key_revoke', 'decision_sign'],
    on: (_meant, name) => [{ kind: 'token', name }],
    args: [['id', text], signature],
  }),
};

const signable: Readonly<Record<SignableName, unknown>> = {
  ...proposalEntries,
  ...gateEntries,
  ...rightsEntries,
  ...projectEntries,
  ...agentEntries,
  ...contentEntries,
  ...revisionEntries,
  ...keyEntries,
};

/** What the right is needed to for a command that is named as an argument. What it does not take, its handler refuses. */
function needsOfSigned(meant: Meant, name: SignableName, args: readonly unknown[]): readonly Need[] {
  const entry = signable[name] as CommandEntry;
  const given = args.map((arg) => arg ?? undefined);
  if (!entry.args.every(([, schema], index) => schema.safeParse(given[index]).success)) return [];
  return [
    ...needsOn(entry.verb, entry.on(meant, ...(given as never[]))),
    ...(entry.also?.(meant, ...(given as never[])) ?? []),
  ];
}

export const signingEntries = {
  ...keyEntries,
  decisionDraft: command<(name: SignableName, args: readonly unknown[]) => Promise<DecisionDraft | null>>({
    about:
      'What has to be signed for a command with these arguments: kind, subject, hash of what was shown, time and head. The ' +
      'signature is over RFC 8785 JSON of these with `format`, `by` and `key`. Null where nobody demands one.',
    effect: 'reads',
    verb: 'view',
    resource: 'token',
    audit: [],
    on: () => [],
    also: (meant, name, given) => needsOfSigned(meant, name, given),
    args: [
      ['command', z.enum(signableNames)],
      ['args', args],
    ],
  }),
  signDecision: command<(name: SignableName, args: readonly unknown[], signature: Signature) => Promise<Approved>>({
    about:
      'Adds a signature to a decision that needs several, and does not carry it out: who signs last does, by the command ' +
      'itself. Refused with `denied` for one that does not count.',
    effect: 'changes',
    verb: 'approve',
    resource: 'proposal',
    audit: ['decision_sign'],
    on: () => [],
    also: (meant, name, given) => needsOfSigned(meant, name, given),
    args: [
      ['command', z.enum(signableNames)],
      ['args', args],
      ['signature', signatureSchema],
    ],
  }),
};
