/** Wires pages into a running engine: which answers come in pages, who reads them, what is kept. */
import { BoundedMap } from '../../kernel/bounded-map.ts';
import type { Clock } from '../../kernel/clock.ts';
import type { Logger } from '../../kernel/log.ts';
import type { LongResult, ResultStage } from '../../mcp/index.ts';
import type { Router } from '../../mcp/router/types.ts';
import type { Shape } from '../../store/schema/index.ts';
import type { Database } from '../../store/types.ts';
import type { SystemText } from '../content/system-rules.ts';
import type { WaitingAsker } from '../models/model-turns.ts';
import type { Masker } from '../secrets/masker.ts';
import { DiskPageStore } from './disk-page-store.ts';
import { PageCutter } from './page-cutter.ts';
import { PageModels } from './page-models.ts';
import { PageReader } from './page-reader.ts';
import type { ModelPolicy } from '../models/model-book.ts';
import { PageRules, type Pipeline } from './page-rules.ts';
import { SavedBySession } from './page-savings.ts';
import { pageStage } from './page-stage.ts';
import { PageTool } from './page-tool.ts';

export interface EnginePagesParts {
  readonly clock: Clock;
  readonly db: Database<Shape>;
  readonly logger: Logger;
  readonly masker: Masker;
  readonly router: () => Router;
  readonly models: WaitingAsker;
  /** What models are told. */
  readonly told: SystemText;
  /** Where whole answers are kept; absent = nowhere, and no answer comes in pages. */
  readonly pagesFolder?: string | undefined;
}

const QUIET_MS = 60_000;

export class EnginePages {
  readonly tool: PageTool;
  readonly reader: PageReader;
  readonly saved: SavedBySession;
  readonly #p: EnginePagesParts;
  readonly #rules: PageRules;
  readonly #store: DiskPageStore | undefined;
  readonly #cutter: PageCutter;
  readonly #models: PageModels | undefined;
  readonly #stages = new WeakMap<Pipeline, ResultStage>();
  /** What was kept of projects that are gone is removed. */
  #forgotten: Promise<unknown> = Promise.resolve();
  readonly #quietUntil = new BoundedMap<string, number>(1_000);
  /** As agents were told of them. */
  #names: ReturnType<PageRules['names']> = { all: new Set(), paged: new Set() };

  constructor(parts: EnginePagesParts) {
    const { clock, db, logger, pagesFolder: folder } = parts;
    this.#p = parts;
    this.#rules = new PageRules(db);
    const failed = (error: string): void => logger.warn({ error }, 'long answers cannot be kept');
    this.#store = folder === undefined ? undefined : new DiskPageStore({ folder, clock, failed });
    this.#cutter = new PageCutter({ clock });
    const mask = (text: string): string => parts.masker.mask(text);
    const policyOf = (project: string): ModelPolicy => this.#rules.modelsOf(project);
    this.#models = this.#store && new PageModels({ ...parts, store: this.#store, mask, policyOf });
    this.reader = new PageReader(this.#store);
    this.saved = new SavedBySession(parts);
    const { reader, saved } = this;
    this.tool = new PageTool({ reader, saved, isPaged: (project) => this.#pipeline(project) !== undefined });
  }

  start(): void {
    this.#names = this.#rules.names();
    this.saved.start();
  }

  /** What comes in the place of a session's long results; undefined where all pass as they come. */
  stageOf(project: string, operator: string | undefined): ResultStage | undefined {
    const [store, models] = [this.#store, this.#models];
    const pipeline = operator === undefined ? this.#pipeline(project) : undefined;
    if (store === undefined || models === undefined || pipeline === undefined) return undefined;
    let stage = this.#stages.get(pipeline);
    if (stage === undefined) {
      const { saved } = this;
      const { clock } = this.#p;
      const secrets = (): ReadonlyMap<string, string> => this.#p.masker.forms;
      const failed = (result: LongResult, reason: string): void => this.#failed(result, reason);
      stage = pageStage({ clock, cutter: this.#cutter, store, models, saved, secrets, failed }, pipeline);
      this.#stages.set(pipeline, stage);
    }
    return stage;
  }

  /** Projects may have a pipeline now, or none, or be gone with all that was kept of them. */
  changed(): void {
    const before = this.#names;
    this.#names = this.#rules.names();
    const { all, paged } = this.#names;
    const gone = [...before.all].filter((project) => !all.has(project));
    for (const project of gone) this.#forgotten = Promise.all([this.#forgotten, this.#store?.forget(project)]);
    const names = [...before.paged, ...paged];
    const differing = new Set(names.filter((name) => before.paged.has(name) !== paged.has(name)));
    if (differing.size > 0) this.#p.router().agents.builtinChanged(['tools'], ({ project }) => differing.has(project));
  }

  async close(): Promise<void> {
    await Promise.all([this.#cutter.close(), this.#forgotten, this.saved.close()]);
  }

  #pipeline(project: string): Pipeline | undefined {
    return this.#store === undefined ? undefined : this.#rules.of(project);
  }

  /** Calls of tools say it in their own trace; of resources and tasks the audit is told once a minute. */
  #failed({ server, method, project, session, isTraced }: LongResult, reason: string): void {
    const now = this.#p.clock.monotonicMs();
    if (isTraced || now < (this.#quietUntil.get(server) ?? 0)) return;
    this.#quietUntil.set(server, now + QUIET_MS);
    this.#p.db.record({
      kind: 'pages_failed',
      actor: 'engine',
      target: `server/${server}`,
      outcome: 'error',
      session: session.id,
      message: `${method === 'tools/call' ? 'what a task resulted in' : 'a resource'} was given whole: ${this.#p.masker.cut(reason)}`,
      detail: { project },
    });
  }
}
