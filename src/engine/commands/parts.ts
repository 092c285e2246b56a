/** Describes what the handlers of all commands are made of. */
import type { ServerParts } from './servers.ts';
import type { InstanceParts } from './instances.ts';
import type { SecretParts } from './secrets.ts';
import type { SecretBackendParts } from './secret-backends.ts';
import type { LoginParts } from './logins.ts';
import type { TokenParts } from './tokens.ts';
import type { RightsParts } from './rights.ts';
import type { SigningCommandParts } from './signing.ts';
import type { AuditParts } from './audit.ts';
import type { HostParts } from './host.ts';
import type { RouterParts } from './router.ts';
import type { GateParts } from './gates.ts';
import type { PageParts } from './pages.ts';
import type { ModelCommandParts } from './models.ts';
import type { ContentParts } from './content.ts';
import type { ProposalCommandParts } from './proposals.ts';

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
