/** Records with only what a test cares about spelled out. */
import type { ServerDraft } from '../../../src/engine/index.ts';
import { serverSchema, type Server } from '../../../src/store/schema/server.ts';

/** A definition that the fake runtime serves at once. */
export function aDraft(draft: Partial<ServerDraft> = {}): ServerDraft {
  return { name: 'fs', runtime: 'process', source: { kind: 'command', command: ['serve'] }, ...draft };
}

export function aServer(draft: Partial<ServerDraft> = {}): Server {
  return serverSchema.parse({ ...aDraft(draft), id: 'srv_1', createdAt: 0, updatedAt: 0 });
}
