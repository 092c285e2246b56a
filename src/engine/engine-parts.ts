/** Lists what an engine is made of: what its host opens and hands over. */
import type { BootClock } from '../kernel/boot-clock.ts';
import type { Clock } from '../kernel/clock.ts';
import type { Ids } from '../kernel/ids.ts';
import type { Logger } from '../kernel/log.ts';
import type { ProxyEnv } from '../mcp/types/connection.ts';
import type { RouterOptions } from '../mcp/router/types.ts';
import type { Shape } from '../store/schema/index.ts';
import type { Database } from '../store/types.ts';
import type { OtlpExporter } from './audit/otlp.ts';
import type { AccessTokens } from './access/tokens.ts';
import type { BackoffPolicy } from './instances/backoff.ts';
import type { Runtimes } from './ports.ts';
import type { SecretBackends } from './secrets/secret-source.ts';
import type { EngineInfo } from './views/view.ts';

export interface EngineParts {
  readonly clock: Clock;
  readonly ids: Ids;
  readonly logger: Logger;
  /** Opened by the host, which closes it after the engine. */
  readonly db: Database<Shape>;
  /** The remote one is the engine's own. */
  readonly runtimes: Omit<Runtimes, 'remote'>;
  readonly secrets: SecretBackends;
  /** Environment of programs that print secrets. Default: none. */
  readonly commandEnv?: Readonly<Record<string, string | undefined>>;
  /** Where HTTPS_PROXY and NO_PROXY are looked up, for remote servers. Default: no proxy. */
  readonly proxyEnv?: ProxyEnv;
  readonly tokens: AccessTokens;
  /** Folder of the instances' log files. */
  readonly logsFolder: string;
  /** Folder where servers' lists are kept while no engine runs; absent = they are not. */
  readonly listsFolder?: string;
  /** Folder where long answers are kept that agents get in pages; absent = none comes in pages. */
  readonly pagesFolder?: string;
  /** Folder where the last texts of linked resources are kept that may be given old; absent = they are not. */
  readonly linksFolder?: string;
  /** Folder where is kept what agents were shown; absent = only that they were. */
  readonly seenFolder?: string;
  readonly info: Omit<
    EngineInfo,
    'storage' | 'runtimes' | 'startedAt' | 'httpAddress' | 'bugs' | 'secretFile' | 'secretBackends'
  >;
  /** Calls that could not be audited are refused. Default false. */
  readonly auditRequired?: boolean;
  /** Sends calls as spans to a collector. Default: to none. */
  readonly spans?: Pick<OtlpExporter, 'add'> | undefined;
  /** What principals with rights read is journalled, too. Default false. */
  readonly auditReads?: boolean;
  readonly policy?: BackoffPolicy;
  /** For waits that go on while no engine runs. Default: the wall clock alone. */
  readonly bootClock?: BootClock;
  /** File that tells the next engine what was being started; without it nobody is told. */
  readonly startJournal?: string;
  /** How long an instance that was started on demand may idle. */
  readonly demandIdleMs?: number;
  /** In [0, 1); seeded in tests. */
  readonly random?: () => number;
  readonly routerOptions?: RouterOptions;
  /** Begins the end of the process that hosts it. Absent where only a person there may end it. */
  readonly shutDown?: () => void;
  /** Only answers and records, starts nothing: what a command line uses when no engine runs. Default false. */
  readonly passive?: boolean;
}
