/** Runs `get page`: what a server said where an agent got pages, page by page. */
import type { Command } from 'commander';
import { clean, cleanLines } from '../../text/clean.ts';
import { count } from '../../text/format.ts';
import type { Context } from '../context.ts';
import { wholeNumber } from '../flag-values.ts';
import { outputOption, renderListing, type Column, type Format } from '../output.ts';
import { printRecord } from '../print-record.ts';
import { withEngine } from '../with-engine.ts';

interface PageFlags {
  readonly output: Format;
  readonly headers: boolean;
  readonly project: string;
}

interface PageRow {
  readonly page: number;
  readonly title: string;
  readonly tokens: number;
}

const columns: readonly Column<PageRow>[] = [
  { title: 'PAGE', value: ({ page }) => String(page) },
  { title: 'TOKENS', value: ({ tokens }) => `≈${count(tokens)}` },
  { title: 'TITLE', value: ({ title }) => title },
];

export function addPageListing(get: Command, context: Context): void {
  get
    .command('page')
    .description('a long answer that agents got in pages: their titles, or with a number the text of one')
    .argument('<id>', 'as the audit detail of the call has it')
    .argument('[page]', 'its number', wholeNumber)
    .option('-p, --project <name>', 'whose it is', 'default')
    .addOption(outputOption())
    .option('--no-headers', 'rows only')
    .action((id: string, page: number | undefined, flags: PageFlags) =>
      withEngine(context, async ({ commands }) => {
        const report = await commands.page(flags.project, id, page);
        if (flags.output === 'json' || flags.output === 'yaml') return printRecord(context, report, flags.output);
        const text = report.pages[0]?.text;
        if (text !== undefined) return context.print(cleanLines(text).join('\n'));
        const listing = { rows: report.pages, columns, name: (row: PageRow) => `page/${id}/${row.page}` };
        const rows = await renderListing(listing, flags.output, flags.headers);
        const { summary } = report;
        const isText = flags.output === 'table' || flags.output === 'wide';
        if (summary === undefined || !isText) return context.print(rows);
        context.print([`summary by model ${clean(summary.model)}:`, ...cleanLines(summary.text), '', rows].join('\n'));
      }),
    );
}
