/** Runs `describe project|agent|prompt|personality|skill|proposal`: everything that a screen shows of it. */
import type { Command } from 'commander';
import { noSuch } from '../../kernel/no-such.ts';
import type { Engine, ProposalDetail } from '../../engine/index.ts';
import { approvalWords } from '../../text/approval-words.ts';
import { clean } from '../../text/clean.ts';
import type { Context } from '../context.ts';
import { withEngine } from '../with-engine.ts';
import { outputOption, type Format } from '../output.ts';
import { diffText } from './diff-text.ts';
import { aliases, contentKinds } from './kinds.ts';

interface Flags {
  readonly output: Format;
}

type Print = (context: Context, value: object, format: Format) => Promise<void>;

export function addContentDescriptions(describe: Command, context: Context, print: Print): void {
  const verb = (
    name: string,
    description: string,
    make: (engine: Engine, ref: string) => Promise<object> | object,
  ): Command =>
    describe
      .command(name)
      .description(description)
      .argument('<name>')
      .addOption(outputOption())
      .action((ref: string, flags: Flags) =>
        withEngine(context, async (engine) => print(context, await make(engine, ref), flags.output)),
      );
  verb('project', 'its instructions, servers and prompts', (engine, name) => engine.commands.projectDetail(name));
  verb('agent', 'its project, personalities, prompts and skills', (engine, name) => describeAgent(engine, name));
  for (const kind of contentKinds) {
    verb(kind, 'its live text, number, hash and where it is used', async (engine, ref) => {
      const { view, ...detail } = await engine.commands.contentDetail(kind, ref);
      return { ...view, ...detail };
    }).aliases([...aliases[kind]]);
  }
  describe
    .command('proposal')
    .alias('prop')
    .description('what would change, its risks, and what was said of it')
    .argument('<id>')
    .option('--words', 'mark what differs within lines')
    .addOption(outputOption())
    .action((id: string, flags: Flags & { readonly words?: boolean }) =>
      withEngine(context, async (engine) => {
        const detail = await engine.commands.proposalDetail(id);
        if (flags.output === 'table' || flags.output === 'wide')
          context.print(proposalText(detail, flags.words === true));
        else await print(context, detail, flags.output);
      }),
    );
}

function describeAgent(engine: Engine, name: string): object {
  const { agents, personalities, prompts, skills } = engine.view();
  const agent = [...agents.values()].find((row) => row.name === name || row.id === name);
  if (agent === undefined) {
    throw noSuch(
      'agent',
      name,
      [...agents.values()].map((row) => row.name),
      'mcptui get agents',
    );
  }
  const own = (rows: Iterable<{ readonly name: string; readonly agent?: string }>): readonly string[] =>
    [...rows].filter((row) => row.agent === agent.name).map((row) => row.name);
  return {
    ...agent,
    personalities: own(personalities.values()),
    prompts: own(prompts.values()),
    skills: own(skills.values()),
  };
}

/** Shows a proposal as a person reads it before deciding. */
export function proposalText(detail: ProposalDetail, words: boolean): string {
  const { proposal, diff, stale, tokens, unusual, readers, usedBy, comments } = detail;
  const { id, kind, ref, isNew, author, session, reason, state, base, next, risks, decision } = proposal;
  const of = `${kind} ${ref}${isNew ? ' (new)' : ''} ${base ?? '-'} → ${decision?.semver ?? next}`;
  const lines = [
    `proposal ${id} by ${author}${session === undefined ? '' : ` (session ${session})`}: ${of}`,
    `state    ${state}${decision === undefined ? '' : ` by ${decision.by}${decision.reason === '' ? '' : `: ${decision.reason}`}`}`,
    ...(proposal.approvals === undefined ? [] : [`signed   ${approvalWords(proposal.approvals)}`]),
    `reason   ${reason}`,
    `hash     ${proposal.hash}`,
    `tokens   ≈${tokens.before} → ≈${tokens.after}`,
    ...(readers === undefined ? [] : [`read by  ${readers}`]),
    ...(usedBy.length === 0 ? [] : [`used by  ${usedBy.join(', ')}`]),
    ...(risks.length === 0 ? [] : [`look at  ${risks.join(', ')}`]),
    ...unusual.map(({ shown, what, count }) => `         ${shown} ×${count}: ${what}`),
    ...(stale === undefined ? [] : [staleText(id, stale)]),
    ...comments.map(({ by, text }) => `comment  ${by}: ${text}`),
  ].map(clean);
  return [...lines, '', diffText(diff, words)].join('\n');
}

function staleText(id: string, { live, isClean }: NonNullable<ProposalDetail['stale']>): string {
  const how = isClean ? 'it rebases without a conflict' : 'it conflicts with what is live';
  return `stale    live is ${live}; ${how}: mcptui rebase proposal ${id}`;
}
