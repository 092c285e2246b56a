/** Requests of agents that built-in content answers. Each method says whether it has taken the request. */
import { unawaited } from '../../../kernel/unawaited.ts';
import type { CallParts } from '../call-parts.ts';
import { goOn, type Incoming } from '../incoming.ts';
import { stringAt, type WireId } from '../../wire/message.ts';
import { errorLine, resultLine } from '../../wire/rpc-errors.ts';
import type { Session } from '../../downstream/session.ts';
import { failureOfMessage } from '../../wire/call-failure.ts';
import { Trace, tracedArguments } from '../tracing.ts';
import type { BuiltinAnswer, BuiltinListKind } from '../../types/builtin.ts';
import type { Builtin } from './builtin.ts';
import { OWN_SERVER, BuiltinLists } from './builtin-lists.ts';
import type { BuiltinSubscriptions } from './builtin-subscriptions.ts';

const NO_COMPLETION = '{"completion":{"values":[],"total":0,"hasMore":false}}';

export class BuiltinRequests {
  readonly #parts: CallParts;
  readonly #own: Builtin;
  readonly #lists = new BuiltinLists();
  readonly #subscriptions: BuiltinSubscriptions;

  constructor(parts: CallParts, own: Builtin, subscriptions: BuiltinSubscriptions) {
    this.#parts = parts;
    this.#own = own;
    this.#subscriptions = subscriptions;
  }

  instructions(session: Session): string {
    return this.#own.instructions(session);
  }

  resultText({ session, project, view }: Incoming, kind: BuiltinListKind): string {
    return this.#lists.resultText(view, kind, this.#own.items(session, project, kind));
  }

  /** A tool's call, a prompt, or the completion of a prompt's arguments. */
  named(incoming: Incoming, name: string): boolean {
    if (incoming.method === 'tools/call') return this.#call(incoming, name);
    if (incoming.method === 'completion/complete') return this.#complete(incoming, 'prompts', name);
    if (incoming.method !== 'prompts/get') return false;
    const { session, project, params } = incoming;
    return answered(incoming, this.#own.getPrompt(session, project, name, params?.['arguments']));
  }

  read(incoming: Incoming): boolean {
    const uri = stringAt(incoming.params, 'uri');
    if (uri === undefined) return false;
    return answered(incoming, this.#own.readResource(incoming.session, incoming.project, uri));
  }

  completeUri(incoming: Incoming, uri: string | undefined): boolean {
    return uri !== undefined && this.#complete(incoming, 'resources', uri);
  }

  /** `resources/subscribe` and `resources/unsubscribe`. */
  subscribe(incoming: Incoming): boolean {
    const { session, project, method, params, sink, idText } = incoming;
    const uri = stringAt(params, 'uri');
    if (uri === undefined || project.transparent !== undefined) return false;
    if (method === 'resources/unsubscribe') {
      if (!this.#subscriptions.has(session, uri)) return false;
      this.#subscriptions.remove(session, uri);
    } else {
      if (!this.#isReadable(incoming, uri)) return false;
      this.#subscriptions.add(session, uri);
    }
    sink.send(resultLine(idText, '{}'));
    return true;
  }

  /** A URI that no list names may be ours as well, such as that of a proposal which has been decided. */
  #isReadable({ session, project, view }: Incoming, uri: string): boolean {
    if (this.#lists.has(this.#own.items(session, project, 'resources'), 'resources', uri)) return true;
    if (view.routeUri(uri) !== undefined) return false;
    const answer = this.#own.readResource(session, project, uri);
    return answer !== undefined && 'result' in answer;
  }

  #complete(incoming: Incoming, kind: BuiltinListKind, key: string): boolean {
    const items = this.#own.items(incoming.session, incoming.project, kind);
    if (!this.#lists.has(items, kind, key)) return false;
    incoming.sink.send(resultLine(incoming.idText, NO_COMPLETION));
    return true;
  }

  #call(incoming: Incoming, tool: string): boolean {
    const { session, project, message, params, bytes, sink } = incoming;
    const { core } = this.#parts;
    const args = tracedArguments(params, core.maxTracedArgumentBytes, bytes);
    const trace = new Trace(this.#parts, session, { server: OWN_SERVER, tool, bytes, ...args });
    const answer = this.#own.callTool(session, project, tool, params?.['arguments']);
    if (answer === undefined) return false;
    const id = message['id'] as WireId;
    let isCancelled = false;
    session.inFlight.set(id, {
      cancel(reason) {
        isCancelled = true;
        sink.skip?.();
        trace.end('cancelled', { bytes: 0, ...(reason === undefined ? {} : { error: reason }) });
        session.settled(id);
      },
    });
    const tell = (ended: BuiltinAnswer): void => {
      if (isCancelled) return;
      const line = lineOf(incoming, ended);
      sink.send(line);
      const failure = failureOfMessage('error' in ended ? { error: ended.error } : { result: ended.result });
      const end = { bytes: Buffer.byteLength(line) };
      if (failure === undefined) trace.end('ok', end);
      else trace.end(failure.outcome, { ...end, error: failure.error });
      session.settled(id);
    };
    unawaited(
      answer.then((ended) => goOn(incoming, core.bugs, () => tell(ended))),
      (error) => core.bugs.report('built-in content', error),
    );
    return true;
  }
}

function answered(incoming: Incoming, answer: BuiltinAnswer | undefined): boolean {
  if (answer === undefined) return false;
  incoming.sink.send(lineOf(incoming, answer));
  return true;
}

function lineOf({ idText }: Incoming, answer: BuiltinAnswer): string {
  return 'error' in answer ? errorLine(idText, answer.error) : resultLine(idText, JSON.stringify(answer.result));
}
