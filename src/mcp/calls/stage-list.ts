/** Finds the stages of a project: its owner's, then the router's own. */
import type { Bugs } from '../../kernel/bugs.ts';
import type { WireMap } from '../wire/message.ts';
import type { ListKind } from '../types/lists.ts';
import type { Session } from '../downstream/session.ts';
import type { SessionInfo } from '../types/session.ts';
import { CallStages, type CallStage } from './stages.ts';

/** Decides what a session may see of its project's lists, and so what it may ask for by name. */
export interface ListStage {
  readonly id: string;
  /** `name`: as agents know it; the URI of a resource, the text of a template. `item` is absent where no list has it. */
  sees(session: SessionInfo, kind: ListKind, name: string, item: WireMap | undefined): boolean;
}

export interface ProjectStages {
  readonly calls?: readonly CallStage[];
  readonly lists?: readonly ListStage[];
}

const NONE: readonly CallStage[] = [];
const ALL: readonly ListStage[] = [];

export class StageList {
  readonly #ofProject: ((project: string) => ProjectStages) | undefined;
  readonly #own: readonly CallStage[];
  readonly #bugs: Bugs;
  /** By the array that the owner gives: sorted once for as long as it gives the same. */
  readonly #sorted = new WeakMap<readonly CallStage[], CallStages>();

  /** `own`: stages of every project, after the owner's. */
  constructor(own: readonly CallStage[], bugs: Bugs, ofProject?: (project: string) => ProjectStages) {
    this.#bugs = bugs;
    this.#own = own;
    this.#ofProject = ofProject;
  }

  ofCalls(project: string): CallStages {
    const given = this.#ofProject?.(project).calls ?? NONE;
    let stages = this.#sorted.get(given);
    if (stages === undefined) {
      stages = new CallStages([...given, ...this.#own]);
      this.#sorted.set(given, stages);
    }
    return stages;
  }

  /** Whether anything may be hidden from sessions of the project. */
  hides(project: string): boolean {
    return this.#ofLists(project).length > 0;
  }

  /** When a stage throws, its verdict is unknown: the session does not see the item. */
  sees(session: Session, kind: ListKind, name: string, item: WireMap | undefined): boolean {
    const stages = this.#ofLists(session.project);
    if (stages.length === 0) return true;
    try {
      const { info } = session;
      return stages.every((stage) => stage.sees(info, kind, name, item));
    } catch (error) {
      this.#bugs.report('a stage of a list', error);
      return false;
    }
  }

  #ofLists(project: string): readonly ListStage[] {
    return this.#ofProject?.(project).lists ?? ALL;
  }
}
