/** Listens to an upstream and keeps what it tells; makes calls that keep how they ended. */
import type { WireMap } from '../../../src/mcp/wire/message.ts';
import type { Answer } from '../../../src/mcp/wire/outcome.ts';
import type { PendingCall, Upstream, UpstreamListener } from '../../../src/mcp/upstream/upstream.ts';
import type { Message } from '../worlds/peer.ts';

export class HeardFromUpstream implements UpstreamListener {
  readonly requests: Message[] = [];
  readonly notifications: Message[] = [];
  readonly invalid: string[] = [];
  readonly losses: string[] = [];
  readonly bugs: unknown[] = [];
  /** Who told all that: the upstream itself, whatever it is made of. */
  readonly sources = new Set<Upstream>();

  request(upstream: Upstream, message: WireMap): void {
    this.sources.add(upstream);
    this.requests.push(message);
  }
  notification(upstream: Upstream, method: string, message: WireMap, text: string): void {
    this.sources.add(upstream);
    if (method !== message['method']) throw new Error(`${method} is told for ${String(message['method'])}`);
    this.notifications.push(JSON.parse(text) as Message);
  }
  invalidOutput(upstream: Upstream, line: string): void {
    this.sources.add(upstream);
    this.invalid.push(line);
  }
  lost(upstream: Upstream, reason: string): void {
    this.sources.add(upstream);
    this.losses.push(reason);
  }
  renewed(): void {}
  notRenewed(): void {}
}

/** A call that keeps what became of it. */
export class KeptCall implements PendingCall {
  readonly sessionId = 'ses_1';
  readonly isProbe = false;
  readonly requestId: number;
  readonly answers: Answer[] = [];
  readonly progressed: Message[] = [];

  /** `requestId` is the agent's. */
  constructor(requestId = 1) {
    this.requestId = requestId;
  }
  settle(answer: Answer): void {
    this.answers.push(answer);
  }
  progress(params: WireMap): void {
    this.progressed.push(params);
  }

  /** The result or error of its only answer, or the router's words in place of one. */
  get end(): unknown {
    const [answer] = this.answers;
    if (answer === undefined) return undefined;
    if (answer.kind === 'failed') return answer.error;
    const text = answer.kind === 'small' ? answer.text : Buffer.concat(answer.withId('0')).toString('utf8');
    const { result, error } = JSON.parse(text) as Message;
    return result ?? error;
  }
}
