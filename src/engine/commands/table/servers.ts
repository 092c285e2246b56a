/** Lists the commands on servers: their definitions, and the revisions of these. */
import type { Server } from '../../../store/schema/server.ts';
import type { DiffView } from '../../content/types.ts';
import { serverChange, updateOptions, type ServerChange, type UpdateOptions } from '../../servers/server-change.ts';
import type { ServerDraft } from '../../servers/server-draft.ts';
import type { ServerPlan } from '../../servers/server-plan.ts';
import type { ServerRevisionView } from '../../servers/server-revisions.ts';
import { command } from './entry.ts';
import { count, judgedByCommand, text } from './shapes.ts';

/** A definition as it is edited. */
export interface ServerDocument {
  readonly name: string;
  /** Which is live: what an edit of this text expects. */
  readonly revision: number;
  /** YAML. Values that are not shown stand as `(set)`, and are kept where they come back so. */
  readonly text: string;
}

/** Judgement of a draft, as `createServer` would make it. */
export interface ServerCheck {
  /** Absent: it can be created. */
  readonly fault?: { readonly message: string; readonly hint?: string };
  /** Secrets that stand in it as they are, one sentence each. */
  readonly notes: readonly string[];
}

/** Outcome of an update: what was done, and the revision that is live now. */
export interface ServerUpdated {
  readonly server: string;
  readonly revision: number;
  /** With the changes empty, nothing was recorded. */
  readonly plan: ServerPlan;
}

const draft = ['draft', judgedByCommand<ServerDraft>()] as const;
const name = ['name', text] as const;
/** Arguments of `updateServer`, which `planServer` takes as well. */
const update = [name, ['change', serverChange], ['options', updateOptions.optional()]] as const;

export const serverEntries = {
  createServer: command<(draft: ServerDraft) => Promise<Server>>({
    about: 'Defines a server and starts its replicas. Refused with `conflict` when the name is taken.',
    effect: 'changes',
    verb: 'create',
    resource: 'server',
    audit: ['server_create'],
    on: (meant, { name, project }) => [meant.made('server', name, project)],
    args: [draft],
  }),
  checkServer: command<(draft: ServerDraft) => Promise<ServerCheck>>({
    about: 'What `createServer` would refuse of a draft, and which secrets stand in it as they are. Nothing is made.',
    effect: 'reads',
    verb: 'view',
    resource: 'server',
    audit: [],
    on: (meant, { name, project }) => [meant.made('server', name, project)],
    args: [draft],
  }),
  updateServer: command<(name: string, change: ServerChange, options?: UpdateOptions) => Promise<ServerUpdated>>({
    about:
      'Changes a server by a YAML document, by fields, or back to an earlier revision, also after its deletion. What runs is ' +
      'restarted only where the change needs it, one instance after the other. Refused with `conflict` when live is not ' +
      '`options.expected` any more.',
    effect: 'changes',
    verb: 'edit',
    resource: 'server',
    audit: ['server_update', 'server_create'],
    on: (meant, name) => [meant.server(name)],
    args: update,
  }),
  planServer: command<(name: string, change: ServerChange, options?: UpdateOptions) => Promise<ServerPlan>>({
    about: 'What `updateServer` with the same arguments would do: fields, instances, login.',
    effect: 'reads',
    verb: 'view',
    resource: 'server',
    audit: [],
    on: (meant, name) => [meant.server(name)],
    args: update,
  }),
  serverDocument: command<(name: string) => Promise<ServerDocument>>({
    about: 'A definition as YAML, to be edited and handed to `updateServer`.',
    effect: 'reads',
    verb: 'view',
    resource: 'server',
    audit: [],
    on: (meant, name) => [meant.server(name)],
    args: [name],
  }),
  serverRevisions: command<(name: string) => Promise<readonly ServerRevisionView[]>>({
    about: 'Revisions of a server, newest first; also of one that is deleted.',
    effect: 'reads',
    verb: 'view',
    resource: 'server',
    audit: [],
    on: (meant, name) => [meant.server(name)],
    args: [name],
  }),
  diffServer: command<(name: string, left?: number, right?: number) => Promise<DiffView>>({
    about: 'Compares two revisions. `right`: default the newest; `left`: default the one before `right`, or nothing.',
    effect: 'reads',
    verb: 'view',
    resource: 'server',
    audit: [],
    on: (meant, name) => [meant.server(name)],
    args: [name, ['left', count.optional()], ['right', count.optional()]],
  }),
  deleteServer: command<(name: string) => Promise<void>>({
    about: 'Stops and forgets a server and its instances; its revisions stay.',
    effect: 'changes',
    verb: 'delete',
    resource: 'server',
    audit: ['server_delete'],
    on: (meant, name) => [meant.server(name)],
    args: [name],
  }),
};
