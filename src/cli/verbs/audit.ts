/** Runs `audit verify|head`: whether the journal is whole, and the value to keep elsewhere. */
import { printListing, type ListFlags } from '../print-listing.ts';
import { Command } from 'commander';
import { McptuiError } from '../../kernel/errors.ts';
import type { AuditSession, BundleReport, ChainHead, VerifyReport } from '../../engine/index.ts';
import { addAuditSaw } from './audit-saw.ts';
import type { Context } from '../context.ts';
import { engineIfRunning, withEngine } from '../with-engine.ts';
import { exitCodes } from '../exit-codes.ts';
import { outputOption, toJson, type Column, type Format } from '../output.ts';
import { wholeNumber } from '../flag-values.ts';
import { age, count } from '../../text/format.ts';
import type { Clock } from '../../kernel/clock.ts';
import { readInput } from '../content/text-file.ts';

export function auditCommand(context: Context): Command {
  const audit = new Command('audit').description('check the journal, export a part of it, or print its head');
  audit
    .command('verify')
    .description('read every record from disk, check the chain and each signature; exit 1 when something is wrong')
    .option('--head <seq:hash>', 'a line that `audit head` printed: that record must still be there')
    .option('--file <file>', 'what `audit export` wrote, instead: needs no engine and no data')
    .addOption(outputOption())
    .action(async (flags: { readonly output: Format; readonly head?: string; readonly file?: string }) => {
      if (flags.file !== undefined) return verifyFile(context, flags.file, flags);
      const report = await verify(context, flags.head === undefined ? undefined : keptHead(flags.head));
      if (flags.output.startsWith('json')) context.print(toJson(report, 2));
      else for (const line of words(report)) context.print(line);
      if (!report.ok) process.exitCode = exitCodes.failure;
    });
  audit
    .command('sessions')
    .description('what the journal tells of each session: who, calls, errors, refusals, tokens; newest first')
    .option('-p, --project <name>', 'of one project')
    .option('-n, --limit <n>', 'how many', wholeNumber, 50)
    .addOption(outputOption())
    .option('--no-headers', 'rows only')
    .action(async (flags: SessionFlags) => {
      const all = await withEngine(context, (engine) => engine.commands.auditSessions());
      const rows = all.filter(({ project }) => flags.project === undefined || flags.project === project);
      const listing = { rows: rows.slice(0, flags.limit), columns: sessionColumns(context.clock), name: sessionName };
      await printListing(context, listing, flags);
    });
  addAuditSaw(audit, context);
  audit
    .command('export')
    .description('a part of the journal that can be checked elsewhere: records, hashes, keys and signatures')
    .requiredOption('--from <n>', 'number of its first event', wholeNumber)
    .requiredOption('--to <n>', 'number of its last one', wholeNumber)
    .option('-o, --file <file>', 'into this file, 0600; default: stdout')
    .action(async ({ from, to, file }: { readonly from: number; readonly to: number; readonly file?: string }) => {
      const bundle = await withEngine(context, (engine) => engine.commands.exportAudit(from, to));
      const text = toJson(bundle, 1);
      if (file === undefined) return context.print(text);
      const { writePrivately } = await import('../../engine/access/private-file.ts');
      await writePrivately(file, `${text}\n`);
      const { seq, hash } = bundle.head;
      context.note(`${file}: events ${from} to ${to}, head ${seq}:${hash}`);
      context.note(`check it anywhere: mcptui audit verify --file ${file}`);
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

interface SessionFlags extends ListFlags {
  readonly project?: string;
  readonly limit: number;
}

const sessionName = (row: AuditSession): string => `session/${row.id}`;

const sessionColumns = (clock: Clock): readonly Column<AuditSession>[] => [
  { title: 'SESSION', value: (row) => row.id },
  { title: 'CLIENT', value: (row) => row.client },
  { title: 'PROJECT', value: (row) => row.project },
  { title: 'ACTOR', value: (row) => row.actor },
  { title: 'GATE', value: (row) => row.gate ?? '-' },
  { title: 'CALLS', value: (row) => String(row.calls), by: (row) => row.calls },
  { title: 'ERR', value: (row) => String(row.errors), by: (row) => row.errors },
  { title: 'REFUSED', value: (row) => String(row.refusals), by: (row) => row.refusals },
  { title: 'TOKENS', value: (row) => (row.tokens === 0 ? '-' : `≈${count(row.tokens)}`), by: (row) => row.tokens },
  { title: 'LAST', value: (row) => age(clock.now() - row.lastAt), by: (row) => -row.lastAt, ticks: true },
  { title: 'ENDED', value: (row) => (row.endedAt === undefined ? '-' : (row.reason ?? 'yes')), wide: true },
  { title: 'FIRST', value: (row) => new Date(row.firstAt).toISOString(), wide: true },
];

/** The running engine compares with what it has in memory; without one the files speak, damaged ones too. */
async function verify(context: Context, kept: KeptHead | undefined): Promise<VerifyReport> {
  const engine = await engineIfRunning(context);
  if (engine === undefined) {
    const [{ verifyStore }, { SignatureAudit }] = await Promise.all([
      import('../../store/index.ts'),
      import('../../engine/signing/signature-audit.ts'),
    ]);
    const signed = new SignatureAudit();
    const report = await verifyStore(context.paths.dataDir, undefined, kept, signed);
    return { ...report, signatures: signed.checked };
  }
  try {
    return await engine.commands.verifyAudit(kept);
  } finally {
    await engine.close();
  }
}

async function verifyFile(
  context: Context,
  file: string,
  { output, head }: { readonly output: Format; readonly head?: string },
): Promise<void> {
  const { readBundle, verifyBundle } = await import('../../engine/signing/audit-bundle.ts');
  const bundle = readBundle(await readInput(file));
  const report = verifyBundle(bundle, head === undefined ? undefined : keptHead(head));
  if (output.startsWith('json')) context.print(toJson(report, 2));
  else for (const line of bundleWords(report)) context.print(line);
  if (!report.ok) process.exitCode = exitCodes.failure;
}

function bundleWords({ ok, records, events, signatures, head, keys, problems }: BundleReport): readonly string[] {
  const signers = keys.map(({ id, subject }) => `key ${id} of ${subject}: ask them whether it is theirs`);
  if (!ok) return ['NOT ok:', ...problems];
  const all = `${records} records, ${events} events, ${signatures} signatures`;
  return [`ok: ${all}, head ${head.seq}:${head.hash}`, ...signers];
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

const signedWords = ({ signatures = 0 }: VerifyReport): string =>
  signatures === 0 ? '' : `, ${signatures} signatures`;

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
      `ok: ${report.records} records, ${report.events} events${signedWords(report)}, head ${head.seq}:${head.hash}`,
      ...dropped,
      ...cut,
    ];
  const problems = report.problems.flatMap(({ file, offset, reason, hint }) => [
    `${file} at byte ${offset}: ${reason}`,
    ...(hint === undefined ? [] : [`  → ${hint}`]),
  ]);
  const isDamaged = report.problems.some(({ hint }) => hint === undefined);
  return ['NOT ok:', ...problems, ...dropped, ...(isDamaged ? ['→ mcptui store repair'] : [])];
}
