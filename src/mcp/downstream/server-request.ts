/** Describes a request of a server that an agent is to answer. */
import type { WireId } from '../wire/message.ts';
import type { AskingServer, ServerRequestTrace } from './server-request-trace.ts';

/** A server's request that this agent is to answer. */
export interface ServerRequest {
  readonly upstream: AskingServer;
  /** JSON of the id that the server used. */
  readonly upstreamIdText: string;
  /** The server's own token, when it asked for progress. */
  readonly progressToken: WireId | undefined;
  /** The agent's call on whose behalf the server asks. */
  readonly related: WireId | undefined;
  readonly trace: ServerRequestTrace;
}
