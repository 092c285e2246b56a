/** Lists the commands on the gates of sessions. */
import type { GateReport } from '../../gate/types.ts';
import type { Signature } from '../../signing/document.ts';
import { command } from './entry.ts';
import { signature, text } from './shapes.ts';

export const gateEntries = {
  sessionGate: command<(id: string) => Promise<GateReport>>({
    about:
      'Why a session sees what it sees: how its gate opened, what was asked, what was chosen and left out. Also of a ' +
      'session that is over, for as long as the engine runs.',
    effect: 'reads',
    verb: 'view',
    resource: 'session',
    audit: [],
    on: (meant, id) => [meant.session(id)],
    args: [['id', text]],
  }),
  admitSession: command<(id: string, signature?: Signature) => Promise<GateReport>>({
    about:
      'Opens the gate of a session: it sees all tools and prompts. Refused with `conflict` where there is no gate.',
    effect: 'changes',
    verb: 'admit',
    resource: 'session',
    audit: ['gate', 'decision_sign'],
    on: (meant, id) => [meant.session(id)],
    args: [['id', text], signature],
  }),
};
