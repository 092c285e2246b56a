/** Describes an engine as its users see it: the same whether it is in this process, in a worker or behind the socket. */
import type { EngineCommands } from './commands/table/index.ts';
import type { AuditEvent, EngineView, ViewPatch } from './views/view.ts';

export interface Engine {
  readonly commands: EngineCommands;
  view(): EngineView;
  /** Called after each change with the new view and what changed; returns the unsubscriber. */
  subscribe(listener: (view: EngineView, patches: readonly ViewPatch[]) => void): () => void;
  /** New audit events, in order, batched (10 Hz at most). */
  onEvents(listener: (events: readonly AuditEvent[]) => void): () => void;
  /** The connection to the engine: `lost` while a daemon is away; an embedded engine is always `attached`. */
  onLink(listener: (link: 'attached' | 'lost') => void): () => void;
  /** Embedded: stops instances and the engine. Attached: only detaches. Idempotent. */
  close(): Promise<void>;
}
