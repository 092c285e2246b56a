/** Finds the stages of a session: its project's owner's, then the router's own. */
import type { Bugs } from '../../kernel/bugs.ts';
import type { WireMap } from '../wire/message.ts';
import type { ListKind } from '../types/lists.ts';
import type { Session } from '../downstream/session.ts';
import type { SessionInfo } from '../types/session.ts';
import type { ResultStage } from './result-stage.ts';
import { CallStages, type CallStage, type CallingSession } from './stages.ts';

/** Decides what a session may see of its project's lists, and so what it may ask for by name. */
export interface ListStage {
  readonly id: string;
  /**
   * `name`: as agents know it; the URI of a resource, the text of a template. `item` is absent where no list has it, `server`
   * where it is mcptui's own or no table names one.
   */
  sees(session: SessionInfo, kind: ListKind, name: string, item: WireMap | undefined, server?: string): boolean;
  /** What it hides may be asked for by name all the same. Default: it may not. */
  readonly isHidingOnly?: boolean;
}

export interface ProjectStages {
  readonly calls?: readonly CallStage[];
  readonly lists?: readonly ListStage[];
  /** Whether the session may send a server anything but calls of its tools, which stages judge. Default: it may. */
  readonly reaches?: (session: SessionInfo, server: string) => boolean;
  /** Gives something else in the place of long results. */
  readonly results?: ResultStage;
}

interface ListedItem {
  readonly name: string;
  readonly item: WireMap | undefined;
  readonly server: string | undefined;
}

const NONE: readonly CallStage[] = [];
const ALL: readonly ListStage[] = [];

/** Stages of a session of the project. Asked often: it gives the same arrays while nothing changes. */
export type StagesOf = (project: string, session: CallingSession) => ProjectStages;

export class StageList {
  readonly #of: StagesOf | undefined;
  readonly #own: readonly CallStage[];
  readonly #bugs: Bugs;
  /** By the array that the owner gives: sorted once for as long as it gives the same. */
  readonly #sorted = new WeakMap<readonly CallStage[], CallStages>();

  /** `own`: stages of every project, after the owner's. */
  constructor(own: readonly CallStage[], bugs: Bugs, of?: StagesOf) {
    this.#bugs = bugs;
    this.#own = own;
    this.#of = of;
  }

  ofCalls(session: Session): CallStages {
    const given = this.#of?.(session.project, session).calls ?? NONE;
    let stages = this.#sorted.get(given);
    if (stages === undefined) {
      stages = new CallStages([...given, ...this.#own]);
      this.#sorted.set(given, stages);
    }
    return stages;
  }

  ofResults(session: Session): ResultStage | undefined {
    return this.#of?.(session.project, session).results;
  }

  /** Whether anything may be hidden from the session. */
  hides(session: Session): boolean {
    return this.#ofLists(session).length > 0;
  }

  reaches(session: Session, server: string): boolean {
    const reaches = this.#of?.(session.project, session).reaches;
    try {
      return reaches?.(session.info, server) ?? true;
    } catch (error) {
      this.#bugs.report('whether a session reaches a server', error);
      return false;
    }
  }

  /** When a stage throws, its verdict is unknown: the session does not see the item. */
  sees(session: Session, kind: ListKind, name: string, item: WireMap | undefined, server?: string): boolean {
    return this.#allow(this.#ofLists(session), session, kind, { name, item, server });
  }

  /** Whether the session may ask for it by name. */
  mayAskFor(session: Session, kind: ListKind, name: string, item: WireMap | undefined, server?: string): boolean {
    const strict = this.#ofLists(session).filter((stage) => stage.isHidingOnly !== true);
    return this.#allow(strict, session, kind, { name, item, server });
  }

  #allow(stages: readonly ListStage[], session: Session, kind: ListKind, { name, item, server }: ListedItem): boolean {
    if (stages.length === 0) return true;
    try {
      const { info } = session;
      return stages.every((stage) => stage.sees(info, kind, name, item, server));
    } catch (error) {
      this.#bugs.report('a stage of a list', error);
      return false;
    }
  }

  #ofLists(session: Session): readonly ListStage[] {
    return this.#of?.(session.project, session).lists ?? ALL;
  }
}
