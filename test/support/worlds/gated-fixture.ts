/** Sessions of the fixture engine and what opened their gates. */
import type { EngineView, GateReport, ViewPatch } from '../../../src/engine/index.ts';
import type { EngineCommands } from '../../../src/engine/index.ts';
import { McptuiError } from '../../../src/kernel/errors.ts';

export function gatedFixture(
  reports: readonly GateReport[],
  view: () => EngineView,
  patch: (...patches: readonly ViewPatch[]) => void,
  ask: (line: string) => Promise<void>,
): Pick<EngineCommands, 'sessionGate' | 'admitSession'> {
  const report = (id: string): GateReport => {
    const kept = reports.find(({ session }) => session === id);
    const session = view().sessions.get(id);
    if (kept !== undefined) return kept;
    if (session === undefined) throw new McptuiError('not-found', `no session ${id}`);
    const { client, project, gate } = session;
    return { session: id, client, project, decisions: [], ...(gate === undefined ? {} : { gate }) };
  };
  return {
    sessionGate: (id) => Promise.resolve().then(() => report(id)),
    admitSession: async (id) => {
      const session = view().sessions.get(id);
      if (session === undefined) throw new McptuiError('not-found', `no session ${id}`);
      if (session.gate === undefined) throw new McptuiError('conflict', `session ${id} meets no gate`);
      await ask(`admitSession ${id}`);
      const gate = { state: 'open', by: 'operator', at: session.lastAt } as const;
      patch({ op: 'put', kind: 'sessions', value: { ...session, gate } });
      return report(id);
    },
  };
}
