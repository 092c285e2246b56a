/** Shows why a session sees what it sees, and lets it see all. */
import type { GateReport } from '../../../engine/index.ts';
import { clean } from '../../../text/clean.ts';
import { gateLines } from '../../../text/gate-words.ts';
import type { Line } from '../../kit/theme.ts';
import type { Ui } from '../../kit/ui.ts';
import { load } from '../../overlays/lists/listing.ts';
import { openText } from '../../overlays/text.ts';
import type { SessionRow } from './select.ts';

const LABEL_WIDTH = 10;

export function showDecision(ui: Ui, { id, client }: Pick<SessionRow, 'id' | 'client'>): void {
  load(ui, async (commands) => {
    const report = await commands.sessionGate(id);
    openText(ui, `why ${clean(client)} sees what it sees`, decisionLines(report));
  });
}

function decisionLines(report: GateReport): readonly Line[] {
  const head: Line = [['session'.padEnd(LABEL_WIDTH), 'dim'], clean(`${report.session} · project ${report.project}`)];
  const lines = gateLines(report).map(([label, text]): Line => [[label.padEnd(LABEL_WIDTH), 'dim'], clean(text)]);
  return [head, ...lines];
}

export function askToAdmit(ui: Ui, { id, client, project }: SessionRow): void {
  ui.ask({
    kind: 'confirm',
    title: `Admit ${client}?`,
    lines: [
      `Session ${id} then sees all tools and prompts of project ${project}, without saying what it is about to do.`,
      'It stays so until the session ends.',
    ],
    yes: 'admit it',
    no: 'no, it may begin by itself',
    act: (after) =>
      after.run(`admitting ${client} …`, `${client} sees all of project ${project}`, (commands) =>
        commands.admitSession(id),
      ),
  });
}
