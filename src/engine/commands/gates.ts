/** Handles the commands on the gates of sessions. */
import { McptuiError } from '../../kernel/errors.ts';
import { noSuch } from '../../kernel/no-such.ts';
import type { Router } from '../../mcp/index.ts';
import type { EngineGate } from '../gate/engine-gate.ts';
import type { CommandsOf } from './table/entry.ts';
import type { gateEntries } from './table/gates.ts';

export interface GateParts {
  /** `operator:ann` */
  readonly actor: string;
  readonly router: Router;
  readonly gate: EngineGate;
}

export function gateCommands({ actor, router, gate }: GateParts): CommandsOf<typeof gateEntries> {
  const report = (id: string) => {
    const sessions = router.agents.sessions().filter(({ operator }) => operator === undefined);
    const session = sessions.find((one) => one.id === id);
    const view = session === undefined ? undefined : gate.viewOf(session);
    const decisions = gate.gates.decisions(session ?? { id });
    const pages = gate.pages.saved.of(session ?? { id });
    if (session === undefined && decisions.length === 0 && pages === undefined) {
      throw noSuch(
        'session',
        id,
        sessions.map((one) => one.id),
        'mcptui get sessions',
      );
    }
    const { client = '-', project = '-' } = session ?? {};
    const savings = session === undefined || view === undefined ? {} : { savings: gate.savings(session) };
    return {
      session: id,
      client,
      project,
      ...(view === undefined ? {} : { gate: view }),
      decisions,
      ...savings,
      ...(pages === undefined ? {} : { pages }),
    };
  };
  return {
    sessionGate: (id) => Promise.resolve().then(() => report(id)),
    async admitSession(id) {
      const session = router.agents.sessions().find((one) => one.id === id);
      if (session === undefined) return report(id);
      if (gate.viewOf(session) === undefined) {
        throw new McptuiError('conflict', `session ${id} meets no gate: project ${session.project} is not gated`, {
          hint: `mcptui edit project ${session.project} --gated`,
        });
      }
      await gate.desk.admit(session, actor);
      return report(id);
    },
  };
}
