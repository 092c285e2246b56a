/** Describes what mcptui itself offers to agents beside their servers. */
import type { Json, JsonObject } from '../../kernel/json.ts';
import type { SessionInfo } from './session.ts';

export type BuiltinListKind = 'tools' | 'prompts' | 'resources';

/** A result, or the error to answer with. */
export type BuiltinAnswer =
  | { readonly result: JsonObject }
  | { readonly error: { readonly code: number; readonly message: string; readonly data?: Json } };

/** Facts of the project that `initialize` tells. */
export interface OwnWords {
  readonly text: string;
  /** The servers' own instructions follow. */
  readonly servers: boolean;
  /** Those of which. Default: of all. */
  readonly speaks?: (server: string) => boolean;
}

/** Another tool's call, or why there is none. */
export type StoodFor = { readonly name: string; readonly args: Json | undefined } | { readonly answer: BuiltinAnswer };

/**
 * What mcptui itself offers to agents beside their servers: tools, prompts and resources of its own. Asked by the router,
 * which knows neither what they are nor where they are kept. A transparent project (one server with prefix "") gets the
 * instructions only: its lists are the server's.
 */
export interface BuiltinContent {
  /** Comes before the servers' own instructions; "" = nothing. Called at `initialize`. */
  instructions(session: SessionInfo): string;
  /** Whether the servers' own words follow. Default: they do. */
  letsServersSpeak?(session: SessionInfo): boolean;
  /** The call that a call of one of its tools stands for: judged, routed and counted as that one. Undefined: it is itself. */
  standsFor?(session: SessionInfo, name: string, args: Json | undefined): StoodFor | undefined;
  /** Items of a list as they are sent. The same array for as long as nothing changed, so that its text is kept. */
  list(session: SessionInfo, kind: BuiltinListKind): readonly JsonObject[];
  /** Undefined: not one of ours. `args` as sent, not yet checked. Never rejects. */
  callTool(session: SessionInfo, name: string, args: Json | undefined): Promise<BuiltinAnswer> | undefined;
  getPrompt(session: SessionInfo, name: string, args: Json | undefined): BuiltinAnswer | undefined;
  /** One whose text has to be fetched. Undefined: not one of these. Never rejects. */
  fetchPrompt?(session: SessionInfo, name: string, args: Json | undefined): Promise<BuiltinAnswer> | undefined;
  readResource(session: SessionInfo, uri: string): BuiltinAnswer | undefined;
  /** One that has to be fetched. Undefined: not one of these. Never rejects. */
  fetchResource?(session: SessionInfo, uri: string): Promise<BuiltinAnswer> | undefined;
}
