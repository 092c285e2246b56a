/** Ends a running engine: what agents wait for first, then what runs, then what is kept. */
import { messageOf } from '../kernel/errors.ts';
import type { Router } from '../mcp/router/types.ts';
import type { Logins } from './access/logins.ts';
import type { ChainWatch } from './audit/chain-watch.ts';
import type { SeenBook } from './audit/seen-book.ts';
import type { EngineContent } from './content/content.ts';
import type { EngineParts } from './engine-parts.ts';
import type { EngineGate } from './gate/engine-gate.ts';
import type { Instances } from './instances/instances.ts';
import type { LogBook } from './instances/log-book.ts';
import type { ModelBook } from './models/model-book.ts';
import type { ListFiles } from './router/list-files.ts';
import type { SecretBook } from './secrets/secret-book.ts';
import type { OperatorSide } from './router/operator-side.ts';

interface Ending extends EngineParts {
  readonly content: EngineContent;
  readonly chain: ChainWatch;
  readonly seen: SeenBook;
  readonly operatorSide: OperatorSide;
  readonly instances: Instances;
  readonly logins: Logins;
  readonly secretBook: SecretBook;
  readonly gate: EngineGate;
  readonly models: ModelBook;
  readonly router: Router;
  readonly logs: LogBook;
  readonly lists: ListFiles | undefined;
  readonly unsubscribe: readonly (() => void)[];
}

export async function closeEngine(ending: Ending): Promise<void> {
  const { content, chain, operatorSide, instances, logins, gate, models, router, db, logger, info } = ending;
  chain.close();
  operatorSide.close();
  instances.lifecycle.close();
  instances.journal.close();
  logins.close();
  await Promise.all([content.close(), gate.close(), models.close()]);
  instances.prober.endAll();
  await router.close();
  // Together: a step under way may wait for a runtime that only its close makes give up.
  const runtimes = Object.values(ending.runtimes);
  await Promise.allSettled([instances.reconciler.stop(), ...runtimes.map((runtime) => runtime.close())]);
  for (const unsubscribe of ending.unsubscribe) unsubscribe();
  ending.secretBook.defined?.close();
  await ending.logs.close();
  await Promise.all([ending.lists?.close(), ending.seen.close()]);
  if (ending.passive === true) return;
  db.record({ kind: 'engine_stop', actor: 'engine', outcome: 'ok', message: `pid ${info.pid}` });
  await db.flush().catch((error: unknown) => {
    logger.error({ error: messageOf(error) }, 'last events not saved');
  });
}
