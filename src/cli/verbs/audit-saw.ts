/** Runs `audit saw`: what an agent had been shown by a moment of its session, in words or byte for byte. */
import process from 'node:process';
import { InvalidArgumentError, Option, type Command } from 'commander';
import { defined } from '../../kernel/defined.ts';
import { McptuiError } from '../../kernel/errors.ts';
import { SEEN_KINDS, type SeenItem, type SeenKind, type SeenReport } from '../../engine/index.ts';
import { cleanJson, cleanLines } from '../../text/clean.ts';
import { count } from '../../text/format.ts';
import { missingWords, seenLines, seenName } from '../../text/seen-words.ts';
import type { Context } from '../context.ts';
import { printListing } from '../print-listing.ts';
import { printRecord } from '../print-record.ts';
import { formats } from '../formats.ts';
import type { Column } from '../output.ts';
import { withEngine } from '../with-engine.ts';
import { since } from './logs.ts';

interface SawFlags {
  readonly at?: ReturnType<typeof moment>;
  readonly what?: SeenKind;
  readonly prompt?: string;
  readonly read?: string;
  readonly output?: (typeof formats)[number] | 'raw';
  readonly headers: boolean;
}

type Shown = Pick<SawFlags, 'output' | 'headers'> & { readonly what: SeenKind | undefined };

const columns: readonly Column<SeenItem>[] = [
  { title: 'WHAT', value: ({ what }) => what },
  { title: 'NAME', value: ({ name }) => name ?? '-' },
  { title: 'EVENT', value: ({ n }) => String(n), by: ({ n }) => n },
  { title: 'SINCE', value: ({ at }) => new Date(at).toISOString(), by: ({ at }) => at },
  { title: 'BYTES', value: ({ bytes }) => count(bytes), by: ({ bytes }) => bytes },
  { title: 'SHA256', value: ({ hash, masked }) => `${hash?.slice(0, 12) ?? '-'}${masked === true ? ' masked' : ''}` },
];

export function addAuditSaw(audit: Command, context: Context): void {
  audit
    .command('saw')
    .description(
      'what an agent had been shown by a moment of its session: instructions, lists, prompts, what it read of ours',
    )
    .argument('<session>', 'its id, as `audit sessions` lists it')
    .option('--at <moment>', 'by an event (its number), a time (2026-11-28T14:00:00Z) or 10m ago; default: now', moment)
    .addOption(new Option('--what <kind>', 'this alone, with its text').choices(SEEN_KINDS))
    .option('--prompt <name>', 'this prompt alone, with its text')
    .option('--read <uri>', 'this resource of mcptui alone, with its text')
    .addOption(
      new Option('-o, --output <format>', 'table, wide, json, yaml, name, jsonl, or raw: the result as it was sent')
        .choices([...formats, 'raw'])
        .env('MCPTUI_OUTPUT'),
    )
    .option('--no-headers', 'rows only')
    .action((session: string, flags: SawFlags) =>
      withEngine(context, async ({ commands }) => {
        const { at, prompt, read } = flags;
        const name = prompt ?? read;
        const what = prompt !== undefined ? 'prompt' : read !== undefined ? 'read' : flags.what;
        const by = at === undefined || 'n' in at ? at : { at: 'at' in at ? at.at : context.clock.now() - at.agoMs };
        const texts = what !== undefined;
        await print(context, await commands.sessionSaw(session, { ...by, ...defined({ what, name }), texts }), {
          ...flags,
          what,
        });
      }),
    );
}

async function print(context: Context, report: SeenReport, { what, output, headers }: Shown): Promise<void> {
  if (output === 'json' || output === 'yaml') return printRecord(context, report, output);
  const isPiped = !process.stdout.isTTY;
  if (what !== undefined && (output === 'raw' || (output === undefined && isPiped))) {
    return raw(onlyOne(report), isPiped);
  }
  if (output === 'raw') {
    throw new McptuiError('invalid', '-o raw gives one result', {
      hint: 'say which with --what, such as --what tools',
    });
  }
  if (what !== undefined && output === undefined) return context.print(report.items.map(words).join('\n\n'));
  const listing = { rows: report.items, columns, name: (item: SeenItem) => `${item.what}/${item.name ?? ''}` };
  await printListing(context, listing, { output: output ?? 'table', headers }, 'it had been shown nothing by then');
  if (report.n !== undefined && (output ?? 'table') === 'table') {
    const next = report.later === undefined ? '' : `; changed after that by #${report.later}`;
    context.note(`as of #${report.n}, ${new Date(report.at ?? 0).toISOString()}${next}`);
  }
}

function onlyOne({ session, items }: SeenReport): SeenItem {
  const [item, another] = items;
  if (item === undefined) throw new McptuiError('not-found', `session ${session} had not been shown that by then`);
  if (another === undefined) return item;
  const hint = `say which with --${item.what}: ${items.map(({ name }) => name ?? '-').join(', ')}`;
  throw new McptuiError('invalid', `session ${session} was shown ${items.length} of these`, { hint });
}

/** Into a file or another program byte for byte; for a terminal what would harm it is escaped, as JSON allows. */
function raw(item: SeenItem, isPiped: boolean): void {
  const { text } = item;
  if (text === undefined) throw new McptuiError('not-found', `${seenName(item)}: ${missingWords(item) ?? 'not kept'}`);
  process.stdout.write(isPiped ? text : `${cleanJson(text)}\n`);
}

function words(item: SeenItem): string {
  const masked = item.masked === true ? ', secret values masked' : '';
  const head = `${seenName(item)} · since #${item.n} ${new Date(item.at).toISOString()} · ${count(item.bytes)} bytes${masked}`;
  const lines = seenLines(item).flatMap(({ text }) => cleanLines(text));
  return [head, ...(item.text === undefined ? [missingWords(item) ?? 'not kept'] : lines)].join('\n');
}

/** @throws InvalidArgumentError */
function moment(text: string): { readonly n: number } | ReturnType<typeof since> {
  if (/^#?\d{1,15}$/.test(text)) return { n: Number(text.replace('#', '')) };
  try {
    return since(text);
  } catch {
    throw new InvalidArgumentError('use the number of an event, 10m, or a time such as 2026-11-28T14:00:00Z');
  }
}
