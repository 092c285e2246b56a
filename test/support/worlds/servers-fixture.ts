/** Answers the commands on definitions of servers as an engine does that has no store: changes are in the view alone. */
import { McptuiError, messageOf } from '../../../src/kernel/errors.ts';
import { diffTexts } from '../../../src/engine/content/diff.ts';
import type { EngineCommands, EngineView, ServerPlan } from '../../../src/engine/index.ts';
import type { ViewPatch } from '../../../src/engine/views/view.ts';
import { checkedDraft } from '../../../src/engine/servers/checked-draft.ts';
import { refuseName } from '../../../src/engine/servers/draft-faults.ts';
import { definitionChanges } from '../../../src/engine/servers/definition-changes.ts';
import { draftAfter, type ServerChange, type UpdateOptions } from '../../../src/engine/servers/server-change.ts';
import { documentHead, toServerDocument } from '../../../src/engine/servers/server-document.ts';
import type { Server } from '../../../src/store/schema/server.ts';
import { aServer } from '../builders/console-builders.ts';

interface Parts {
  readonly view: () => EngineView;
  readonly patch: (...patches: readonly ViewPatch[]) => void;
  readonly ask: (line: string) => Promise<void>;
}

type ServerCommands = Pick<
  EngineCommands,
  'createServer' | 'checkServer' | 'updateServer' | 'planServer' | 'serverDocument' | 'serverRevisions' | 'diffServer'
>;

export function serversFixture({ view, patch, ask }: Parts): ServerCommands {
  /** By name; oldest first. */
  const past = new Map<string, Server[]>();

  function named(name: string): Server {
    const server = [...view().servers.values()].find((row) => row.name === name);
    if (server === undefined) throw new McptuiError('not-found', `no server ${name}`, { hint: 'mcptui get servers' });
    return server;
  }
  function pastOf(name: string): Server[] {
    const rows = past.get(name) ?? [named(name)];
    past.set(name, rows);
    return rows;
  }
  function updated(name: string, change: ServerChange, { expected }: UpdateOptions = {}): [Server, ServerPlan] {
    const live = named(name);
    if (expected !== undefined && expected !== live.revision) {
      throw new McptuiError('conflict', `server ${name}: revision ${live.revision} is live, not ${expected}`);
    }
    const engineFields = { id: live.id, revision: live.revision + 1, createdAt: live.createdAt, updatedAt: 0 };
    const former = 'revision' in change ? pastOf(name).find((row) => row.revision === change.revision) : undefined;
    if ('revision' in change && former === undefined) throw new McptuiError('not-found', `no revision`);
    const after =
      former !== undefined || 'revision' in change
        ? { ...(former ?? live), ...engineFields }
        : checkedDraft(draftAfter(live, change), engineFields, live);
    const changes = definitionChanges(live, after);
    const mine = [...view().instances.values()].filter(({ serverId }) => serverId === live.id);
    const isRestart = changes.some(({ effect }) => effect === 'restart');
    return [
      after,
      {
        server: name,
        revision: live.revision,
        changes,
        restarts: isRestart ? mine.filter(({ phase }) => phase === 'running').map((row) => row.name) : [],
        retries: changes.length === 0 ? [] : mine.filter(({ phase }) => phase === 'error').map((row) => row.name),
        held: [],
        notes: [],
      },
    ];
  }
  return {
    createServer: async (draft) => {
      await ask(`createServer ${draft.name}`);
      return aServer({ name: draft.name });
    },
    async checkServer(draft) {
      try {
        refuseName(draft.name);
        checkedDraft(draft, { id: 'srv_new', revision: 1, createdAt: 0, updatedAt: 0 });
        const isTaken = [...view().servers.values()].some(({ name }) => name === draft.name);
        return isTaken ? { fault: { message: `server ${draft.name} exists` }, notes: [] } : { notes: [] };
      } catch (error) {
        return { fault: { message: messageOf(error) }, notes: [] };
      }
    },
    async updateServer(name, change, options) {
      const [after, plan] = updated(name, change, options);
      await ask(`updateServer ${name} ${plan.changes.map(({ field }) => field).join(', ')}`);
      if (plan.changes.length === 0) return { server: name, revision: named(name).revision, plan };
      pastOf(name).push(after);
      patch({ op: 'put', kind: 'servers', value: after });
      return { server: name, revision: after.revision, plan };
    },
    planServer: async (name, change, options) => updated(name, change, options)[1],
    async serverDocument(name) {
      const server = named(name);
      return { name, revision: server.revision, text: documentHead(server) + toServerDocument(server) };
    },
    serverRevisions: async (name) =>
      pastOf(name)
        .map(({ revision: number }) => ({
          number,
          author: 'operator:ann',
          note: '',
          at: 0,
          hash: '0'.repeat(12),
          changed: [],
          isCurrent: number === named(name).revision,
        }))
        .toReversed(),
    async diffServer(name, left, right) {
      const rows = pastOf(name);
      const at = (number: number): string => {
        const row = rows.find(({ revision }) => revision === number);
        return row === undefined ? '' : toServerDocument(row);
      };
      const to = right ?? rows.at(-1)?.revision ?? 1;
      const from = left ?? to - 1;
      return diffTexts({ label: String(from), text: at(from) }, { label: String(to), text: at(to) });
    },
  };
}
