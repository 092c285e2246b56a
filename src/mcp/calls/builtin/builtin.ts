/** Own content as the router asks for it: nothing in a transparent project, and a fault in it is an error to one agent. */
import type { Json, JsonObject } from '../../../kernel/json.ts';
import type { Bugs } from '../../../kernel/bugs.ts';
import type { Project } from '../../projects/project.ts';
import { RPC } from '../../wire/rpc-errors.ts';
import type { Session } from '../../downstream/session.ts';
import type { OwnAnswer, OwnContent, OwnListKind } from '../../types.ts';

const NOTHING: readonly JsonObject[] = Object.freeze([]);
const FAULT: OwnAnswer = { error: { code: RPC.internalError, message: 'mcptui failed to answer; its log says why' } };

export class Own {
  readonly #content: OwnContent | undefined;
  readonly #bugs: Bugs;

  constructor(content: OwnContent | undefined, bugs: Bugs) {
    this.#content = content;
    this.#bugs = bugs;
  }

  instructions(session: Session): string {
    return this.#guard('', () => this.#content?.instructions(session.info) ?? '').trim();
  }

  items(session: Session, project: Project, kind: OwnListKind): readonly JsonObject[] {
    return this.#guard(NOTHING, () => this.#offered(project)?.list(session.info, kind) ?? NOTHING);
  }

  /** `undefined` when it is not ours. Never rejects. */
  callTool(session: Session, project: Project, name: string, args: unknown): Promise<OwnAnswer> | undefined {
    const answer = this.#guard(Promise.resolve(FAULT), () =>
      this.#offered(project)?.callTool(session.info, name, args as Json | undefined),
    );
    return answer?.catch((error: unknown) => {
      this.#bugs.report('own content', error);
      return FAULT;
    });
  }

  getPrompt(session: Session, project: Project, name: string, args: unknown): OwnAnswer | undefined {
    return this.#guard(FAULT, () => this.#offered(project)?.getPrompt(session.info, name, args as Json | undefined));
  }

  readResource(session: Session, project: Project, uri: string): OwnAnswer | undefined {
    return this.#guard(FAULT, () => this.#offered(project)?.readResource(session.info, uri));
  }

  #offered(project: Project): OwnContent | undefined {
    return project.transparent === undefined ? this.#content : undefined;
  }

  #guard<T>(fallback: T, work: () => T): T {
    try {
      return work();
    } catch (error) {
      this.#bugs.report('own content', error);
      return fallback;
    }
  }
}
