/** Runs `doctor`: looks at everything at once, mends what may be mended, and prints what was found. */
import process from 'node:process';
import { readOnlyError } from '../../engine/commands/read-only.ts';
import { cutText } from '../../kernel/foreign.ts';
import { clean } from '../../text/clean.ts';
import type { Context } from '../context.ts';
import { exitCodes } from '../exit-codes.ts';
import { renderListing, type Column, type Format } from '../output.ts';
import { areas, lookedAt } from './areas.ts';
import type { Finding, FindingState } from './finding.ts';
import { fixed } from './fix.ts';
import { World, type LookOptions } from './world.ts';

export interface DoctorFlags {
  readonly fix?: boolean;
  readonly terminal?: boolean;
  readonly output: Format;
}

const MAX_LINE_CHARS = 400;

export async function runDoctor(context: Context, flags: DoctorFlags): Promise<void> {
  if (flags.fix === true && context.access.isReadOnly) throw readOnlyError();
  const options = { terminal: flags.terminal === true };
  const found = flags.fix === true ? await mended(context, options) : await lookAtAll(context, options);
  await print(context, found, flags.output);
  if (found.some(({ state }) => state === 'fail')) process.exitCode = exitCodes.unhealthy;
}

export async function lookAtAll(context: Context, options: LookOptions): Promise<readonly Finding[]> {
  const world = new World(context);
  try {
    const looks = areas.map(({ name, ms, look }) =>
      lookedAt(context.clock, { name, ms, look: () => look(world, options) }),
    );
    return (await Promise.all(looks)).flat().map(bounded);
  } finally {
    await world.close();
  }
}

/** What one round mends may let the next look see more. */
const MAX_ROUNDS = 4;

async function mended(context: Context, options: LookOptions): Promise<readonly Finding[]> {
  const tried = new Set<string>();
  let found = await lookAtAll(context, options);
  for (let round = 0; round < MAX_ROUNDS; round += 1) {
    const fixes = found.flatMap(({ fix }) => fix ?? []).filter(({ kind, path }) => !tried.has(`${kind} ${path}`));
    if (fixes.length === 0) break;
    for (const fix of fixes) {
      tried.add(`${fix.kind} ${fix.path}`);
      context.note(await fixed(context, fix));
    }
    found = await lookAtAll(context, options);
  }
  if (tried.size === 0) context.note('there is nothing that --fix may mend');
  return found;
}

/** Texts of servers and files are of any length. */
function bounded(finding: Finding): Finding {
  const what = cutText(clean(finding.what), MAX_LINE_CHARS);
  return finding.mend === undefined ? { ...finding, what } : { ...finding, what, mend: clean(finding.mend) };
}

const columns: readonly Column<Finding>[] = [
  { title: 'STATE', value: ({ state }) => state },
  { title: 'CHECK', value: ({ check }) => check },
  { title: 'WHAT', value: ({ what }) => what },
  { title: 'MEND', value: ({ mend: step }) => step ?? '-' },
];

async function print(context: Context, found: readonly Finding[], output: Format): Promise<void> {
  if (output === 'table') return context.print(textOf(found));
  const name = ({ state, check }: Finding): string => `${state}/${check}`;
  const rows = found.map(({ fix: _fix, ...shown }) => shown);
  context.print(await renderListing({ rows, columns, name }, output));
}

const LABEL_CHARS = 12;

function textOf(found: readonly Finding[]): string {
  const lines = found.flatMap(({ state, check, what, mend: step }) => [
    `${state.padEnd(5)}${check.padEnd(LABEL_CHARS)}${what}`,
    ...(step === undefined ? [] : [`${' '.repeat(5 + LABEL_CHARS)}→ ${step}`]),
  ]);
  const many = (state: FindingState): number => found.filter((finding) => finding.state === state).length;
  return [...lines, '', `${many('ok')} ok, ${many('warn')} to look at, ${many('fail')} wrong`].join('\n');
}
