/** Puts the handlers of all commands together, in the name of one actor. */
import { applyCommands } from './apply.ts';
import { auditCommands } from './audit.ts';
import { contentCommands } from './content.ts';
import { gateCommands } from './gates.ts';
import { hostCommands } from './host.ts';
import { instanceCommands } from './instances.ts';
import { loginCommands } from './logins.ts';
import { modelCommands } from './models.ts';
import { pageCommands } from './pages.ts';
import type { CommandParts } from './parts.ts';
import { placeCommands } from './places.ts';
import { proposalCommands } from './proposals.ts';
import { revisionCommands } from './revisions.ts';
import { rightsCommands } from './rights.ts';
import { routerCommands } from './router.ts';
import { secretBackendCommands } from './secret-backends.ts';
import { secretCommands } from './secrets.ts';
import { serverCommands } from './servers.ts';
import { signingCommands } from './signing.ts';
import { signedCommands } from '../signing/signed-commands.ts';
import type { EngineCommands } from './table/index.ts';
import { tokenCommands } from './tokens.ts';

/** What has to be signed is done by who has signed it. */
export function engineCommands(parts: CommandParts): EngineCommands {
  const { principal, rights } = parts;
  const signing = { signing: rights.signing, caller: principal };
  return signedCommands(handlers(parts), signing, (actor) => handlers({ ...parts, actor }));
}

function handlers(parts: CommandParts): EngineCommands {
  return {
    ...applyCommands(parts, handlers),
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
