/** Holds the current view and tells its listeners what changed, gathered in batches. */
import { guarded, type Bugs } from '../../kernel/bugs.ts';
import type { Clock, Timer } from '../../kernel/clock.ts';
import type { EngineInfo, EngineView, ViewKind, ViewPatch, ViewRows } from './view.ts';

/** Every kind of row, in the order in which a whole view is sent. */
export const viewKinds = Object.keys({
  projects: 0,
  servers: 0,
  instances: 0,
  sessions: 0,
  endedSessions: 0,
  upstreams: 0,
  agents: 0,
  prompts: 0,
  personalities: 0,
  skills: 0,
  proposals: 0,
  secrets: 0,
} satisfies Record<ViewKind, 0>) as readonly ViewKind[];

/** Applies patches to a view; the view that was given stays as it is. Pure. */
export function applyPatches(view: EngineView, patches: readonly ViewPatch[]): EngineView {
  let next: EngineView = view;
  const copied = new Set<string>();
  for (const patch of patches) {
    switch (patch.op) {
      case 'info':
        next = { ...next, info: patch.value };
        break;
      case 'audit':
        next = { ...next, audit: patch.value };
        break;
      case 'put':
      case 'delete': {
        if (!copied.has(patch.kind)) next = { ...next, [patch.kind]: new Map<string, unknown>(next[patch.kind]) };
        copied.add(patch.kind);
        // The copy made above is this call's own until it is handed out.
        const rows = next[patch.kind] as Map<string, unknown>;
        if (patch.op === 'put') rows.set(patch.value.id, patch.value);
        else rows.delete(patch.id);
        break;
      }
    }
  }
  return next;
}

/** The whole view as patches on an empty one: what a new channel sends first. */
export function viewAsPatches(view: EngineView): readonly ViewPatch[] {
  const rows = viewKinds.flatMap((kind) =>
    [...view[kind].values()].map((value) => ({ op: 'put', kind, value }) as ViewPatch),
  );
  return [{ op: 'info', value: view.info }, { op: 'audit', value: view.audit }, ...rows];
}

/** A view without rows. */
export function emptyView(info: EngineInfo, audit: EngineView['audit']): EngineView {
  const maps: unknown = Object.fromEntries(viewKinds.map((kind) => [kind, new Map()]));
  return { ...(maps as { [K in ViewKind]: ReadonlyMap<string, ViewRows[K]> }), info, audit };
}

/** The patches of a thing by the time they are sent. */
type Make = () => ViewPatch | readonly ViewPatch[] | undefined;

type Listener = (view: EngineView, patches: readonly ViewPatch[]) => void;

/** Milliseconds during which changes gather: a person sees no difference, a busy engine saves work. */
const GATHER_MS = 50;

export class ViewState {
  #view: EngineView;
  readonly #clock: Clock;
  readonly #bugs: Bugs;
  readonly #listeners = new Set<Listener>();
  /** The newest patch of each thing, in the order of first change. */
  #pending = new Map<string, Make>();
  #timer: Timer | undefined;

  constructor(first: EngineView, clock: Clock, bugs: Bugs) {
    this.#view = first;
    this.#clock = clock;
    this.#bugs = bugs;
  }

  get view(): EngineView {
    this.flush();
    return this.#view;
  }

  /** `make` runs when the batch goes out, so that a thing that changes often is built once. */
  mark(key: string, make: Make): void {
    this.#pending.set(key, make);
    this.#timer ??= this.#clock.after(GATHER_MS, () => this.flush(), { unref: true });
  }

  flush(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
    if (this.#pending.size === 0) return;
    const makers = [...this.#pending.values()];
    this.#pending = new Map();
    const patches = makers.flatMap((make) => this.#made(make) ?? []);
    if (patches.length === 0) return;
    this.#view = applyPatches(this.#view, patches);
    for (const listener of this.#listeners)
      guarded('a listener of the view', this.#bugs, listener)(this.#view, patches);
  }

  /** A row that cannot be made stays as it was shown last. */
  #made(make: Make): ReturnType<Make> {
    try {
      return make();
    } catch (error) {
      this.#bugs.report('a row of the view', error);
      return undefined;
    }
  }

  subscribe(listener: Listener): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }
}
