/** Serves an engine to one principal: its commands, and the view and events with what it may see. */
import type { Engine } from '../engine-api.ts';
import type { LocalEngine } from '../engine.ts';
import { applyPatches } from '../views/view-state.ts';
import type { EngineView, ViewPatch } from '../views/view.ts';
import { OPERATOR, type Principal } from './need.ts';
import type { Looked } from './unmoved.ts';
import { patchesBetween, seenPatches, seenView } from './seen-view.ts';

export interface Served extends Pick<Engine, 'commands' | 'view' | 'subscribe' | 'onEvents'> {
  readonly principal: Principal;
  /** The rows of a collection as they are, for a change of them alone. */
  lookAt(collection: Looked['collection']): Looked;
  /** Called with the kinds of events that have come, also of those that the principal may not see: something may be new. */
  onKinds(listener: (kinds: ReadonlySet<string>) => void): () => void;
}

/** `actor` is who the journal names. */
export function serve(engine: LocalEngine, principal: Principal, actor: string): Served {
  const raw = engine.commandsFor(actor, principal);
  const look: Served['lookAt'] = (collection) => engine.rights.lookAt(collection);
  const onKinds: Served['onKinds'] = (listener) =>
    engine.onEvents((events) => listener(new Set(events.map(({ kind }) => kind))));
  if (principal.subject === OPERATOR.subject) {
    return {
      principal,
      commands: raw,
      view: () => engine.view(),
      subscribe: (listener) => engine.subscribe(listener),
      onEvents: (listener) => engine.onEvents(listener),
      onKinds,
      lookAt: look,
    };
  }
  const { rights } = engine;
  const sees = rights.seesAs(principal);
  const { meant } = rights;
  return {
    principal,
    onKinds,
    lookAt: look,
    commands: rights.guarded(raw, principal),
    view: () => seenView(meant, sees, engine.view()),
    subscribe: (listener) => {
      let { policyId } = rights.rights;
      let shown = seenView(meant, sees, engine.view());
      return engine.subscribe((view, patches) => {
        const isOther = policyId !== rights.rights.policyId;
        ({ policyId } = rights.rights);
        const seen = isOther ? afterChange(shown, seenView(meant, sees, view)) : seenPatches(meant, sees, patches);
        shown = applyPatches(shown, seen);
        listener(shown, seen);
      });
    },
    onEvents: (listener) =>
      engine.onEvents((events) => {
        const seen = events.filter((event) => sees([meant.event(event)]));
        if (seen.length > 0) listener(seen);
      }),
  };
}

function afterChange(before: EngineView, after: EngineView): readonly ViewPatch[] {
  const facts: readonly ViewPatch[] = [
    { op: 'info', value: after.info },
    { op: 'audit', value: after.audit },
  ];
  return [...facts, ...patchesBetween(before, after)];
}
