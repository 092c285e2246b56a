/** Lists what serves agents: their connections, their sessions, and what mcptui itself offers them. */
import type { Duplex } from 'node:stream';
import type { BuiltinListKind } from '../types/builtin.ts';
import type { OfferedTool, ServerWords } from '../types/catalog.ts';
import type { SessionIdentity, SessionInfo } from '../types/session.ts';
import type { ModernDownstream } from './modern/modern-downstream.ts';
import type { SessionLink } from './session-link.ts';

export interface AgentsFace {
  /** Serves one agent on a byte stream until it ends; returns the session's id. */
  accept(stream: Duplex, session: SessionIdentity): string;
  /** The same for an agent that something else than a byte stream carries. */
  open(link: SessionLink, session: SessionIdentity): string;
  /** A session for an agent that says with each request who it is; `closed` is called when it ends. */
  openModern(session: SessionIdentity, closed: () => void): ModernDownstream;
  sessions(): readonly SessionInfo[];
  /** Lists of built-in content differ now: the sessions concerned (default: all) get `list_changed`, once for changes that come together. */
  builtinChanged(kinds: readonly BuiltinListKind[], concerns?: (session: SessionInfo) => boolean): void;
  /** Built-in content at this URI differs now: its subscribers get `resources/updated`. */
  builtinUpdated(uri: string): void;
  /** Subscribes a session to a built-in URI as `resources/subscribe` would; nothing happens when the session is gone. */
  subscribeBuiltin(sessionId: string, uri: string): void;
  /**
   * Tells the agent something with the next result of a tool that can carry a text block: one without
   * `structuredContent`, of a tool without `outputSchema`. A later note takes the place of one that was not told yet;
   * with `instead` only of that one, and is dropped where that one has been told.
   */
  note(sessionId: string, text: string, instead?: string): void;
  /** The servers' tools that the session may call, as known now. The same array for as long as they are the same. */
  tools(sessionId: string): readonly OfferedTool[];
  /** What the servers of the session's project say of themselves. */
  serverWords(sessionId: string): readonly ServerWords[];
  /** Resolves when the session's lists of tools are fresh, or late. Never rejects. */
  listed(sessionId: string): Promise<void>;
}
