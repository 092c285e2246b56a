/** Describes what servers offer, as operators see it. */
import type { EpochMs } from '../../kernel/clock.ts';
import type { JsonObject } from '../../kernel/json.ts';
import type { ListState } from './lists.ts';

/** A tool, prompt, resource or resource template of a server. */
export interface CatalogItem {
  /** The server's own name, URI or URI template. */
  readonly name: string;
  /** What agents use; absent when they cannot reach it. */
  readonly exposed?: string;
  /** Why agents cannot reach it, what it hides, or that its name was cut. */
  readonly problem?: string;
  /** As the server gave it. */
  readonly definition: JsonObject;
}

export interface CatalogList extends ListState {
  /** False until the server answered once. */
  readonly isKnown: boolean;
  readonly items: readonly CatalogItem[];
}

/** A server as the router sees it. */
export interface UpstreamState {
  readonly server: string;
  readonly project: string;
  /** Connected ones. */
  readonly instances: number;
  /** Present while none is connected. */
  readonly down?: { readonly state: string; readonly reason: string; readonly retryAt?: EpochMs };
  /** How many; absent until it answered `tools/list`. */
  readonly tools?: number;
  /** Of its tools. */
  readonly list: ListState;
  /** Capabilities that it has declared, by name; absent until it has connected. */
  readonly declared?: readonly string[];
  /** Lists that it answers for though it has declared no capability for any. */
  readonly undeclared?: readonly ('tools' | 'prompts' | 'resources' | 'templates')[];
}

export interface ServerCatalog extends Omit<UpstreamState, 'tools' | 'list'> {
  readonly lists: Readonly<Record<'tools' | 'prompts' | 'resources' | 'templates', CatalogList>>;
}

export interface CatalogQuery {
  readonly server?: string;
  readonly project?: string;
}

/** Where a tool is to be called. */
export type ToolPlace =
  | { readonly kind: 'tool'; readonly project: string; readonly item: CatalogItem }
  | { readonly kind: 'no-server' }
  /** The server's tools are known, and this is none of them. */
  | { readonly kind: 'no-tool'; readonly names: readonly string[] }
  | { readonly kind: 'down'; readonly down: NonNullable<UpstreamState['down']> };

/** A tool of a server that a session may call. */
export interface OfferedTool {
  /** As agents know it. */
  readonly name: string;
  readonly server: string;
  /** The server's own name of it. */
  readonly tool: string;
  /** As the server lists it. */
  readonly item: Readonly<Record<string, unknown>>;
}

/** What a server says of itself at its start. */
export interface ServerWords {
  readonly server: string;
  /** A section with a heading. */
  readonly text: string;
}
