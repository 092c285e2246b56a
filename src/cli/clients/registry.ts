/** Runs `search` and `import --registry`: servers that a registry describes. */
import { Command } from 'commander';
import { checkedItems } from '../../clients/import/apply.ts';
import { planRegistry, type RegistryPlan } from '../../clients/registry/plan-registry.ts';
import type { Question } from '../../clients/registry/answers.ts';
import type { RegistryServer } from '../../clients/registry/server-json.ts';
import type { Engine } from '../../engine/index.ts';
import { readOnlyError } from '../../engine/commands/read-only.ts';
import { McptuiError } from '../../kernel/errors.ts';
import { askedLine } from '../confirm-name.ts';
import type { Context } from '../context.ts';
import { readHidden } from '../hidden-input.ts';
import { outputOption, type Column } from '../output.ts';
import { printListing, type ListFlags } from '../print-listing.ts';
import { carryOut, show, type ShownFlags } from './import.ts';
import { keptSecrets } from './planned-items.ts';
import { isAgreed, type AskFlags } from './preview.ts';

export interface RegistryImportFlags extends AskFlags, ShownFlags {
  readonly registryFile?: string;
  readonly as?: string;
  readonly set: ReadonlyMap<string, string>;
  readonly project: string;
  readonly start?: boolean;
}

const columns: readonly Column<RegistryServer>[] = [
  { title: 'NAME', value: ({ name }) => name },
  { title: 'VERSION', value: ({ version }) => version },
  {
    title: 'RUNS AS',
    value: ({ ways }) =>
      [...new Set(ways.map((way) => (way.kind === 'remote' ? 'remote' : way.type)))].join(',') || '-',
  },
  { title: 'STATUS', value: ({ status }) => status, wide: true },
  { title: 'ABOUT', value: ({ description }) => description },
];

export function searchCommand(context: Context): Command {
  return new Command('search')
    .description('look for servers in the registry that MCPTUI_REGISTRY names; none is asked without it')
    .argument('<word>')
    .option('--registry-file <file>', 'look into this file in its place')
    .addOption(outputOption())
    .option('--no-headers', 'rows only')
    .action(async (word: string, flags: ListFlags & { readonly registryFile?: string }) => {
      const { searchRegistry } = await import('./registry-source.ts');
      const { servers, origin } = await searchRegistry(context, word, flags);
      const rows = servers.map(({ ways, ...server }) => ({ ...server, ways }));
      await printListing(
        context,
        { rows, columns, name: ({ name }) => name },
        flags,
        `${origin} has no server like ${word}`,
      );
    });
}

/** `NAME` or `NAME@VERSION`. */
export async function importFromRegistry(
  context: Context,
  engine: Engine,
  live: boolean,
  wanted: string,
  flags: RegistryImportFlags,
): Promise<void> {
  const at = wanted.lastIndexOf('@');
  const [name, version] = at > 0 ? [wanted.slice(0, at), wanted.slice(at + 1)] : [wanted, undefined];
  const { registryServer } = await import('./registry-source.ts');
  const { server, origin } = await registryServer(context, name, version, flags);
  const secrets = await keptSecrets(engine);
  const plan = (answers: ReadonlyMap<string, string>): RegistryPlan =>
    planRegistry(server, {
      taken: [...engine.view().servers.values()].map((row) => row.name),
      secrets,
      project: flags.project,
      start: flags.start === true,
      ...(flags.as === undefined ? {} : { as: flags.as }),
      answers,
      origin,
    });
  const { item } = await answeredPlan(context, plan, flags);
  const items = await checkedItems(engine.commands, [item]);
  await show(context, items, flags);
  if (items.some(({ state }) => state === 'refused')) throw new McptuiError('invalid', `${name} cannot be imported`);
  if (flags.dryRun === true) return;
  if (context.access.isReadOnly) throw readOnlyError();
  if (await isAgreed(context, `import ${name}`, flags)) await carryOut(context, engine, items, live);
}

/** Asks until nothing is missing. @throws McptuiError `invalid` naming what is, where nobody can be asked */
export async function answeredPlan<P extends { readonly questions: readonly Question[] }>(
  context: Context,
  plan: (answers: ReadonlyMap<string, string>) => P,
  { set, dryRun }: Pick<RegistryImportFlags, 'set' | 'dryRun'>,
): Promise<P> {
  const answers = new Map(set);
  for (;;) {
    const planned = plan(answers);
    const [question] = planned.questions;
    if (question === undefined || dryRun === true) return planned;
    if (!context.isTty) throw unanswered(planned.questions);
    const { id, title, isSecret, choices } = question;
    const among = choices.length === 0 ? '' : ` (${choices.join(', ')})`;
    const answer = isSecret ? await readHidden(`${title} (not shown): `) : await askedLine(`${title}${among}: `);
    answers.set(id, answer);
  }
}

function unanswered(questions: readonly Question[]): McptuiError {
  const words = questions.map(({ id, isSecret }) => (isSecret ? `--set ${id}=secret:file/NAME` : `--set ${id}=VALUE`));
  return new McptuiError('invalid', `it needs ${questions.map(({ id }) => id).join(', ')}`, {
    hint: `${words.join(' ')}${questions.some(({ isSecret }) => isSecret) ? ', after mcptui create secret NAME' : ''}`,
  });
}

/** @throws McptuiError `invalid` for what is no `NAME=VALUE` */
export function collectAnswer(text: string, previous: ReadonlyMap<string, string>): ReadonlyMap<string, string> {
  const split = text.indexOf('=');
  if (split < 1) throw new McptuiError('invalid', `--set ${text}: use NAME=VALUE, or NAME=secret:file/NAME`);
  return new Map([...previous, [text.slice(0, split), text.slice(split + 1)]]);
}
