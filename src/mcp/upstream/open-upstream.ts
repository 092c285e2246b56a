/** Opens the connection that fits what an instance is. */
import { RemoteUpstream } from './remote/remote-upstream.ts';
import { StdioUpstream } from './stdio-upstream.ts';
import type { RemoteTarget, UpstreamStream } from '../types/connection.ts';
import type { Connection, ConnectionOptions } from './upstream.ts';

export function openUpstream(target: UpstreamStream | RemoteTarget, options: ConnectionOptions): Connection {
  return 'url' in target ? new RemoteUpstream(target, options) : new StdioUpstream(target, options);
}
