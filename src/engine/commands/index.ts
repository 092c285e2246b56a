/** Puts the handlers of all commands together, in the name of one actor. */
import { auditCommands, type AuditParts } from './audit.ts';
import { contentCommands, type ContentParts } from './content.ts';
import { gateCommands, type GateParts } from './gates.ts';
import { hostCommands, type HostParts } from './host.ts';
import { instanceCommands, type InstanceParts } from './instances.ts';
import { loginCommands, type LoginParts } from './logins.ts';
import { modelCommands, type ModelCommandParts } from './models.ts';
import { pageCommands, type PageParts } from './pages.ts';
import { placeCommands } from './places.ts';
import { proposalCommands, type ProposalCommandParts } from './proposals.ts';
import { revisionCommands } from './revisions.ts';
import { rightsCommands, type RightsParts } from './rights.ts';
import { routerCommands, type RouterParts } from './router.ts';
import { secretBackendCommands, type SecretBackendParts } from './secret-backends.ts';
import { secretCommands, type SecretParts } from './secrets.ts';
import { serverCommands, type ServerParts } from './servers.ts';
import { signingCommands, type SigningCommandParts } from './signing.ts';
import { signedCommands } from '../signing/signed-commands.ts';
import type { EngineCommands } from './table/index.ts';
import { tokenCommands, type TokenParts } from './tokens.ts';

/** Collaborators of the handlers; each takes a few of these. */
export type CommandParts = ServerParts &
  InstanceParts &
  SecretParts &
  SecretBackendParts &
  LoginParts &
  TokenParts &
  RightsParts &
  SigningCommandParts &
  AuditParts &
  HostParts &
  RouterParts &
  GateParts &
  PageParts &
  ModelCommandParts &
  ContentParts &
  ProposalCommandParts;

/** What has to be signed is done by who has signed it. */
export function engineCommands(parts: CommandParts): EngineCommands {
  const { principal, rights } = parts;
  const signing = { signing: rights.signing, caller: principal };
  return signedCommands(handlers(parts), signing, (actor) => handlers({ ...parts, actor }));
}

function handlers(parts: CommandParts): EngineCommands {
  return {
    ...serverCommands(parts),
    ...instanceCommands(parts),
    ...secretCommands(parts),
    ...secretBackendCommands(parts),
    ...loginCommands(parts),
    ...tokenCommands(parts),
    ...rightsCommands(parts),
    ...signingCommands(parts),
    ...auditCommands(parts),
    ...hostCommands(parts),
    ...routerCommands(parts),
    ...gateCommands(parts),
    ...pageCommands(parts),
    ...modelCommands(parts),
    ...placeCommands(parts),
    ...contentCommands(parts),
    ...revisionCommands(parts),
    ...proposalCommands(parts),
  };
}
