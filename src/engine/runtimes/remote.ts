/** Connects to servers that run elsewhere: nothing is started, an attempt ends with somewhere to connect to. */
import { checkedUrl } from '../../kernel/url.ts';
import type { ProxyEnv, RemoteAuth, RemoteTarget } from '../../mcp/types/connection.ts';
import type { Server } from '../../store/schema/server.ts';
import type { Exit, RunningRemote, Runtime, StartOutcome, StartRequest } from '../ports.ts';
import type { ResolvedSecrets } from '../secrets/secret-source.ts';

export interface RemoteRuntimeOptions {
  /** Undefined: the server is authorised by its headers, or not at all. */
  readonly authFor: (server: Server, secrets: Omit<ResolvedSecrets, 'env'>) => RemoteAuth | undefined;
  readonly proxyEnv: ProxyEnv;
}

const NOTHING: Omit<ResolvedSecrets, 'env'> = { headers: {}, weak: [], marks: new Map() };

export function remoteRuntime({ authFor, proxyEnv }: RemoteRuntimeOptions): Runtime<RunningRemote> {
  return {
    kind: 'remote',
    describe: ({ source }) => (source.kind === 'url' ? [source.url] : []),
    start: (request) => Promise.resolve(start(request)),
    reap: () => Promise.resolve(),
    state: () => ({ kind: 'ok', version: 'http' }),
    onState: () => () => undefined,
    close: () => Promise.resolve(),
  };

  function start({ server, remote = NOTHING }: StartRequest): StartOutcome<RunningRemote> {
    const { source } = server;
    if (source.kind !== 'url') {
      return { ok: false, failure: { kind: 'runtime-mismatch', runtime: 'remote', source: source.kind } };
    }
    const { transport, allowPrivate, allowHttp } = source;
    const url = remote.url ?? source.url;
    const isModern = source.revision !== 'auto';
    const auth = authFor(server, remote);
    return {
      ok: true,
      process: connectable({
        url,
        transport,
        allowPrivate,
        allowHttp,
        auth,
        isModern,
        proxyEnv,
        headers: remote.headers,
      }),
    };
  }
}

/** Ends when it is stopped, or when whoever uses the connection says that it is gone. */
function connectable(target: RemoteTarget): RunningRemote {
  const { promise, resolve } = Promise.withResolvers<Exit>();
  return {
    runtimeId: checkedUrl(target.url).host,
    target,
    exited: promise,
    lost: (failure) => resolve({ code: null, signal: null, failure }),
    stop: () => {
      resolve({ code: null, signal: null, reason: 'disconnected' });
      return Promise.resolve();
    },
  };
}
