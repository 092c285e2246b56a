/** Builds the `upstreams` rows of the view from what the router holds of each server, once a second. */
import type { Clock, Timer } from '../../kernel/clock.ts';
import { defined } from '../../kernel/defined.ts';
import type { Router, UpstreamState } from '../../mcp/index.ts';
import type { Server } from '../../store/schema/server.ts';
import { isolationOf } from '../servers/isolation.ts';
import { healths } from '../instances/phase.ts';
import type { InstanceView, UpstreamView } from '../views/view.ts';
import type { ViewState } from '../views/view-state.ts';
import type { CallFigures, UpstreamStats } from './upstream-stats.ts';

/** A row changes at most this often. */
const LOOK_MS = 1000;

export interface UpstreamRowsParts {
  readonly clock: Clock;
  readonly router: Router;
  readonly stats: UpstreamStats;
  readonly servers: () => readonly Server[];
  readonly state: ViewState;
}

export class UpstreamRows {
  readonly #p: UpstreamRowsParts;
  /** What was told of each, as text. */
  readonly #told = new Map<string, string>();
  #timer: Timer | undefined;

  constructor(parts: UpstreamRowsParts) {
    this.#p = parts;
  }

  start(): void {
    this.look();
    this.#timer = this.#p.clock.after(LOOK_MS, () => this.start(), { unref: true });
  }

  close(): void {
    this.#timer?.cancel();
  }

  /** Tells what differs from what was told. */
  look(): void {
    const { router, servers, stats, state } = this.#p;
    const upstreams = new Map(router.operators.upstreams().map((upstream) => [upstream.server, upstream]));
    const all = servers();
    stats.keep(new Set(all.map(({ name }) => name)));
    const gone = new Set(this.#told.keys());
    for (const server of all) {
      const upstream = upstreams.get(server.name);
      if (upstream === undefined) continue;
      gone.delete(server.id);
      const running = [...state.view.instances.values()].filter(
        ({ serverId, phase }) => serverId === server.id && phase === 'running',
      );
      const value = { ...upstreamView(server, upstream, stats.of(server.name)), ...worst(running) };
      const text = JSON.stringify(value);
      if (text === this.#told.get(server.id)) continue;
      this.#told.set(server.id, text);
      state.mark(`upstream/${server.id}`, () => ({ op: 'put', kind: 'upstreams', value }));
    }
    for (const id of gone) {
      this.#told.delete(id);
      state.mark(`upstream/${id}`, () => ({ op: 'delete', kind: 'upstreams', id }));
    }
  }
}

function upstreamView(server: Server, upstream: UpstreamState, figures: CallFigures): UpstreamView {
  const { instances, down, tools, list } = upstream;
  return {
    id: server.id,
    server: server.name,
    project: upstream.project,
    state: down === undefined ? 'ready' : down.state,
    ...(down === undefined ? {} : { reason: down.reason }),
    isolation: isolationOf(server),
    instances,
    ...(tools === undefined ? {} : { tools }),
    ...(upstream.declared === undefined ? {} : { declared: upstream.declared }),
    ...(upstream.undeclared === undefined ? {} : { undeclared: upstream.undeclared }),
    // To the second: the clocks that these come from differ by a hair each time.
    list: {
      ...(list.fetchedAt === undefined ? {} : { fetchedAt: toSecond(list.fetchedAt) }),
      ...(list.freshUntil === undefined ? {} : { freshUntil: toSecond(list.freshUntil) }),
      ...(list.failure === undefined ? {} : { failure: list.failure }),
    },
    ...figures,
  };
}

function worst(instances: readonly InstanceView[]): Pick<UpstreamView, 'health' | 'healthReason'> {
  const [bad] = instances.toSorted((a, b) => healths.indexOf(a.health) - healths.indexOf(b.health));
  return bad === undefined ? {} : defined({ health: bad.health, healthReason: bad.healthReason });
}

const toSecond = (at: number): number => Math.round(at / 1000) * 1000;
