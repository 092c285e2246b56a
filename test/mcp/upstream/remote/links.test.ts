/** Both ways to a remote server keep the contract of a link. */
import { SseLink } from '../../../../src/mcp/upstream/remote/sse-link.ts';
import { StreamableLink } from '../../../../src/mcp/upstream/remote/streamable-link.ts';
import { remoteLinkContract } from '../../../contracts/remote-link-contract.ts';
import { sseWay, streamableWay } from '../../../support/fakes/remote-way.ts';

remoteLinkContract('Streamable HTTP', { open: (options) => new StreamableLink(options), server: streamableWay });
remoteLinkContract('HTTP with SSE', { open: (options) => new SseLink(options), server: sseWay });
