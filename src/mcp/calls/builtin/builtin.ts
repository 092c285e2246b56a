/**
 * Asks for built-in content on behalf of the router: there is none in a transparent project, and a fault in it is an
 * error to one agent.
 */
import type { Json, JsonObject } from '../../../kernel/json.ts';
import type { Bugs } from '../../../kernel/bugs.ts';
import type { Project } from '../../projects/project.ts';
import { RPC } from '../../wire/rpc-errors.ts';
import type { Session } from '../../downstream/session.ts';
import type { BuiltinAnswer, BuiltinContent, BuiltinListKind, OwnWords, StoodFor } from '../../types/builtin.ts';

const NOTHING: readonly JsonObject[] = Object.freeze([]);
const FAULT: BuiltinAnswer = {
  error: { code: RPC.internalError, message: 'mcptui failed to answer; its log says why' },
};

export class Builtin {
  readonly #content: BuiltinContent | undefined;
  readonly #bugs: Bugs;

  constructor(content: BuiltinContent | undefined, bugs: Bugs) {
    this.#content = content;
    this.#bugs = bugs;
  }

  instructions(session: Session): OwnWords {
    return this.#guard({ text: '', servers: true }, () => {
      const { info } = session;
      const text = this.#content?.instructions(info).trim() ?? '';
      return { text, servers: this.#content?.letsServersSpeak?.(info) ?? true };
    });
  }

  /** Undefined: the call is that of the tool that it names. */
  standsFor(session: Session, project: Project, name: string, args: unknown): StoodFor | undefined {
    const fault: StoodFor = { answer: FAULT };
    return this.#guard<StoodFor | undefined>(fault, () =>
      this.#offered(project)?.standsFor?.(session.info, name, args as Json | undefined),
    );
  }

  items(session: Session, project: Project, kind: BuiltinListKind): readonly JsonObject[] {
    return this.#guard(NOTHING, () => this.#offered(project)?.list(session.info, kind) ?? NOTHING);
  }

  /** `undefined` when it is not ours. Never rejects. */
  callTool(session: Session, project: Project, name: string, args: unknown): Promise<BuiltinAnswer> | undefined {
    const answer = this.#guard(Promise.resolve(FAULT), () =>
      this.#offered(project)?.callTool(session.info, name, args as Json | undefined),
    );
    return answer?.catch(this.#fault);
  }

  /** `undefined` when it is not one of ours that have to be fetched. Never rejects. */
  fetchResource(session: Session, project: Project, uri: string): Promise<BuiltinAnswer> | undefined {
    const fetched = this.#guard(Promise.resolve(FAULT), () =>
      this.#offered(project)?.fetchResource?.(session.info, uri),
    );
    return fetched?.catch(this.#fault);
  }

  /** The same of a prompt. */
  fetchPrompt(session: Session, project: Project, name: string, args: unknown): Promise<BuiltinAnswer> | undefined {
    const fetched = this.#guard(Promise.resolve(FAULT), () =>
      this.#offered(project)?.fetchPrompt?.(session.info, name, args as Json | undefined),
    );
    return fetched?.catch(this.#fault);
  }

  getPrompt(session: Session, project: Project, name: string, args: unknown): BuiltinAnswer | undefined {
    return this.#guard(FAULT, () => this.#offered(project)?.getPrompt(session.info, name, args as Json | undefined));
  }

  readResource(session: Session, project: Project, uri: string): BuiltinAnswer | undefined {
    return this.#guard(FAULT, () => this.#offered(project)?.readResource(session.info, uri));
  }

  readonly #fault = (error: unknown): BuiltinAnswer => {
    this.#bugs.report('built-in content', error);
    return FAULT;
  };

  #offered(project: Project): BuiltinContent | undefined {
    return project.transparent === undefined ? this.#content : undefined;
  }

  #guard<T>(fallback: T, work: () => T): T {
    try {
      return work();
    } catch (error) {
      this.#bugs.report('built-in content', error);
      return fallback;
    }
  }
}
