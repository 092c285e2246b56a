/** Answers requests of agents from built-in content. Each method says whether it has taken the request. */
import type { CallParts } from '../call-parts.ts';
import type { Incoming } from '../incoming.ts';
import { stringAt } from '../../wire/message.ts';
import { resultLine } from '../../wire/rpc-errors.ts';
import type { Session } from '../../downstream/session.ts';
import { answerText } from '../answer-text.ts';
import { told } from '../told-reply.ts';
import { ToolCall } from '../tool-call.ts';
import { BuiltinCall } from './builtin-call.ts';
import type { BuiltinAnswer, BuiltinListKind, OwnWords } from '../../types/builtin.ts';
import type { Builtin } from './builtin.ts';
import { OWN_SERVER, BuiltinLists } from './builtin-lists.ts';
import type { BuiltinSubscriptions } from './builtin-subscriptions.ts';

/** Names of tools that may stand for another: others are not asked about. */
const STANDING: ReadonlySet<string> = new Set(['use_tool']);

const OPENS_GATE = 'begin_session';

const NO_COMPLETION = '{"completion":{"values":[],"total":0,"hasMore":false}}';

export class BuiltinRequests {
  readonly #parts: CallParts;
  readonly #builtin: Builtin;
  readonly #lists = new BuiltinLists();
  readonly #subscriptions: BuiltinSubscriptions;

  constructor(parts: CallParts, builtin: Builtin, subscriptions: BuiltinSubscriptions) {
    this.#parts = parts;
    this.#builtin = builtin;
    this.#subscriptions = subscriptions;
  }

  instructions(session: Session): OwnWords {
    return this.#builtin.instructions(session);
  }

  resultText({ session, project, view }: Incoming, kind: BuiltinListKind): string {
    return this.#lists.resultText(view, kind, this.#builtin.items(session, project, kind));
  }

  /**
   * Makes of a call the one that it stands for, in place. True when it has been answered instead: it stands for none.
   */
  isAnsweredInstead({ session, project, params, sink, idText }: Incoming): boolean {
    const name = stringAt(params, 'name');
    if (params === undefined || name === undefined || !STANDING.has(name)) return false;
    const other = this.#builtin.standsFor(session, project, name, params['arguments']);
    if (other === undefined) return false;
    if ('answer' in other) {
      sink.send(answerText(idText, other.answer));
      return true;
    }
    params['name'] = other.name;
    params['arguments'] = other.args;
    return false;
  }

  /** A tool's call, a prompt, or the completion of a prompt's arguments. */
  named(incoming: Incoming, name: string): boolean {
    if (incoming.method === 'tools/call') return this.#call(incoming, name);
    if (incoming.method === 'completion/complete') return this.#complete(incoming, 'prompts', name);
    if (incoming.method !== 'prompts/get') return false;
    const { session, project, params } = incoming;
    const args = params?.['arguments'];
    const fetched = this.#builtin.fetchPrompt(session, project, name, args);
    if (fetched === undefined) return answered(incoming, this.#builtin.getPrompt(session, project, name, args));
    new BuiltinCall(this.#parts.core.bugs, incoming).start(fetched);
    return true;
  }

  read(incoming: Incoming): boolean {
    const uri = stringAt(incoming.params, 'uri');
    if (uri === undefined) return false;
    const { session, project } = incoming;
    const seen = told(this.#parts.core.observer, incoming, 'read');
    const fetched = this.#builtin.fetchResource(session, project, uri);
    if (fetched === undefined) return answered(seen, this.#builtin.readResource(session, project, uri));
    new BuiltinCall(this.#parts.core.bugs, seen).start(fetched);
    return true;
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
    if (this.#lists.has(this.#builtin.items(session, project, 'resources'), 'resources', uri)) return true;
    if (view.routeUri(uri) !== undefined) return false;
    const answer = this.#builtin.readResource(session, project, uri);
    return answer !== undefined && 'result' in answer;
  }

  #complete(incoming: Incoming, kind: BuiltinListKind, key: string): boolean {
    const items = this.#builtin.items(incoming.session, incoming.project, kind);
    if (!this.#lists.has(items, kind, key)) return false;
    incoming.sink.send(resultLine(incoming.idText, NO_COMPLETION));
    return true;
  }

  #call(incoming: Incoming, name: string): boolean {
    const { session, project, params } = incoming;
    const call = new ToolCall(this.#parts, incoming, OWN_SERVER, { name });
    const answer = this.#builtin.callTool(session, project, name, params?.['arguments']);
    if (answer === undefined) return false;
    // What it answers is all that a gated session gets of prompts.
    const seen = name === OPENS_GATE ? told(this.#parts.core.observer, incoming, 'begin_session') : incoming;
    new BuiltinCall(this.#parts.core.bugs, seen, call).start(answer);
    return true;
  }
}

function answered(incoming: Incoming, answer: BuiltinAnswer | undefined): boolean {
  if (answer === undefined) return false;
  incoming.sink.send(answerText(incoming.idText, answer));
  return true;
}
