/** Lists every command of an operator: what all channels, read-only consoles and docs/commands.md are made from. */
import { loginEntries, tokenEntries } from './access.ts';
import { applyEntries } from './apply.ts';
import { auditEntries } from './audit.ts';
import { contentEntries } from './content.ts';
import type { CommandEntry, CommandsOf } from './entry.ts';
import { gateEntries } from './gates.ts';
import { hostEntries } from './host.ts';
import { instanceEntries } from './instances.ts';
import { modelEntries } from './models.ts';
import { pageEntries } from './pages.ts';
import { agentEntries, projectEntries } from './places.ts';
import { proposalEntries } from './proposals.ts';
import { revisionEntries } from './revisions.ts';
import { rightsEntries } from './rights.ts';
import { routerEntries } from './router.ts';
import { secretBackendEntries } from './secret-backends.ts';
import { secretEntries } from './secrets.ts';
import { serverEntries } from './servers.ts';
import { signingEntries } from './signing.ts';

/** Commands on projects, agents, prompts, personalities, skills and proposals. */
export const contentTable = {
  ...projectEntries,
  ...agentEntries,
  ...contentEntries,
  ...revisionEntries,
  ...proposalEntries,
};

export const commandTable = {
  ...serverEntries,
  ...instanceEntries,
  ...secretEntries,
  ...secretBackendEntries,
  ...loginEntries,
  ...tokenEntries,
  ...rightsEntries,
  ...signingEntries,
  ...auditEntries,
  ...hostEntries,
  ...routerEntries,
  ...gateEntries,
  ...pageEntries,
  ...modelEntries,
  ...contentTable,
  ...applyEntries,
};

export type CommandName = keyof typeof commandTable;

/** All that an operator may ask of an engine, whichever channel carries it. */
export type EngineCommands = CommandsOf<typeof commandTable>;

export type ContentCommands = CommandsOf<typeof contentTable>;

/** Commands on what the router does. */
export type RouterCommands = CommandsOf<typeof routerEntries>;

export const commandNames = Object.keys(commandTable) as readonly CommandName[];

/** The entry as those see it who know no signature. */
export function entryOf(name: CommandName): CommandEntry {
  return commandTable[name] as unknown as CommandEntry;
}

export function isReading(name: CommandName): boolean {
  return Object.hasOwn(commandTable, name) && commandTable[name].effect === 'reads';
}
