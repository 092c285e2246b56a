/** Keeps the tools of each instance, for people: what the console shows beside it. */
import { cutText } from '../../kernel/foreign.ts';
import { fetchList } from '../lists/list-fetch.ts';
import type { RouterCore } from '../types/core.ts';
import { stringAt, type WireMap } from '../wire/message.ts';
import type { ServerPool } from '../servers/pool.ts';
import type { Project } from '../projects/project.ts';
import type { ToolSummary } from '../types/server.ts';
import type { Upstream } from '../upstream/upstream.ts';

/** Of a summary; the whole text is in the list itself. */
const MAX_DESCRIPTION_CHARS = 4_000;

export class InstanceTools {
  readonly #core: Pick<RouterCore, 'clock' | 'observer' | 'listDeadlineMs'>;
  readonly #byInstance = new Map<string, readonly ToolSummary[]>();

  constructor(core: Pick<RouterCore, 'clock' | 'observer' | 'listDeadlineMs'>) {
    this.#core = core;
  }

  of(instanceId: string): readonly ToolSummary[] {
    return this.#byInstance.get(instanceId) ?? [];
  }

  forget(instanceId: string): void {
    this.#byInstance.delete(instanceId);
  }

  /** Learns one instance's tools and tells the observer when they are new. Never rejects. */
  async read(upstream: Upstream, pool: ServerPool, project: Project | undefined): Promise<void> {
    const items = await this.#items(upstream, pool, project);
    if (items === undefined || upstream.isLost) return;
    const tools = items.map(summarise);
    if (JSON.stringify(tools) === JSON.stringify(this.#byInstance.get(upstream.id))) return;
    this.#byInstance.set(upstream.id, tools);
    this.#core.observer.toolsChanged(upstream.id, tools);
  }

  /** An instance that nobody has changed has its server's tools, which agents are shown: they are fetched once for both. */
  async #items(
    upstream: Upstream,
    pool: ServerPool,
    project: Project | undefined,
  ): Promise<readonly WireMap[] | undefined> {
    const profile = pool.profileOf(upstream.id);
    if (project !== undefined && profile !== undefined && pool.listSource(profile) === upstream) {
      const list = pool.known.own(profile).lists.tools;
      if (!list.isFresh) await project.refresh(pool, list, 'tools', () => (upstream.isLost ? undefined : upstream));
      return list.isKnown ? list.items : undefined;
    }
    const outcome = await fetchList(this.#core.clock, upstream, 'tools', this.#core.listDeadlineMs * 2);
    return outcome.ok ? outcome.content.items : undefined;
  }
}

function summarise(item: WireMap): ToolSummary {
  const title = stringAt(item, 'title') ?? stringAt(item['annotations'], 'title');
  const description = stringAt(item, 'description');
  return {
    name: stringAt(item, 'name') ?? '',
    ...(title === undefined ? {} : { title: cutText(title) }),
    ...(description === undefined ? {} : { description: cutText(description, MAX_DESCRIPTION_CHARS) }),
  };
}
