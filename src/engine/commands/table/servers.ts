/** Lists the commands on servers: their definitions. */
import type { Server } from '../../../store/schema/server.ts';
import type { ServerDraft } from '../../servers/server-draft.ts';
import { command } from './entry.ts';
import { judgedByCommand, text } from './shapes.ts';

export const serverEntries = {
  createServer: command<(draft: ServerDraft) => Promise<Server>>({
    about: 'Defines a server and starts its replicas. Refused with `conflict` when the name is taken.',
    effect: 'changes',
    verb: 'create',
    resource: 'server',
    audit: ['server_create'],
    args: [['draft', judgedByCommand()]],
  }),
  deleteServer: command<(name: string) => Promise<void>>({
    about: 'Stops and forgets a server and its instances.',
    effect: 'changes',
    verb: 'delete',
    resource: 'server',
    audit: ['server_delete'],
    args: [['name', text]],
  }),
};
