/** Reads all of the journal: by the running engine, else from the files as they are. */
import { settlesWithin } from '../../../kernel/clock.ts';
import { holdsData } from '../../../kernel/engine-pointer.ts';
import type { VerifyReport } from '../../../engine/index.ts';
import { checkJournal } from '../checks/journal.ts';
import type { Finding } from '../finding.ts';
import type { World } from '../world.ts';

/** A gigabyte takes some ten seconds. */
export const journalMs = 30_000;

export async function lookAtJournal(world: World): Promise<readonly Finding[]> {
  const { clock, paths } = world.context;
  let isWhole = false;
  try {
    const running = await world.running();
    if (running.kind === 'trouble') return [];
    const isLive = running.kind === 'open';
    if (!isLive && !holdsData(paths.dataDir)) return checkJournal({ kind: 'none' });
    const reading = isLive ? running.engine.commands.verifyAudit() : verifyFiles(paths.dataDir);
    if (!(await settlesWithin(clock, journalMs, reading)))
      return checkJournal({ kind: 'unfinished', afterMs: journalMs });
    const report = await reading;
    isWhole = report.ok;
    return checkJournal({ kind: 'read', report, isLive });
  } finally {
    world.filesRead(isWhole);
  }
}

async function verifyFiles(dataDir: string): Promise<VerifyReport> {
  const [{ verifyStore }, { SignatureAudit }] = await Promise.all([
    import('../../../store/index.ts'),
    import('../../../engine/signing/signature-audit.ts'),
  ]);
  const signed = new SignatureAudit();
  const report = await verifyStore(dataDir, undefined, undefined, signed);
  return { ...report, signatures: signed.checked };
}
