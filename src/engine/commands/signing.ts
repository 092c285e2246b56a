/** Handles the commands on keys and on signatures of decisions. */
import { OperatorKeys, type OperatorKeyParts } from '../signing/operator-keys.ts';
import type { EngineRights } from '../rights/engine-rights.ts';
import { McptuiError } from '../../kernel/errors.ts';
import { announcing, type Announcer } from './content.ts';
import type { CommandsOf } from './table/entry.ts';
import type { signingEntries } from './table/signing.ts';

export interface SigningCommandParts extends OperatorKeyParts, Announcer {
  readonly rights: EngineRights;
}

export function signingCommands(parts: SigningCommandParts): CommandsOf<typeof signingEntries> {
  const { principal: caller } = parts;
  const { signing } = parts.rights;
  const keys = new OperatorKeys(parts);
  const changing = announcing(parts);
  return {
    operatorKeys: async () => keys.all(),
    registerKey: (half) => keys.register(half),
    revokeKey: (id) => keys.revoke(id),
    async decisionDraft(name, args) {
      const { demanded } = signing.asked(name, args);
      return demanded === undefined ? null : signing.draft(demanded);
    },
    async signDecision(name, args, signature) {
      const { args: given, demanded } = signing.asked(name, args);
      if (demanded === undefined) {
        throw new McptuiError('conflict', `nobody demands that this is signed: ${name} does it at once`);
      }
      const bringing = { name, args: given, caller };
      const { have, need, signers } = await changing(signing.accept(demanded, signature, bringing, false));
      return { have, need, signers };
    },
  };
}
