/** Tells the observer what an agent gets of lists, instructions and prompts: after the answer has left, and of results alone. */
import type { RouterObserver, SawRecord } from '../types/observer.ts';
import { decodeParts } from '../wire/framing.ts';
import { membersOf } from '../wire/json-source.ts';
import { stringAt } from '../wire/message.ts';
import type { ReplySink } from '../wire/reply-sink.ts';
import type { Incoming } from './incoming.ts';

/** Longer answers are told without their text: nobody waits while it is looked through. */
export const MAX_TOLD_BYTES = 4 * 1024 * 1024;

/** The same request, whose answer is told. */
export function told(observer: RouterObserver, incoming: Incoming, what: SawRecord['what']): Incoming {
  if (observer.agentSaw === undefined || incoming.session.identity.operator !== undefined) return incoming;
  return { ...incoming, sink: new ToldReply(observer, incoming, what) };
}

class ToldReply implements ReplySink {
  readonly #observer: RouterObserver;
  readonly #incoming: Incoming;
  readonly #what: SawRecord['what'];
  /** As asked for: a server's own name takes its place in the request. */
  readonly #name: string | undefined;

  constructor(observer: RouterObserver, incoming: Incoming, what: SawRecord['what']) {
    this.#observer = observer;
    this.#incoming = incoming;
    this.#what = what;
    const key = what === 'prompt' ? 'name' : what === 'read' ? 'uri' : undefined;
    this.#name = key === undefined ? undefined : stringAt(incoming.params, key);
  }

  send(answer: string | readonly Buffer[]): void {
    this.#incoming.sink.send(answer);
    queueMicrotask(() => this.#tell(answer));
  }

  skip(): void {
    this.#incoming.sink.skip?.();
  }

  #tell(answer: string | readonly Buffer[]): void {
    const { session, sink, idText } = this.#incoming;
    const bytes = bytesOf(answer);
    const text = bytes > MAX_TOLD_BYTES ? undefined : resultIn(decoded(answer), idText);
    // An error shows nothing.
    if (text === undefined && bytes <= MAX_TOLD_BYTES) return;
    this.#observer.agentSaw?.({
      sessionId: session.id,
      session: () => session.info,
      what: this.#what,
      ...(this.#name === undefined ? {} : { name: this.#name }),
      bytes,
      ...(text === undefined ? {} : { text }),
      sent: () => resultOf(decoded(sink.written?.(answer) ?? answer)) ?? text ?? '',
    });
  }
}

function bytesOf(answer: string | readonly Buffer[]): number {
  return typeof answer === 'string' ? answer.length : answer.reduce((sum, { length }) => sum + length, 0);
}

function decoded(answer: string | readonly Buffer[]): string {
  return typeof answer === 'string' ? answer : decodeParts(answer, bytesOf(answer));
}

/** The result in a line of the router's own making, found without reading it. */
function resultIn(line: string, idText: string): string | undefined {
  const head = `{"jsonrpc":"2.0","id":${idText},"result":`;
  if (line.startsWith(head)) return line.slice(head.length, -1);
  const [begin, end] = ['{"result":', `,"jsonrpc":"2.0","id":${idText}}`];
  return line.startsWith(begin) && line.endsWith(end) ? line.slice(begin.length, -end.length) : undefined;
}

/** The same in any line. */
function resultOf(line: string): string | undefined {
  const at = membersOf(line)?.findLast(({ key }) => key === 'result');
  return at === undefined ? undefined : line.slice(at.start, at.end);
}
