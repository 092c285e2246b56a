/** Bounds what the container engine may answer: the library keeps each answer whole in memory before it looks at it. */
import http, { type ClientRequest, type IncomingMessage } from 'node:http';
import https from 'node:https';

/** Of one answer. A list of a thousand containers has about 2 MiB. */
export const MAX_ANSWER_BYTES = 16 * 1024 * 1024;

/** The events of days come on one stream; their reader bounds each. */
const ENDLESS = /^(?:\/v[\d.]+)?\/events\b/;

/** The method that Node calls with each new request; not in its types. */
interface Requests {
  addRequest(request: ClientRequest, options: unknown): void;
}

/** An agent whose requests fail once their answer is over the limit. */
export function boundedAgent(protocol: 'http' | 'https', max = MAX_ANSWER_BYTES): http.Agent {
  const agent = protocol === 'https' ? new https.Agent() : new http.Agent();
  const requests = agent as unknown as Requests;
  const addRequest = requests.addRequest.bind(agent);
  requests.addRequest = (request, options) => {
    if (!ENDLESS.test(request.path)) request.once('response', (response) => bound(request, response, max));
    addRequest(request, options);
  };
  return agent;
}

/** Counts what the parser pushes: a listener for `data` would set the answer flowing before its reader is there. */
function bound(request: ClientRequest, response: IncomingMessage, max: number): void {
  const push = response.push.bind(response);
  let bytes = 0;
  response.push = (chunk: Buffer | null, encoding?: BufferEncoding) => {
    bytes += chunk?.length ?? 0;
    if (bytes <= max) return push(chunk, encoding);
    request.destroy(new Error(`the container engine's answer is over ${max / 1024 / 1024} MiB`));
    return false;
  };
}
