/** `audit verify|head`: whether the journal is whole, and the value to keep elsewhere. */
import { Command } from 'commander';
import { McptuiError } from '../../errors.ts';
import type { ChainHead, VerifyReport } from '../../engine/index.ts';
import { runningEngine, withEngine, type Context } from '../context.ts';
import { exitCodes } from '../exit-codes.ts';
import { outputOption, toJson, type Format } from '../output.ts';

export function auditCommand(context: Context): Command {
  const audit = new Command('audit').description('check the journal, or print its head');
  audit
    .command('verify')
    .description('read every record from disk and check the chain; exit 1 when something is wrong')
    .addOption(outputOption())
    .action(async (flags: { readonly output: Format }) => {
      const report = await verify(context);
      if (flags.output.startsWith('json')) context.print(toJson(report, 2));
      else for (const line of words(report)) context.print(line);
      if (!report.ok) process.exitCode = exitCodes.failure;
    });
  audit
    .command('head')
    .description('sequence number and hash of the newest record; kept elsewhere it proves that nothing was cut off')
    .addOption(outputOption())
    .action(async (flags: { readonly output: Format }) => {
      const head: ChainHead = await withEngine(context, (engine) => engine.commands.auditHead());
      context.print(
        flags.output.startsWith('json') ? toJson(head) : `${head.seq} ${head.hash} (${head.events} events)`,
      );
    });
  return audit;
}

/** The running engine compares with what it has in memory; without one the files speak, damaged ones too. */
async function verify(context: Context): Promise<VerifyReport> {
  const engine = await runningEngine(context).catch((error: unknown) => {
    if (error instanceof McptuiError && error.code === 'unavailable') return undefined;
    throw error;
  });
  if (engine === undefined) {
    const { verifyStore } = await import('../../store/index.ts');
    return verifyStore(context.paths.dataDir);
  }
  try {
    return await engine.commands.verifyAudit();
  } finally {
    await engine.close();
  }
}

function words(report: VerifyReport): readonly string[] {
  const { head } = report;
  const dropped = report.dropped.map((run) => `records ${run.firstSeq}-${run.lastSeq} are gone: retention or a repair`);
  if (report.ok)
    return [`ok: ${report.records} records, ${report.events} events, head ${head.seq} ${head.hash}`, ...dropped];
  const problems = report.problems.map((problem) => `${problem.file} at byte ${problem.offset}: ${problem.reason}`);
  return ['NOT ok:', ...problems, ...dropped, '→ mcptui store repair'];
}
