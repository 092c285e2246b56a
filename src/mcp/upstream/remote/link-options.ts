/** Describes what the links of one remote server are opened with. */
import type { Flow } from '../../../pacing/pace.ts';
import { checkedUrl } from '../../../kernel/url.ts';
import type { RemoteTarget } from '../../types/connection.ts';
import type { ConnectionOptions } from '../upstream.ts';
import { HttpClient, type ResolveName } from './http-client.ts';
import type { LinkListener, LinkOptions } from './link.ts';

export interface RemoteUpstreamOptions extends ConnectionOptions {
  readonly resolve?: ResolveName;
}

/** With an HTTP client of its own, which the link closes. */
export function linkOptions(
  { url, headers, allowPrivate, allowHttp, auth, proxyEnv }: RemoteTarget,
  { clock, maxMessageBytes, mask, resolve }: RemoteUpstreamOptions,
  flow: Flow,
  listener: LinkListener,
): LinkOptions {
  const client = new HttpClient({
    clock,
    allowPrivate,
    allowHttp,
    proxyEnv,
    ...(resolve === undefined ? {} : { resolve }),
  });
  return { url: checkedUrl(url), headers, client, clock, flow, maxMessageBytes, mask, auth, listener };
}
