/** Runs `attach`, `detach`, `diff`, `restore` and `compose`. */
import { Command, InvalidArgumentError } from 'commander';
import { McptuiError } from '../../kernel/errors.ts';
import type { ContentKind } from '../../engine/index.ts';
import { clean } from '../../text/clean.ts';
import type { Context } from '../context.ts';
import { withKeyFlags } from '../key-flags.ts';
import { withEngine } from '../with-engine.ts';
import { outputOption, toJson, type Format } from '../output.ts';
import { diffText } from './diff-text.ts';
import { diffServer, restoreServer } from '../verbs/server-revisions.ts';
import type { UpdateFlags } from '../verbs/edit-server.ts';
import { restoreSecret } from '../verbs/secret-versions.ts';
import { article, restoredKind, revisedKind } from './kinds.ts';

export function revisionCommands(context: Context): readonly Command[] {
  return [attach(context), detach(context), diff(context), restore(context), compose(context)];
}

function attach(context: Context): Command {
  return withKeyFlags(new Command('attach'))
    .description('bind a prompt to a personality, last or at a position')
    .argument('<personality>', 'AGENT/NAME, or a name that only one has')
    .argument('<prompt>', "NAME, project:PROJECT/NAME or agent:AGENT/NAME; the agent's own, its project's or global")
    .option('--position <n>', 'from 1; moves one that is bound already', position)
    .action(async (personality: string, prompt: string, flags: { readonly position?: number }) => {
      const saved = await withEngine(context, ({ commands }) =>
        commands.attachPrompt(personality, prompt, flags.position === undefined ? undefined : flags.position - 1),
      );
      context.print(`personality ${saved.ref} binds ${prompt}, ${saved.semver}`);
    });
}

function position(text: string): number {
  if (!/^[1-9]\d*$/.test(text)) throw new InvalidArgumentError('a whole number from 1');
  return Number(text);
}

function detach(context: Context): Command {
  return withKeyFlags(new Command('detach'))
    .description('unbind a prompt from a personality')
    .argument('<personality>', 'AGENT/NAME, or a name that only one has')
    .argument('<prompt>')
    .action(async (personality: string, prompt: string) => {
      const saved = await withEngine(context, ({ commands }) => commands.detachPrompt(personality, prompt));
      context.print(`personality ${saved.ref} no longer binds ${prompt}, ${saved.semver}`);
    });
}

function diff(context: Context): Command {
  return new Command('diff')
    .description('what differs between two revisions, or a revision and live; without both: the last change')
    .argument('[kind]', 'server, prompt, personality or skill', revisedKind)
    .argument('[name]')
    .argument('[left]', 'X.Y.Z, or of a server a number; or live')
    .argument('[right]', 'the same; live (default)')
    .option('-f, --filename <names...>', 'instead: what these documents would change of what is live')
    .option('-R, --recursive', 'with -f: folders in folders too')
    .option('--words', 'mark what differs within lines')
    .addOption(outputOption())
    .action(
      async (
        kind: ContentKind | 'server' | undefined,
        name: string | undefined,
        left: string | undefined,
        right: string | undefined,
        flags: DiffFlags,
      ) => {
        const { filename, output } = flags;
        if (filename !== undefined) {
          if (kind !== undefined) throw new McptuiError('invalid', 'diff takes a kind and a name, or -f');
          const { plan } = await import('../documents/apply.ts');
          await plan(context, { ...flags, filename, output });
          return;
        }
        if (kind === undefined || name === undefined) {
          throw new McptuiError('invalid', 'diff needs a kind and a name, or -f FILE');
        }
        const found = await withEngine(context, (engine) =>
          kind === 'server'
            ? diffServer(engine, name, left, right)
            : engine.commands.diffContent(kind, name, left, right),
        );
        if (flags.output === 'json' || flags.output === 'jsonl') return context.print(toJson(found));
        const text = diffText(found, flags.words === true);
        if (text === '') context.note(`${found.left} and ${found.right} are the same`);
        else context.print(text);
      },
    );
}

interface DiffFlags {
  readonly filename?: readonly string[];
  readonly recursive?: boolean;
  readonly words?: boolean;
  readonly output: Format;
}

function restore(context: Context): Command {
  return withKeyFlags(new Command('restore'))
    .description('bring an earlier revision back, as a new one; also after a deletion')
    .argument('<kind>', 'server, prompt, personality, skill or secret', restoredKind)
    .argument('<name>')
    .argument('<revision>', 'X.Y.Z; of a server or secret a number')
    .option('--note <text>', 'why, for the history')
    .option('--dry-run', 'of a server: only show what would happen')
    .action(async (kind: ContentKind | 'server' | 'secret', name: string, revision: string, flags: UpdateFlags) => {
      if (kind === 'secret') return restoreSecret(context, name, revision);
      if (kind === 'server')
        return withEngine(context, (engine) => restoreServer(context, engine, name, revision, flags));
      if (flags.dryRun === true) throw new McptuiError('invalid', `--dry-run is for servers, not for ${article(kind)}`);
      const saved = await withEngine(context, ({ commands }) =>
        commands.restoreContent(kind, name, revision, flags.note),
      );
      if (saved.revisionId === undefined) context.print(`${kind} ${saved.ref} is as in ${revision} already`);
      else context.print(`${kind} ${saved.ref} is as in ${revision} again, ${saved.semver}`);
    });
}

function compose(context: Context): Command {
  return new Command('compose')
    .description('what a session is told at its start, exactly as it is sent')
    .option('-p, --project <name>', 'default: the agent’s, else default')
    .option('--agent <name>')
    .option('--personality <name>', "default: what the agent wears; '' for none")
    .addOption(outputOption())
    .action(async (flags: { project?: string; agent?: string; personality?: string; readonly output: Format }) => {
      const { project, agent, personality, output } = flags;
      const composed = await withEngine(context, ({ commands }) =>
        commands.compose({
          ...(project === undefined ? {} : { project }),
          ...(agent === undefined ? {} : { agent }),
          ...(personality === undefined ? {} : { personality: personality === '' ? null : personality }),
        }),
      );
      if (output === 'json' || output === 'jsonl') return context.print(toJson(composed, 2));
      context.print(composed.text.split('\n').map(clean).join('\n'));
      const left = composed.omitted.length === 0 ? '' : `, ${composed.omitted.length} left out for length`;
      context.note(`${composed.parts.length} prompts, ≈${composed.tokens} tokens${left}`);
    });
}
