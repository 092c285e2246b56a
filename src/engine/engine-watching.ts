/** Acts on what the store, the runtimes and the tokens tell by themselves. */
import { tokenPrincipal } from './access/tokens.ts';
import type { OperatorSide } from './router/operator-side.ts';
import type { EngineParts } from './engine-parts.ts';
import { watchSecrets } from './instances/secret-watch.ts';
import type { Instances } from './instances/instances.ts';
import type { EngineViews } from './views/engine-views.ts';

interface Watched extends Pick<EngineParts, 'clock' | 'db' | 'passive' | 'runtimes' | 'tokens'> {
  readonly operatorSide: OperatorSide;
  readonly views: EngineViews;
  readonly instances: Instances;
}

/** Returns the unsubscribers. */
export function watching(watched: Watched): readonly (() => void)[] {
  const { clock, db, passive, runtimes, tokens, views, instances, operatorSide } = watched;
  const ofStore = [
    db.onState(() => {
      views.info();
      views.audit();
    }),
    db.onEvents(() => views.audit()),
  ];
  const ofRuntimes = Object.values(runtimes).map((runtime) =>
    runtime.onState((state) => {
      views.info();
      for (const live of instances.fleet.all()) views.instance(live.id);
      if (state.kind === 'ok') instances.causes.runtimeBack(runtime.kind);
    }),
  );
  const ofTokens = tokens.onGone((name, why) => operatorSide.endSessions(tokenPrincipal(name), why));
  const ofSecrets = passive === true ? [] : [watchSecrets({ clock, fleet: instances.fleet, causes: instances.causes })];
  return [...ofStore, ...ofRuntimes, ofTokens, ...ofSecrets];
}
