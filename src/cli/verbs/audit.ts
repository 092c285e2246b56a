/** Runs `audit verify|head`: whether the journal is whole, and the value to keep elsewhere. */
import { Command } from 'commander';
import { McptuiError } from '../../kernel/errors.ts';
import type { ChainHead, VerifyReport } from '../../engine/index.ts';
import type { Context } from '../context.ts';
import { engineIfRunning, withEngine } from '../with-engine.ts';
import { exitCodes } from '../exit-codes.ts';
import { outputOption, toJson, type Format } from '../output.ts';

export function auditCommand(context: Context): Command {
  const audit = new Command('audit').description('check the journal, or print its head');
  audit
    .command('verify')
    .description('read every record from disk and check the chain; exit 1 when something is wrong')
    .option('--head <seq:hash>', 'a line that `audit head` printed: that record must still be there')
    .addOption(outputOption())
    .action(async (flags: { readonly output: Format; readonly head?: string }) => {
      const report = await verify(context, flags.head === undefined ? undefined : keptHead(flags.head));
      if (flags.output.startsWith('json')) context.print(toJson(report, 2));
      else for (const line of words(report)) context.print(line);
      if (!report.ok) process.exitCode = exitCodes.failure;
    });
  audit
    .command('head')
    .description(
      'number and hash of the newest record, for `audit verify --head`; kept elsewhere it proves that nothing was changed',
    )
    .addOption(outputOption())
    .action(async (flags: { readonly output: Format }) => {
      const head: ChainHead = await withEngine(context, (engine) => engine.commands.auditHead());
      context.print(flags.output.startsWith('json') ? toJson(head) : `${head.seq}:${head.hash}`);
    });
  return audit;
}

/** The running engine compares with what it has in memory; without one the files speak, damaged ones too. */
async function verify(context: Context, kept: KeptHead | undefined): Promise<VerifyReport> {
  const engine = await engineIfRunning(context);
  if (engine === undefined) {
    const { verifyStore } = await import('../../store/index.ts');
    return verifyStore(context.paths.dataDir, undefined, kept);
  }
  try {
    return await engine.commands.verifyAudit(kept);
  } finally {
    await engine.close();
  }
}

type KeptHead = Pick<ChainHead, 'seq' | 'hash'>;

/** @throws McptuiError `invalid` */
function keptHead(given: string): KeptHead {
  const [, seq, hash] = /^(\d{1,15}):([0-9a-f]{64})$/i.exec(given.trim()) ?? [];
  if (seq !== undefined && hash !== undefined) return { seq: Number(seq), hash: hash.toLowerCase() };
  throw new McptuiError('invalid', 'a head is SEQ:HASH, a number and 64 hex digits', {
    hint: 'give a line that `mcptui audit head` printed',
  });
}

function words(report: VerifyReport): readonly string[] {
  const { head } = report;
  const dropped = report.dropped.map((run) => `records ${run.firstSeq}-${run.lastSeq} are gone: retention or a repair`);
  const { unfinished } = report;
  const cut =
    unfinished === undefined
      ? []
      : [
          `the last ${unfinished.bytes} bytes of ${unfinished.file} are of an unfinished write: the next start cuts them off and keeps them aside`,
        ];
  if (report.ok)
    return [
      `ok: ${report.records} records, ${report.events} events, head ${head.seq}:${head.hash}`,
      ...dropped,
      ...cut,
    ];
  const problems = report.problems.map((problem) => `${problem.file} at byte ${problem.offset}: ${problem.reason}`);
  return ['NOT ok:', ...problems, ...dropped, '→ mcptui store repair'];
}
