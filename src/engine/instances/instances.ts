/** Builds what keeps instances running: their records, attempts, probes and the loop over them. */
import type { Bugs } from '../../kernel/bugs.ts';
import type { BootClock } from '../../kernel/boot-clock.ts';
import type { Clock } from '../../kernel/clock.ts';
import type { Ids } from '../../kernel/ids.ts';
import type { Logger } from '../../kernel/log.ts';
import type { Shape } from '../../store/schema/index.ts';
import type { RuntimeKind } from '../../store/schema/runtime-kind.ts';
import type { Database } from '../../store/types.ts';
import type { ModelPrograms } from '../models/model-programs.ts';
import type { Runtimes } from '../ports.ts';
import { judgeProbe } from '../probes/health.ts';
import { HealthHistory } from '../probes/health-history.ts';
import { Prober } from '../probes/prober.ts';
import { stateOf } from '../runtimes/registry.ts';
import type { Masker } from '../secrets/masker.ts';
import type { SecretBackends } from '../secrets/secret-source.ts';
import type { BackoffPolicy } from './backoff.ts';
import type { LiveInstance } from './live-instance.ts';
import { CausesGone } from './causes-gone.ts';
import type { Demand } from './demand.ts';
import { Fleet } from './fleet.ts';
import { Lifecycle } from './lifecycle.ts';
import type { LogBook } from './log-book.ts';
import { Reconciler } from './reconciler.ts';
import { StartJournal } from './start-journal.ts';
import type { Upstreams } from './upstreams.ts';

export interface InstancesOptions {
  readonly clock: Clock;
  readonly ids: Ids;
  readonly db: Database<Shape>;
  readonly logger: Logger;
  readonly bugs: Bugs;
  readonly router: Upstreams;
  readonly programs: ModelPrograms;
  readonly runtimes: Runtimes;
  readonly secrets: SecretBackends;
  readonly masker: Masker;
  readonly logs: LogBook;
  readonly policy: BackoffPolicy;
  readonly bootClock: BootClock;
  /** File that tells the next engine what was being started. */
  readonly startJournal: string | undefined;
  /** In [0, 1). */
  readonly random: () => number;
  readonly demand: Demand;
  /** An instance's visible state moved, or it is gone. */
  readonly changed: (instanceId: string) => void;
}

export class Instances {
  readonly journal: StartJournal;
  readonly fleet: Fleet;
  readonly prober: Prober;
  readonly lifecycle: Lifecycle;
  readonly causes: CausesGone;
  readonly reconciler: Reconciler;

  constructor(options: InstancesOptions) {
    const { clock, masker, router, runtimes } = options;
    const history = new HealthHistory();
    const wake = (): void => this.reconciler.wake();
    const { logs, bugs } = options;
    const journal = new StartJournal(options.startJournal);
    this.journal = journal;
    this.fleet = new Fleet({
      ...options,
      forgotten: ({ name }, server) => {
        logs
          .forget(name, { files: server === undefined })
          .catch((error: unknown) => bugs.report('the end of an instance log', error));
      },
    });
    this.prober = new Prober({
      clock,
      router,
      history,
      onOutcome: (live, outcome) => judgeProbe(health, live, outcome),
    });
    this.lifecycle = new Lifecycle({ ...options, journal, fleet: this.fleet, prober: this.prober, wake });
    this.causes = new CausesGone({
      ...options,
      fleet: this.fleet,
      openCalls: (id) => router.servers.openCalls(id).open,
      wake,
    });
    this.reconciler = new Reconciler({
      ...options,
      journal,
      fleet: this.fleet,
      lifecycle: this.lifecycle,
      causes: this.causes,
      openCalls: (id) => router.servers.openCalls(id).open,
    });
    const health = {
      clock,
      history,
      fleet: this.fleet,
      lifecycle: this.lifecycle,
      causes: this.causes,
      mask: (text: string) => masker.mask(text),
      runtimeState: (kind: RuntimeKind) => stateOf(runtimes, kind),
    };
  }

  /** What commands use of it. */
  get forCommands() {
    const { fleet, prober, causes } = this;
    return {
      fleet,
      prober,
      secretKept: (key: string) => causes.secretKept(key),
      secretsResolve: (live: LiveInstance) => causes.secretsResolve(live),
      loggedIn: (serverId: string) => causes.loggedIn(serverId),
    };
  }
}
